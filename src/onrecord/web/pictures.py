"""Maps as templates draw them: land, areas and squares in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.display import many
from onrecord.ledger.query.counts import Bin
from onrecord.records import Record
from onrecord.web.maps import WORLD, Area, Box, View, box_of, land_paths, outline_path, view_of

SMALLEST_DISC, LARGEST_DISC = 5.0, 22.0  # radius in pixels
MOST_NAMED = 12  # discs; the names of more would lie on one another


class Disc(Record, frozen=True):
    """A circle on a map that may lead somewhere. whole: whether all of it is at points; else part is somewhere around.

    label: what stands on it, or above it where it leads nowhere.  name: what stands beside it.
    """

    x: float
    y: float
    radius: float
    words: str
    label: str
    whole: bool
    link: str | None = None
    name: str | None = None


class Picture(Record, frozen=True):
    """A map in pixels. land: name and path of each country in view.  outline: path of an area; else its circle is the first disc."""

    view: View
    land: tuple[tuple[str, str], ...]
    outline: str | None
    discs: tuple[Disc, ...]


def draw_area(area: Area, name: str) -> Picture:
    """The map of one area."""
    view = view_of(box_of(area), width=480, height=360, margin=0.6, least=1.5)
    x, y = view.point(area.lon, area.lat)
    disc = Disc(x=x, y=y, radius=max(6.0, view.radius(area.radius_km)), words=area.words, label=name, whole=area.exact)
    outline = outline_path(area.outline, view) if area.outline else None
    return Picture(view=view, land=tuple(land_paths(view)), outline=outline, discs=(disc,))


def draw_bins(bins: Sequence[Bin], size: float, box: Box | None, links: Sequence[str], *, width: int = 900, height: int = 460) -> Picture:
    """The map of many incidents, a disc per square of ``size`` degrees: the more, the larger, and none larger than its square."""
    view = view_of(box or WORLD, width=width, height=height, margin=0.06, least=0.4)
    most = max((one.sums.incidents for one in bins), default=1)
    largest = min(LARGEST_DISC, max(SMALLEST_DISC + 2, size * view.scale * view.squeeze / 2))
    discs = tuple(
        Disc(
            x=round(view.point(one.lon, one.lat)[0], 1),
            y=round(view.point(one.lon, one.lat)[1], 1),
            radius=round(SMALLEST_DISC + (largest - SMALLEST_DISC) * (one.sums.incidents / most) ** 0.5, 1),
            words=_words(one),
            label=f"{one.sums.incidents:,}" if one.sums.incidents > 1 else "",
            whole=one.exact == one.sums.incidents,
            link=link,
            name=one.name if len(bins) <= MOST_NAMED else None,
        )
        for one, link in zip(bins, links, strict=True)
    )
    return Picture(view=view, land=tuple(land_paths(view)), outline=None, discs=discs)


def _words(one: Bin) -> str:
    apart = one.sums.incidents - one.exact
    placed = f"; {apart:,} only somewhere in a province, a country or along a line" if apart else ""
    killed = f"; {one.sums.low:,.0f} to {one.sums.high:,.0f}{' or more' if one.sums.open else ''} reported killed" if one.sums.told else ""
    name = f"{one.name}: " if one.name else ""
    return f"{name}{many(one.sums.incidents, 'incident')}{placed}{killed}"
