"""Trains, exports and scores the language model that ships: ``python -m training`` (``make train``). A stopped run goes on where it was.

Both schedules were shortened while they ran; the steps say so, because they are what the shipped weights were made with.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WORK = Path("training/runs")
STEPS = (
    "train parser --layers 6 --epochs 10 --stop-after 6 --rate 1.5e-4 --resume --out training/runs/parser.pt",
    "train parser --layers 6 --epochs 7 --rate 1.5e-4 --resume --out training/runs/parser.pt",
    "train signals --layers 6 --epochs 5 --stop-after 3 --rate 1.5e-4 --resume --out training/runs/signals.pt",
    "train signals --layers 6 --epochs 4 --rate 1.5e-4 --resume --out training/runs/signals.pt",
    "export training/runs/parser.pt training/runs/signals.pt --out src/onrecord/data/model",
    "evaluate",
)


def main() -> None:
    """Runs the steps one after the other."""
    WORK.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(["src", ".", os.environ.get("PYTHONPATH", "")]))
    for step in STEPS:
        print("·", step, flush=True)
        module, *arguments = step.split()
        subprocess.run([sys.executable, "-m", f"training.{module}", *arguments], check=True, env=environment)


if __name__ == "__main__":
    main()
