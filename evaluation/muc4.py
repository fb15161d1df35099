"""Attack roles of MUC-4 reports as entities: CEAF-REE over perpetrators, organisations, targets, victims and weapons.

usage: python -m evaluation.muc4 [--split dev|train] [--errors N] [--train]
A proposed entity is right when its string is one of a gold entity's mentions; one to one, as in the published scorer for
"document-level role-filler entity extraction" (Du et al. 2021). Two readings of the same codings: "rules" takes the participants of attacks
as they are; "readout" weighs, for every mention of a report, what codings and parse say of it (``muc4_entities``) with weights trained on
the train part only, kept in ``muc4_weights.json`` (``--train`` writes them; the last 300 reports of that part set the thresholds).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from evaluation.board import Counts, f1_of, say
from evaluation.muc4_entities import Entity, entities, features_of, normal
from evaluation.readout import Features, Readout, fit, load_readout
from evaluation.roles import f1
from evaluation.texts import code_parse, parse_texts, read_rows
from onrecord.records import Claim, Coding, EntityLabel, Mention, Parse, Participant, ParticipantRole, Polarity

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
WEIGHTS = Path(__file__).parent / "muc4_weights.json"
HELD, THRESHOLDS = 300, (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
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


def read_out(coding: Coding, parse: Parse, readout: Readout) -> dict[str, list[str]]:
    """Role -> strings, in order of the text, of the mentions that reach their role's threshold."""
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for entity in entities(coding, parse):
        scores = readout.scores(features_of(entity))
        for role, score, threshold in zip(ROLES, scores, readout.thresholds, strict=True):
            if score >= threshold:
                found[role].append(entity.text)
    return found


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


def train() -> Readout:
    """Weights from the train part, with the thresholds that do best on its last reports when the others are learnt from."""
    rows = [row for row in read_rows("events/muc4_train_dev.jsonl.gz") if row["split"] == "train"]
    found = [entities(code_parse(parse), parse) for parse in parse_texts([row["processed_text"] for row in rows])]
    gold = [gold_entities(row) for row in rows]
    samples = [[(features_of(e), _wanted(e, g)) for e in es] for es, g in zip(found, gold, strict=True)]
    partial = fit(ROLES, *_flat(samples[:-HELD]))
    kept = [[(e.text, partial.scores(features_of(e))) for e in es] for es in found[-HELD:]]
    thresholds = [max(THRESHOLDS, key=lambda t, at=at: _f1_at(at, t, kept, gold[-HELD:])) for at in range(len(ROLES))]
    return fit(ROLES, *_flat(samples), thresholds=thresholds)


def _wanted(entity: Entity, gold: dict[str, list[set[str]]]) -> list[int]:
    return [int(any(entity.text in each for each in gold[role])) for role in ROLES]


def _flat(samples: list[list[tuple[Features, list[int]]]]) -> tuple[list[Features], list[list[int]]]:
    rows = [row for report in samples for row in report]
    return [features for features, _ in rows], [want for _, want in rows]


def _f1_at(at: int, threshold: float, kept: list[list[tuple[str, Any]]], gold: list[dict[str, list[set[str]]]]) -> float:
    total: Counter[str] = Counter()
    for report, wanted in zip(kept, gold, strict=True):
        made = {role: [text for text, scores in report if scores[at] >= threshold] if role == ROLES[at] else [] for role in ROLES}
        total.update(count(wanted, made)[ROLES[at]])
    return f1(total["right"], total["made"], total["asked"])[2]


def main(arguments: list[str]) -> int:
    if "--train" in arguments:
        train().save(WEIGHTS)
    split = arguments[arguments.index("--split") + 1] if "--split" in arguments else "dev"
    rows = [row for row in read_rows("events/muc4_train_dev.jsonl.gz") if row["split"] == split]
    parses = parse_texts([row["processed_text"] for row in rows])
    codings = [code_parse(parse) for parse in parses]
    gold = [gold_entities(row) for row in rows]
    readout = load_readout(WEIGHTS)
    systems = {
        "rules": [report_entities(coding) for coding in codings],
        "readout": [read_out(coding, parse, readout) for coding, parse in zip(codings, parses, strict=True)],
    }
    for name, made in systems.items():
        counts = [count(wanted, found) for wanted, found in zip(gold, made, strict=True)]
        _print(name, counts)
    if "--errors" in arguments:
        for wanted, found in list(zip(gold, systems["readout"], strict=True))[: int(arguments[arguments.index("--errors") + 1])]:
            shown = {role: [sorted(entity) for entity in row] for role, row in wanted.items() if row}
            print(f"- want {shown}\n  got  { ({role: texts for role, texts in found.items() if texts}) }")
    return 0


def _print(name: str, counts: list[dict[str, Counter[str]]]) -> None:
    for role in ROLES:
        total: Counter[str] = Counter()
        for report in counts:
            total.update(report[role])
        print(f"  {name:7} {role:8} " + "P {:.3f} R {:.3f} F1 {:.3f}".format(*f1(total["right"], total["made"], total["asked"])))
    each: list[Counts] = [
        (sum(r[role]["right"] for role in ROLES), sum(r[role]["made"] for role in ROLES), sum(r[role]["asked"] for role in ROLES))
        for r in counts
    ]
    say(f"events: MUC-4, CEAF-REE{'' if name == 'readout' else ', rules'}", each, f1_of)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
