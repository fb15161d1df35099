"""Runs every measurement, one after another, and prints what each prints, then one table of all headline figures.

With --write it is kept in ``evaluation/RESULTS.md``, which ``evaluation.gate`` holds against the floors.

usage: python -m evaluation [--write] [TASK ...]
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from evaluation.board import read_figures, read_floors, table

RESULTS = Path(__file__).parent / "RESULTS.md"
TASKS: dict[str, tuple[str, ...]] = {
    "whole report (the seed)": ("evaluation.seed", "--brief"),
    "five-way class": ("evaluation.quad",),
    "role spans": ("evaluation.roles",),
    "events that only the model sees": ("evaluation.learned",),
    "dyads": ("evaluation.dyads",),
    "ACLED sub-events": ("evaluation.acled",),
    "incident types, South Asia": ("evaluation.satp",),
    "police action, India": ("evaluation.indiapolice",),
    "attack roles, MUC-4": ("evaluation.muc4",),
    "factuality": ("evaluation.factuality",),
    "attribution, PolNeAR": ("evaluation.attribution", "polnear"),
    "attribution, our own": ("evaluation.attribution", "gold"),
    "source links, MEANTIME": ("evaluation.attribution", "meantime"),
    "actors": ("evaluation.actors",),
    "times": ("evaluation.time",),
    "figures": ("evaluation.figures",),
    "places": ("evaluation.places",),
    "mentions and coreference": ("evaluation.mentions", "--re3d"),
    "main text of web pages": ("evaluation.pages",),
    "prefilter of archives": ("evaluation.prefilter",),
    "whole reports, our own": ("evaluation.own_reports",),
    "linking, our own": ("evaluation.linking",),
    "linking from raw text": ("evaluation.endtoend",),
    "linking, ECB+": ("evaluation.linking", "ecb"),
}
HEAD = """# Results

Printed by `make eval` (`python -m evaluation --write`) on development data: sets that rules and weights were tuned on, or beside.
Expect less on texts that nobody tuned for. Intervals hold 95 % of 500 resamples of the items. What each set is and which licence it has:
“The sets” in docs/method/limits.md.
"""


def main(arguments: list[str]) -> int:
    asked = [argument for argument in arguments if not argument.startswith("--")]
    sections, figures, failed = [], [], 0
    for name, command in TASKS.items():
        if asked and command[0].partition(".")[2] not in asked:
            continue
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
        print(f"── {name} ({time.monotonic() - started:.0f} s)\n{done.stdout}", end="", flush=True)
        if done.returncode:
            failed += 1
            print(done.stderr[-2000:], file=sys.stderr)
        figures += read_figures(done.stdout)
        sections.append(f"\n## {name}\n\n`python -m {' '.join(command)}`\n\n```\n{_without_speed(done.stdout).rstrip()}\n```\n")
    summary = table(figures, read_floors())
    print(f"── all figures\n{summary}", end="")
    if "--write" in arguments:
        RESULTS.write_text("".join([HEAD, "\n", summary, *sections]), encoding="utf-8")
    return 1 if failed else 0


def _without_speed(output: str) -> str:
    """The lines without timings, which differ from run to run."""
    return "\n".join(line for line in output.splitlines() if "speed" not in line and "/s" not in line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
