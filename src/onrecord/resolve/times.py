"""Time expressions become half-open local intervals, as precise as the text and no more.

What the words say comes from the grammar in ``lexicon``; here it is placed on the calendar: from the publication date, the tense of the
clause and the times named before. Nothing reads the clock: without a publication date a relative time keeps a symbolic value.
Conventions, with the reasons for them, are in docs/method/times.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import msgspec

from onrecord.lexicon import Lexicon
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.timexes import FormKind, TimeForm
from onrecord.records import Mention, MentionKind, Parse, Span, Time, TimeBasis
from onrecord.resolve.antecedents import FINE, date_beside, time_of_event
from onrecord.resolve.intervals import Interval, precision
from onrecord.resolve.placing import ANTECEDENTS, Placed, Setting, place

DATED_AHEAD = word_set("sequence.dated_ahead")
CLAUSE_REACH = 400  # code points around an expression in which its clause is looked for
BEFORE_CLOCK = 600  # code points back from a clock time to the day that it may belong to
AFTER_CLOCK = 20  # code points from a clock time to the day that it may belong to ("16:15 UTC, June 1st")
_FUTURE = re.compile(
    r"\b(?:will|shall|won't|'ll|upcoming|(?:set|due|expected|scheduled|slated|planned|likely|poised|going|ready) (?:to|for|on)|"
    r"(?:plans?|intends?|vows?|vowed|pledged?|promised|hopes?|aims?|wants?|agreed|prepar\w+) to|scheduled|deadline|ahead of)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|by|before)\s+(?:\w+\s)?$", re.IGNORECASE)
_INFINITIVE = re.compile(r"\b(?:to|must|should|would|can|may) [a-z]+\b", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[;:()—]|--|,(?!\s*\d{4})|\b(?:that|which|who|when|where|while|because|although|though|but|if|as|than)\b", re.IGNORECASE
)


def resolve_times(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon) -> tuple[Mention, ...]:
    """All mentions, those of kind ``time`` with their time where the text and the publication date support one.

    Anchored on ``parse.document.published``; "since then" and "the same day" on the nearest time named before; "two days
    after the attack" on the day of the attack, where the text tells it.
    """
    published = _published(parse)
    forms = {timex.span: timex.form for timex in lexicon.times.find_timexes(parse.document.text)}
    longer = {span[0]: (span[1], form) for span, form in forms.items()}
    read = {
        mention.id: forms.get(mention.span) or _longer_form(mention.span, longer) or form_of(mention.text, lexicon)
        for mention in mentions
        if mention.kind is MentionKind.TIME
    }
    times: dict[str, Time] = {}
    named: list[tuple[Mention, Interval]] = []
    for mention in sorted(mentions, key=lambda mention: _waits(read.get(mention.id))):
        form = read.get(mention.id)
        if form is None:
            continue
        placed = _place(parse, form, mention, named, published)
        if placed is None:
            continue
        times[mention.id] = _time(placed, mention.span, mention.text)
        if form.kind in ANTECEDENTS and placed.interval.start is not None:
            named.append((mention, placed.interval))
    return tuple(
        msgspec.structs.replace(mention, time=times.get(mention.id)) if mention.kind is MentionKind.TIME else mention
        for mention in mentions
    )


def _place(
    parse: Parse, form: TimeForm, mention: Mention, named: list[tuple[Mention, Interval]], published: dt.date | None
) -> Placed | None:
    if form.code != "event":
        antecedent, interval = _antecedent(form, mention, named)
        tense = tense_at(*_sentence_around(parse, mention.span))
        if (governor := _happened(parse, mention.span)) is not None:
            tense = -2 if tense < 0 else tense if governor in DATED_AHEAD else -1
        told = tense
        return place(form, Setting(published, told, interval, antecedent))
    beside = date_beside(parse, mention.span, named)
    if beside is not None:
        return Placed(beside[1], TimeBasis.ANCHORED, beside[0])
    event = time_of_event(parse, mention.span, named) or (None, None)
    return place(form, Setting(published, antecedent=event[1], antecedent_id=event[0]))


def _longer_form(span: Span, starting: dict[int, tuple[int, TimeForm]]) -> TimeForm | None:
    """What the grammar's longer expression at the same place says: "October" where the text has "October of next year"."""
    end, form = starting.get(span[0], (0, None))
    return form if end > span[1] else None


def resolve_time(text: str, *, published: dt.date | None, lexicon: Lexicon, before: str = "", after: str = "") -> Time | None:
    """The time that an expression refers to, or None if it refers to none.

    Args: published: date in the outlet's zone; anchors "Thursday night"; None leaves relative times symbolic.
    before, after: the rest of the sentence, for the tense.
    Returns: half-open local interval with granularity; ``span`` is None.
    """
    form = form_of(text, lexicon)
    placed = place(form, Setting(published, tense_at(before, after))) if form is not None else None
    return _time(placed, None, text) if placed is not None else None


def form_of(text: str, lexicon: Lexicon) -> TimeForm | None:
    """What a text that is one time expression says, or None; of several expressions in it, the longest."""
    found = lexicon.times.find_timexes(text) or lexicon.times.find_timexes(f"in {text}")
    return max(found, key=lambda timex: timex.span[1] - timex.span[0]).form if found else None


def tense_at(before: str, after: str) -> int:
    """1 if the clause around a time expression speaks of the future, -1 of the past, 0 unknown; by the words of its sentence alone."""
    limit = _UNTIL.search(before) is not None
    before, after = _clause_around(before, after)
    if limit:
        return 1 if _INFINITIVE.search(before) or _FUTURE.search(before) else 0
    return 1 if _FUTURE.search(before) or _FUTURE.search(after) else -1


def _happened(parse: Parse, span: Span) -> str | None:
    """The lemma of the finite verb in the past that governs a time expression, "was injured on 9 February"; None where none does."""
    token = next(
        (token for token in parse.tokens_in(span) if token.head < 0 or not span[0] <= parse.tokens[token.head].span[0] < span[1]), None
    )
    if token is None or token.head < 0 or token.deprel.partition(":")[0] not in ("obl", "advmod", "nmod"):
        return None
    verb = parse.tokens[token.head]
    forms = [verb.feats, *(parse.tokens[child].feats for child in parse.children[verb.index] if parse.tokens[child].deprel[:3] == "aux")]
    past = verb.upos == "VERB" and any("Tense=Past" in feats and "VerbForm=Fin" in feats for feats in forms)
    return verb.lemma.lower() if past else None


def _published(parse: Parse) -> dt.date | None:
    try:
        return dt.date.fromisoformat((parse.document.published or "")[:10])
    except ValueError:
        return None


def _waits(form: TimeForm | None) -> bool:
    """Whether an expression is placed after the others: a clock time may stand before its day, "two days after" before its event's."""
    return form is not None and (form.kind is FormKind.CLOCK or form.code == "event")


def _antecedent(form: TimeForm, mention: Mention, named: list[tuple[Mention, Interval]]) -> tuple[str | None, Interval | None]:
    """The nearest time named before that an anchored form may count from: as fine as its unit."""
    inner = form.first if form.kind is FormKind.SINCE and form.first is not None else form
    if not (inner.anchored or inner.kind is FormKind.CLOCK):
        return None, None
    clock = inner.kind is FormKind.CLOCK
    days = clock or inner.unit in ("D", "H")
    for other, interval in reversed(named):
        fine = interval.granularity in FINE
        if clock and mention.span[0] - other.span[1] > BEFORE_CLOCK:
            break
        reachable = other.span[0] <= mention.span[1] + AFTER_CLOCK if clock else other.span[1] <= mention.span[0]
        if reachable and (fine or not days):
            return other.id, interval
    return None, None


def _sentence_around(parse: Parse, span: Span) -> tuple[str, str]:
    """The words of its sentence before and after a span."""
    token = parse.token_at(span[0])
    if token is None:
        return "", ""
    start, end = parse.sentences[parse.tokens[token].sentence].span
    text = parse.document.text
    return text[max(start, span[0] - CLAUSE_REACH) : span[0]], text[span[1] : min(end, span[1] + CLAUSE_REACH)]


def _clause_around(before: str, after: str) -> tuple[str, str]:
    """The part of the sentence before and after that belongs to the clause, by marks and conjunctions."""
    cut = [match.end() for match in _CLAUSE_END.finditer(before)]
    stop = _CLAUSE_END.search(after)
    return before[cut[-1] if cut else 0 :], after[: stop.start()] if stop else after


def _time(placed: Placed, span: Span | None, text: str) -> Time:
    interval = placed.interval
    acled, ucdp = precision(interval)
    vague = interval.value.endswith("_REF")
    return Time(
        span=span,
        text=text,
        value=interval.value,
        start=_iso(interval.start),
        end=_iso(interval.end),
        zone=placed.zone,
        granularity=interval.granularity,
        basis=placed.basis,
        anchor=placed.anchor,
        acled_precision=None if vague else acled,
        ucdp_precision=None if vague else ucdp,
    )


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M").rjust(16, "0") if moment is not None else None
