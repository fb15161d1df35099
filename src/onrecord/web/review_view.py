"""What a reviewer sees of an item: its words with their surroundings, the proposal as a form, where other people stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import nh3

from onrecord.ledger.review.team import NOTED, FieldKind, Team
from onrecord.ledger.review.values import CLOSED, COUNTED, NUMBERS, Value, shown
from onrecord.ledger.review.verdicts import Review
from onrecord.ontology import load_ontology
from onrecord.records import Claim, Coding, Place, Record, Sentence, Span
from onrecord.web.highlight import CLAIM, Found, cut

CONTEXT_SENTENCES = 2
LABELS = {
    "type": "type",
    "mode": "how",
    "who": "who",
    "whom": "to whom",
    "place": "place",
    "country": "country",
    "latitude": "latitude",
    "longitude": "longitude",
    "from": "from",
    "to": "until",
    "polarity": "does it say so?",
    "certainty": "how sure",
    "status": "status",
    "speaker": "who says so",
    **{f"{of}_{end}": f"{of}, {end}" for of in COUNTED for end in ("low", "best", "high")},
}
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("type", "What", ("type", "mode")),
    ("who", "Who", ("who",)),
    ("whom", "To whom", ("whom",)),
    ("place", "Where", ("place", "country", "latitude", "longitude")),
    ("time", "When", ("from", "to")),
    ("figures", "How many", tuple(f"{of}_{end}" for of in COUNTED for end in ("low", "best", "high"))),
    ("factuality", "Did it happen", tuple(CLOSED)),
    ("speaker", "According to", ("speaker",)),
)
HINTS = {
    "who": "codes, with ; between: SYR MIL; REB",
    "whom": "codes, with ; between: SYR CVL",
    "from": "2020-02-27, or with 18:00",
    "to": "the first moment after it; empty: one day",
}
TAGS = {"p", "b", "strong", "i", "em", "code", "ul", "ol", "li", "br", "a"}


class Input(Record, frozen=True):
    """One field of the form. ``options``: what may be chosen; empty: anything.  ``before``: what the machine proposed."""

    name: str
    label: str
    value: str
    before: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    problem: str = ""
    number: bool = False


class Group(Record, frozen=True):
    """Fields that a digit leads to. ``note``: what the codebook says, as cleaned HTML."""

    name: str
    label: str
    inputs: tuple[Input, ...]
    note: str = ""


class Piece(Record, frozen=True):
    """A stretch of text; ``marked`` where it is evidence, ``start`` its offset in the report."""

    text: str
    start: int
    marked: bool
    labels: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def type_names() -> tuple[str, ...]:
    """The types of the codebook."""
    return tuple(load_ontology().types)


def form_groups(
    team: Team, machine: Mapping[str, Value], entries: Mapping[str, str], problems: Mapping[str, str] = {}
) -> tuple[Group, ...]:
    """The form: what a person entered, else what the machine proposes."""
    before = {name: shown(machine.get(name)) for name in (*LABELS, *(field.name for field in team.fields))}
    groups = [
        Group(name=name, label=label, inputs=tuple(_input(team, one, before, entries, problems) for one in names), note=note_of(team, name))
        for name, label, names in GROUPS
    ]
    if team.fields:
        own = tuple(
            Input(
                name=field.name,
                label=field.label,
                value=entries.get(field.name, ""),
                before="",
                options=_choices(field.kind, field.choices),
                hint="",
                problem=problems.get(field.name, ""),
                number=field.kind is FieldKind.NUMBER,
            )
            for field in team.fields
        )
        notes = "".join(f"<p><b>{nh3.clean_text(field.label)}</b> {field.note}</p>" for field in team.fields if field.note)
        groups.append(Group(name="own", label="Your team asks", inputs=own, note=nh3.clean(notes, tags=TAGS)))
    return tuple(groups)


def note_of(team: Team, field: str) -> str:
    """What a team's codebook says about a field, as HTML that holds nothing but simple formatting."""
    parts = [team.notes[field]] if field in NOTED and field in team.notes else []
    if field == "type":
        parts += [f"<p><b>{nh3.clean_text(own.name)}</b> {own.label}. {own.note}</p>" for own in team.types]
    return nh3.clean("".join(parts), tags=TAGS) if parts else ""


def _choices(kind: FieldKind, choices: Sequence[str]) -> tuple[tuple[str, str], ...]:
    named = ("yes", "no") if kind is FieldKind.YES_NO else tuple(choices)
    return (("", "–"), *((name, name) for name in named)) if named else ()


def _input(team: Team, name: str, before: Mapping[str, str], entries: Mapping[str, str], problems: Mapping[str, str]) -> Input:
    value = entries.get(name, before[name])
    return Input(
        name=name,
        label=LABELS[name],
        value=value,
        before=before[name],
        options=_options(team, name, value),
        hint=HINTS.get(name, ""),
        problem=problems.get(name, ""),
        number=name in NUMBERS,
    )


def _options(team: Team, name: str, value: str) -> tuple[tuple[str, str], ...]:
    if name == "type":
        own = tuple((type_.name, f"{type_.name}: {type_.label}") for type_ in team.types)
        known = (("", "none"), *((one, one) for one in type_names()), *own)
    elif name in CLOSED:
        known = tuple((one, one) for one in CLOSED[name])
    else:
        return ()
    return known if value in {one for one, _ in known} else ((value, value), *known)


def place_choices(claim: Claim) -> tuple[tuple[str, str], ...]:
    """The places that the name could also be: number and description."""
    candidates = claim.place.candidates if claim.place is not None else ()
    return tuple((str(number), _describe(place)) for number, place in enumerate(candidates))


def _describe(place: Place) -> str:
    names = [place.name, place.admin1 if place.admin1 != place.name else None, place.country]
    point = f" ({place.lat:.2f}, {place.lon:.2f})" if place.lat is not None and place.lon is not None else ""
    return ", ".join(name for name in names if name) + point


def with_choice(entries: Mapping[str, str], claim: Claim) -> dict[str, str]:
    """The entries with the place that was chosen among the candidates in place of what the fields say."""
    chosen = entries.get("candidate", "")
    candidates = claim.place.candidates if claim.place is not None else ()
    if not chosen.isdecimal() or int(chosen) >= len(candidates):
        return dict(entries)
    place = candidates[int(chosen)]
    values = {"place": place.name, "country": place.country, "latitude": place.lat, "longitude": place.lon}
    return {**entries, **{name: shown(value) for name, value in values.items()}}


# ── The words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def context_of(coding: Coding, claim: Claim) -> tuple[Piece, ...]:
    """The evidence of a claim with the two sentences before and after."""
    first, last = max(0, claim.sentence - CONTEXT_SENTENCES), claim.sentence + CONTEXT_SENTENCES
    around = coding.sentences[first : last + 1]
    start = min([sentence.span[0] for sentence in around] + [span[0] for span in claim.evidence])
    end = max([sentence.span[1] for sentence in around] + [span[1] for span in claim.evidence])
    return tuple(_pieces(coding.document.text, (start, end), [claim]))


def paragraphs_of(coding: Coding, claims: Sequence[Claim]) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The report's paragraphs: kind, and pieces that know their offset."""
    for kind, span in _spans(coding.sentences):
        yield kind, tuple(_pieces(coding.document.text, span, claims))


def _spans(sentences: Sequence[Sentence]) -> Iterator[tuple[str, Span]]:
    """Per paragraph, its kind and its span."""
    ends: dict[tuple[int, str], Span] = {}
    for sentence in sentences:
        key = (sentence.paragraph, str(sentence.kind))
        ends[key] = (ends.get(key, sentence.span)[0], sentence.span[1])
    yield from ((kind, span) for (_, kind), span in ends.items())


def _pieces(text: str, span: Span, claims: Sequence[Claim]) -> Iterator[Piece]:
    marks = [Found(start=start, end=end, kind=CLAIM, id=claim.id) for claim in claims for start, end in claim.evidence]
    at = span[0]
    for segment in cut(text, span, sorted(marks, key=lambda mark: (mark.start, mark.end, mark.id))):
        yield Piece(text=segment.text, start=at, marked=bool(segment.claims), labels=segment.opens)
        at += len(segment.text)


def find_words(text: str, words: str) -> Span | None:
    """Where the words stand in a text, whatever white space is between them; the first place of several, None for none."""
    parts = [re.escape(part) for part in words.split()]
    found = re.search(r"\s+".join(parts), text) if parts else None
    return None if found is None else found.span()


def standing_words(review: Review) -> str:
    """Where an item stands, without telling what anybody decided before a second person has."""
    if review.second is None and review.first is not None and review.adjudicated is None:
        return "decided by one person"
    return str(review.state)
