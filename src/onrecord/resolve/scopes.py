"""Whether a figure counts one incident, everything since a start, several named events together, or a state at a time; and since when."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from onrecord.lexicon.lists import word_set
from onrecord.records import Granularity, Mention, MentionKind, Parse, QuantityOf, Scope, Span, Time, TimeBasis

STOCKS = frozenset([QuantityOf.POPULATION, QuantityOf.HOSTED, QuantityOf.REFUGEES, QuantityOf.BESIEGED])
STATE_ABLE = frozenset(
    [QuantityOf.DISPLACED, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.OTHER, QuantityOf.WEAPONS, QuantityOf.INJURED]
)
STATE_WORDS = word_set("counting.state_words")
SO_FAR = word_set("counting.so_far")
TOGETHER = word_set("counting.together")
SHELTERING = word_set("acts.sheltering")
COUNTED_OVER = frozenset(
    [
        QuantityOf.KILLED,
        QuantityOf.INJURED,
        QuantityOf.CASUALTIES,
        QuantityOf.MISSING,
        QuantityOf.CAPTURED,
        QuantityOf.DISPLACED,
        QuantityOf.RETURNED,
        QuantityOf.RECOVERED,
    ]
)
LONG_UNITS = frozenset([Granularity.MONTH, Granularity.QUARTER, Granularity.SEASON, Granularity.YEAR, Granularity.DECADE])
TREE_REACH = 30  # heads above a figure that are looked at
CLAUSE_REACH = 150  # tokens: no clause is taken for longer
LARGE = 1000  # from here on a perfect tense without a day speaks of a conflict, not of an incident
OPEN_UNITS = frozenset([Granularity.WEEK, Granularity.MONTH, Granularity.QUARTER, Granularity.SEASON, Granularity.YEAR, Granularity.DECADE])
INCIDENTS = word_set("incidents.nouns")
TOLLS = word_set("counting.running")


class Placed(NamedTuple):
    """The scope of a figure and the period that a cumulative one covers."""

    scope: Scope
    period: Time | None


class Timeline:
    """The resolved times of a report in the order of their tokens."""

    def __init__(self, parse: Parse, mentions: Sequence[Mention]) -> None:
        placed = [mention for mention in mentions if mention.kind is MentionKind.TIME and mention.time is not None]
        found = [(parse.token_at(mention.span[0]), number) for number, mention in enumerate(placed)]
        ordered = sorted((token, number) for token, number in found if token is not None)
        self._tokens = [token for token, _ in ordered]
        self._mentions = [placed[number] for _, number in ordered]

    def within(self, clause: tuple[int, int]) -> list[Mention]:
        """The times that begin in a range of tokens."""
        return self._mentions[bisect_left(self._tokens, clause[0]) : bisect_left(self._tokens, clause[1])]


def place_in_time(
    parse: Parse,
    timeline: Timeline,
    span: Span,
    head: int,
    governor: int | None,
    of: QuantityOf,
    size: float | None,
    rule: str,
    *,
    additive: bool = False,
) -> Placed:
    """The scope of a quantity by its clause: times in it, tense, and words such as "so far" and "currently"."""
    clause = _clause(parse, head, governor)
    times = timeline.within(clause)
    since = next((mention.time for mention in times if _runs_until_now(parse, mention)), None)
    words = {parse.tokens[index].text.lower() for index in range(*clause)}
    text = " ".join(parse.tokens[index].text.lower() for index in range(*clause))
    if of in STOCKS or (of in STATE_ABLE and _is_state(parse, governor, head, words)):
        return Placed(Scope.STOCK, None)
    if since is not None:
        return Placed(Scope.CUMULATIVE, since)
    if any(phrase in text for phrase in SO_FAR) or _since(parse, clause):
        return Placed(Scope.CUMULATIVE, _past(parse))
    if of in COUNTED_OVER and any(phrase in text for phrase in TOGETHER) and _names_several(parse, clause):
        return Placed(Scope.AGGREGATE, None)
    period = next(
        (mention.time for mention in times if mention.time is not None and mention.time.granularity in LONG_UNITS and mention.time.start),
        None,
    )
    if period is not None and of in COUNTED_OVER and not _names_incident(parse, clause):
        return Placed(Scope.CUMULATIVE, period)
    dated = any(mention.time is not None and mention.time.granularity not in OPEN_UNITS | {Granularity.OPEN} for mention in times)
    if (rule == "toll" or _under_toll(parse, head)) and of in COUNTED_OVER and not _names_incident(parse, clause):
        return Placed(Scope.CUMULATIVE, _past(parse))
    if not dated and not additive and size is not None and size >= LARGE and _is_perfect(parse, governor, head):
        return Placed(Scope.CUMULATIVE, _past(parse))
    return Placed(Scope.INCIDENT, None)


def _clause(parse: Parse, head: int, governor: int | None) -> tuple[int, int]:
    """The token range of the smallest clause that holds the figure and the word that told what it counts."""
    at = governor if governor is not None else head
    for _ in range(TREE_REACH):
        token = parse.tokens[at]
        heads_clause = token.deprel == "conj" and token.upos in ("VERB", "AUX")
        if token.head < 0 or heads_clause or token.deprel in ("ccomp", "advcl", "parataxis", "root", "acl:relcl"):
            break
        at = token.head
    low, high = parse.extent(at)
    return max(min(low, head), head - CLAUSE_REACH), min(max(high, head + 1), head + CLAUSE_REACH)


def _runs_until_now(parse: Parse, mention: Mention) -> bool:
    """A time that reaches from a start to the day of writing: "since …", "this year", "over the past month", "in recent years"."""
    time = mention.time
    if time is None:
        return False
    if time.value.endswith("/..") or (time.value == "PAST_REF" and len(mention.text.split()) > 1):
        return True
    now = parse.document.published is not None and time.end is not None and time.end == _tomorrow(parse)
    text = mention.text.lower()
    coarse = time.granularity in OPEN_UNITS
    if time.value.startswith("P") and any(word in text for word in ("past", "last", "previous")):
        return True
    return coarse and (now or text.startswith("this ")) and time.basis is TimeBasis.RELATIVE


def _is_state(parse: Parse, governor: int | None, head: int, words: set[str]) -> bool:
    """Present state: "remain displaced", "are missing", "are being held", "currently displaced"."""
    if governor is None:
        governor = parse.tokens[head].head
    if governor < 0:
        return False
    token = parse.tokens[governor]
    carrier = parse.tokens[head]
    above = [token.head] if token.head >= 0 and token.deprel in ("xcomp", "acl", "amod") else []
    above += [carrier.head] if carrier.head >= 0 and carrier.deprel in ("nsubj", "nsubj:pass") else []
    if any(parse.tokens[index].lemma in ("live", "remain", "stay") for index in above):
        return True
    adverbs = (
        child
        for index in (governor, *above)
        for child in parse.children[index]
        if parse.tokens[child].deprel in ("advmod", "amod", "xcomp")
    )
    near = {governor, head, *above, *adverbs}
    if any(parse.tokens[index].text.lower() in STATE_WORDS and parse.tokens[index].upos in ("VERB", "ADV", "AUX") for index in near):
        return True
    if token.text.lower() in SHELTERING or (carrier.head >= 0 and parse.tokens[carrier.head].text.lower() in SHELTERING):
        return True
    present = any(
        "Tense=Pres" in parse.tokens[child].feats
        and parse.tokens[child].lemma == "be"
        and parse.tokens[child].deprel in ("cop", "aux:pass")
        for child in parse.children[governor]
    )
    verb = parse.tokens[token.head] if token.head >= 0 and token.deprel in ("xcomp", "amod", "acl") else token
    return present or verb.lemma in ("remain", "stay") or (verb.lemma in ("be",) and "Tense=Pres" in verb.feats)


def _under_toll(parse: Parse, head: int) -> bool:
    """ "The toll stood at 212 dead and 800 injured": a toll is subject or object of the verb that the figure hangs under."""
    at = head
    for _ in range(4):
        token = parse.tokens[at]
        if token.head < 0:
            return False
        siblings = (parse.tokens[child] for child in parse.children[token.head])
        if any(one.text.lower() in TOLLS and one.deprel in ("nsubj", "obj", "nsubj:pass") for one in siblings):
            return True
        if token.deprel not in ("conj", "nmod", "acl", "amod", "nummod", "xcomp", "dep", "appos"):
            return False
        at = token.head
    return False


def _is_perfect(parse: Parse, governor: int | None, head: int) -> bool:
    """A perfect tense on the governing verb or a word above it: "have been killed", "have been responsible for the deaths"."""
    at = governor if governor is not None else head
    for _ in range(TREE_REACH):
        if at < 0:
            return False
        children = [parse.tokens[child] for child in parse.children[at]]
        if any(
            child.deprel.startswith("aux") and child.lemma in ("have", "'ve", "ha") and "Tense=Past" not in child.feats
            for child in children
        ):
            return True
        at = parse.tokens[at].head
    return False


def _since(parse: Parse, clause: tuple[int, int]) -> bool:
    """ "since the truce collapsed", "since the start of the war"; not "who have since escaped"."""
    return any(parse.tokens[index].text.lower() == "since" and parse.tokens[index].deprel in ("case", "mark") for index in range(*clause))


def _names_incident(parse: Parse, clause: tuple[int, int]) -> bool:
    tokens = (parse.tokens[index] for index in range(*clause))
    return any(token.lemma in INCIDENTS and "Number=Plur" not in token.feats for token in tokens)


def _names_several(parse: Parse, clause: tuple[int, int]) -> bool:
    tokens = (parse.tokens[index] for index in range(*clause))
    return any(token.lemma in INCIDENTS and "Number=Plur" in token.feats for token in tokens)


def _past(parse: Parse) -> Time:
    """The vague past up to the day of writing, which the text implies without naming it."""
    return Time(
        span=None,
        text=None,
        value="PAST_REF",
        start=None,
        end=_tomorrow(parse),
        zone=None,
        granularity=Granularity.OPEN,
        basis=TimeBasis.INFERRED,
        anchor=None,
        acled_precision=None,
        ucdp_precision=None,
    )


def _tomorrow(parse: Parse) -> str | None:
    try:
        day = dt.date.fromisoformat((parse.document.published or "")[:10]) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return f"{day.isoformat()}T00:00"
