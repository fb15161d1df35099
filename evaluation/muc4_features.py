"""What codings and parses say of a noun phrase of a MUC-4 report, as named features: its words, its place, its parts in claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from onrecord.records import Claim, Coding, Mention, MentionKind, Parse, Participant, Polarity, Token

KINDS = (MentionKind.ACTOR, MentionKind.PLACE, MentionKind.WEAPON, MentionKind.OTHER)
CHAIN = 20  # links of a chain of references that are followed
IN_A_ROW = ("conj", "appos", "flat", "compound", "nmod:desc")  # what shares the role of the word it hangs on


class Clues:
    """A report's look-ups. parts, labels: by the index of a phrase's head.  beside: by the number of a sentence.

    parts: the parts that it, or what it is referred to by, takes in claims; who it is.  attacks: how many the report tells of, up to three.
    """

    def __init__(self, coding: Coding, parse: Parse) -> None:
        self._at = {token.span[0]: token.index for token in parse.tokens}
        self._named = {mention.id: mention for mention in coding.mentions}
        self.labels = self._labels(coding)
        self.parts: dict[int, set[str]] = defaultdict(set)
        self.beside: dict[int, list[Claim]] = defaultdict(list)
        for claim in coding.claims:
            self.beside[claim.sentence].append(claim)
            for participant in (*claim.actors, *claim.recipients, *claim.others):
                self._add(participant, frozenset(_part(claim, participant)))
        for mention in coding.mentions:
            if mention.actor is not None and mention.head[0] in self._at:
                who = self.parts[self._at[mention.head[0]]]
                who |= {f"sector={sector}" for sector in mention.actor.sectors} | {f"basis={mention.actor.basis}"}
        self.attacks = min(3, sum(c.event is not None and c.event.type == "ASSAULT" and c.event.codable for c in coding.claims))

    def _labels(self, coding: Coding) -> dict[int, tuple[str, bool]]:
        mentions = sorted((m for m in coding.mentions if m.kind in KINDS), key=lambda m: m.span[0] - m.span[1])
        return {self._at[m.head[0]]: (str(m.label), m.named) for m in mentions if m.head[0] in self._at}

    def _add(self, participant: Participant, said: frozenset[str]) -> None:
        if participant.head is None or participant.head[0] not in self._at:
            return
        self.parts[self._at[participant.head[0]]] |= said
        kept = {f"chain {name}" for name in said if name.startswith(("part=", "frame="))}
        for mention in self._chain(participant):
            if mention.head[0] in self._at:
                self.parts[self._at[mention.head[0]]] |= kept

    def _chain(self, participant: Participant) -> Iterator[Mention]:
        mention = self._named.get(participant.mention or "")
        for _ in range(CHAIN):
            mention = self._named.get(mention.refers_to or "") if mention is not None else None
            if mention is None:
                return
            yield mention


def clues_of(token: Token, parse: Parse, clues: Clues) -> set[str]:
    """Features of a phrase by its head."""
    return {*_above(token, parse), *_around(token, parse, clues), *clues.parts.get(token.index, ())}


def form_features(name: str, token: Token, first: int, end: int, behind: str, parse: Parse, clues: Clues) -> Iterator[str]:
    """Features of one of a phrase's strings: its words, its label, what is left out before and behind."""
    words, start = name.split(), parse.tokens[first]
    label, named = clues.labels.get(token.index, ("none", False))
    lemma = token.lemma.lower()
    yield from (f"text={name}", f"head={token.text.lower()}", f"lemma={lemma}", f"last={words[-1]}", f"first={words[0]}")
    yield from (f"words={min(len(words), 5)}", f"label={label}", f"label={label} named={named} words={min(len(words), 4)}")
    yield from (f"word={word}" for word in words[:-1][-4:])
    yield f"begin={start.deprel if first != token.index else 'head'}:{start.upos}"
    before = parse.tokens[first - 1] if first > 0 and parse.tokens[first - 1].sentence == start.sentence else None
    cut = f"{before.deprel}:{before.upos}" if before is not None and is_under(parse, before.index, token.index) else "out"
    yield from (f"cut={cut}", f"cut={cut}>{start.upos} {label}", f"behind={behind}", f"figures={any(map(str.isdigit, name))}")
    if behind:
        yield f"behind={behind}:{lemma}"
    if before is not None:
        yield f"before={before.text.lower()}"
    if end < len(parse.tokens) and parse.tokens[end].sentence == start.sentence:
        after = parse.tokens[end]
        yield from (f"after={after.text.lower()}", f"after={after.upos}:{is_under(parse, end, token.index)} {label}")


def is_under(parse: Parse, at: int, top: int) -> bool:
    """Whether a word hangs on another within a noun phrase."""
    for _ in range(6):
        at = parse.tokens[at].head
        if at in (top, -1):
            break
    return at == top


def _above(token: Token, parse: Parse) -> Iterator[str]:
    """What a head hangs on, by itself and as one of a row."""
    case, above = _case(token, parse), _lemma_above(token, parse)
    yield from (f"relation={token.deprel}", f"case={case}", f"above={above}", f"above={above}:{token.deprel}")
    yield f"above={above}:{token.deprel}:{case}"
    top, via = token, ""
    while top.head >= 0 and top.deprel in IN_A_ROW:
        top, via = parse.tokens[top.head], top.deprel
    if via:
        yield f"via={via}:{_lemma_above(top, parse)}:{top.deprel}:{_case(top, parse)}"
        yield f"via={_lemma_above(top, parse)}:{top.deprel}"
    if token.head >= 0 and parse.tokens[token.head].head >= 0:
        yield f"grand={_lemma_above(parse.tokens[token.head], parse)}:{parse.tokens[token.head].deprel}:{token.deprel}"
    for child in parse.children[token.index]:
        if parse.tokens[child].deprel in ("acl", "acl:relcl", "nmod", "appos"):
            yield f"below={parse.tokens[child].deprel}:{parse.tokens[child].lemma.lower()}"


def _lemma_above(token: Token, parse: Parse) -> str:
    return parse.tokens[token.head].lemma.lower() if token.head >= 0 else "root"


def _case(token: Token, parse: Parse) -> str:
    return next((parse.tokens[c].text.lower() for c in parse.children[token.index] if parse.tokens[c].deprel == "case"), "")


def _around(token: Token, parse: Parse, clues: Clues) -> Iterator[str]:
    """The sentence, the claims told in it, what the model's role head sees."""
    claims = clues.beside.get(token.sentence, [])
    yield f"sentence={min(token.sentence, 8)}"
    yield from (f"beside={claim.origin_rule.rpartition('/')[2]}" for claim in claims)
    attacked = any(claim.event is not None and claim.event.type == "ASSAULT" for claim in claims)
    yield "beside=an attack" if attacked else "beside=none"
    for signal in parse.signals.roles if parse.signals is not None else ():
        if signal.first <= token.index < signal.end:
            yield f"signal={signal.label}"


def _part(claim: Claim, participant: Participant) -> Iterator[str]:
    event = claim.event.type if claim.event is not None else "none"
    role = participant.role
    yield from (f"part={event}:{role}", f"frame={claim.origin_rule.rpartition('/')[2]}:{role}", f"kind={claim.kind}:{role}")
    yield f"status={event}:{role}:{claim.factuality.status}"
    if claim.factuality.polarity is Polarity.NEGATIVE:
        yield f"denied={event}:{role}"
    if claim.event is not None:
        yield f"part={event}:{role}:codable={claim.event.codable}"
        yield from (f"mode={mode}:{role}" for mode in claim.event.mode)
