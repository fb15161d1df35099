"""What the police did, by report (IndiaPoliceEvents): kill, arrest, any action, fail to act, force; example-based F1.

usage: python -m evaluation.indiapolice [--errors N]
Documents without any label count as right when nothing is found.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from evaluation.baselines import labels_by_words_elsewhere
from evaluation.board import say, say_baseline
from evaluation.satp import example_f1, example_pairs_f1
from evaluation.texts import code_texts, read_rows
from onrecord.records import Claim, Coding, Participant, Polarity, QuantityOf, Status

LABELS = ("KILL", "ARREST", "ANY_ACTION", "FAIL", "FORCE")
ACTION = LABELS.index("ANY_ACTION")
LONGEST = 6000  # characters of a report that are read
POLICE = re.compile(
    r"\b(police\w*|cops?|constables?|crpf|rpf|bsf|raf|srp|cisf|grp|jawans?|army|troops|paramilitar\w*|squad|crime branch|dcp|acp|"
    r"(?:security|armed|police) (?:forces?|personnel|men)|(?:sub-)?inspectors?|superintendent|"
    r"(?:police|joint|additional|deputy|assistant) commissioner|commissioner of police)\b"
)
ACTIONS = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "SANCTION", "ACCUSE", "AID", "RETREAT"))
FAILING = ("fail.",)
DUTIES = ("duty.",)
WORDS = ("statement.", "n.")  # what is denied in words, and nouns of what there was not, are no failing
# Measures that are the police's where nobody is named for them: arrests, and in a report that speaks of the police what guards and closes.
ARRESTS = ("coerce.arrest",)
GUARDING = ("coerce.curfew", "n.curfew", "mobilize.troops", "mobilize.alert", "n.deployment", "n.security_measure")


def report_labels(coding: Coding) -> set[int]:
    """The label numbers of a report: of claims with the police as actor and of measures that only they take; to tell is to act."""
    found: set[int] = set()
    text = coding.document.text
    measures = (*ARRESTS, *GUARDING) if POLICE.search(text.lower()) else ARRESTS
    for claim in coding.claims:
        official = claim.origin_rule.rpartition("/")[2].startswith(measures) and not claim.actors
        if official or any(_is_police(p) for p in claim.actors):
            found |= claim_labels(claim)
    if any(POLICE.search(text[slice(*span)].lower()) for said in coding.attributions for span in said.source):
        found.add(ACTION)
    return found


def claim_labels(claim: Claim) -> set[int]:
    """The labels that a claim with the police as actor stands for."""
    event, frame = claim.event, claim.origin_rule.rpartition("/")[2]
    if frame.startswith(FAILING):
        return set() if claim.factuality.polarity is Polarity.NEGATIVE else {3}
    if frame.startswith(DUTIES):
        return {2} if claim.factuality.polarity is Polarity.POSITIVE else {3}
    if event is None or event.type not in ACTIONS or claim.factuality.status in (Status.HYPOTHETICAL, Status.REQUESTED, Status.DEONTIC):
        return set()
    if claim.factuality.polarity is Polarity.NEGATIVE:
        return set() if frame.startswith(WORDS) else {3}
    found = {2}
    if claim.factuality.status is Status.PLANNED:
        return found  # to plan is to act, but nobody has been arrested or hit yet
    if event.type == "ASSAULT":
        found.add(4)
        if frame.startswith("harm.kill") or any(q.of is QuantityOf.KILLED for q in claim.quantities):
            found.add(0)
    if "arrest" in event.mode:
        found.add(1)
    return found


def _is_police(participant: Participant) -> bool:
    """By name, or by what the actor is; a leader who stands for an army is no policeman."""
    actor = participant.actor
    known = actor is not None and actor.basis != "metonymy" and not {"COP", "MIL"}.isdisjoint(actor.sectors)
    return known or bool(POLICE.search((participant.text or "").lower()))


def main(arguments: list[str]) -> int:
    rows: list[dict[str, Any]] = read_rows("events/indiapolice_docs_train_dev.jsonl.gz")
    gold = [gold_labels(row) for row in rows]
    texts = [row["text"][:LONGEST] for row in rows]
    made = [report_labels(coding) for coding in code_texts(texts)]
    labelled = [k for k, g in enumerate(gold) if g]
    nothing = [k for k, g in enumerate(gold) if not g]
    say("events: IndiaPolice, labelled documents, example F1", [(gold[k], made[k]) for k in labelled], example_pairs_f1)
    words = labels_by_words_elsewhere(texts, gold, labels=len(LABELS))
    by_words = example_f1([gold[k] for k in labelled], [words[k] for k in labelled])
    say_baseline("events: IndiaPolice, labelled documents, example F1", "bag of words, five folds", by_words)
    print(f"{len(labelled)} reports with a label: example F1 {example_f1([gold[k] for k in labelled], [made[k] for k in labelled]):.3f}")
    both = [1.0 if not gold[k] and not made[k] else example_f1([gold[k]], [made[k]]) for k in range(len(rows))]
    print(
        f"all {len(rows)} reports: example F1 {sum(both) / len(both):.3f}; kept empty {sum(not made[k] for k in nothing)} of {len(nothing)}"
    )
    for k, name in enumerate(LABELS):
        right = sum(k in g and k in m for g, m in zip(gold, made, strict=True))
        print(f"  {name:11} P {right / max(1, sum(k in m for m in made)):.3f} R {right / max(1, sum(k in g for g in gold)):.3f}")
    return 0


def gold_labels(row: dict[str, Any]) -> set[int]:
    """The gold label numbers of a row."""
    if "label_vector" in row:
        return {k for k, on in enumerate(row["label_vector"]) if on}
    return {LABELS.index(name) for name in row.get("labels", ())}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
