"""Measures linking from raw text: the example reports coded by the whole pipeline, their claims linked into incidents.

python -m evaluation.endtoend [--errors]
A claim counts where its trigger lies in a passage of ``gold/linking/examples.yaml``. Prints how many passages have a linked claim, and
pairwise precision, recall and F1 over the claims of different passages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import yaml

from evaluation.board import say_baseline, say_whole
from evaluation.linking import GOLD, Score, plain_home
from onrecord.incidents import link_claims, report_claims
from onrecord.ingest import read_documents
from onrecord.lexicon import Lexicon
from onrecord.pipeline import Options, build_pipeline
from onrecord.records import Coding, ReportedClaim
from onrecord.sources import group_sources

EXAMPLES = Path(__file__).parent.parent / "examples"


class Passage(NamedTuple):
    """Words of a report that are about an incident."""

    incident: str
    report: str
    words: str


def read_passages() -> list[Passage]:
    """All passages, by incident and report."""
    data = yaml.safe_load((GOLD / "examples.yaml").read_text(encoding="utf-8"))
    return [
        Passage(incident, report, words) for incident, reports in data.items() for report, phrases in reports.items() for words in phrases
    ]


def code_examples() -> list[Coding]:
    """The example reports coded with their own lexicon; raises InputError when one cannot be."""
    pipeline = build_pipeline(Options(lexicon=EXAMPLES / "lexicon", debug=True))
    codings = pipeline.code(read_documents([str(path) for path in sorted(EXAMPLES.glob("*.txt"))]))
    return [coding for coding in codings if isinstance(coding, Coding)]


def score(codings: list[Coding], *, errors: bool = False) -> tuple[Score, Score]:
    """Passages with a linked claim, and pairs of claims from different passages that are, or should be, in one incident."""
    voices = group_sources((coding.document for coding in codings), Lexicon(EXAMPLES / "lexicon"))
    partition = link_claims(claims_of(codings), voices)
    home = {claim: incident.id for incident in partition.incidents for claim in (*incident.claims, *incident.denials)}
    return compare(home, codings, errors=errors)


def claims_of(codings: list[Coding]) -> list[ReportedClaim]:
    return [claim for coding in codings for claim in report_claims(coding)]


def compare(home: Mapping[str, str], codings: list[Coding], *, errors: bool = False) -> tuple[Score, Score]:
    """As ``score``, of claims whose incidents are given, by hash."""
    found = [(passage, [home[claim] for claim in claims_in(passage, codings) if claim in home]) for passage in read_passages()]
    linked = [(passage, incident) for passage, incidents in found for incident in dict.fromkeys(incidents)]
    together = wanted = right = 0
    for (one, ours), (other, theirs) in combinations(linked, 2):
        if (one.report, one.words) == (other.report, other.words):
            continue
        same = one.incident == other.incident
        together += ours == theirs
        wanted += same
        right += same and ours == theirs
        if errors and same != (ours == theirs):
            print(f"  {'MISSED' if same else 'WRONG'}  {one.report}: {one.words[:40]!r} | {other.report}: {other.words[:40]!r}")
    if errors:
        for passage, incidents in found:
            if not incidents:
                print(f"  NO CLAIM  {passage.report}: {passage.words!r}")
    covered = sum(bool(incidents) for _, incidents in found)
    return Score(covered, covered, len(found)), Score(right, together, wanted)


def claims_in(passage: Passage, codings: list[Coding]) -> Iterator[str]:
    """Hashes of the claims whose trigger lies in the passage."""
    (coding,) = (coding for coding in codings if Path(coding.document.path or "").stem == passage.report)
    start = coding.document.text.index(passage.words)
    end = start + len(passage.words)
    inside = {event.id for event in coding.events if start <= event.trigger[0] < end}
    return (claim.hash for claim in coding.claims if claim.event_id in inside)


def main() -> None:
    codings = code_examples()
    covered, pairs = score(codings, errors="--errors" in sys.argv)
    say_whole("linking: examples from raw text, pairs F1", pairs.f1, pairs.expected)
    _, plain = compare(plain_home(claims_of(codings)), codings)
    say_baseline("linking: examples from raw text, pairs F1", "same type, place and day", plain.f1)
    print(f"passages with a linked claim {covered.recall:.3f} ({covered.right} of {covered.expected})")
    print(f"pairs {pairs}")


if __name__ == "__main__":
    main()
