"""Charts, maps and readings of the page, without a server."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.reports import place
from onrecord.ledger.query.counts import Day, Sums
from onrecord.web import maps
from onrecord.web.charts import Event, Reported, Said, histogram, nice_ticks, periods_between, range_chart, timeline
from onrecord.web.maps import area_of, box_of, clip, view_of

LON, LAT = st.floats(-170, 170), st.floats(-70, 70)


# ── Charts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 15_000), st.integers(8, 120))
def test_periods_cover_every_day_once_in_order(first: date, length: int, most: int) -> None:
    last = first + timedelta(days=length)
    unit, periods = periods_between(first.isoformat(), last.isoformat(), most)
    assert periods[0].start <= first
    assert last < periods[-1].end
    assert all(one.end == other.start for one, other in pairwise(periods))
    assert unit == "year" or len(periods) <= most + 1


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 50)), max_size=40))
def test_histogram_counts_every_incident_once(found: list[tuple[int, int]]) -> None:
    start = date(2021, 1, 1)
    days = [
        Day(day=(start + timedelta(days=at)).isoformat(), sums=Sums(incidents=count, low=count, high=2 * count, told=1, open=0))
        for at, count in sorted(found)
    ]
    unit, periods = periods_between("2021-01-01", "2022-03-01")
    chart = histogram(days, periods, unit)
    assert sum(bar.sums.incidents for bar in chart.bars) == sum(count for _, count in found)
    assert all(bar.height <= chart.upper and bar.low <= bar.high <= chart.lower for bar in chart.bars)


def test_histogram_tells_days_without_a_report_from_quiet_ones() -> None:
    unit, periods = periods_between("2021-01-01", "2021-01-03")
    chart = histogram([], periods, unit, {"2021-01-01": 4, "2021-01-03": 1})
    assert [bar.reports for bar in chart.bars] == [4, 0, 1]


def test_a_year_is_said_once_below_an_axis() -> None:
    unit, periods = periods_between("2021-12-30", "2022-01-03")
    assert [tick.label for tick in histogram([], periods, unit).ticks] == ["30 Dec 2021", "31 Dec", "1 Jan 2022", "2 Jan", "3 Jan"]


@given(st.floats(0.1, 1e7))
def test_ticks_are_few_and_not_beyond(highest: float) -> None:
    ticks = nice_ticks(highest)
    assert 1 <= len(ticks) <= 7
    assert ticks[-1] <= highest


numbers = st.one_of(st.none(), st.integers(0, 500).map(float))


@given(
    st.lists(
        st.builds(Said, low=numbers, best=numbers, high=numbers, sign=st.just("A"), claim=st.uuids().map(str), words=st.just("")),
        max_size=12,
    )
)
def test_range_chart_hides_no_mark_behind_another(said: list[Said]) -> None:
    chart = range_chart([Reported(label="killed", words="", low=1, best=2, high=9, said=tuple(said))])
    marks = chart.rows[0].marks
    drawn = [one for one in said if (one.low, one.best, one.high) != (None, None, None)]
    assert sorted(mark.claim for mark in marks) == sorted(one.claim for one in drawn)
    assert len({(mark.best, mark.y) for mark in marks}) == len(marks)
    assert all(mark.y < chart.height for mark in marks)


def test_figure_without_a_number_has_no_mark_at_zero() -> None:
    said = Said(low=None, best=None, high=None, sign="A", claim="clm-1", words="heavy losses")
    assert range_chart([Reported(label="killed", words="", low=1, best=2, high=9, said=(said,))]).rows[0].marks == ()


def test_timeline_puts_what_meets_on_lines_of_its_own() -> None:
    line = timeline([Event(start="2021-05-03", end=None, sign=sign, words=sign) for sign in "ABC"])
    assert line is not None
    assert len({one.y for one in line.placed}) == 3
    assert timeline([]) is None


# ── Maps ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(LON, LAT, st.floats(0, 8), st.floats(0, 8))
def test_view_shows_all_of_the_box(west: float, south: float, wide: float, tall: float) -> None:
    view = view_of((west, south, west + wide, south + tall))
    for lon, lat in ((west, south), (west + wide, south + tall)):
        x, y = view.point(lon, lat)
        assert -0.01 <= x <= view.width + 0.01
        assert -0.01 <= y <= view.height + 0.01


@given(st.lists(st.tuples(LON, LAT), min_size=3, max_size=20), LON, LAT)
def test_clip_keeps_to_the_box(ring: list[tuple[float, float]], west: float, south: float) -> None:
    box = (west, south, west + 10, south + 10)
    for lon, lat in clip(ring, box):
        assert box[0] - 1e-9 <= lon <= box[2] + 1e-9
        assert box[1] - 1e-9 <= lat <= box[3] + 1e-9


def test_clip_leaves_a_ring_inside_alone() -> None:
    ring = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0)]
    assert set(clip(ring, (0, 0, 5, 5))) == set(ring)


@pytest.mark.parametrize(
    ("spec", "exact", "outlined", "least_km"),
    [
        ({"name": "Ariha", "kind": "populated", "lat": 35.8, "lon": 36.6, "country": "SYR"}, True, False, 2),
        ({"name": "Ariha", "kind": "populated", "lat": 35.8, "lon": 36.6, "country": "SYR", "relation": "near"}, False, False, 15),
        ({"name": "Idlib", "id": "gn:169387", "kind": "admin1", "lat": 35.7, "lon": 36.6, "country": "SYR"}, False, True, 60),
        ({"name": "Syria", "id": "gn:163843", "kind": "country", "lat": 35, "lon": 38, "country": "SYR"}, False, True, 200),
        ({"name": "Nowhere", "kind": "admin1", "lat": 35.7, "lon": 36.6, "country": "SYR"}, False, False, 60),
    ],
)
def test_area_is_as_coarse_as_the_place(spec: dict[str, object], exact: bool, outlined: bool, least_km: float) -> None:
    area = area_of(place(spec))
    assert area is not None
    assert (area.exact, area.outline is not None) == (exact, outlined)
    assert area.radius_km >= least_km
    west, south, east, north = box_of(area)
    assert west < area.lon < east
    assert south < area.lat < north


def test_land_is_drawn_where_it_is() -> None:
    view = view_of((36, 34, 38, 36))
    assert "Syria" in [name for name, _ in maps.land_paths(view)]
    size = sum(len(path) for _, path in maps.land_paths(view_of(maps.WORLD, margin=0)))
    assert size < 150_000


def test_distance_is_alike_in_both_directions() -> None:
    view = view_of((36, 34, 38, 36))
    x, y = view.point(37, 35)
    east, _ = view.point(37 + 10 / (111.2 * math.cos(math.radians(35))), 35)
    assert east - x == pytest.approx(view.radius(10), rel=0.01)
    assert y > 0
