"""Static figures for reports: a map, a timeline, ranges of reported dead, and who printed what. No network, the same bytes each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from math import cos, radians
from pathlib import Path
from typing import Any

from onrecord.claim_cells import at_a_point
from onrecord.errors import UsageError
from onrecord.export.account import Account, first_day, reports
from onrecord.export.panels import months_between
from onrecord.export.ucdp import best_of
from onrecord.export.writing import require
from onrecord.gazetteer import load_gazetteer
from onrecord.gazetteer.geometry import polygons

LAND, EDGE, INK, ACCENT, QUIET = "#eeece6", "#b9b5aa", "#222222", "#9c2f2f", "#5b6b7a"
MOST_BARS = 30
MOST_MONTHS_NAMED = 24
LEAST_DEGREES = 1.0  # of a map
MARGIN = 0.12
NAME_WIDTH, NAME_HEIGHT = 0.12, 0.025  # shares of a map: names of places that lie closer would cover each other
NOTE = "A claim is not a fact. Figures are ranges of reported figures. onrecord"
SETTINGS = {
    "svg.hashsalt": "onrecord",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
SUFFIXES = (".svg", ".png", ".pdf")


def draw(kind: str, accounts: Sequence[Account], path: Path) -> None:
    """Draws one of ``KINDS`` and writes it, as the suffix of the path says; raises UsageError where nothing can be drawn or written."""
    require("matplotlib", "Figures", "plots")
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a figure is one of {', '.join(SUFFIXES)}")
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    pictures = import_module("matplotlib.figure")
    with import_module("matplotlib").rc_context(SETTINGS):
        figure = pictures.Figure(figsize=(8, 5), dpi=150, layout="constrained")
        axes = figure.add_subplot()
        KINDS[kind](axes, accounts)
        figure.supxlabel(NOTE, fontsize=6, color=QUIET, x=0.99, ha="right")
        try:
            figure.savefig(partial, metadata=_UNDATED[path.suffix.lower()])
            partial.replace(path)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
        finally:
            partial.unlink(missing_ok=True)


_UNDATED: dict[str, dict[str, Any]] = {".svg": {"Date": None}, ".png": {"Software": None}, ".pdf": {"CreationDate": None}}


# ── Map ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw_map(axes: Any, accounts: Sequence[Account]) -> None:
    """A circle per place, its area by the number of incidents; what is only somewhere in a province or country is counted, not drawn."""
    places = [account.incident.place for account in accounts]
    placed = Counter((place.lon, place.lat, place.name) for place in places if place is not None and at_a_point(place))
    if not placed:
        raise UsageError("no incident has a point to draw: places are areas, lines or unknown")
    west, east, south, north = _frame([(float(lon or 0), float(lat or 0)) for lon, lat, _ in placed])
    axes.set(xlim=(west, east), ylim=(south, north), aspect=_stretch((south + north) / 2), xlabel="longitude", ylabel="latitude")
    for ring in _outlines(west, east, south, north):
        axes.fill(*zip(*ring, strict=True), facecolor=LAND, edgecolor=EDGE, linewidth=0.6)
    named: list[tuple[float, float]] = []
    for (lon, lat, name), number in sorted(placed.items(), key=lambda item: (-item[1], item[0][2])):
        axes.scatter([lon], [lat], s=26 * number, color=ACCENT, alpha=0.6, linewidths=0.5, edgecolors="white", zorder=3)
        x, y = ((lon or 0) - west) / (east - west), ((lat or 0) - south) / (north - south)
        if all(abs(x - other[0]) > NAME_WIDTH or abs(y - other[1]) > NAME_HEIGHT for other in named):
            named.append((x, y))
            axes.annotate(f"{name} ({number})" if number > 1 else name, (lon, lat), xytext=(5, 4), textcoords="offset points", fontsize=7)
    left = len(accounts) - placed.total()
    axes.set_title(f"{placed.total()} incidents at a point" + (f"; {left} only in an area, along a line or nowhere known" if left else ""))


def _frame(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """West, east, south and north of a map that shows the points with a margin."""
    found = []
    for values in zip(*points, strict=True):
        middle, half = (min(values) + max(values)) / 2, max(max(values) - min(values), LEAST_DEGREES) * (0.5 + MARGIN)
        found += [middle - half, middle + half]
    return found[0], found[1], found[2], found[3]


def _stretch(lat: float) -> float:
    """How much longer a degree of latitude is than one of longitude."""
    return 1 / max(0.2, cos(radians(lat)))


def _outlines(west: float, east: float, south: float, north: float) -> Iterator[list[tuple[float, float]]]:
    """The rings of the countries that touch the frame."""
    gazetteer = load_gazetteer()
    for country in gazetteer.packs[0].countries:
        geometry = gazetteer.shape(country.id) if country.id else None
        for rings in polygons(geometry) if geometry else ():
            ring = [(point[0], point[1]) for point in rings[0]]
            lons, lats = zip(*ring, strict=True)
            if min(lons) <= east and max(lons) >= west and min(lats) <= north and max(lats) >= south:
                yield ring


# ── Bars ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw_timeline(axes: Any, accounts: Sequence[Account]) -> None:
    """Incidents per month of their first day."""
    days = [day for account in accounts if (day := first_day(account.incident.time))]
    if not days:
        raise UsageError("no incident has a first day to draw")
    counted = Counter(day[:7] for day in days)
    months = list(months_between(min(counted), max(counted)))
    axes.bar(range(len(months)), [counted[month] for month in months], color=QUIET, width=0.8)
    step = max(1, -(-len(months) // MOST_MONTHS_NAMED))
    axes.set_xticks(range(0, len(months), step), months[::step], rotation=60, ha="right")
    axes.yaxis.get_major_locator().set_params(integer=True)
    left = len(accounts) - len(days)
    axes.set(ylabel="incidents", title=f"{len(days)} incidents by month" + (f"; {left} without a first day" if left else ""))


def draw_ranges(axes: Any, accounts: Sequence[Account]) -> None:
    """Reported dead of the deadliest incidents: a bar from low to high, a dot for best, an arrow where no report gives a highest."""
    lethal = [(best, account) for account in accounts if (best := best_of(account.incident.killed)) is not None]
    if not lethal:
        raise UsageError("nobody is reported dead in these incidents: there is no range to draw")
    shown = sorted(lethal, key=lambda item: (-item[0], item[1].incident.id))[:MOST_BARS]
    for at, (best, account) in enumerate(shown):
        killed = account.incident.killed
        low = killed.low if killed and killed.low is not None else best
        high = killed.high if killed else None
        axes.plot([low, best if high is None else high], [at, at], color=QUIET, linewidth=5, solid_capstyle="butt")
        axes.plot([best], [at], "o", color=ACCENT, markersize=5, zorder=3)
        if high is None:
            axes.annotate("", (best, at), xytext=(18, 0), textcoords="offset points", arrowprops={"arrowstyle": "<-", "color": QUIET})
    axes.set_yticks(range(len(shown)), [_label(account) for _, account in shown], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    more = f" (of {len(lethal)})" if len(lethal) > len(shown) else ""
    axes.set(xlabel="reported dead: low to high, best as a dot; an arrow: no highest figure", title=f"{len(shown)} incidents{more}")


def _label(account: Account) -> str:
    place = account.incident.place
    return f"{place.name if place else 'unknown place'}, {first_day(account.incident.time) or 'undated'}"


def draw_sources(axes: Any, accounts: Sequence[Account]) -> None:
    """How many of the incidents each outlet printed, those that no other printed apart."""
    printed, alone = Counter[str](), Counter[str]()
    for account in accounts:
        outlets = sorted({report.outlet or "unknown outlet" for report in reports(account)})
        printed.update(outlets)
        alone.update(outlets if len(outlets) == 1 else ())
    if not printed:
        raise UsageError("these incidents have no reports to draw")
    shown = sorted(printed, key=lambda outlet: (-printed[outlet], outlet))[:MOST_BARS]
    axes.barh(range(len(shown)), [printed[outlet] for outlet in shown], color=EDGE, label="all")
    axes.barh(range(len(shown)), [alone[outlet] for outlet in shown], color=QUIET, label="printed by no other")
    axes.set_yticks(range(len(shown)), shown, fontsize=7)
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False)
    more = f" (of {len(printed)})" if len(printed) > len(shown) else ""
    axes.set(xlabel="incidents", title=f"{len(shown)} outlets{more}")


KINDS: dict[str, Callable[[Any, Sequence[Account]], None]] = {
    "map": draw_map,
    "timeline": draw_timeline,
    "ranges": draw_ranges,
    "sources": draw_sources,
}
