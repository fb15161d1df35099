"""ACLED sub-events of short reports (CASE 2021 task 2): weighted F1, 25 sub-events and the set's five further types.

usage: python -m evaluation.acled [--errors N]
A report's label is the heaviest of its claims' crosswalk codes: specific means of attack before general ones, early claims before late.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import compress

from evaluation.baselines import labels_by_words_elsewhere
from evaluation.board import say, say_baseline
from evaluation.texts import code_parse, parse_texts, print_wrong, read_rows
from onrecord.records import Claim, Coding, Parse, QuantityOf, RelationType

# The set's names for ACLED's sub-events, and what a claim of that kind weighs.
LABELS = {
    "Armed clash": ("ARMED_CLASH", 1.2), "Government regains territory": ("GOV_REGAINS_TERIT", 2.2),
    "Non-state actor overtakes territory": ("NON_STATE_ACTOR_OVERTAKES_TER", 2.0), "Chemical weapon": ("CHEM_WEAP", 4.0),
    "Air/drone strike": ("AIR_STRIKE", 2.4), "Suicide bomb": ("SUIC_BOMB", 4.0),
    "Shelling/artillery/missile attack": ("ART_MISS_ATTACK", 2.2), "Remote explosive/landmine/IED": ("REM_EXPLOS", 2.0),
    "Grenade": ("GRENADE", 3.5), "Sexual violence": ("SEX_VIOL", 3.0), "Attack": ("ATTACK", 1.2),
    "Abduction/forced disappearance": ("ABDUCT_DISSAP", 2.4), "Peaceful protest": ("PEACE_PROTEST", 1.3),
    "Protest with intervention": ("PROTEST_WITH_INTER", 2.6), "Excessive force against protesters": ("FORCE_AGAINST_PROTEST", 2.8),
    "Violent demonstration": ("VIOL_DEMONSTR", 1.8), "Mob violence": ("MOB_VIOL", 3.0), "Agreement": ("AGREEMENT", 1.3),
    "Arrests": ("ARREST", 1.5), "Change to group/activity": ("CHANGE_TO_GROUP_ACT", 1.3), "Disrupted weapons use": ("DISR_WEAP", 2.6),
    "Headquarters or base established": ("HQ_ESTABLISHED", 2.6), "Looting/property destruction": ("PROPERTY_DISTRUCT", 1.5),
    "Non-violent transfer of territory": ("NON_VIOL_TERRIT_TRANSFER", 2.4), "Other": ("OTHER", 1.0),
}  # fmt: skip
# The further types by frame: they are no ACLED events, and their claims are mostly not codable.
FRAMES = {
    "assault.claim_responsibility": ("ATTRIB", 4.5),
    "other.crime": ("ORG_CRIME", 1.6),
    "n.crime": ("ORG_CRIME", 1.5),
    "other.disaster": ("NATURAL_DISASTER", 4.0),
    "n.disaster": ("NATURAL_DISASTER", 2.5),
    "other.accident": ("MAN_MADE_DISASTER", 2.4),
    "n.accident": ("MAN_MADE_DISASTER", 2.4),
    "displace": ("OTHER", 1.8),
    "n.displacement": ("OTHER", 1.6),
    "retreat.displaced_return": ("OTHER", 2.2),
    "sanction.convict": ("ORG_CRIME", 1.0),
    "sanction.charge": ("ORG_CRIME", 1.0),
    "sanction.sentence": ("ORG_CRIME", 1.0),
    "sanction.stand_trial": ("ORG_CRIME", 1.0),
    "sanction.impose": ("DIPLO", 2.0),
    "n.sanction": ("DIPLO", 1.8),
    "sanction.withdraw": ("DIPLO", 2.0),
    "sanction.discontinue": ("DIPLO", 1.5),
    "displace.expel": ("DIPLO", 2.4),
    "consult": ("DIPLO", 1.1),
    "n.talks": ("AGREEMENT", 1.0),
    "speech": ("DIPLO", 0.8),
    "mobilize.weapons": ("OTHER", 1.4),
    "n.weapons_test": ("OTHER", 1.4),
}
DECAY = 0.8
# Who did it is what such a report is about, whatever the attack: said of oneself, or of others and denied.
ATTRIBUTING, CLAIMED, BLAMED = "assault.claim_responsibility", 4.5, 2.3


def report_label(coding: Coding, parse: Parse) -> str:
    """The label of a report; "OTHER" where nothing is found."""
    votes: Counter[str] = Counter()
    if any((event.frame or "").startswith(ATTRIBUTING) for event in coding.events):
        votes["ATTRIB"] = CLAIMED
    if _is_blamed(coding):
        votes["ATTRIB"] = max(votes["ATTRIB"], BLAMED)
    for claim in coding.claims:
        for label, weight in claim_labels(claim):
            doubt = 0.5 if claim.event is not None and not claim.event.codable else 1.0
            votes[label] = max(votes[label], round(weight * doubt * DECAY ** min(claim.sentence, 6), 4))
    deadly = any(quantity.of is QuantityOf.KILLED for claim in coding.claims for quantity in claim.quantities)
    _at_protests(votes, deadly=deadly)
    return max((label for label in votes if votes[label] > 0), key=lambda label: (votes[label], label), default="OTHER")


def _is_blamed(coding: Coding) -> bool:
    """Whether the first thing said is who did, or did not do, an attack."""
    by_id = {claim.id: claim for claim in coding.claims}
    for relation in coding.relations:
        said, content = by_id.get(relation.target), by_id.get(relation.source)
        if relation.type is RelationType.CONTENT_OF and said is not None and content is not None and said.sentence == 0:
            frame = said.origin_rule.rpartition("/")[2]
            attack = content.event is not None and content.event.type == "ASSAULT"
            if attack and frame.startswith(("speech.allege", "statement.deny")):
                return True
    return False


def _at_protests(votes: Counter[str], *, deadly: bool) -> None:
    """Force, arrests and clashes where people protest are kinds of protest in ACLED."""
    if votes["PROTEST_WITH_INTER"] and deadly:
        votes["FORCE_AGAINST_PROTEST"] = votes["PROTEST_WITH_INTER"] + 1.0
    if "PEACE_PROTEST" not in votes and "VIOL_DEMONSTR" not in votes:
        return
    if votes["ARREST"] or votes["PROTEST_WITH_INTER"]:
        votes["PROTEST_WITH_INTER"] += 1.6
    if votes["ATTACK"] or votes["FORCE_AGAINST_PROTEST"]:
        votes["FORCE_AGAINST_PROTEST"] += 1.4
    if votes["ARMED_CLASH"] or votes["PROPERTY_DISTRUCT"]:
        votes["VIOL_DEMONSTR"] += 2.0


def claim_labels(claim: Claim) -> list[tuple[str, float]]:
    """The labels that one claim votes for, with their weights."""
    frame = claim.origin_rule.rpartition("/")[2]
    prefix = max((name for name in FRAMES if frame.startswith(name)), key=len, default=None)
    if prefix is not None:
        return [FRAMES[prefix]]
    return [LABELS[code.sub_event_type] for code in claim.event.acled] if claim.event is not None else []


def weighted_f1(gold: list[str], made: list[str]) -> float:
    """F1 of every gold label, weighted by how often it stands in the gold."""
    total = 0.0
    for label, asked in Counter(gold).items():
        right = sum(g == m == label for g, m in zip(gold, made, strict=True))
        total += asked * 2 * right / max(1, asked + made.count(label))
    return total / max(1, len(gold))


def weighted_pairs_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """``weighted_f1`` of (gold, made) pairs."""
    return weighted_f1([gold for gold, _ in pairs], [made for _, made in pairs])


def by_words(texts: Sequence[str], gold: Sequence[str]) -> list[str]:
    """The labels by bags of words, each learnt from the other reports."""
    names = sorted(set(gold))
    made = labels_by_words_elsewhere(texts, [{names.index(label)} for label in gold], labels=len(names), one=True)
    return [names[label] for (label,) in made]


def main(arguments: list[str]) -> int:
    rows = read_rows("events/acled_subevents_dev.jsonl.gz")
    parses = parse_texts([row["text"] for row in rows])
    codings = [code_parse(parse) for parse in parses]
    made = [report_label(coding, parse) for coding, parse in zip(codings, parses, strict=True)]
    gold = [row["acled_subtype"] for row in rows]
    own = [not row["unseen_type"] for row in rows]
    seen = list(compress(zip(gold, made, strict=True), own))
    words = by_words([row["text"] for row in rows], gold)
    say("events: ACLED sub-events, all types", list(zip(gold, made, strict=True)), weighted_pairs_f1)
    say_baseline("events: ACLED sub-events, all types", "bag of words, five folds", weighted_f1(gold, words))
    say("events: ACLED sub-events, ACLED's own types", seen, weighted_pairs_f1)
    of_own = weighted_pairs_f1(list(compress(zip(gold, words, strict=True), own)))
    say_baseline("events: ACLED sub-events, ACLED's own types", "bag of words, five folds", of_own)
    print(f"all types: {len(rows)} reports, weighted F1 {weighted_f1(gold, made):.3f}")
    print(f"ACLED's own types: {len(seen)} reports, weighted F1 {weighted_f1([g for g, _ in seen], [m for _, m in seen]):.3f}")
    print_wrong(arguments, rows, gold, made, codings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
