"""Parses and mentions out of the compact trees of ``cases/claims.yaml``: one word a line, ``form lemma UPOS head deprel [feats]``."""

from __future__ import annotations

from typing import Any

from onrecord.records import (
    Actor,
    Block,
    BlockKind,
    Document,
    EntityLabel,
    Exactness,
    Granularity,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Place,
    PlaceBasis,
    PlaceKind,
    Quantity,
    QuantityOf,
    Scope,
    Time,
    TimeBasis,
    Token,
    Unit,
    actor_code,
    text_sha256,
)


def tree(text: str, lines: str, *, published: str | None = "2024-03-10", outlet: str | None = "Example Wire", kind: str = "body") -> Parse:
    """The parse of a text; words must stand in it in order, and their heads are counted from 1 in each sentence.

    A line ``# headline`` begins a sentence of that kind and a paragraph, ``#`` alone a sentence that goes on in the paragraph.
    """
    tokens: list[Token] = []
    starts: list[tuple[int, str, int]] = []
    at = 0
    rows = lines.strip().splitlines()
    for line in rows if rows[0].startswith("#") else [f"# {kind}", *rows]:
        if line.startswith("#"):
            named = line[1:].strip()
            paragraph = starts[-1][2] + bool(named) if starts else 0
            starts.append((len(tokens), named or starts[-1][1], paragraph))
            continue
        form, lemma, upos, head, deprel, *feats = line.split()
        at = text.index(form, at)
        first = starts[-1][0]
        tokens.append(
            Token(
                index=len(tokens),
                span=(at, at + len(form)),
                text=form,
                lemma=lemma,
                upos=upos,
                head=first + int(head) - 1 if int(head) else -1,
                deprel=deprel,
                sentence=len(starts) - 1,
                feats=feats[0] if feats else "",
            )
        )
        at += len(form)
    document = Document(
        id="doc-test",
        text=text,
        sha256=text_sha256(text),
        published=published,
        outlet=outlet,
        blocks=(Block(span=(0, len(text)), kind=BlockKind(starts[0][1]), paragraph=0),),
    )
    return Parse(document=document, sentences=_sentences(starts, tokens, len(text)), tokens=tuple(tokens), parser="test")


def _sentences(starts: list[tuple[int, str, int]], tokens: list[Token], length: int) -> tuple[ParsedSentence, ...]:
    ends = [first for first, _, _ in starts[1:]] + [len(tokens)]
    bounds = [tokens[first].span[0] if number else 0 for number, (first, _, _) in enumerate(starts)] + [length]
    return tuple(
        ParsedSentence(span=(bounds[number], bounds[number + 1]), kind=BlockKind(kind), paragraph=paragraph, first=first, end=ends[number])
        for number, (first, kind, paragraph) in enumerate(starts)
    )


def mentions(text: str, rows: list[str]) -> tuple[Mention, ...]:
    """Mentions from rows ``words | LABEL | code``: a code "SYR MIL" makes an actor, a number a quantity of people, none a bare mention.

    A place with the code "?" is one that nothing locates.
    """
    found: list[Mention] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        words, label, *rest = (part.strip() for part in row.split("|"))
        start = text.index(words, seen.get(words, 0))
        seen[words] = start + 1
        span = (start, start + len(words))
        found.append(_mention(f"m{number}", words, span, EntityLabel(label), rest[0] if rest else ""))
    return tuple(found)


def _mention(identity: str, words: str, span: tuple[int, int], label: EntityLabel, code: str) -> Mention:
    values: dict[str, Any] = {"kind": MentionKind.ACTOR}
    if label is EntityLabel.NUMBER:
        values = {"kind": MentionKind.QUANTITY, "quantity": _quantity(words, span, float(code))}
    elif label in (EntityLabel.DATE, EntityLabel.TIME):
        values = {"kind": MentionKind.TIME, "time": _time(words, span, code) if code else None}
    elif code == "?":
        values = {"kind": MentionKind.PLACE, "place": None}
    elif label in (EntityLabel.LOC, EntityLabel.FAC) or (label is EntityLabel.GPE and not code):
        values = {"kind": MentionKind.PLACE, "place": _place(words, span)}
    elif label is EntityLabel.WEAPON:
        values = {"kind": MentionKind.WEAPON}
    elif code:
        values["actor"] = _actor(words, code)
    head = (span[1] - len(words.split()[-1]), span[1])
    return Mention(id=identity, label=label, span=span, head=head, text=words, named=words[:1].isupper(), **values)


def _time(words: str, span: tuple[int, int], day: str) -> Time:
    return Time(
        span=span,
        text=words,
        value=day,
        start=f"{day}T00:00",
        end=f"{day}T24:00",
        zone=None,
        granularity=Granularity.DAY,
        basis=TimeBasis.RELATIVE,
        anchor="published",
        acled_precision=1,
        ucdp_precision=1,
    )


def _place(words: str, span: tuple[int, int]) -> Place:
    return Place(
        span=span,
        text=words,
        name=words,
        id=None,
        kind=PlaceKind.POPULATED,
        lat=None,
        lon=None,
        country=None,
        admin1=None,
        relation=None,
        radius_km=None,
        acled_precision=1,
        ucdp_precision=1,
        basis=PlaceBasis.ARGUMENT,
        confidence=0.9,
    )


def _actor(words: str, code: str) -> Actor:
    country, _, sectors = code.rpartition(" ")
    parts = tuple(sectors.split("/"))
    if not country and len(parts) == 1 and len(parts[0]) == 3 and parts[0] == "UNO":
        country, parts = "UNO", ()
    return Actor(
        id=None,
        name=words,
        country=country or None,
        sectors=parts,
        code=actor_code(country or None, parts),
        basis="composed",
        confidence=0.9,
    )


def _quantity(words: str, span: tuple[int, int], best: float) -> Quantity:
    return Quantity(
        span=span,
        number_span=span,
        text=words,
        of=QuantityOf.OTHER,
        unit=Unit.PEOPLE,
        group=None,
        low=best,
        low_conservative=None,
        best=best,
        high=best,
        exactness=Exactness.EXACT,
        scope=Scope.INCIDENT,
    )
