"""Everything in a MUC-4 report that could fill a role, with what our codings and parses say of it as named features."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluation.readout import Features
from onrecord.records import Claim, Coding, EntityLabel, Mention, MentionKind, Parse, Participant, Polarity, Span

ARTICLES = re.compile(
    r"^(?:(?:a|an|the|some|several|two|three|four|five|six|seven|eight|nine|ten|\d[\d,.]*|at least|about|unidentified|alleged|presumed|"
    r"suspected) )+"
)
VAGUE = re.compile(r"^(?:(?:this|that|these|those|various|many|approximately|another|other|all) )+")
TAIL = re.compile(r"(?:,| who | which | that | --| \().*$", re.DOTALL)
TITLES = re.compile(
    r"^.*\b(?:president|minister|general|gen|colonel|col|captain|capt|major|maj|lieutenant|lt|sergeant|commander|mr|mrs|miss|dr|doctor|"
    r"professor|father|priest|bishop|archbishop|msgr|monsignor|ambassador|governor|mayor|deputy|senator|leader|judge|director|secretary|"
    r"candidate|journalist|lawyer|attorney|engineer|businessman|rector|justice) (?=[a-z]+)"
)
KINDS = (MentionKind.ACTOR, MentionKind.PLACE, MentionKind.WEAPON, MentionKind.OTHER)


@dataclass
class Entity:
    """Strings of one report that read alike, with where they stand and the features of each."""

    text: str
    spans: list[Span] = field(default_factory=list)
    features: set[str] = field(default_factory=set)
    named: bool = False


def normal(text: str) -> str:
    """A string without case, articles, numbers and hedges, which the gold leaves out."""
    return ARTICLES.sub("", " ".join(text.lower().split()))


def shown(text: str, label: EntityLabel | None) -> str:
    """A string as the gold would write it: up to its first clause or comma, and a person's without title."""
    short = normal(VAGUE.sub("", normal(TAIL.sub("", text)))).strip(" '")
    short = short.replace('"', "").strip() if short.count('"') % 2 else short  # half of a pair
    return TITLES.sub("", short) if label is EntityLabel.PERSON else short


def entities(coding: Coding, parse: Parse) -> list[Entity]:
    """The candidates of a report, in order of the text."""
    found: dict[str, Entity] = {}
    parts = _parts(coding)
    for span, text, label, mention in sorted(_strings(coding), key=lambda row: row[0]):
        name = shown(text, label)
        if not name or not any(letter.isalpha() for letter in name):
            continue
        entity = found.setdefault(name, Entity(name))
        entity.named |= bool(mention is not None and mention.named)
        if span in entity.spans:
            continue
        entity.spans.append(span)
        entity.features |= {*_own(name, label, mention), *_place(span, coding, parse), *parts.get(span, ())}
    attacks = sum(c.event is not None and c.event.type == "ASSAULT" and c.event.codable for c in coding.claims)
    for entity in found.values():
        entity.features.add(f"seen={min(len(entity.spans), 4)}")
        entity.features |= {f"{name}&attacks={min(attacks, 3)}" for name in entity.features if name.startswith("label=")}
    return list(found.values())


def features_of(entity: Entity) -> Features:
    """The features in a fixed order."""
    return ("always", *sorted(entity.features))


def _strings(coding: Coding) -> Iterator[tuple[Span, str, EntityLabel | None, Mention | None]]:
    known = set()
    for mention in coding.mentions:
        if mention.kind in KINDS:
            known.add(mention.span)
            yield mention.span, mention.text, mention.label, mention
    for claim in coding.claims:
        for p in (*claim.actors, *claim.recipients, *claim.others):
            if p.span is not None and p.text and p.span not in known:
                known.add(p.span)
                yield p.span, p.text, None, None


def _own(name: str, label: EntityLabel | None, mention: Mention | None) -> Iterator[str]:
    words = name.split()
    yield f"label={label or 'none'}"
    yield f"head={words[-1]}"
    yield f"words={min(len(words), 5)}"
    yield from (f"word={word}" for word in words[:-1][-4:])
    if mention is not None:
        yield f"label={label} named={mention.named}"
        yield from (f"sector={sector}" for sector in (mention.actor.sectors if mention.actor is not None else ()))


def _parts(coding: Coding) -> dict[Span, set[str]]:
    """Per span, the parts that it takes in claims."""
    found: dict[Span, set[str]] = {}
    for claim in coding.claims:
        for p in (*claim.actors, *claim.recipients, *claim.others):
            if p.span is not None:
                found.setdefault(p.span, set()).update(_part(claim, p))
    return found


def _part(claim: Claim, participant: Participant) -> Iterator[str]:
    frame = claim.origin_rule.rpartition("/")[2]
    event = claim.event.type if claim.event is not None else "none"
    yield f"part={event}:{participant.role}"
    yield f"frame={frame}:{participant.role}"
    yield f"status={event}:{participant.role}:{claim.factuality.status}"
    if claim.factuality.polarity is Polarity.NEGATIVE:
        yield f"denied={event}:{participant.role}"
    if claim.event is not None:
        yield f"part={event}:{participant.role}:codable={claim.event.codable}"
        yield from (f"mode={mode}:{participant.role}" for mode in claim.event.mode)


def _place(span: Span, coding: Coding, parse: Parse) -> Iterator[str]:
    """Where a string stands: its sentence, what it hangs on, which claims are told beside it, what the role head sees in it."""
    inside = parse.tokens_in(span)
    if not inside:
        return
    indices = {token.index for token in inside}
    head = next((token for token in inside if token.head not in indices), inside[-1])
    yield f"sentence={min(head.sentence, 8)}"
    yield f"relation={head.deprel}"
    case = next((parse.tokens[c].text.lower() for c in parse.children[head.index] if parse.tokens[c].deprel == "case"), "")
    above = parse.tokens[head.head].lemma.lower() if head.head >= 0 else "root"
    yield f"above={above}:{head.deprel}:{case}"
    yield f"above={above}"
    yield f"case={case}"
    beside = [claim for claim in coding.claims if claim.sentence == head.sentence]
    yield from (f"beside={claim.origin_rule.rpartition('/')[2]}" for claim in beside)
    attacked = any(claim.event is not None and claim.event.type == "ASSAULT" for claim in beside)
    yield "beside=an attack" if attacked else "beside=none"
    for signal in parse.signals.roles if parse.signals is not None else ():
        if signal.first <= head.index < signal.end:
            yield f"signal={signal.label}"
