"""Incidents summed up by month and country, PRIO-GRID cell or province, for models and dashboards. They are not ViEWS or HAPI data.

Bounds are added up over incidents: where an incident has no highest figure the sum has none either. Nothing is zero that no report says.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from onrecord.claim_cells import at_a_point
from onrecord.export.account import Account, first_day, last_day, reports
from onrecord.export.acled import acled_type, civilian_targeting, disorder_type
from onrecord.export.cells import whole
from onrecord.export.countries import country_name
from onrecord.export.layout import Column, Layout, LeftOut, Row, by_name, day, empty, integer, number, text
from onrecord.export.ucdp import GRID_COLUMNS, UcdpRows, best_of, priogrid
from onrecord.records import PlaceKind

FIRST_YEAR = 1980  # ViEWS counts months from January 1980, which is 1
VIOLENCE = {1: "sb", 2: "ns", 3: "os", None: "unclear"}
WORDS = {"sb": "state-based violence", "ns": "non-state violence", "os": "one-sided violence", "unclear": "violence of no known type"}
Key = tuple[str, ...]


@dataclass(slots=True)
class Dead:
    """Reported dead of some incidents; a bound is None once one lacks it. ``told``: how many of them have any."""

    told: int = 0
    low: int | None = 0
    best: int = 0
    high: int | None = 0

    def add(self, account: Account) -> None:
        """Adds an incident's dead, if any are reported."""
        killed = account.incident.killed
        best = best_of(killed)
        if killed is None or best is None:
            return
        self.told += 1
        self.best += best
        low, high = whole(killed.low), whole(killed.high)
        self.low = None if self.low is None or low is None else self.low + low
        self.high = None if self.high is None or high is None else self.high + high

    @property
    def bounds(self) -> tuple[int | None, int | None, int | None]:
        """Low, best and high; all None where nobody is reported dead."""
        return (self.low, self.best, self.high) if self.told else (None, None, None)


@dataclass(slots=True)
class Cell:
    """What happened in one unit in one month. dead: by type of violence; voices are added up over incidents."""

    unit: Key
    month: str
    incidents: int = 0
    documents: set[str] = field(default_factory=set)
    voices: int = 0
    dead: dict[str, Dead] = field(default_factory=dict)

    def add(self, account: Account, kind: str) -> None:
        """Adds an incident."""
        self.incidents += 1
        self.documents.update(report.document for report in reports(account))
        self.voices += account.incident.voices
        self.dead.setdefault(kind, Dead()).add(account)


def month_of(account: Account) -> str | LeftOut:
    """The month, "2020-02", in which all of the incident's interval lies, or why there is none."""
    began, ended = first_day(account.incident.time), last_day(account.incident.time)
    if began is None:
        return LeftOut("no first day")
    return began[:7] if ended is None or ended[:7] == began[:7] else LeftOut("it may have been in several months")


def month_id(month: str) -> int:
    """The number that ViEWS gives a month.

    >>> month_id("1980-01"), month_id("2020-02")
    (1, 482)
    """
    return (int(month[:4]) - FIRST_YEAR) * 12 + int(month[5:7])


def months_between(first: str, last: str) -> Iterator[str]:
    """The months from first to last, both included.

    >>> list(months_between("2019-12", "2020-01"))
    ['2019-12', '2020-01']
    """
    for at in range(month_id(first) - 1, month_id(last)):
        yield f"{FIRST_YEAR + at // 12:04d}-{at % 12 + 1:02d}"


# ── Panels ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _panel(accounts: Iterable[Account], left_out: Counter[str], unit_of: Callable[[Account], Key | LeftOut]) -> Iterator[Cell]:
    """A cell for every unit that has an incident and every month from the first to the last, in order."""
    types = UcdpRows()
    cells: dict[tuple[Key, str], Cell] = {}
    for account in accounts:
        month, unit = month_of(account), unit_of(account)
        if isinstance(month, LeftOut) or isinstance(unit, LeftOut):
            left_out[month.reason if isinstance(month, LeftOut) else unit.reason] += 1  # type: ignore[union-attr]
            continue
        kind = VIOLENCE[types.type_of_violence(account)]
        cells.setdefault((unit, month), Cell(unit, month)).add(account, kind)
    if cells:
        months = list(months_between(min(month for _, month in cells), max(month for _, month in cells)))
        for unit in sorted({unit for unit, _ in cells}):
            yield from (cells.get((unit, month)) or Cell(unit, month) for month in months)


def country_months(accounts: Iterable[Account], left_out: Counter[str]) -> Iterator[Cell]:
    """The cells of the country-month panel."""
    return _panel(accounts, left_out, _country)


def grid_months(accounts: Iterable[Account], left_out: Counter[str]) -> Iterator[Cell]:
    """The cells of the PRIO-GRID-month panel."""
    return _panel(accounts, left_out, _grid_cell)


def _country(account: Account) -> Key | LeftOut:
    place = account.incident.place
    return (place.country,) if place is not None and place.country else LeftOut("no country")


def _grid_cell(account: Account) -> Key | LeftOut:
    place = account.incident.place
    if place is None or place.lat is None or place.lon is None or not at_a_point(place):
        return LeftOut("no point: the place is an area, a line or unknown")
    return (f"{priogrid(place.lat, place.lon):06d}",)


def _violence_columns() -> tuple[Column, ...]:
    return tuple(
        column
        for kind, words in WORDS.items()
        for column in (
            integer(f"ged_{kind}", f"best reported number of dead of {words}; empty where none is reported"),
            integer(f"ged_{kind}_low", "lowest"),
            integer(f"ged_{kind}_high", "highest; empty where an incident has none"),
            integer(f"ged_{kind}_count", "lethal incidents"),
        )
    )


MONTH_COLUMNS = (
    integer("month_id", "months since December 1979, as ViEWS counts them"),
    integer("year", "of the month"),
    integer("month", "1 to 12"),
)
COUNTED = (
    integer("incidents", "incidents in the export, lethal or not; 0 says that no report in it tells of one"),
    integer("reports", "reports behind them"),
    integer("voices", "independent voices, added up over incidents"),
    *_violence_columns(),
)
COUNTRY_COLUMNS = (
    *MONTH_COLUMNS,
    empty("country_id", "ViEWS' own numbers"),
    text("isoab", "ISO 3166-1 alpha-3"),
    text("name", "of the country"),
    *COUNTED,
)
GRID_MONTH_COLUMNS = (
    *MONTH_COLUMNS,
    integer("priogrid_gid", "cell of the 0.5° PRIO-GRID"),
    integer("row", "of the cell, from the south"),
    integer("col", "of the cell, from the west"),
    number("xcoord", "longitude of its middle"),
    number("ycoord", "latitude of its middle"),
    *COUNTED,
)
PANEL_NOTES = (
    "One row for every unit that has an incident in the export, and every month between the first and the last.",
    "A month without incidents says that no report in the ledger tells of one: silence of the sources is not peace.",
    "Figures are sums of reported figures, not estimates; incidents that may have been in several months have no row.",
)


def _counts(cell: Cell) -> Row:
    row: Row = {"month_id": month_id(cell.month), "year": int(cell.month[:4]), "month": int(cell.month[5:7])}
    row |= {"incidents": cell.incidents, "reports": len(cell.documents), "voices": cell.voices}
    for kind in WORDS:
        dead = cell.dead.get(kind, Dead())
        low, best, high = dead.bounds
        row |= {f"ged_{kind}": best, f"ged_{kind}_low": low, f"ged_{kind}_high": high, f"ged_{kind}_count": dead.told}
    return row


def _country_row(cell: Cell) -> Row:
    return {**_counts(cell), "isoab": cell.unit[0], "name": country_name(cell.unit[0])}


def _grid_row(cell: Cell) -> Row:
    number_ = int(cell.unit[0]) - 1
    row, column = divmod(number_, GRID_COLUMNS)
    middle = {"xcoord": column / 2 - 180 + 0.25, "ycoord": row / 2 - 90 + 0.25}
    return {**_counts(cell), "priogrid_gid": number_ + 1, "row": row + 1, "col": column + 1, **middle}


COUNTRY_MONTHS: Layout[Cell] = Layout("country_month", COUNTRY_COLUMNS, by_name(COUNTRY_COLUMNS, _country_row), PANEL_NOTES)
GRID_MONTHS: Layout[Cell] = Layout("priogrid_month", GRID_MONTH_COLUMNS, by_name(GRID_MONTH_COLUMNS, _grid_row), PANEL_NOTES)


# ── As on the Humanitarian API ────────────────────────────────────────────────────────────────────────────────────────

NO_PCODES = "p-codes are not in the gazetteer"
HAPI_COLUMNS = (
    text("location_code", "ISO 3166-1 alpha-3"),
    empty("admin1_code", NO_PCODES),
    text("admin1_name", "first-order division"),
    empty("admin2_code", NO_PCODES),
    text("admin2_name", "second-order division, where the place is one"),
    text("event_type", "civilian_targeting, demonstration or political_violence"),
    integer("events", "incidents"),
    integer("fatalities", "best reported number of dead, added up; empty where none is reported"),
    day("reference_period_start", "first day of the month"),
    day("reference_period_end", "last day of the month"),
    integer("fatalities_low", "lowest"),
    integer("fatalities_high", "highest; empty where an incident has none"),
    integer("sources", "reports behind them"),
    integer("independent_sources", "independent voices, added up over incidents"),
)
HAPI_NOTES = (
    "Targeting of civilians is counted there and in political_violence or demonstration, too: the three do not add up.",
    "Incidents without a country, a month or an ACLED sub-event type, and strategic developments, have no row.",
)
ALL_KINDS = "all"


def months_by_division(accounts: Iterable[Account], left_out: Counter[str]) -> Iterator[Cell]:
    """The cells of the HAPI-like table, those with an incident alone. unit: country, province, district, event type."""
    cells: dict[tuple[Key, str], Cell] = {}
    for account in accounts:
        month, place, kinds = month_of(account), account.incident.place, _event_types(account)
        if isinstance(month, LeftOut) or place is None or not place.country or not kinds:
            left_out[month.reason if isinstance(month, LeftOut) else "no event type" if not kinds else "no country"] += 1
            continue
        district = place.name if place.kind is PlaceKind.ADMIN2 else ""
        for kind in kinds:
            unit = (place.country, place.admin1 or "", district, kind)
            cells.setdefault((unit, month), Cell(unit, month)).add(account, ALL_KINDS)
    yield from (cells[key] for key in sorted(cells))


def _event_types(account: Account) -> tuple[str, ...]:
    kind = acled_type(account)
    if kind is None or kind.event_type == "Strategic developments":
        return ()
    disorder = "demonstration" if disorder_type(kind) == "Demonstrations" else "political_violence"
    return (disorder, "civilian_targeting") if civilian_targeting(account.incident, kind) else (disorder,)


def _hapi_row(cell: Cell) -> Row:
    country, province, district, kind = cell.unit
    low, best, high = cell.dead[ALL_KINDS].bounds
    year, month = int(cell.month[:4]), int(cell.month[5:7])
    return {
        "location_code": country,
        "admin1_name": province or None,
        "admin2_name": district or None,
        "event_type": kind,
        "events": cell.incidents,
        "fatalities": best,
        "reference_period_start": f"{cell.month}-01",
        "reference_period_end": f"{cell.month}-{monthrange(year, month)[1]}",
        "fatalities_low": low,
        "fatalities_high": high,
        "sources": len(cell.documents),
        "independent_sources": cell.voices,
    }


HAPI_LIKE: Layout[Cell] = Layout("hapi_like", HAPI_COLUMNS, by_name(HAPI_COLUMNS, _hapi_row), HAPI_NOTES)
