"""Attack roles of MUC-4 reports as entities: CEAF-REE over perpetrators, organisations, targets, victims and weapons.

usage: python -m evaluation.muc4 [--split dev|train] [--errors N] [--train] [--cross]
A proposed entity is right when its string is one of a gold entity's mentions; one to one, as in the published scorer for
"document-level role-filler entity extraction" (Du et al. 2021). Two readings of the same codings: "rules" takes the participants of attacks
as they are; "readout" weighs, for every noun phrase of a report, what codings and parse say of it (``muc4_entities``) with weights trained
on the train part only, kept in ``muc4_weights.json`` (``--train`` writes them; thresholds are set on reports that the weights were not
learnt from). ``--cross`` trains and scores in turn over all reports of the file, weights and thresholds of each fold from the others.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.board import Counts, f1_of, ratios, say, say_baseline
from evaluation.muc4_entities import Entity, best_apart, entities, features_of, normal
from evaluation.readout import Array, Features, Readout, fit_sparse, load_readout
from evaluation.texts import code_parse, parse_texts, read_rows
from onrecord.records import Claim, Coding, EntityLabel, Mention, Parse, Participant, ParticipantRole, Polarity

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
WEIGHTS = Path(__file__).parent / "muc4_weights.json"
FIGURE = "events: MUC-4, CEAF-REE"
SYSTEMS = {"rules": ", rules", "readout": "", "crossed": ", cross-validated"}
FOLDS = 3
THRESHOLDS = (0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.28, 0.3, 0.33, 0.36, 0.4, 0.45, 0.5, 0.6)
STATE = frozenset(("MIL", "GOV", "COP"))
ATTACKS = frozenset(("ASSAULT",))
ORGANISED = frozenset((EntityLabel.ORG, EntityLabel.FORCE, EntityLabel.NORP))
PEOPLE_NOUNS = re.compile(
    r"(men|man|terrorists?|guerrillas?|rebels?|individuals?|subversives?|gunm[ae]n|soldiers?|troops|members?|assassins?|hitm[ae]n|youths?|killers?|kidnappers?)$"
)


def report_entities(coding: Coding) -> dict[str, list[str]]:
    """Role -> strings, in order of the text, of the report's attacks."""
    named = {mention.id: mention for mention in coding.mentions}
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for claim in coding.claims:
        if claim.event is None or claim.event.type not in ATTACKS or claim.factuality.polarity is Polarity.NEGATIVE:
            continue
        for role, text in _fillers(claim, named):
            if text and text not in found[role]:
                found[role].append(text)
    return found


def _fillers(claim: Claim, named: dict[str, Mention]) -> list[tuple[str, str]]:
    """Roles and strings of one attack. The set has terrorist acts only, and counts those hurt when they are named."""
    if any(p.actor is not None and STATE & set(p.actor.sectors) for p in claim.actors):
        return []
    rows = [("PerpOrg" if _is_organisation(p, named) else "PerpInd", _text(p, named)) for p in claim.actors if _is_perpetrator(p, named)]
    for p in (*claim.recipients, *(o for o in claim.others if o.role is ParticipantRole.VICTIM)):
        mention = _root(p, named)
        if mention is not None and mention.named and mention.label is EntityLabel.PERSON:
            rows.append(("Victim", _text(p, named)))
    others = {ParticipantRole.PHYSICAL_TARGET: "Target", ParticipantRole.INSTRUMENT: "Weapon"}
    return rows + [(others[p.role], normal(p.text or "")) for p in claim.others if p.role in others]


def _text(participant: Participant, named: dict[str, Mention]) -> str:
    mention = _root(participant, named)
    short = participant.text is not None and len(participant.text) < 5
    return normal(mention.text if mention is not None and short else participant.text or "")


def _is_organisation(participant: Participant, named: dict[str, Mention]) -> bool:
    mention = _root(participant, named)
    return mention is not None and mention.label in ORGANISED and mention.named and not PEOPLE_NOUNS.search(_text(participant, named))


def _is_perpetrator(participant: Participant, named: dict[str, Mention]) -> bool:
    mention = _root(participant, named)
    text = _text(participant, named)
    return bool(PEOPLE_NOUNS.search(text)) or (mention is not None and mention.named and mention.label in (*ORGANISED, EntityLabel.PERSON))


def _root(participant: Participant, named: dict[str, Mention]) -> Mention | None:
    mention = named.get(participant.mention or "")
    for _ in range(20):
        if mention is None or mention.refers_to is None or mention.refers_to not in named:
            break
        mention = named[mention.refers_to]
    return mention


def gold_entities(row: dict[str, Any]) -> dict[str, list[set[str]]]:
    """Role -> entities, each the set of its mention strings."""
    return {role: [{normal(mention[0]) for mention in entity} for entity in row["processed"][role]] for role in ROLES}


def read_out(found: list[Entity], scores: list[Array], thresholds: Sequence[float]) -> dict[str, list[str]]:
    """Role -> strings that reach their role's threshold, best first; of strings for the same words the best alone."""
    return {
        role: [
            entity.text for _, entity in best_apart([(row[at], e) for row, e in zip(scores, found, strict=True) if row[at] >= threshold])
        ]
        for at, (role, threshold) in enumerate(zip(ROLES, thresholds, strict=True))
    }


def count(gold: dict[str, list[set[str]]], made: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """Per role, how many entities are right, made and asked for; each gold entity is found once."""
    counts: dict[str, Counter[str]] = {}
    for role in ROLES:
        left = list(gold[role])
        for text in made[role]:
            hit = next((entity for entity in left if text in entity), None)
            if hit is not None:
                left.remove(hit)
        counts[role] = Counter(right=len(gold[role]) - len(left), made=len(made[role]), asked=len(gold[role]))
    return counts


@dataclass(frozen=True)
class Report:
    """A report's gold and candidates, with their features."""

    gold: dict[str, list[set[str]]]
    found: list[Entity]
    features: list[Features]

    def scores(self, readout: Readout) -> list[Array]:
        """Per candidate its probability for every role."""
        return [readout.scores(row) for row in self.features]


def report_of(row: dict[str, Any], coding: Coding, parse: Parse) -> Report:
    """What is learnt from a row, its coding and its parse."""
    found = entities(coding, parse)
    return Report(gold_entities(row), found, [features_of(entity) for entity in found])


def learn(reports: Sequence[Report], thresholds: Sequence[float] = ()) -> Readout:
    """Weights from all candidates of reports."""
    wanted = [[int(any(e.text in each for each in report.gold[role])) for role in ROLES] for report in reports for e in report.found]
    return fit_sparse(ROLES, [row for report in reports for row in report.features], wanted, thresholds=thresholds)


def apart(reports: Sequence[Report]) -> list[list[Array]]:
    """Scores of every report by weights that were learnt from the other folds."""
    readouts = [learn([r for number, r in enumerate(reports) if number % FOLDS != fold]) for fold in range(FOLDS)]
    return [report.scores(readouts[number % FOLDS]) for number, report in enumerate(reports)]


def thresholds_for(reports: Sequence[Report], scores: Sequence[list[Array]]) -> list[float]:
    """The thresholds that do best over all roles together, found role by role, twice."""
    at_each = {
        t: _total([count(r.gold, read_out(r.found, s, [t] * len(ROLES))) for r, s in zip(reports, scores, strict=True)]) for t in THRESHOLDS
    }
    best = dict.fromkeys(ROLES, THRESHOLDS[len(THRESHOLDS) // 2])
    for role in ROLES * 2:
        tried = [{**best, role: threshold} for threshold in THRESHOLDS]
        best = max(tried, key=lambda each: _overall([at_each[threshold][role] for role, threshold in each.items()]))
    return [best[role] for role in ROLES]


def train(reports: Sequence[Report]) -> Readout:
    """Weights from all of these reports, with thresholds from scores by weights that had not seen the report."""
    return learn(reports, thresholds_for(reports, apart(reports)))


def cross(reports: Sequence[Report]) -> list[dict[str, Counter[str]]]:
    """Counts of every report by weights and thresholds from the other folds."""
    scores = apart(reports)
    counts = []
    for fold in range(FOLDS):
        others = [number for number in range(len(reports)) if number % FOLDS != fold]
        thresholds = thresholds_for([reports[number] for number in others], [scores[number] for number in others])
        counts += [count(r.gold, read_out(r.found, s, thresholds)) for r, s in list(zip(reports, scores, strict=True))[fold::FOLDS]]
    return counts


def fillers(rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Role -> the strings that fill it in at least half of the reports, and two or more, that have them; longest first."""
    texts = [f" {normal(row['processed_text'])} " for row in rows]
    known = [{role: set().union(*entities) for role, entities in gold_entities(row).items()} for row in rows]
    chosen: dict[str, list[str]] = {}
    for role in ROLES:
        filled = Counter(text for one in known for text in one[role])
        often = [text for text, times in filled.items() if times > 1 and 2 * times >= sum(f" {text} " in report for report in texts)]
        chosen[role] = sorted(often, key=lambda text: (-len(text), text))
    return chosen


def looked_up(row: dict[str, Any], strings: dict[str, list[str]]) -> dict[str, list[str]]:
    """What anybody could do: the known fillers that stand in a report, the longest of those for the same words."""
    text = f" {normal(row['processed_text'])} "
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for role in ROLES:
        for string in strings[role]:
            if f" {string} " in text and not any(string in longer for longer in found[role]):
                found[role].append(string)
    return found


def _total(counts: Sequence[dict[str, Counter[str]]]) -> dict[str, Counter[str]]:
    return {role: sum((row[role] for row in counts), Counter()) for role in ROLES}


def _overall(totals: Sequence[Counter[str]]) -> float:
    total = sum(totals, Counter[str]())
    return ratios(total["right"], total["made"], total["asked"])[2]


def main(arguments: list[str]) -> int:
    rows = read_rows("events/muc4_train_dev.jsonl.gz")
    if "--cross" in arguments:
        _print("crossed", cross([report_of(row, coding, parse) for row, coding, parse in _coded(rows)]))
        return 0
    if "--train" in arguments:
        train([report_of(row, coding, parse) for row, coding, parse in _coded([r for r in rows if r["split"] == "train"])]).save(WEIGHTS)
    split = arguments[arguments.index("--split") + 1] if "--split" in arguments else "dev"
    coded = _coded([row for row in rows if row["split"] == split])
    reports = [report_of(row, coding, parse) for row, coding, parse in coded]
    readout = load_readout(WEIGHTS)
    made = [read_out(report.found, report.scores(readout), readout.thresholds) for report in reports]
    _print("rules", [count(report.gold, report_entities(coding)) for report, (_, coding, _) in zip(reports, coded, strict=True)])
    _print("readout", [count(report.gold, texts) for report, texts in zip(reports, made, strict=True)])
    strings = fillers([row for row in rows if row["split"] == "train"])
    counts = [count(report.gold, looked_up(row, strings)) for report, (row, _, _) in zip(reports, coded, strict=True)]
    for name in ("rules", "readout"):
        say_baseline(f"{FIGURE}{SYSTEMS[name]}", "fillers of the train part looked up", f1_of(map(_sums, counts)))
    if "--errors" in arguments:
        for report, found in list(zip(reports, made, strict=True))[: int(arguments[arguments.index("--errors") + 1])]:
            shown = {role: [sorted(entity) for entity in row] for role, row in report.gold.items() if row}
            print(f"- want {shown}\n  got  { ({role: texts for role, texts in found.items() if texts}) }")
    return 0


def _coded(rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Coding, Parse]]:
    return [(row, code_parse(parse), parse) for row, parse in zip(rows, parse_texts([row["processed_text"] for row in rows]), strict=True)]


def _print(name: str, counts: list[dict[str, Counter[str]]]) -> None:
    for role, total in _total(counts).items():
        print(f"  {name:7} {role:8} " + "P {:.3f} R {:.3f} F1 {:.3f}".format(*ratios(total["right"], total["made"], total["asked"])))
    say(f"{FIGURE}{SYSTEMS[name]}", [_sums(row) for row in counts], f1_of)


def _sums(counts: dict[str, Counter[str]]) -> Counts:
    total = sum(counts.values(), Counter[str]())
    return total["right"], total["made"], total["asked"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
