"""The same reports give the same bytes, whatever the hash seed, the processes and the order; and nothing is asked of a network."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.scale.storage import Store

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))[:8]
SEEDS = ("0", "1", "77", "4096", "4294967295")
TABLES = ("documents", "claims", "mentions", "attributions", "failures")
# Every attempt to reach another machine ends the program, and is written down first.
GUARD = """
import os, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        with open(os.environ["ATTEMPTS"], "a") as file:
            print(event, arguments, file=file)
        raise OSError("no network here")
sys.addaudithook(refuse)
"""


def onrecord(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "onrecord", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def coded(paths: list[Path], seed: str, jobs: int) -> dict[str, str]:
    """The line of each report, by its path."""
    lines = onrecord("code", *map(str, paths), "--format", "jsonl", "--jobs", str(jobs), PYTHONHASHSEED=seed).splitlines()
    return {json.loads(line)["document"]["path"]: line for line in lines}


@pytest.mark.slow
def test_codings_are_the_same_bytes_for_every_seed_number_of_processes_and_order() -> None:
    chance = random.Random(5)
    expected = coded(EXAMPLES, "0", 1)
    assert len(expected) == len(EXAMPLES)
    for number, seed in enumerate(SEEDS):
        for jobs in (1, 2):
            shuffled = chance.sample(EXAMPLES, len(EXAMPLES))
            assert coded(shuffled, seed, jobs) == expected, (number, seed, jobs, shuffled)


@pytest.mark.slow
def test_archives_are_the_same_bytes_for_every_seed_and_order(tmp_path: Path) -> None:
    """Each report is a part of its own; the parts are coded by two machines, in either order, with other seeds."""
    folder = tmp_path / "in"
    folder.mkdir()
    for path in EXAMPLES[:4]:
        (folder / path.name).write_bytes(path.read_bytes())

    def contents(out: Path) -> dict[str, bytes]:
        store = Store(str(out))
        return {name: store.path(name).read_bytes() for table in TABLES for name in store.names(table)}

    onrecord("code", str(folder), "--out", str(tmp_path / "one"), PYTHONHASHSEED="1")
    for part in ("2/2", "1/2"):
        onrecord("code", str(folder), "--out", str(tmp_path / "two"), "--shard", part, "--jobs", "2", PYTHONHASHSEED=part[0] + "9")
    assert contents(tmp_path / "one") == contents(tmp_path / "two") != {}


@pytest.mark.slow
def test_a_whole_run_asks_nothing_of_a_network(tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard/sitecustomize.py").write_text(GUARD)
    attempts = tmp_path / "attempts"
    guarded = {"PYTHONPATH": str(tmp_path / "guard"), "ATTEMPTS": str(attempts)}
    ledger = ("--ledger", str(tmp_path / "l.db"))
    onrecord("add", *map(str, EXAMPLES[:3]), *ledger, **guarded)
    for command in (["incidents"], ["claims"], ["sources"], ["ledger", "check"], ["ledger", "audit"], ["doctor"]):
        onrecord(*command, *ledger, **guarded)
    onrecord("export", "csv", "-o", str(tmp_path / "out.csv"), *ledger, **guarded)
    assert not attempts.exists(), attempts.read_text()
    probe = "import socket; socket.create_connection(('127.0.0.1', 9))"
    refused = subprocess.run([sys.executable, "-c", probe], env={**os.environ, **guarded}, capture_output=True, text=True, check=False)
    assert "no network here" in refused.stderr
    assert attempts.exists()
