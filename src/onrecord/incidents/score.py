"""Says how much speaks for two claims being about the same incident, in parts that a reviewer can read.

Every part looks at the two claims alone and never at how common something is in the ledger: so a pair keeps its score
whatever else is added, and linking a part of the ledger gives what linking all of it would.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec

from onrecord.incidents.facts import ARMED, CIVIL, MINUTES_PER_DAY, STATE, Facts, Figure, Side, Spot

NEVER = -99.0
EARTH_KM = 6371.0


class Weights(msgspec.Struct, frozen=True):
    """What each part counts; ``evaluation.linking`` measures them."""

    time: float = 1.0
    place: float = 1.2
    actors: float = 0.6
    recipients: float = 0.7
    figures: float = 1.0
    modes: float = 0.7
    words: float = 1.2
    again: float = 1.5
    link: float = 1.7
    keep: float = 0.9
    deny: float = 0.9


DEFAULT = Weights()


class Parts(msgspec.Struct, frozen=True):
    """Per kind of evidence, from -1 (contradicts) over 0 (unknown) to 1 (agrees); figures reach from -1.2 to 1.2."""

    time: float
    place: float
    actors: float
    recipients: float
    figures: float
    modes: float
    words: float
    again: float = 0.0

    def total(self, weights: Weights = DEFAULT) -> float:
        """The weighted sum; ``NEVER`` where a part rules the pair out."""
        if self.time == NEVER:
            return NEVER
        value = (
            weights.time * self.time
            + weights.place * self.place
            + weights.actors * self.actors
            + weights.recipients * self.recipients
            + weights.figures * self.figures
            + weights.modes * self.modes
            + weights.words * self.words
            + weights.again * self.again
        )
        return round(value, 3)


UNLIKE = (NEVER, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def compare(one: Facts, other: Facts) -> Parts:
    """How far the two claims agree, part by part; the order of the two does not matter."""
    if one.type != other.type or other.hash in one.different or one.hash in other.different:
        return Parts(*UNLIKE)
    time = compare_times(one, other)
    place = compare_places(one, other) if time != NEVER else NEVER
    if place == NEVER:
        return Parts(*UNLIKE)
    actors, recipients = compare_roles(one, other)
    if actors == NEVER or (one.document == other.document and contradicts(one, other)):
        return Parts(*UNLIKE)
    return Parts(
        time=time,
        place=place,
        actors=actors,
        recipients=recipients,
        figures=compare_figures(one.figures, other.figures),
        modes=compare_modes(one.modes, other.modes),
        words=compare_words(one.words, other.words),
        again=0.0 if one.again == other.again else -0.2 if time >= 0.7 else -1.0,
    )


def contradicts(one: Facts, other: Facts) -> bool:
    """Whether two claims of one report differ in how, when or how many killed, or one says "another": so no report tells one incident.

    What two speakers say of the number is no contradiction of the report.
    """
    if one.denies or other.denies:
        return False
    if one.again != other.again:
        return True
    if one.sentence != other.sentence and compare_modes(one.modes, other.modes) < 0:
        return True  # inside a sentence they are the steps of one attack: "blew up the first truck and then opened fire"
    apart = one.start is not None and other.start is not None and not _nested(one, other)
    same_speaker = one.source == other.source
    return apart or (same_speaker and compare_figures(one.figures, other.figures) <= -0.8)


def _nested(one: Facts, other: Facts) -> bool:
    starts, ends = (one.start or 0, other.start or 0), (one.end or 0, other.end or 0)
    return (starts[0] <= starts[1] and ends[1] <= ends[0]) or (starts[1] <= starts[0] and ends[0] <= ends[1])


# ── When ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def compare_times(one: Facts, other: Facts) -> float:
    """1 for the same day or closer, less the wider the stated times are; below 0 for neighbouring days; NEVER further apart."""
    first, second = one.window, other.window
    if first is None or second is None:
        return 0.0
    width = max(first[1] - first[0], second[1] - second[0])
    narrow = min(first[1] - first[0], second[1] - second[0])
    gap = max(first[0], second[0]) - min(first[1], second[1])
    stated = one.start is not None and other.start is not None
    if gap < 0:
        # "Friday night" and "Saturday" share six hours: it may be one night put on two dates, or two nights.
        return _sureness(width) * (1.0 if -gap > 0.6 * narrow else 0.4) if stated else 0.0
    if not stated:
        return NEVER
    # Two reports often put one night on two dates; two full days apart are two incidents.
    return -1.0 if gap < MINUTES_PER_DAY / 2 else NEVER


def _sureness(width: int) -> float:
    days = width / MINUTES_PER_DAY
    return 1.0 if days <= 1.5 else 0.7 if days <= 3 else 0.35 if days <= 8 else 0.1


# ── Where ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def compare_places(one: Facts, other: Facts) -> float:
    """As ``compare_spots``; and a claim without a place whose words name the other's town is likely there.

    Inside a report, a place that a claim is only lent by its surroundings rules nothing out.
    """
    if one.spot is None and other.spot is not None:
        return _named_in(other.spot, one.words)
    if other.spot is None and one.spot is not None:
        return _named_in(one.spot, other.words)
    score = compare_spots(one.spot, other.spot)
    lent = one.document == other.document and any(claim.spot is not None and claim.spot.lent for claim in (one, other))
    return max(score, LENT_APART) if lent else score


LENT_APART = -0.5


def _named_in(spot: Spot, words: frozenset[str]) -> float:
    named = bool(spot.stems) and spot.stems <= words
    return (0.0, 0.1, 0.4, 0.7, 0.8)[spot.level] if named else 0.0


def compare_spots(one: Spot | None, other: Spot | None) -> float:
    """1 for the same town, less for the same district, province, country; 0 unknown; NEVER where both are known and apart."""
    if one is None or other is None:
        return 0.0
    level = min(one.level, other.level)
    if one.country and other.country and one.country != other.country:
        return NEVER if not (one.fuzzy or other.fuzzy) else -0.5
    if one.key and one.key == other.key:
        return (0.0, 0.1, 0.5, 0.8, 1.0)[level]
    if one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None:
        return _compare_points(one, other, level)
    if level >= 3 and one.words & other.words:
        return 0.7
    if one.admin1 and other.admin1 and one.admin1 != other.admin1:
        return NEVER
    if level >= 3:
        return -0.6
    return 0.35 if level == 2 and _within(one, other) else 0.05


def _compare_points(one: Spot, other: Spot, level: int) -> float:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return 0.0
    apart_km = distance_km(one.lat, one.lon, other.lat, other.lon)
    reach_km = one.radius_km + other.radius_km
    if level <= 2:
        if level == 2 and one.admin1 and other.admin1 and one.admin1 != other.admin1:
            return NEVER
        return (0.0, 0.1, 0.4)[level] if apart_km <= reach_km else NEVER
    if apart_km <= max(reach_km, 3.0):
        return 0.9 if level == 4 else 0.6
    if level == 3 and one.admin1 and one.admin1 == other.admin1 and apart_km <= reach_km + 50:
        return 0.2  # how far a district reaches is not known from its centre
    return -0.7 if apart_km <= reach_km + 10 else NEVER


def _within(one: Spot, other: Spot) -> bool:
    coarse, fine = sorted((one, other), key=lambda spot: spot.level)
    return bool(coarse.words & fine.words) or (fine.admin1 is not None and fine.admin1 in (coarse.admin1, " ".join(sorted(coarse.words))))


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance on a sphere."""
    first, second = math.radians(lat), math.radians(other_lat)
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


# ── Who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

Readings = tuple[tuple[Side, ...], ...]


def compare_roles(one: Facts, other: Facts) -> tuple[float, float]:
    """How far actors and recipients agree. NEVER for actors: the two are an exchange, each side's fire on the other."""
    actors = compare_sides(one.actor_sides, other.actor_sides)
    recipients = compare_sides(one.recipient_sides, other.recipient_sides)
    crossed = min(compare_sides(one.actor_sides, other.recipient_sides), compare_sides(one.recipient_sides, other.actor_sides))
    if crossed >= 0.8 and max(actors, recipients) < 0.8:
        return NEVER, recipients
    return actors, recipients


@lru_cache(maxsize=65536)
def compare_sides(one: Readings, other: Readings) -> float:
    """The best agreement between any two of the actors; 0 where either is unknown."""
    if not one or not other:
        return 0.0
    return max(_compare_readings(first, second) for first in one for second in other)


def _compare_readings(one: tuple[Side, ...], other: tuple[Side, ...]) -> float:
    return max(_compare_side(first, second) for first in one for second in other)


def _compare_side(one: Side, other: Side) -> float:
    if one.id and one.id == other.id:
        return 1.0
    if one.country and other.country and one.country != other.country:
        return -1.0
    if one.group is None or other.group is None:
        return 0.4 if one.country and one.country == other.country else 0.0
    if one.group != other.group:
        # Who the dead were is what reports dispute most; that a state's army is not its rebels is not.
        return -1.0 if {one.group, other.group} == {STATE, ARMED} else -0.5
    if one.id and other.id:
        return 0.5 if one.group in (STATE, CIVIL) else -0.3
    return 0.9 if one.country == other.country and one.country else 0.4 if one.group != ARMED else 0.3


# ── How many ──────────────────────────────────────────────────────────────────────────────────────────────────────────


FIGURE_WEIGHTS = {"killed": 1.0, "injured": 0.6, "captured": 0.8, "missing": 0.6, "displaced": 0.6}


def compare_figures(one: tuple[Figure, ...], other: tuple[Figure, ...]) -> float:
    """Agreement of the totals of each kind: a shared exact number is telling, different tolls of one incident are usual."""
    best: dict[str, float] = {}
    for first in one:
        for second in other:
            if first.of == second.of and not first.part and not second.part:
                agreement = _compare_figure(first, second)
                if agreement > best.get(first.of, NEVER):
                    best[first.of] = agreement
    score = sum(FIGURE_WEIGHTS.get(kind, 0.0) * agreement for kind, agreement in sorted(best.items()))
    return max(-1.2, min(1.2, score))


def _compare_figure(one: Figure, other: Figure) -> float:
    if one.best is not None and one.best == other.best:
        return 0.8 if one.best >= 8 else 0.55 if one.best >= 3 else 0.2
    first, second = _ends(one), _ends(other)
    if first is None or second is None:
        return 0.0
    if max(first[0], second[0]) <= min(first[1], second[1]):
        return 0.15
    smaller, larger = min(first[1], second[1]), max(first[0], second[0])
    if larger - smaller <= 3 or larger <= 1.5 * smaller:
        return 0.1
    return -0.3 if larger <= 3 * smaller else -0.8


def _ends(figure: Figure) -> tuple[float, float] | None:
    low = figure.low if figure.low is not None else figure.best
    high = figure.high if figure.high is not None else figure.best
    if low is None and high is None:
        return None
    return low if low is not None else 0.0, high if high is not None else math.inf


# ── How, and in which words ───────────────────────────────────────────────────────────────────────────────────────────


FROM_AFAR = frozenset({"aerial", "drone", "heavy-weapons", "explosives", "suicide-attack", "unconventional"})


def compare_modes(one: frozenset[str], other: frozenset[str]) -> float:
    """1 for a shared mode, 0 where either says nothing, -1 for none in common; less for what explodes, which reports often mix up."""
    if not one or not other:
        return 0.0
    if one & other:
        return 1.0
    if one <= FROM_AFAR and other <= FROM_AFAR and "explosives" in one | other:
        return 0.0  # whatever throws them, what explodes is a bomb to somebody
    return -0.6 if one <= FROM_AFAR and other <= FROM_AFAR else -1.4


def compare_words(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter passage's telling words that the longer one has, from one shared word up to 1."""
    if not one or not other:
        return 0.0
    shared = len(one & other)
    return shared / max(4, min(len(one), len(other)))
