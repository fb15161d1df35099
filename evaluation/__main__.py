"""Runs every measurement, two at once, and prints what each prints, then one table of all headline figures.

With --write it is kept in ``evaluation/RESULTS.md``, which ``evaluation.gate`` holds against the floors, and in the paper's table. Where
tasks are named, only these are measured and the others stay as they were.

usage: python -m evaluation [--write] [TASK ...]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from evaluation import paper
from evaluation.board import read_baselines, read_figures, read_floors, table

RESULTS = Path(__file__).parent / "RESULTS.md"
SECTION = re.compile(r"^## ([^\n]+)\n\n`python -m [^`]+`\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AT_ONCE = 2
TASKS: dict[str, tuple[str, ...]] = {
    "tags and trees": ("evaluation.trees",),
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

A baseline is what anybody could do without the program (`evaluation/baselines.py`), on the same items in the same run. It is – for the
seed (one report), for events that only the model sees (a share of what the program itself adds), for the prefilter (whoever keeps
everything has 1) and for relations other than of one event. The best known is the best figure of others that we found, mostly of models
fine-tuned on the set, on its test part, sometimes by a measure close to ours, as it says; – where nobody has measured that: on golds of
our own, and on parts of tasks.
"""


def main(arguments: list[str]) -> int:
    asked = [argument for argument in arguments if not argument.startswith("--")]
    measured: dict[str, str] = {}
    failed = 0
    chosen = {name: command for name, command in TASKS.items() if not asked or command[0].partition(".")[2] in asked}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (done, seconds) in zip(chosen, pool.map(_run, chosen.values()), strict=True):
            print(f"── {name} ({seconds:.0f} s)\n{done.stdout}", end="", flush=True)
            if done.returncode:
                failed += 1
                print(done.stderr[-2000:], file=sys.stderr)
            measured[name] = _without_speed(done.stdout).rstrip()
    kept = read_sections(RESULTS.read_text(encoding="utf-8")) if asked and RESULTS.is_file() else {}
    page = results({**kept, **measured})
    print(f"── all figures\n{page.partition(HEAD)[2].partition('##')[0]}", end="")
    if "--write" in arguments:
        RESULTS.write_text(page, encoding="utf-8")
        paper.main([])
    return 1 if failed else 0


def _run(command: tuple[str, ...]) -> tuple[subprocess.CompletedProcess[str], float]:
    """What a task printed, and its seconds; one thread each, since two run at once."""
    started = time.monotonic()
    settings = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **os.environ}
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False, env=settings)
    return done, time.monotonic() - started


def read_sections(page: str) -> dict[str, str]:
    """What each task printed, by the task's name."""
    return {name: printed.rstrip() for name, printed in SECTION.findall(page)}


def results(sections: Mapping[str, str]) -> str:
    """The page of results: one table of all figures, then what each task printed, in the order of the tasks."""
    printed = {name: sections[name] for name in TASKS if name in sections}
    everything = "\n".join(printed.values())
    parts = [f"\n## {name}\n\n`python -m {' '.join(TASKS[name])}`\n\n```\n{text}\n```\n" for name, text in printed.items()]
    return "".join([HEAD, "\n", table(read_figures(everything), read_floors(), read_baselines(everything)), *parts])


def _without_speed(output: str) -> str:
    """The lines without timings, which differ from run to run."""
    return "\n".join(line for line in output.splitlines() if "speed" not in line and "/s" not in line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
