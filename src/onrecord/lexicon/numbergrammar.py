"""The grammar of numbers in running text: numerals in every form, their bounds, and words that count vaguely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onrecord.lexicon.numbers import Implied, Number, NumberKind, NumberWords, Vague
from onrecord.lexicon.numerals import Numeral, exactly, lower_at, read_numeral
from onrecord.lexicon.persons import PARTITIVE, POSSESSIVE, REACH, STOPS, bracket_end, counts_article, counts_one, gives_ages
from onrecord.lexicon.superseded import SUPERSEDED_REACH, after_change, is_superseded
from onrecord.lexicon.words import Word, split_words
from onrecord.records import Exactness, Span

AGED = frozenset(["children", "child", "girls", "boys", "minors", "kids", "infants", "those", "adults", "anyone", "persons"])
OF_AN_AGE = frozenset(["boy", "girl", "child", "man", "woman", "youth", "teenager", "pupil", "toddler", "baby", "widow", "person"])
AFTER_AGE = frozenset(["was", "is", "has", "his", "as"])
PASSING_ON = frozenset(["hand", "hands", "handed", "handing", "turn", "turned", "turning", "took", "take", "takes", "taken", "taking"])
FRACTIONS = frozenset(["third", "thirds", "quarter", "quarters", "fifth", "fifths", "tenth", "tenths", "half", "halves"])
NOT_MANY = frozenset(["how", "so", "too", "as", "not", "very"])


class _Prefix(NamedTuple):
    """The words before a numeral: the index after them, their bounds, whether they add, and a currency."""

    end: int
    bounds: tuple[Exactness, ...]
    adds: bool
    currency: str | None


class NumberGrammar:
    """Finds numbers in text with the words of a lexicon."""

    def __init__(self, known: NumberWords) -> None:
        self._known = known
        firsts: set[str] = {"a", "an", "half", "quarter", "between", "from", "no", "one"}
        for table in (*known[1:5], known.vague, known.none, known.both, known.currency, known.implied, known.losses, known.degrees):
            firsts.update(table.firsts())
        for mapping in (known.numerals.numerals, known.numerals.plurals):
            firsts.update(mapping)
        self._firsts = frozenset(firsts)

    def find(self, text: str, skip: Sequence[Span] = ()) -> Iterator[Number]:
        """The numbers of a text in order, none overlapping another nor a span of ``skip``."""
        words = split_words(text)
        closed = _Closed(skip)
        at = 0
        while at < len(words):
            if not (words[at].digits or words[at].lower in self._firsts) or closed.holds(words[at]):
                at += 1
                continue
            found = self._number(text, words, at, closed)
            if found is None:
                at += 1
                continue
            number, end = found
            if number is not None:
                yield number
            at = max(end, at + 1)
            beyond = at + 1 if lower_at(words, at) == "of" else at
            if loss := self._known.losses.match(words, beyond) if number is not None and number.kind is NumberKind.COUNT else None:
                at = loss[1]  # "12 casualties", "no casualties": counted already

    def _number(self, text: str, words: Sequence[Word], at: int, closed: _Closed) -> tuple[Number | None, int] | None:
        """The number that begins at a word and the index after it; (None, index) to step over what is no count."""
        prefix = self._prefix(words, at)
        core = prefix.end
        if core >= len(words) or closed.holds(words[core]):
            return None
        numeral = self._numeral(text, words, core, closed)
        if numeral is None:
            return self._other(words, at) if core == at else None
        if self._is_label(words, at) or _is_surmise(words, at) or _is_age(words, at, numeral.end) or _is_item(words, at, numeral.end):
            return None, numeral.end
        if _opens_bracket(words, at) and gives_ages(self._known, words, at - 1):
            return None, bracket_end(words, at - 1)
        return self._finished(text, words, at, prefix, numeral)

    # ── before the numeral ──

    def _prefix(self, words: Sequence[Word], at: int) -> _Prefix:
        known, bounds, adds, currency = self._known, [], False, None
        while at < len(words):
            bound = known.before.match(words, at)
            if bound and not (lower_at(words, at) == "over" and lower_at(words, at - 1) in PASSING_ON):
                bounds += [bound[0]] if bound[0] else []
                at = bound[1]
            elif match := known.adds_before.match(words, at):
                adds, at = True, match[1]
            elif not currency and (money := known.currency.match(words, at)) and _is_sign(words, at, money[1]):
                currency, at = money
            else:
                break
        return _Prefix(at, tuple(bounds), adds, currency)

    # ── the numeral ──

    def _numeral(self, text: str, words: Sequence[Word], at: int, closed: _Closed) -> Numeral | None:
        """One value, a range, or a vague word."""
        opening = words[at].lower
        if opening in ("between", "from") and at + 1 < len(words):
            return self._range_from(text, words, at, closed)
        numeral = self._one_numeral(text, words, at)
        if numeral is None:
            return None
        return self._range_to(text, words, at, numeral, closed) or numeral

    def _one_numeral(self, text: str, words: Sequence[Word], at: int) -> Numeral | None:
        known = self._known
        vague = known.vague.match(words, at)
        if vague and lower_at(words, at - 1) not in NOT_MANY:
            return self._vague(text, words, *vague)
        numeral = read_numeral(text, words, at, known.numerals)
        if numeral is None or (words[at].lower == "one" and numeral.end == at + 1 and not counts_one(self._known, words, at)):
            return None
        short = known.numerals.shorts.get(lower_at(words, numeral.end))
        if short and words[at].digits and not numeral.scaled and self._is_short(text, words, at, numeral):
            return exactly((numeral.best or 0) * short, numeral.end + 1, scaled=True)
        return None if self._is_bare_year(text, words, at, numeral) else numeral

    def _vague(self, text: str, words: Sequence[Word], vague: Vague, end: int) -> Numeral | None:
        """ "several hundred" multiplies; alone a vague word needs a counted noun in reach."""
        known = self._known
        if vague.multiplies and lower_at(words, end) in known.numerals.multipliers:
            factor = known.numerals.multipliers[lower_at(words, end)]
            if lower_at(words, end + 1) == "thousand" and factor < 1000:
                return Numeral(vague.low * factor * 1000, None, None, None, Exactness.VAGUE, end + 2, True)
            return Numeral(vague.low * factor, None, None, None, Exactness.VAGUE, end + 1, True)
        if vague.multiplies and lower_at(words, end) in known.numerals.plurals:
            return read_numeral(text, words, end, known.numerals)
        if not self._counts_soon(words, end):
            return None
        return Numeral(vague.low, None, None, None, Exactness.VAGUE, end, vague.bare)

    def _counts_soon(self, words: Sequence[Word], at: int) -> bool:
        for index in range(at, min(at + REACH, len(words))):
            if words[index].text in STOPS or words[index].text == ",":
                return False
            if self._known.counted.match(words, index):
                return True
        return lower_at(words, at) in ("of", "more", "others", "killed", "dead", "wounded", "injured", "were") and at < len(words)

    def _is_short(self, text: str, words: Sequence[Word], at: int, numeral: Numeral) -> bool:
        """Whether "m" or "k" after digits is a million or a thousand, not metres: a sign before, a decimal, or people after."""
        letter = words[numeral.end]
        if letter.lower in ("bn", "mn", "mln", "k"):
            return letter.glued or letter.lower != "k"
        decimal = "." in text[words[at].start : letter.start]
        money = any(self._known.currency.match(words, near) is not None for near in (at - 1, numeral.end + 1))
        return money or (letter.glued and decimal) or self._known.counted.match(words, numeral.end + 1) is not None

    def _is_bare_year(self, text: str, words: Sequence[Word], at: int, numeral: Numeral) -> bool:
        if not words[at].digits or numeral.end != at + 1 or numeral.scaled or numeral.best is None or not 1900 <= numeral.best <= 2099:
            return False
        return not self._counts_soon(words, numeral.end) and not self._known.before.match(words, at - 1)

    def _range_from(self, text: str, words: Sequence[Word], at: int, closed: _Closed) -> Numeral | None:
        """ "between 12 and 15", "from 12 to 15"; after a verb of change "from 34 to 33" is two numbers, not a range."""
        start = self._prefix(words, at + 1).end
        first = self._one_numeral(text, words, start) if start < len(words) and not closed.holds(words[start]) else None
        if first is None or first.best is None or (words[at].lower == "from" and after_change(words, at)):
            return None
        return self._joined(text, words, first, ("and", "to", "-", "–"), closed)

    def _range_to(self, text: str, words: Sequence[Word], at: int, first: Numeral, closed: _Closed) -> Numeral | None:
        """ "12-15", "12 to 15", "two or three", "50 to 60 thousand"."""
        if first.best is None or (lower_at(words, at - 1) in ("from", "by") and after_change(words, at - 1)):
            return None
        return self._joined(text, words, first, ("to", "-", "–", "‑", "or"), closed)

    def _joined(self, text: str, words: Sequence[Word], first: Numeral, links: tuple[str, ...], closed: _Closed) -> Numeral | None:
        link = first.end
        if lower_at(words, link) not in links or link + 1 >= len(words):
            return None
        start = self._prefix(words, link + 1).end
        if start >= len(words) or closed.holds(words[start]):
            return None
        second = self._one_numeral(text, words, start)
        if second is None or second.best is None or first.best is None:
            return None
        low = first.best
        if second.scaled and not first.scaled and words[second.end - 1].lower in self._known.numerals.multipliers:
            low *= self._known.numerals.multipliers[words[second.end - 1].lower]
        if not low < second.best or second.best > 1000 * max(low, 1):
            return None
        return Numeral(low, None, None, second.best, Exactness.RANGE, second.end, True)

    # ── after the numeral ──

    def _finished(self, text: str, words: Sequence[Word], at: int, prefix: _Prefix, numeral: Numeral) -> tuple[Number | None, int]:
        known = self._known
        end = numeral.end
        if self._is_attribute(words, end) or self._is_share(words, end):
            return None, end
        kind, currency = NumberKind.COUNT, prefix.currency
        if currency is not None:
            kind = NumberKind.MONEY
        elif match := known.percent.match(words, end):
            kind, end = NumberKind.PERCENT, match[1]
        elif money := known.currency.match(words, end):
            kind, (currency, end) = NumberKind.MONEY, money
        elif known.measure.match(words, end) or (lower_at(words, end) == "square"):
            return None, end
        return self._with_suffix(words, at, prefix, numeral, end, kind, currency)

    def _with_suffix(
        self, words: Sequence[Word], at: int, prefix: _Prefix, numeral: Numeral, end: int, kind: NumberKind, currency: str | None
    ) -> tuple[Number | None, int]:
        known, bounds, adds, partitive = self._known, list(prefix.bounds), prefix.adds, False
        while True:
            if match := known.after.match(words, end):
                bounds += [match[0]] if match[0] else []
                end = match[1]
            elif kind is NumberKind.COUNT and (plus := known.adds_after.match(words, end)) and lower_at(words, plus[1]) != "than":
                adds, end = True, plus[1]
            elif lower_at(words, end) == "+" and words[end].glued:
                bounds, end = [*bounds, Exactness.AT_LEAST], end + 1
            else:
                break
        if lower_at(words, end) == "of" and lower_at(words, end + 1) in PARTITIVE:
            partitive, end = True, end + 2
        bare = words[numeral.end - 1].lower == "of"
        low, conservative, best, high, exactness = bounded(numeral, bounds)
        number = Number(
            span=(words[at].start, words[end - 1].end),
            number_span=None if bare else (words[prefix.end].start, words[numeral.end - 1].end),
            low=low,
            low_conservative=conservative,
            best=best,
            high=high,
            exactness=exactness,
            kind=kind,
            additive=adds,
            partitive=partitive or (lower_at(words, end) == "of" and lower_at(words, end + 1) in POSSESSIVE),
            superseded=is_superseded([word.lower for word in words[max(0, at - SUPERSEDED_REACH) : at]]),
            currency=currency,
        )
        return number, end

    def _is_attribute(self, words: Sequence[Word], end: int) -> bool:
        """ "12-year-old", "five-nation": the number belongs to an adjective."""
        return (
            lower_at(words, end) in ("-", "‑")
            and words[end].glued
            and end + 1 < len(words)
            and words[end + 1].glued
            and words[end + 1].text[0].isalpha()
        )

    def _is_share(self, words: Sequence[Word], end: int) -> bool:
        """ "one in five", "two out of three", "two thirds"."""
        if lower_at(words, end) == "out":
            end += 1
        share = lower_at(words, end) in ("in", "of") and lower_at(words, end + 1) in ("every", *self._known.numerals.numerals)
        return share or lower_at(words, end) in FRACTIONS

    def _is_label(self, words: Sequence[Word], at: int) -> bool:
        """ "Resolution 2254", "No. 5", "Brigade 46"."""
        before = at - 1
        if lower_at(words, before) == "." and lower_at(words, before - 1) in ("no", "nos", "art"):
            before -= 1
        if lower_at(words, before) == "and" and lower_at(words, before - 2) == "aged":
            return True  # "two brothers aged 11 and 13"
        match = self._known.labels.match(words, before) if before >= 0 else None
        if match is None:
            return False
        capitalised_only = match[0]
        return not capitalised_only or words[before].text[0].isupper()

    # ── words that count without a number ──

    def _other(self, words: Sequence[Word], at: int) -> tuple[Number | None, int] | None:
        known = self._known
        if match := known.none.match(words, at):
            return _plain(words, at, match[1], 0.0, Exactness.NONE), match[1]
        if words[at].lower in ("a", "an") and counts_article(self._known, words, at):
            return _plain(words, at, at + 1, 1.0, Exactness.EXACT), at + 1
        if words[at].lower == "no" and self._counts_none(words, at):
            return _plain(words, at, at + 1, 0.0, Exactness.NONE), at + 1
        if pair := known.both.match(words, at):
            return (_plain(words, at, pair[1], pair[0], Exactness.EXACT), pair[1]) if self._counts_soon(words, pair[1]) else None
        if implied := known.implied.match(words, at):
            near = range(implied[1], min(implied[1] + REACH, len(words)))
            happened = any(known.events.match(words, index) is not None for index in near)
            return (_implied(words, at, implied[1], implied[0]), implied[1]) if happened else None
        return self._losses(words, at)

    def _counts_none(self, words: Sequence[Word], at: int) -> bool:
        near = range(at + 1, min(at + 3, len(words)))
        people = any((match := self._known.counted.match(words, index)) is not None and match[0] for index in near)
        losses = any(self._known.losses.match(words, index) is not None for index in near)
        return people or losses or lower_at(words, at + 1) in ("deaths", "injuries", "fatalities", "injured", "dead")

    def _losses(self, words: Sequence[Word], at: int) -> tuple[Number | None, int] | None:
        """ "heavy losses", "casualties": people hurt or killed, without a number."""
        end = at
        while match := self._known.degrees.match(words, end):
            end = match[1]
        loss = self._known.losses.match(words, end)
        if loss is None:
            return None
        return _implied(words, at, loss[1], loss[0]), loss[1]


class _Closed:
    """Spans that hold no counts."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._offsets = frozenset(offset for start, end in spans for offset in range(start, end))

    def holds(self, word: Word) -> bool:
        return word.start in self._offsets


def bounded(numeral: Numeral, bounds: Sequence[Exactness]) -> tuple[float | None, float | None, float | None, float | None, Exactness]:
    """Low, conservative low, best, high and exactness of a numeral under its bound words; the strictest word wins."""
    low, conservative, best, high, exactness = numeral[:5]
    for bound in (Exactness.MORE_THAN, Exactness.AT_LEAST):
        if bound in bounds:
            base = low if low is not None else best
            return base, conservative, best, None, bound if best is not None else exactness
    for bound in (Exactness.NEARLY, Exactness.AT_MOST):
        if bound in bounds:
            return None, None, best, high if high is not None else best, bound
    if Exactness.ABOUT in bounds and exactness is Exactness.EXACT:
        return None, None, best, None, Exactness.ABOUT
    return low, conservative, best, high, exactness


def _plain(words: Sequence[Word], at: int, end: int, value: float, exactness: Exactness) -> Number:
    span = (words[at].start, words[end - 1].end)
    return Number(span=span, number_span=span, low=value, low_conservative=None, best=value, high=value, exactness=exactness)


def _implied(words: Sequence[Word], at: int, end: int, implied: Implied) -> Number:
    return Number(
        span=(words[at].start, words[end - 1].end),
        number_span=None,
        low=implied.low,
        low_conservative=None,
        best=None,
        high=None,
        exactness=implied.exactness,
        kind=NumberKind.WORD,
        implies=implied.of,
    )


def _is_sign(words: Sequence[Word], at: int, end: int) -> bool:
    """A currency before a number is a sign or a code, not the name of coins."""
    return not words[at].text.islower() and (words[at].text.isupper() or not words[at].text.isalpha() or words[at].text in ("Rs",))


def _is_age(words: Sequence[Word], at: int, end: int) -> bool:
    """ "She was 34", "Ahmed Ali, 34, said", "a boy, 9, and his father"."""
    if lower_at(words, at) in ("under", "over", "below", "above") and lower_at(words, at - 1) in AGED:
        return True  # "children under five"
    if lower_at(words, at - 1) == "of" and lower_at(words, at - 2) in OF_AN_AGE and words[at].text[0].isalnum():
        after = lower_at(words, end)  # "a boy of 12 hit in the head", not "a child of 12 parents"
        return not after.isalpha() or not after.endswith("s") or after in AFTER_AGE
    if lower_at(words, at - 1) in ("was", "is", "turned", "am") and lower_at(words, at - 2) in ("he", "she", "i", "who"):
        return end >= len(words) or lower_at(words, end) in (".", ",", "when", "and", "at")
    named = at > 1 and words[at - 2].text[0].isupper() and words[at - 2].text[0].isalpha()
    alone = lower_at(words, at - 1) == "," and lower_at(words, end) in (",", ".", ";", ")", "")
    described = at > 1 and words[at - 2].lower.isalpha() and not words[at - 2].lower.endswith("s") and lower_at(words, end) == ","
    return (named or described) and alone and words[at].digits and len(words[at].text) <= 2


def _opens_bracket(words: Sequence[Word], at: int) -> bool:
    return lower_at(words, at - 1) == "(" or (lower_at(words, at - 1) == "aged" and lower_at(words, at - 2) == "(")


def _is_item(words: Sequence[Word], at: int, end: int) -> bool:
    """The number of an item ("2. Cease all arrests"), or of somebody's children ("a father of seven")."""
    if lower_at(words, at - 1) == "of" and lower_at(words, at - 2) in ("father", "mother", "parent", "grandmother", "grandfather"):
        return True
    opens = at == 0 or words[at - 1].text in ".:;)•"
    closed = lower_at(words, end) in (".", ")") and words[end].glued
    return opens and closed and words[at].digits and len(words[at].text) <= 2


def _is_surmise(words: Sequence[Word], at: int) -> bool:
    """ "hundreds, if not thousands": the second number is a guess beyond the first."""
    return lower_at(words, at - 1) == "not" and lower_at(words, at - 2) == "if"
