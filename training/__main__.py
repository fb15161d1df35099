"""Trains, exports and scores the language model that ships: ``python -m training`` (``make train``). A stopped run goes on where it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WORK = Path("training/work")
OUT = Path("src/onrecord/data/model")
STEPS = (
    (
        "training.train",
        "parser",
        "--layers",
        "6",
        "--epochs",
        "10",
        "--stop-after",
        "6",
        "--rate",
        "1.5e-4",
        "--resume",
        "--out",
        WORK / "parser.pt",
    ),
    ("training.train", "parser", "--layers", "6", "--epochs", "8", "--rate", "1.5e-4", "--resume", "--out", WORK / "parser.pt"),
    ("training.train", "signals", "--layers", "6", "--epochs", "5", "--rate", "1.5e-4", "--resume", "--out", WORK / "signals.pt"),
    ("training.export", WORK / "parser.pt", WORK / "signals.pt", "--out", OUT),
    ("training.evaluate",),
)


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(["src", ".", os.environ.get("PYTHONPATH", "")]))
    for module, *arguments in STEPS:
        print("·", module, *arguments, flush=True)
        subprocess.run([sys.executable, "-m", str(module), *map(str, arguments)], check=True, env=environment)


if __name__ == "__main__":
    main()
