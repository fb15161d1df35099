"""Layouts: the columns of others in their order, and nothing in them that no report says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.export import geo
from onrecord.export.account import last_day
from onrecord.export.acled import ACLED_LIKE, disorder_type, interaction
from onrecord.export.cells import neutralise, restore, whole
from onrecord.export.layout import Layout, LeftOut, Row
from onrecord.export.policy import POLICIES, objection
from onrecord.export.tables import CLAIMS, INCIDENTS
from onrecord.export.ucdp import priogrid, ucdp_like
from onrecord.records import AcledType, Grade, IncidentState, PlaceKind, PlaceRelation, Polarity, Status
from tests.export_records import account, actor, claim, incident, place, range_of, time

UCDP_LIKE = ucdp_like()
ACLED_COLUMNS = """
event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 actor2
assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude
geo_precision source source_scale notes fatalities tags timestamp
""".split()
UCDP_COLUMNS = """
id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id dyad_new_id
dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office
source_date source_headline source_original where_prec where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt
priogrid_gid country country_id region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians
deaths_unknown best high low gwnoa gwnob
""".split()
COARSE = (PlaceKind.ADMIN2, PlaceKind.ADMIN1, PlaceKind.COUNTRY, PlaceKind.REGION, PlaceKind.LINE, PlaceKind.ZONE)


def row_of(layout: Layout[Any], record: Any) -> Row:
    row = layout.row(record)
    assert isinstance(row, dict)
    return row


def reason(layout: Layout[Any], record: Any) -> str:
    left_out = layout.row(record)
    assert isinstance(left_out, LeftOut)
    return left_out.reason


@pytest.mark.parametrize(("layout", "columns", "count"), [(ACLED_LIKE, ACLED_COLUMNS, 31), (UCDP_LIKE, UCDP_COLUMNS, 49)])
def test_the_columns_of_others_come_by_name_and_order(layout: Layout[Any], columns: list[str], count: int) -> None:
    assert [column.name for column in layout.columns] == columns
    assert len(columns) == count


@pytest.mark.parametrize("layout", [ACLED_LIKE, UCDP_LIKE, INCIDENTS, CLAIMS], ids=lambda layout: layout.name)
def test_a_row_has_a_value_of_its_type_for_every_column_and_no_other(layout: Layout[Any]) -> None:
    row = row_of(layout, claim() if layout is CLAIMS else account())
    assert set(row) == {column.name for column in layout.columns}
    types = {"string": str, "date": str, "integer": int, "number": (int, float), "boolean": bool}
    wrong = [c.name for c in layout.columns if row[c.name] is not None and not isinstance(row[c.name], types[c.kind])]
    assert wrong == []
    assert [column.name for column in layout.columns if column.empty and row[column.name] is not None] == []


# ── ACLED's columns ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_acled_row() -> None:
    row = row_of(ACLED_LIKE, account(claim(), claim(outlet="North Radio")))
    assert row["event_id_cnty"] == "ONR-0123456789abcdef0123"
    assert (row["event_date"], row["year"], row["time_precision"]) == ("2020-02-27", 2020, 1)
    assert (row["disorder_type"], row["sub_event_type"]) == ("Political violence", "Shelling/artillery/missile attack")
    assert (row["actor1"], row["actor2"]) == ("SYR MIL", "Northern Front"), "a described actor goes by its code, a known one by name"
    assert (row["inter1"], row["inter2"], row["interaction"]) == ("State forces", "Rebel group", "State forces-Rebel group")
    assert (row["iso"], row["country"], row["location"], row["geo_precision"]) == (760, "Syria", "Saraqib", 1)
    assert (row["latitude"], row["longitude"]) == (35.864444, 36.80583)
    assert (row["source"], row["fatalities"]) == ("Example Wire; North Radio", 33)
    assert "33 to 36, best 34 killed" in str(row["notes"])
    assert row["civilian_targeting"] is None


@pytest.mark.parametrize(
    ("killed", "fatalities"),
    [
        (None, None),
        (range_of(0, 0, 0), 0),
        (range_of(24, None, None), 24),
        (range_of(None, 40, None), 40),
        (range_of(None, None, 40), None),
        (range_of(33.5, 34, 36), 34),
    ],
)
def test_fatalities_are_the_lowest_reported_and_never_a_zero_that_nobody_reported(killed: Any, fatalities: int | None) -> None:
    assert row_of(ACLED_LIKE, account(killed=killed))["fatalities"] == fatalities


def test_what_has_no_acled_type_or_no_day_has_no_row() -> None:
    assert reason(ACLED_LIKE, account(claim(acled=()))) == "no ACLED sub-event type"
    assert reason(ACLED_LIKE, account(time=None)) == "no first day"
    assert reason(ACLED_LIKE, account(time=time(start=None))) == "no first day"


def test_the_type_is_that_of_most_claims_that_assert_it() -> None:
    clash = AcledType(event_type="Battles", sub_event_type="Armed clash")
    told = account(claim(acled=(clash,), denies=True), claim(acled=(clash,), denies=True), claim())
    assert row_of(ACLED_LIKE, told)["event_type"] == "Explosions/Remote violence"


@pytest.mark.parametrize(
    ("code", "country", "expected"),
    [
        ("SYR MIL", "SYR", "State forces"),
        ("SYR COP", None, "State forces"),
        ("TUR MIL", "SYR", "External/Other forces"),
        ("UAF", "SYR", "Political militia"),
        ("SYR CVL", "SYR", "Civilians"),
        ("SYR REB", "SYR", "Rebel group"),
    ],
)
def test_actor_types(code: str, country: str | None, expected: str) -> None:
    row = row_of(ACLED_LIKE, account(actors=(actor(code),), place=place(country=country)))
    assert row["inter1"] == expected


def test_those_who_act_in_protests_are_protesters_and_those_who_disperse_them_are_not() -> None:
    march = AcledType(event_type="Protests", sub_event_type="Peaceful protest")
    row = row_of(ACLED_LIKE, account(claim(acled=(march,)), actors=(actor("SYR CVL"),), recipients=()))
    assert (row["inter1"], row["interaction"]) == ("Protesters", "Protesters only")
    assert row_of(ACLED_LIKE, account(claim(acled=(march,)), actors=(actor("SYR COP"),)))["inter1"] == "State forces"


def test_civilian_targeting_only_where_all_recipients_are_civilians() -> None:
    civilians = (actor("SYR CVL"), actor("MED"))
    assert row_of(ACLED_LIKE, account(recipients=civilians))["civilian_targeting"] == "Civilian targeting"
    assert row_of(ACLED_LIKE, account(recipients=(*civilians, actor("REB"))))["civilian_targeting"] is None


def test_disorder_and_interaction() -> None:
    assert disorder_type(AcledType(event_type="Riots", sub_event_type="Mob violence")) == "Political violence"
    assert disorder_type(AcledType(event_type="Riots", sub_event_type="Violent demonstration")) == "Demonstrations"
    assert interaction(None, None) is None


# ── UCDP's columns ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ucdp_row() -> None:
    row = row_of(UCDP_LIKE, account(claim(), claim(outlet="North Radio", title=None, speaker="an officer")))
    assert (row["id"], row["relid"]) == (0x0123456789ABC, "inc-0123456789abcdef0123")
    assert (row["type_of_violence"], row["side_a"], row["side_b"]) == (1, "SYR MIL", "Northern Front")
    assert (row["number_of_sources"], row["source_office"]) == (2, "Example Wire; North Radio")
    assert row["source_article"] == '"Example Wire","2020-02-28","Shells on Saraqib"; "North Radio","2020-02-28"'
    assert row["source_original"] == "a doctor; an officer"
    assert (row["where_prec"], row["geom_wkt"], row["priogrid_gid"]) == (1, "POINT (36.80583 35.864444)", priogrid(35.864444, 36.80583))
    assert (row["date_start"], row["date_end"], row["date_prec"]) == ("2020-02-27", "2020-02-27", 1)
    assert (row["best"], row["high"], row["low"]) == (34, 36, 33)


def test_only_lethal_incidents_with_two_sides_and_a_day_qualify() -> None:
    for killed in (None, range_of(0, 0, 0), range_of(None, None, None)):
        assert reason(UCDP_LIKE, account(killed=killed)) == "nobody reported dead"
    assert reason(UCDP_LIKE, account(actors=())).startswith("no type of violence")
    assert reason(UCDP_LIKE, account(time=None)) == "no first day"
    assert row_of(UCDP_LIKE, account(claim(violence=2), actors=()))["type_of_violence"] == 2, "what its claims say"


def test_the_government_is_side_a_whoever_attacked() -> None:
    row = row_of(UCDP_LIKE, account(actors=(actor("REB"),), recipients=(actor("SYR MIL"),), killed=range_of(5, 5, 5, SYR_MIL=5)))
    assert (row["side_a"], row["side_b"], row["dyad_name"]) == ("SYR MIL", "REB", "SYR MIL - REB")
    assert (row["deaths_a"], row["deaths_b"]) == (5, 0)


def test_of_one_sided_violence_side_b_is_civilians() -> None:
    row = row_of(UCDP_LIKE, account(recipients=(actor("SYR CVL"), actor("CVL"))))
    assert (row["type_of_violence"], row["side_b"]) == (3, "Civilians")


@pytest.mark.parametrize(
    ("groups", "shares"),
    [
        ({}, (0, 0, 0, 34)),
        ({"SYR_MIL": 30, "SYR_CVL": 3}, (30, 0, 3, 1)),
        ({"SYR_CVL": 17, "CVL": 17}, (0, 0, 17, 17)),
        ({"SYR_MIL": 30, "SYR_CVL": 30}, (0, 0, 0, 34)),
        ({"LBN_MIL": 2}, (0, 0, 0, 34)),
    ],
    ids=["nothing is said of groups", "the rest is unknown", "the same people named twice", "more than the best", "neither side"],
)
def test_the_four_shares_of_the_dead_add_up_to_best(groups: dict[str, float], shares: tuple[int, ...]) -> None:
    row = row_of(UCDP_LIKE, account(killed=range_of(33, 34, 36, **groups)))
    found = tuple(row[f"deaths_{side}"] for side in ("a", "b", "civilians", "unknown"))
    assert found == shares
    assert sum(found) == row["best"]  # type: ignore[arg-type]


def test_a_bound_that_nobody_reports_stays_empty() -> None:
    row = row_of(UCDP_LIKE, account(killed=range_of(24, None, None)))
    assert (row["best"], row["high"], row["low"]) == (24, None, 24)


@given(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))
def test_every_point_lies_in_its_grid_cell(lat_millionths: int, lon_millionths: int) -> None:
    lat, lon = lat_millionths / 1e6, lon_millionths / 1e6
    cell = priogrid(lat, lon) - 1
    south, west = cell // 720 / 2 - 90, cell % 720 / 2 - 180
    assert south <= lat <= south + 0.5
    assert west <= lon <= west + 0.5


# ── Places and times ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", COARSE)
@pytest.mark.parametrize("layout", [ACLED_LIKE, UCDP_LIKE, INCIDENTS], ids=lambda layout: layout.name)
def test_an_area_or_a_line_never_becomes_a_point(layout: Layout[Any], kind: PlaceKind) -> None:
    told = account(place=place(kind, acled_precision=3, ucdp_precision=4))
    row = row_of(layout, told)
    assert (row["latitude"], row["longitude"]) == (None, None)
    precision = {"acled_like": ("geo_precision", 3), "ucdp_like": ("where_prec", 4), "incidents": ("geo_precision_ucdp", 4)}[layout.name]
    assert row[precision[0]] == precision[1]
    assert geo.feature(told)["geometry"] is None


def test_near_a_town_is_a_point_with_its_precision_and_between_two_is_none() -> None:
    near = place(relation=PlaceRelation.NEAR, acled_precision=2)
    assert geo.feature(account(place=near))["geometry"] == {"type": "Point", "coordinates": [36.80583, 35.864444]}
    assert geo.feature(account(place=place(relation=PlaceRelation.BETWEEN)))["geometry"] is None
    assert geo.feature(account(place=None))["geometry"] is None
    assert geo.feature(account(place=place(lat=None)))["geometry"] is None


def test_geojson_properties_are_flat() -> None:
    properties = geo.feature(account())["properties"]
    assert all(value is None or isinstance(value, str | int | float | bool) for value in properties.values())
    assert (properties["killed_low"], properties["grade"], properties["geo_precision_acled"]) == (33, "corroborated", 1)


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ("2020-02-27T00:00", "2020-02-28T00:00", "2020-02-27"),
        ("2020-02-27T22:00", "2020-02-28T06:00", "2020-02-28"),
        ("2020-02-27T10:00", None, "2020-02-27"),
        ("2020-02-01T00:00", "2020-03-01T00:00", "2020-02-29"),
    ],
)
def test_half_open_intervals_end_on_the_day_before(start: str, end: str | None, last: str) -> None:
    assert last_day(time(start, end)) == last


# ── What leaves ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (account(), None),
        (account(grade=Grade.CONTESTED), None),
        (account(claim(polarity=Polarity.NEGATIVE)), "no claim says that it happened"),
        (account(claim(polarity=Polarity.UNCLEAR)), "no claim says that it happened"),
        (account(claim(status=Status.PLANNED)), "no claim says that it happened"),
        (account(claim(denies=True)), "no claim says that it happened"),
        (account(claim(status=Status.PLANNED), claim()), None),
        (account(state=IncidentState.REJECTED), "rejected by a person"),
        (account(grade=Grade.WITHDRAWN), "withdrawn by its sources"),
    ],
)
def test_what_did_not_happen_does_not_leave(told: Any, why: str | None) -> None:
    assert objection(POLICIES["occurred"], told) == why
    assert objection(POLICIES["all"], told) is None


def test_what_goes_on_leaves_only_when_asked_for() -> None:
    siege = account(claim(status=Status.ONGOING))
    assert objection(POLICIES["occurred"], siege) is not None
    assert objection(POLICIES["ongoing"], siege) is None


def test_an_incident_with_nothing_known_still_has_a_row() -> None:
    bare = account(time=None, place=None, actors=(), recipients=(), killed=None, mode=())
    row = row_of(INCIDENTS, bare)
    assert row["id"] == incident().id
    assert "" not in row.values(), "unknown is null, not an empty text"


# ── Cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n", " =1", "'=1", "''@x", "＝1", '=HYPERLINK("x")'])
def test_what_a_spreadsheet_would_run_is_neutralised(cell: str) -> None:
    safe = neutralise(cell)
    assert safe == f"'{cell}"
    assert restore(str(safe)) == cell


@pytest.mark.parametrize("cell", ["", "'Ain Issa", "the 5-day truce", "a=b", -5, -5.5, None, True])
def test_what_is_no_formula_stays(cell: Any) -> None:
    assert neutralise(cell) == cell


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n ＝"), st.characters(codec="utf-8")), max_size=8))
def test_neutralising_loses_nothing(text: str) -> None:
    safe = str(neutralise(text))
    assert restore(safe) == text
    assert not safe.lstrip().startswith(tuple("=+-@＝＋－＠"))


def test_counts_are_whole() -> None:
    assert [whole(number) for number in (None, 3.0, 3.5, 1e6)] == [None, 3, 4, 1_000_000]
