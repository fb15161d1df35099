"""Attack roles of MUC-4 reports as entities: CEAF-REE over perpetrators, organisations, targets, victims and weapons.

usage: python -m evaluation.muc4 [--split dev|train] [--errors N]
A proposed entity is right when its string is one of a gold entity's mentions; one to one, as in the published scorer for
"document-level role-filler entity extraction" (Du et al. 2021).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import Any

from evaluation.board import Counts, f1_of, say
from evaluation.roles import f1
from evaluation.texts import code_parse, parse_texts, read_rows
from onrecord.records import Claim, Coding, EntityLabel, Mention, Participant, ParticipantRole, Polarity

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
STATE = frozenset(("MIL", "GOV", "COP"))
ATTACKS = frozenset(("ASSAULT",))
ORGANISED = frozenset((EntityLabel.ORG, EntityLabel.FORCE, EntityLabel.NORP))
PEOPLE_NOUNS = re.compile(
    r"(men|man|terrorists?|guerrillas?|rebels?|individuals?|subversives?|gunm[ae]n|soldiers?|troops|members?|assassins?|hitm[ae]n|youths?|killers?|kidnappers?)$"
)
ARTICLES = re.compile(
    r"^(?:(?:a|an|the|some|several|two|three|four|five|six|seven|eight|nine|ten|\\d+|at least|about|unidentified|alleged|presumed|"
    r"suspected) )+"
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


def normal(text: str) -> str:
    """A string without case, articles, numbers and hedges, which the gold leaves out."""
    return ARTICLES.sub("", " ".join(text.lower().split()))


def gold_entities(row: dict[str, Any]) -> dict[str, list[set[str]]]:
    """Role -> entities, each the set of its mention strings."""
    return {role: [{normal(mention[0]) for mention in entity} for entity in row["processed"][role]] for role in ROLES}


def main(arguments: list[str]) -> int:
    split = arguments[arguments.index("--split") + 1] if "--split" in arguments else "dev"
    rows = [row for row in read_rows("events/muc4_train_dev.jsonl.gz") if row["split"] == split]
    codings = [code_parse(parse) for parse in parse_texts([row["processed_text"] for row in rows])]
    counts: dict[str, Counter[str]] = {role: Counter() for role in ROLES}
    each: list[Counts] = []
    for row, coding in zip(rows, codings, strict=True):
        gold, made = gold_entities(row), report_entities(coding)
        right = sum(counts[role]["right"] for role in ROLES)
        for role in ROLES:
            left = list(gold[role])
            for text in made[role]:
                hit = next((entity for entity in left if text in entity), None)
                if hit is not None:
                    left.remove(hit)
                    counts[role]["right"] += 1
            counts[role].update(made=len(made[role]), asked=len(gold[role]))
        right = sum(counts[role]["right"] for role in ROLES) - right
        each.append((right, sum(map(len, made.values())), sum(map(len, gold.values()))))
    say("events: MUC-4, CEAF-REE", each, f1_of)
    total: Counter[str] = Counter()
    for role in ROLES:
        total.update(counts[role])
        print(
            f"  {role:8} " + "P {:.3f} R {:.3f} F1 {:.3f}".format(*f1(counts[role]["right"], counts[role]["made"], counts[role]["asked"]))
        )
    print(
        f"{len(rows)} reports ({split}): CEAF-REE "
        + "P {:.3f} R {:.3f} F1 {:.3f}".format(*f1(total["right"], total["made"], total["asked"]))
    )
    if "--errors" in arguments:
        for row, coding in list(zip(rows, codings, strict=True))[: int(arguments[arguments.index("--errors") + 1])]:
            wanted = {role: [sorted(entity) for entity in entities] for role, entities in gold_entities(row).items() if entities}
            made = {role: texts for role, texts in report_entities(coding).items() if texts}
            print(f"- want {wanted}\n  got  {made}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
