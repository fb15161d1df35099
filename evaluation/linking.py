"""Measures linking: on our own gold (claims into incidents, copies, voices), and on ECB+ against the same-lemma baseline.

python -m evaluation.linking [dev|held|blind|ecb …] [--errors]
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from evaluation.board import harmonic, say_baseline, say_whole
from evaluation.reports import report
from onrecord.incidents import Weights, link_claims, report_claims
from onrecord.incidents.facts import Facts, facts_of, is_linkable
from onrecord.incidents.grade import attest
from onrecord.incidents.score import DEFAULT
from onrecord.records import Coding, ReportedClaim, Voice, connected
from onrecord.sources import Origin, find_copies, group_reports, report_of, shingles, words_of

GOLD = Path(__file__).parent / "gold" / "linking"
Pairs = set[tuple[str, str]]


class Gold(NamedTuple):
    """One gold file: codings, per claim hash its incident, pairs of reports of which one copies the other, voices and grades."""

    codings: tuple[Coding, ...]
    incident: Mapping[str, str]
    denials: frozenset[str]
    copies: Pairs
    voices: Mapping[str, int]
    grades: Mapping[str, str]
    names: Mapping[str, str]


class Score(NamedTuple):
    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    def __str__(self) -> str:
        counts = f"({self.right} right, {self.found} found, {self.expected} expected)"
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  {counts}"


def read_gold(name: str) -> Gold:
    """The gold file of that name ("dev", "held")."""
    data = yaml.safe_load((GOLD / f"{name}.yaml").read_text(encoding="utf-8"))
    codings, incident, denials, names = [], {}, set(), {}
    by_report: dict[str, str] = {}
    for spec in data["reports"]:
        coding = _coding(spec, data["places"])
        codings.append(coding)
        by_report[spec["id"]] = coding.document.id
        for claim, note in zip(coding.claims, spec["claims"], strict=True):
            names[claim.hash] = f"{spec['id']}.{claim.id}"
            if note.get("i"):
                incident[claim.hash] = note["i"]
            if note.get("denies"):
                denials.add(claim.hash)
    groups = connected(
        list(by_report.values()),
        [(by_report[spec["id"]], by_report[spec["copy_of"]]) for spec in data["reports"] if spec.get("copy_of")],
    )
    copies = {pair for group in groups for pair in combinations(sorted(group), 2)}
    return Gold(tuple(codings), incident, frozenset(denials), copies, data["voices"], data["grade"], names)


def _coding(spec: Mapping[str, Any], places: Mapping[str, Any]) -> Coding:
    claims = []
    for note in spec["claims"]:
        filled = {**note, "affiliation": spec.get("affiliation")}
        filled["where"] = places[note["where"]] if note.get("where") else None
        filled["when"] = str(note["when"]) if note.get("when") else None
        for figure in filled.get("figures", ()):
            figure["period"] = str(figure["period"]) if figure.get("period") else None
        claims.append(filled)
    return report(
        spec["id"],
        text=spec["text"],
        claims=claims,
        outlet=spec["outlet"],
        published=str(spec["published"]),
        credit=spec.get("credit"),
        relations=[tuple(relation) for relation in spec.get("relations", ())],
    )


# ── What anybody could do ──────────────────────────────────────────────────────────────────────────────────────────────


def plain_home(claims: Iterable[ReportedClaim]) -> dict[str, str]:
    """By claim an incident of its own making: the type of event, the place's name and the day."""
    told = [one.claim for one in claims if is_linkable(one.claim)]
    return {
        claim.hash: f"{claim.event and claim.event.type} {claim.place and claim.place.name} {claim.time and (claim.time.start or '')[:10]}"
        for claim in told
    }


def plain_scores(gold: Gold) -> dict[str, tuple[str, float]]:
    """By task a baseline's name and its score: pairs of one type, place and day, same texts, an outlet a voice, graded by outlets."""
    ours, theirs = _together(plain_home(reported(gold))), _together(gold.incident)
    texts: dict[str, list[str]] = defaultdict(list)
    outlets: dict[str, set[str]] = defaultdict(set)
    for coding in gold.codings:
        texts[" ".join(words_of(coding.document.text))].append(coding.document.id)
        for claim in coding.claims:
            if claim.hash in gold.incident and claim.hash not in gold.denials:
                outlets[gold.incident[claim.hash]].add(coding.document.outlet or coding.document.id)
    copies = {pair for group in texts.values() for pair in combinations(sorted(group), 2)}
    graded = [wanted == ("corroborated" if len(outlets[incident]) > 1 else "single_source") for incident, wanted in gold.grades.items()]
    return {
        "pairs": ("same type, place and day", Score(len(ours & theirs), len(ours), len(theirs)).f1),
        "copies": ("the same words", Score(len(copies & gold.copies), len(copies), len(gold.copies)).f1),
        "voices": ("every outlet a voice", sum(len(outlets[one]) == wanted for one, wanted in gold.voices.items()) / len(gold.voices)),
        "grades": ("two outlets corroborate", sum(graded) / len(graded)),
    }


# ── Our own gold ──────────────────────────────────────────────────────────────────────────────────────────────────────


def voices_of(codings: Iterable[Coding]) -> dict[str, Voice]:
    """Voices without a lexicon: our outlets are invented. The wire is known as an agency, as the lexicon would."""
    return group_reports([report_of(coding.document) for coding in codings], lambda name: Origin(name, None, name.endswith("Wire")))


def reported(gold: Gold) -> list[ReportedClaim]:
    return [claim for coding in gold.codings for claim in report_claims(coding)]


def score_pairs(gold: Gold, *, weights: Weights = DEFAULT, errors: bool = False) -> Score:
    """Pairwise precision, recall and F1 over all claims, denials included."""
    partition = link_claims(reported(gold), voices_of(gold.codings), weights=weights)
    found = {claim: incident.id for incident in partition.incidents for claim in (*incident.claims, *incident.denials)}
    ours, theirs = _together(found), _together(gold.incident)
    if errors:
        _print_errors(gold, ours, theirs)
    return Score(len(ours & theirs), len(ours), len(theirs))


def _together(home: Mapping[str, str]) -> Pairs:
    members: dict[str, list[str]] = defaultdict(list)
    for claim, incident in home.items():
        members[incident].append(claim)
    return {pair for claims in members.values() for pair in combinations(sorted(claims), 2)}


def _print_errors(gold: Gold, ours: Pairs, theirs: Pairs) -> None:
    from onrecord.incidents.cluster import score_edge
    from onrecord.incidents.score import compare

    facts = {claim.claim.hash: facts_of(claim) for claim in reported(gold) if is_linkable(claim.claim)}
    for what, pairs in (("WRONG", ours - theirs), ("MISSED", theirs - ours)):
        for one, other in sorted(pairs, key=lambda pair: (gold.names[pair[0]], gold.names[pair[1]])):
            said = "not linkable"
            if one in facts and other in facts:
                said = f"{score_edge(facts[one], facts[other])} {compare(facts[one], facts[other])}"
            print(f"  {what} {gold.names[one]} {gold.names[other]} {gold.incident.get(one)} {gold.incident.get(other)}: {said}")


def score_copies(gold: Gold) -> Score:
    """Pairs of copies found among all pairs of reports."""
    sets = {coding.document.id: shingles(words_of(coding.document.text)) for coding in gold.codings}
    groups = connected(sorted(sets), find_copies(sets))
    found = {pair for group in groups for pair in combinations(group, 2)}
    return Score(len(found & gold.copies), len(found), len(gold.copies))


def score_voices(gold: Gold, *, errors: bool = False) -> tuple[Score, Score]:
    """Voices and grades right, over the gold's own incidents."""
    voices = voices_of(gold.codings)
    claims: dict[str, list[Facts]] = defaultdict(list)
    denials: dict[str, list[Facts]] = defaultdict(list)
    for one in reported(gold):
        if one.claim.hash in gold.incident and is_linkable(one.claim):
            (denials if one.claim.hash in gold.denials else claims)[gold.incident[one.claim.hash]].append(facts_of(one))
    counted = graded = 0
    for incident, wanted in gold.voices.items():
        attested = attest(claims[incident], denials[incident], voices)
        counted += attested.voices == wanted
        graded += attested.grade == gold.grades.get(incident)
        if errors and (attested.voices != wanted or attested.grade != gold.grades.get(incident, attested.grade)):
            expected = f"{wanted}, {gold.grades.get(incident)}"
            print(f"  {incident}: {attested.voices} voices, {attested.grade} ({attested.reason}); gold {expected}")
    return Score(counted, len(gold.voices), len(gold.voices)), Score(graded, len(gold.grades), len(gold.grades))


def evaluate(name: str, *, errors: bool = False) -> dict[str, Score]:
    """All scores on one of our gold files."""
    gold = read_gold(name)
    voices, grades = score_voices(gold, errors=errors)
    return {
        "pairs": score_pairs(gold, errors=errors),
        "copies": score_copies(gold),
        "voices": voices,
        "grades": grades,
    }


def main() -> None:
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or ["dev", "held", "blind"]
    for name in names:
        if name == "ecb":
            from evaluation.ecb import main as ecb

            ecb()
            continue
        gold = read_gold(name)
        print(f"{name}: {len(gold.codings)} reports, {len(gold.incident)} claims of {len(set(gold.incident.values()))} incidents")
        plain = plain_scores(gold)
        for task, score in evaluate(name, errors="--errors" in sys.argv).items():
            print(f"  {task:8} {score}")
            say_whole(f"linking: own {name}, {task}", score.f1, score.expected)
            say_baseline(f"linking: own {name}, {task}", *plain[task])


if __name__ == "__main__":
    main()
