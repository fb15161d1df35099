"""The figures of an evaluation run: said with a bootstrap interval, gathered into one table, held against floors.

A module says each of its headline figures with ``say``; ``python -m evaluation`` gathers them from what the modules print, and
``floors.json`` gives each its floor, what was asked and the best known, with the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import msgspec

from onrecord.evaluate import interval

FLOORS = Path(__file__).parent / "floors.json"
MARK, BELOW = "»", "›"
Item = TypeVar("Item")
Counts = tuple[int, int, int]


class Figure(NamedTuple):
    """One headline figure. items: how many were resampled; low, high: the bounds of 95 % of the resamples, None where that was not done."""

    name: str
    value: float
    items: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        bounds = "" if self.low is None else f", 95 %: {self.low:.3f} to {self.high:.3f}"
        return f"{MARK} {self.name}: {self.value:.3f} (n {self.items}{bounds})"


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a figure is held against. asked: the project's target; best: the best known elsewhere, with ``source``."""

    floor: float
    asked: float | None = None
    best: float | None = None
    source: str = ""


def say(name: str, items: Sequence[Item], measure: Callable[[Sequence[Item]], float]) -> Figure:
    """Prints and returns a figure over items that may be resampled (sentences, reports, documents); the same for the same items."""
    figure = Figure(name, measure(items), len(items), *interval(items, measure))
    print(figure)
    return figure


def say_whole(name: str, value: float, items: int) -> Figure:
    """Prints and returns a figure whose items hang together, as clusters do, so that they cannot be resampled one by one."""
    figure = Figure(name, value, items)
    print(figure)
    return figure


def say_baseline(figure: str, name: str, value: float) -> None:
    """Prints what a baseline makes of the items of a figure, in the same run."""
    print(f"{BELOW} {figure}: {value:.3f} ({name})")


def f1_of(counts: Iterable[Counts]) -> float:
    """F1 of (right, made, asked) summed over items; 0 where nothing is right."""
    right = made = asked = 0
    for one in counts:
        right, made, asked = right + one[0], made + one[1], asked + one[2]
    return 2 * right / (made + asked) if right else 0.0


def harmonic(precision: float, recall: float) -> float:
    """F1: the harmonic mean of the two; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ratios(right: int, made: int, asked: int) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 of nothing."""
    precision, recall = right / max(1, made), right / max(1, asked)
    return precision, recall, harmonic(precision, recall)


def share_of(hits: Sequence[bool]) -> float:
    """The share of items that are right; 0 of none."""
    return sum(hits) / len(hits) if hits else 0.0


_LINE = re.compile(rf"{MARK} (.+): (-?[\d.]+) \(n (\d+)(?:, 95 %: (-?[\d.]+) to (-?[\d.]+))?\)\Z")


def read_figures(output: str) -> list[Figure]:
    """The figures that a module printed."""
    found = []
    for line in output.splitlines():
        if match := _LINE.match(line):
            name, value, items, low, high = match.groups()
            found.append(Figure(name, float(value), int(items), float(low) if low else None, float(high) if high else None))
    return found


_BASELINE = re.compile(rf"{BELOW} (.+): (-?[\d.]+) \((.+)\)\Z")


def read_baselines(output: str) -> dict[str, str]:
    """By figure, the baselines that a module printed, with their values."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        if match := _BASELINE.match(line):
            found.setdefault(match[1], []).append(f"{match[2]} ({match[3]})")
    return {figure: ", ".join(values) for figure, values in found.items()}


def read_floors(path: Path = FLOORS) -> dict[str, Floor]:
    """By name of figure; raises msgspec.DecodeError for a broken file."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Floor])


def table(figures: Iterable[Figure], floors: dict[str, Floor], baselines: Mapping[str, str] = MappingProxyType({})) -> str:
    """A Markdown table: task, set and measure, n, value with interval, baselines of the same run, floor, asked, best known."""
    lines = ["| task | set, measure | n | ours | 95 % | baseline, same run | floor | asked | best known |", f"|{'---|' * 9}"]
    for figure in figures:
        held = floors.get(figure.name)
        between = "–" if figure.low is None else f"{figure.low:.3f} to {figure.high:.3f}"
        best = f"{held.best:g} ({held.source})" if held and held.best is not None else "–"
        asked = f"{held.asked:g}" if held and held.asked is not None else "–"
        floor = f"{held.floor:g}" if held else "–"
        task, _, what = figure.name.partition(": ")
        beside = baselines.get(figure.name, "–")
        lines.append(f"| {task} | {what} | {figure.items:,} | {figure.value:.3f} | {between} | {beside} | {floor} | {asked} | {best} |")
    return "\n".join(lines) + "\n"


def below(figures: Iterable[Figure], floors: dict[str, Floor]) -> list[str]:
    """What falls: one line for each figure below its floor, and for each that has none."""
    problems = []
    for figure in figures:
        held = floors.get(figure.name)
        if held is None:
            problems.append(f"{figure.name}: {figure.value:.3f} has no floor: add one to {FLOORS.name}")
        elif figure.value < held.floor:
            problems.append(f"{figure.name}: {figure.value:.3f} is below its floor {held.floor:g}")
    return problems
