"""Incident types of South Asian reports (SATP): example-based F1 over armed assault, bombing, kidnapping and other.

usage: python -m evaluation.satp [--errors N] [--all]      (default: the dev split, or every fifth row)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from evaluation.baselines import labels_by_words
from evaluation.board import say, say_baseline
from evaluation.texts import code_parse, parse_texts, print_wrong, read_rows
from onrecord.records import Claim, Coding, Polarity

ASSAULT, BOMBING, KIDNAPPING, OTHER = range(4)
NAMES = ("armed assault", "bombing", "kidnapping", "other")
UNSAID = {ASSAULT, OTHER}  # an attack without a word on its means
# PLOVER modes to the set's types; one that is not here is an armed assault.
MODES = {
    "heavy-weapons": BOMBING,
    "unconventional": BOMBING,
    "explosives": BOMBING,
    "suicide-attack": BOMBING,
    "abduct": KIDNAPPING,
    "destroy": OTHER,
    "crowd-control": OTHER,
    "beat": OTHER,
    "torture": OTHER,
}
PASSED_OVER = ("assault.claim_responsibility", "n.retaliation")


def report_labels(coding: Coding) -> set[int]:
    """The types of a report: those of its attacks, by their means or, where none of them has any, by those of whatever attack it mentions.

    Where no means is told at all, nothing decides between the armed assaults and the rest: an attack may be either, and is both.
    """
    told = [claim for claim in coding.claims if claim.event is not None and claim.event.codable]
    labels = [claim_labels(claim) for claim in told]
    found = set().union(*(one for one in labels if one != UNSAID))
    if not found:
        found = set().union(*(one for one in map(claim_labels, coding.claims) if one != UNSAID))
    if not found and UNSAID in labels:
        return {ASSAULT, OTHER}
    return (found - {OTHER} if found & {BOMBING} else found) or {OTHER}


def claim_labels(claim: Claim) -> set[int]:
    """The types that a claim stands for."""
    event = claim.event
    if event is None or event.type != "ASSAULT" or claim.factuality.polarity is Polarity.NEGATIVE:
        return set()
    if claim.origin_rule.rpartition("/")[2].startswith(PASSED_OVER):
        return set()
    return {MODES.get(mode, ASSAULT) for mode in event.mode} or UNSAID


def example_f1(gold: Sequence[set[int]], made: Sequence[set[int]]) -> float:
    """Mean over the examples of 2|gold and made| / (|gold| + |made|)."""
    return sum(2 * len(g & m) / max(1, len(g) + len(m)) for g, m in zip(gold, made, strict=True)) / max(1, len(gold))


def example_pairs_f1(pairs: Sequence[tuple[set[int], set[int]]]) -> float:
    """``example_f1`` of (gold, made) pairs."""
    return example_f1([gold for gold, _ in pairs], [made for _, made in pairs])


def _by_words(known: Sequence[dict[str, Any]], asked: Sequence[dict[str, Any]]) -> list[set[int]]:
    """Labels by bags of words, learnt from the reports that are not scored."""
    gold = [{k for k, on in enumerate(row["label_vector"]) if on} for row in known]
    return labels_by_words([row["text"] for row in known], gold, [row["text"] for row in asked], labels=len(NAMES))


def main(arguments: list[str]) -> int:
    rows = read_rows("events/satp_train_dev.jsonl.gz")
    every = rows
    dev = [row for row in rows if row["split"] == "dev"] or rows[4::5]
    rows = rows if "--all" in arguments else dev
    codings = [code_parse(parse) for parse in parse_texts([row["text"] for row in rows])]
    made = [report_labels(coding) for coding in codings]
    gold = [{k for k, on in enumerate(row["label_vector"]) if on} for row in rows]
    say("events: SATP types, example F1", list(zip(gold, made, strict=True)), example_pairs_f1)
    known = [row for row in every if row not in rows]
    if known:
        say_baseline("events: SATP types, example F1", "bag of words", example_f1(gold, _by_words(known, rows)))
    print(f"{len(rows)} reports: example F1 {example_f1(gold, made):.3f}")
    for k, name in enumerate(NAMES):
        right = sum(k in g and k in m for g, m in zip(gold, made, strict=True))
        print(f"  {name:14} P {right / max(1, sum(k in m for m in made)):.3f} R {right / max(1, sum(k in g for g in gold)):.3f}")
    print_wrong(arguments, rows, gold, made, codings, lambda labels: [NAMES[k] for k in labels])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
