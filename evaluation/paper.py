"""Puts the figures of ``RESULTS.md`` into the table of the paper; with --check only says which differ.

usage: python -m evaluation.paper [--check]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from evaluation.board import Figure, Floor, read_baselines, read_figures, read_floors

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "paper/paper.md"
RESULTS = ROOT / "evaluation/RESULTS.md"
HEAD = "| figure | n | ours | 95 % | baseline | best known |"
ROW = re.compile(r"^\| ([^|]+?) \|(?:[^|]*\|){5}$")


def with_figures(paper: str, figures: Mapping[str, Figure], floors: Mapping[str, Floor], baselines: Mapping[str, str]) -> str:
    """The paper with each row of its table as measured; KeyError names a row that was not measured."""
    before, head, rest = paper.partition(HEAD)
    lines = rest.split("\n")
    made = [
        _row(figures[found[1]], floors.get(found[1]), baselines.get(found[1], "–"))
        if (found := ROW.match(line)) and found[1] != "---"
        else line
        for line in lines
    ]
    return before + head + "\n".join(made)


def _row(figure: Figure, held: Floor | None, baseline: str) -> str:
    between = "–" if figure.low is None else f"{figure.low:.3f} to {figure.high:.3f}"
    best = f"{held.best:g} ({held.source})" if held and held.best is not None else "–"
    return f"| {figure.name} | {figure.items:,} | {figure.value:.3f} | {between} | {baseline} | {best} |"


def main(arguments: list[str]) -> int:
    results = RESULTS.read_text(encoding="utf-8")
    figures = {one.name: one for one in read_figures(results)}
    paper = PAPER.read_text(encoding="utf-8")
    made = with_figures(paper, figures, read_floors(), read_baselines(results))
    if made == paper:
        return 0
    if "--check" in arguments:
        print("paper/paper.md does not have the figures of evaluation/RESULTS.md: run python -m evaluation.paper", file=sys.stderr)
        return 1
    PAPER.write_text(made, encoding="utf-8")
    print("paper/paper.md: figures as measured")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
