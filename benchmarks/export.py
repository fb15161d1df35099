"""Times exports of a ledger: rows a second of wall and of processor time, and the most memory of all processes together.

python -m benchmarks.export [--ledger PATH] [--claims 100000] [--formats csv parquet] [--table claims] [--processes 1] [--json]
Without --ledger one is made of made-up reports as ``benchmarks.ledger`` has them, without linking. Processor time is what counts where
other work shares the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.ledger import make_reports
from onrecord.ledger import open_ledger

KB_PER_MB = 1024
WATCH_S = 0.2


def measure(ledger: str, format: str, table: str, processes: int, folder: Path) -> dict[str, float]:
    """One export by the command, as its users run it."""
    target = folder / f"{table}.{format}"
    command = [sys.executable, "-m", "onrecord", "export", format, "-o", str(target), "--table", table, "--ledger", ledger]
    begun = time.perf_counter()
    running = subprocess.Popen([*command, "--processes", str(processes)], stderr=subprocess.PIPE, text=True)
    seen = Seen()
    watcher = threading.Thread(target=_watch, args=(running, seen), daemon=True)
    watcher.start()
    said = running.communicate()[1]
    wall = time.perf_counter() - begun
    watcher.join()
    if running.returncode:
        raise SystemExit(said)
    used, rows = sum(seen.cpu_s.values()), int(said.split()[0])
    return {"rows": rows, "rows_per_s": rows / wall, "rows_per_cpu_s": rows / used, "peak_mb": seen.mb, "mb": target.stat().st_size / 1e6}


@dataclass
class Seen:
    """The most memory that the processes held at one time, and the processor time of each, up to when it was last looked at."""

    mb: float = 0.0
    cpu_s: dict[int, float] = field(default_factory=dict)


def _watch(running: subprocess.Popen[str], seen: Seen) -> None:
    """Looks at the process and those that it started, and that they started, until it ends."""
    while running.poll() is None:
        pids = _family(running.pid)
        seen.mb = max(seen.mb, sum(_resident_mb(pid) for pid in pids))
        seen.cpu_s |= {pid: used for pid in pids if (used := _cpu_s(pid)) is not None}
        time.sleep(WATCH_S)


def _cpu_s(pid: int) -> float | None:
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    try:
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        started = []
    return [pid, *(other for child in started for other in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    """The proportional share of memory, so that what processes share counts once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / KB_PER_MB for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger")
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "parquet"])
    parser.add_argument("--table", default="claims")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = options.ledger or f"{folder}/bench.db"
        if options.ledger is None:
            with open_ledger(address, create=True) as ledger:
                for coding in make_reports(options.claims):
                    ledger.append(coding)
        for format in options.formats:
            found = measure(address, format, options.table, options.processes, Path(folder))
            if options.json:
                print(json.dumps({"format": format, **{name: round(value, 1) for name, value in found.items()}}))
            else:
                print(f"{format:12}" + "".join(f"{name} {value:>12,.0f}  " for name, value in found.items()))


if __name__ == "__main__":
    main()
