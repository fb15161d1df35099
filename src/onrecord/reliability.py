"""How far coders agree: Krippendorff's alpha, for names, ranks, numbers and amounts.

Source: Krippendorff, Content Analysis (2nd ed. 2004), chapter 11, by coincidences: any number of coders, values may be missing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum

from onrecord.records import Record

Unit = Sequence[Hashable | None]
Counts = Mapping[Hashable, float]
RESAMPLES = 1000


class Level(StrEnum):
    """What may be said of two values: that they differ, which is higher, by how much, by how many times."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Agreement(Record, frozen=True):
    """How far coders agree about one field.

    units: those with two values or more.  missing: units given with fewer.  percent: pairs of values of a unit that are equal, 0 to 100.
    alpha: 1 for full agreement, 0 for chance; None where it is undefined (no unit has two values, or all values are equal).
    low, high: bootstrap interval of alpha over units (2.5 and 97.5 percent); None where fewer than two resamples define it.
    """

    units: int
    missing: int
    percent: float | None
    alpha: float | None
    low: float | None
    high: float | None


def krippendorff_alpha(units: Iterable[Unit], level: Level = Level.NOMINAL) -> float | None:
    """Alpha over units, each the values that its coders gave (None: none); None where it is undefined.

    Undefined: no unit has two values, or all paired values are equal, so that no disagreement could be expected.
    """
    pairable = [values for unit in units if len(values := [value for value in unit if value is not None]) >= 2]
    totals: Counter[Hashable] = Counter(value for values in pairable for value in values)
    if len(totals) < 2:
        return None
    distance = _distance(level, totals)
    number = sum(totals.values())
    observed = sum(_disagreement(Counter(values), distance) / (len(values) - 1) for values in pairable)
    expected = _disagreement(totals, distance)
    return 1 - (number - 1) * observed / expected if expected else None


def _disagreement(counts: Counter[Hashable], distance: Callable[[Hashable, Hashable], float]) -> float:
    """The distances of all ordered pairs of values, summed."""
    return sum(n * m * distance(one, other) for one, n in counts.items() for other, m in counts.items() if one != other)


def _distance(level: Level, totals: Counter[Hashable]) -> Callable[[Hashable, Hashable], float]:
    if level is Level.NOMINAL:
        return lambda one, other: 1.0
    if level is Level.ORDINAL:
        return _ordinal(totals)
    if level is Level.INTERVAL:
        return lambda one, other: (_number(one) - _number(other)) ** 2
    return lambda one, other: ((_number(one) - _number(other)) / (_number(one) + _number(other))) ** 2


def _ordinal(totals: Counter[Hashable]) -> Callable[[Hashable, Hashable], float]:
    """Ranks that lie between two values, counted by how often they come, the two themselves by half."""
    ranked = sorted(totals, key=_number)
    below, middle = 0.0, {}
    for value in ranked:
        middle[value] = below + totals[value] / 2
        below += totals[value]
    return lambda one, other: (middle[one] - middle[other]) ** 2


def _number(value: Hashable) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number: only a nominal alpha takes other values")
    return float(value)


def measure_agreement(units: Iterable[Unit], level: Level = Level.NOMINAL, *, resamples: int = RESAMPLES) -> Agreement:
    """Alpha with how much it rests on; the same units give the same interval."""
    listed = list(units)
    pairable = [unit for unit in listed if sum(value is not None for value in unit) >= 2]
    low, high = _interval(pairable, level, resamples)
    return Agreement(
        units=len(pairable),
        missing=len(listed) - len(pairable),
        percent=_percent(pairable),
        alpha=krippendorff_alpha(pairable, level),
        low=low,
        high=high,
    )


def _percent(units: Sequence[Unit]) -> float | None:
    equal = pairs = 0
    for unit in units:
        values = [value for value in unit if value is not None]
        pairs += len(values) * (len(values) - 1)
        equal += sum(n * (n - 1) for n in Counter(values).values())
    return 100 * equal / pairs if pairs else None


def _interval(units: Sequence[Unit], level: Level, resamples: int) -> tuple[float | None, float | None]:
    chance = random.Random(0)  # nosec B311 - always the same draws: same units, same interval
    drawn = (krippendorff_alpha(chance.choices(units, k=len(units)), level) for _ in range(resamples if units else 0))
    found = sorted(alpha for alpha in drawn if alpha is not None)
    if len(found) < 2:
        return None, None
    return found[int(0.025 * (len(found) - 1))], found[round(0.975 * (len(found) - 1))]
