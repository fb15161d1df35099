"""Where time expressions lie on the calendar."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluation.time import plain_parse
from onrecord.lexicon import Lexicon
from onrecord.records import (
    EntityLabel,
    Mention,
    MentionKind,
    Time,
)
from onrecord.resolve.intervals import easter, islamic_date, shifted
from onrecord.resolve.times import resolve_time, resolve_times
from tests.claim_trees import tree

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/times.yaml").read_text(encoding="utf-8"))
PUBLISHED = dt.date(2020, 2, 29)


@cache
def lexicon() -> Lexicon:
    return Lexicon()


def shown(time: Time | None) -> str | None:
    if time is None:
        return None
    return "|".join([time.value, time.start or "", time.end or "", time.granularity, time.basis])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']}/{case.get('before', '')}")
def test_resolve_time_places(case: dict[str, Any]) -> None:
    time = resolve_time(case["text"], published=PUBLISHED, lexicon=lexicon(), before=case.get("before", ""), after=case.get("after", ""))
    assert case["expected"] == shown(time), case["why"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("Thursday", "THU-1"), ("Thursday night", "THU-1TNI"), ("yesterday", "DAY-1"), ("last week", "WEEK-1"), ("this year", "YEAR+0"),
     ("27 February", "XXXX-02-27"), ("in September", "XXXX-09"), ("since Thursday", "THU-1/.."), ("the past month", "P1M")],
)  # fmt: skip
def test_resolve_time_without_publication_date_stays_symbolic(text: str, value: str) -> None:
    time = resolve_time(text, published=None, lexicon=lexicon())
    assert time is not None
    assert (value, None, None, "symbolic", None) == (time.value, time.start, time.end, time.basis, time.acled_precision)


def test_resolve_time_without_publication_date_keeps_explicit_dates() -> None:
    time = resolve_time("27 February 2020", published=None, lexicon=lexicon())
    assert shown(time) == "2020-02-27|2020-02-27T00:00|2020-02-28T00:00|day|explicit"


@pytest.mark.parametrize(
    ("text", "acled", "ucdp"),
    [("Thursday", 1, 1), ("Thursday night", 1, 1), ("27-29 February", 2, 2), ("last week", 2, 3), ("September 2018", 3, 4), ("2018", 3, 5)],
)
def test_resolve_time_gives_precisions(text: str, acled: int, ucdp: int) -> None:
    time = resolve_time(text, published=PUBLISHED, lexicon=lexicon())
    assert time is not None
    assert (acled, ucdp) == (time.acled_precision, time.ucdp_precision)


def times_in(text: str, published: str | None = "2020-02-29") -> dict[str, Time | None]:
    parse = plain_parse(text, published)
    found = [(f"m{number}", one.label, one.span) for number, one in enumerate(lexicon().times.find_timexes(text), 1)]
    mentions = [
        Mention(id=name, kind=MentionKind.TIME, label=label, span=span, head=span, text=text[slice(*span)], named=False)
        for name, label, span in found
    ]
    return {mention.text: mention.time for mention in resolve_times(parse, mentions, lexicon())}


def test_resolve_times_since_then_takes_its_antecedent() -> None:
    found = times_in("They signed the deal in September 2018. Since then 30 have died.")["Since then"]
    assert found is not None
    assert (found.value, found.start, found.basis, found.anchor) == ("2018-09/..", "2018-09-01T00:00", "anchored", "m1")


def test_resolve_times_same_day_takes_the_nearest_day() -> None:
    assert shown(times_in("A bomb went off on Thursday. Later that day shells fell.")["Later that day"]) == (
        "2020-02-27|2020-02-27T00:00|2020-02-28T00:00|day|anchored"
    )


def test_resolve_times_three_days_earlier_counts_from_the_time_named_before() -> None:
    found = times_in("The town fell on Thursday. Three days earlier it was shelled.")["Three days earlier"]
    assert found is not None
    assert found.value == "2020-02-24"


def test_resolve_times_clock_belongs_to_the_day_that_follows() -> None:
    found = times_in("The raid began at 16:15 UTC, June 1st, 2019.")["16:15 UTC"]
    assert found is not None
    assert found.value == "2019-06-01T16:15Z"


def test_resolve_times_weekday_is_not_joined_to_a_date_on_the_next_line() -> None:
    found = times_in("Markets closed until Friday\nFebruary 27, 2020\nPrices fell.")
    assert {"Friday", "February 27, 2020"} == set(found)


def test_resolve_times_wrong_publication_date_is_none() -> None:
    found = times_in("It was on Thursday.", "2020-13-45")["Thursday"]
    assert found is not None
    assert found.value == "THU-1"


def test_resolve_times_leaves_other_mentions_alone() -> None:
    parse = plain_parse("Goma fell.", "2020-02-29")
    place = Mention(id="m1", kind=MentionKind.PLACE, label=EntityLabel.GPE, span=(0, 4), head=(0, 4), text="Goma", named=True)
    assert (place,) == resolve_times(parse, [place], lexicon())


@given(
    st.sampled_from(["Thursday", "last March", "in June", "27 February", "this week", "next year", "the past 200 years", "a century ago",
                     "overnight into Monday", "Ramadan", "since Friday", "the 1990s", "tomorrow", "99 years ago", "9000 years ago"]),
    st.dates(),
)  # fmt: skip
def test_resolve_time_starts_before_it_ends(text: str, published: dt.date) -> None:
    time = resolve_time(text, published=published, lexicon=lexicon())
    if time is not None and time.start is not None and time.end is not None:
        assert time.start < time.end


@given(st.text(max_size=40), st.one_of(st.none(), st.dates()))
def test_resolve_time_never_fails(text: str, published: dt.date | None) -> None:
    resolve_time(text, published=published, lexicon=lexicon())


@pytest.mark.parametrize(("year", "day"), [(2000, "2000-04-23"), (2019, "2019-04-21"), (2024, "2024-03-31"), (2038, "2038-04-25")])
def test_easter(year: int, day: str) -> None:
    assert day == easter(year).isoformat()


def test_islamic_date_is_the_civil_calendar() -> None:
    assert [islamic_date(1441, 9, 1).isoformat(), islamic_date(1441, 10, 1).isoformat()] == ["2020-04-24", "2020-05-24"]


def test_shifted_months_keep_to_the_end_of_the_month() -> None:
    assert dt.datetime(2020, 2, 29) == shifted(dt.datetime(2020, 3, 31), "MO", -1)


AFTER_ATTACK = """
    Rebels rebel NOUN 2 nsubj Number=Plur
    attacked attack VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
    Goma Goma PROPN 2 obj
    on on ADP 6 case
    February February PROPN 6 nmod:unmarked
    12 12 NUM 2 obl
    ; ; PUNCT 15 punct
    two two NUM 9 nummod
    days day NOUN 15 obl:unmarked
    after after ADP 12 case
    the the DET 12 det
    attack attack NOUN 15 obl
    , , PUNCT 12 punct
    it it PRON 15 nsubj
    fell fall VERB 2 parataxis Mood=Ind|Tense=Past|VerbForm=Fin
    . . PUNCT 2 punct
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rebels attacked Goma on February 12 ; two days after the attack , it fell .", ("2020-02-14", "anchored")),
        ("Rebels attacked Goma on February 12 ; two days after an attack , it fell .", ("P2D", "symbolic")),
        ("Rebels attacked Goma on February 12 ; two days after the election , it fell .", ("P2D", "symbolic")),
    ],
    ids=["told before", "another one", "never dated"],
)
def test_resolve_times_after_an_event_counts_from_where_it_was_told(text: str, expected: tuple[str, str]) -> None:
    lines = AFTER_ATTACK.replace("the the DET 12", "an a DET 12") if " an attack" in text else AFTER_ATTACK
    lines = lines.replace("attack attack NOUN", "election election NOUN") if "election" in text else lines
    parse = tree(text, lines, published="2020-02-29")
    found = [(f"m{number}", one.label, one.span) for number, one in enumerate(lexicon().times.find_timexes(text), 1)]
    times = [
        Mention(id=name, kind=MentionKind.TIME, label=label, span=span, head=span, text=text[slice(*span)], named=False)
        for name, label, span in found
    ]
    (time,) = [m.time for m in resolve_times(parse, times, lexicon()) if m.text == "two days after"]
    assert time is not None
    assert expected == (time.value, time.basis)


PASSIVE = """
Two two NUM 2 nummod
men man NOUN 4 nsubj:pass
were be AUX 4 aux:pass {feats}
hurt hurt VERB 0 root Tense=Past|VerbForm=Part
on on ADP 6 case
9 9 NUM 4 obl
April April PROPN 6 flat
"""


@pytest.mark.parametrize(
    ("feats", "value"),
    [("Tense=Past|VerbForm=Fin", "2019-04-09"), ("Tense=Pres|VerbForm=Fin", "2019-04-09"), ("VerbForm=Inf", "2019-04-09")],
)
def test_what_has_happened_lies_before_the_publication(feats: str, value: str) -> None:
    """Whatever the words around, a day further ahead than a month needs a future to speak of it."""
    assert value == _value_in("Two men were hurt on 9 April", PASSIVE.format(feats=feats))


def test_a_day_soon_ahead_is_past_only_where_a_verb_says_so() -> None:
    past = PASSIVE.format(feats="Tense=Past|VerbForm=Fin").replace("April", "March")
    assert _value_in("Two men were hurt on 9 March", past) == "2019-03-09"
    assert _value_in("Two men were hurt on 9 March", past.replace("Tense=Past|VerbForm=Fin", "VerbForm=Inf")) == "2020-03-09"


def _value_in(text: str, lines: str) -> str:
    parse = tree(text, lines, published="2020-02-29")
    (timex,) = lexicon().times.find_timexes(text)
    mention = Mention(
        id="m1", kind=MentionKind.TIME, label=EntityLabel.DATE, span=timex.span, head=timex.span, text=text[slice(*timex.span)], named=False
    )
    (resolved,) = resolve_times(parse, [mention], lexicon())
    assert resolved.time is not None
    return resolved.time.value
