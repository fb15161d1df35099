"""Times the page: start to first answer, memory of the server, an article of a hundred claims, the incidents of a large ledger.

usage: python -m benchmarks.page [--incidents N] [--ledger PATH] [--json]

The server runs as users run it, in a process of its own; "cpu_ms" is the processor time that it takes per request, which other work on
the machine does not touch, "first_cpu_ms" that of the first, "wall_ms" the shortest of several. Made-up reports: one of a hundred
claims, and others with a claim for every fourth incident, which are linked; the rest of the incidents are written straight, as if of four
claims each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import msgspec

from benchmarks.ledger import make_reports
from evaluation.reports import actor, report
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.database import tables
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.store.incidents import write_incidents
from onrecord.records import Coding, Incident

CLAIMS_OF_ARTICLE = 100
LINKS_PER_INCIDENT = 4
REPEATS = 10
TICKS = os.sysconf("SC_CLK_TCK")


def make_article(claims: int) -> Coding:
    """A report in which every sentence is a claim with a source, a figure, a place and a time."""
    lines, notes = ["Many attacks on one day"], []
    for number in range(claims):
        line = f"Officials said that the army shelled market {number} in Ariha on Monday, killing {number % 7 + 1} people."
        lines.append(line)
        notes.append({"type": "ASSAULT", "mode": ["heavy-weapons"], "who": ["SYR MIL"], "whom": ["SYR CVL"], "when": "2021-05-03",
                      "where": {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"},
                      "killed": number % 7 + 1, "quote": line, "says": "Officials"})  # fmt: skip
    return report("many", text=" ".join(lines), claims=notes, outlet="Plains Wire", published="2021-05-04")


def fill(ledger: Ledger, incidents: int) -> str:
    """Puts the article and the incidents into a ledger; returns the article's id."""
    article = make_article(CLAIMS_OF_ARTICLE)
    ledger.append(article)
    for coding in make_reports(max(64, incidents // 4)):
        ledger.append(coding)
    link_ledger(ledger)
    pattern = list_incidents(ledger)
    documents = ledger.document_ids()
    rng = random.Random(7)
    made = [_incident(rng, pattern[number % len(pattern)], number) for number in range(incidents - len(pattern))]
    with ledger.writing() as connection:
        write_incidents(connection, made, why="made up")
        rows = [
            {"claim": f"clm-{incident.id}-{number}", "document": rng.choice(documents), "component": incident.id,
             "incident": incident.id, "denies": False}
            for incident in made
            for number in range(LINKS_PER_INCIDENT)
        ]  # fmt: skip
        connection.execute(tables.linked.insert(), rows)
    return article.document.id


def _incident(rng: random.Random, like: Incident, number: int) -> Incident:
    """One like another, elsewhere and on another day."""
    day = date(2021, 1, 1) + timedelta(days=rng.randrange(730))
    time_, place = like.time, like.place
    if time_ is not None:
        following = (day + timedelta(days=1)).isoformat()
        time_ = msgspec.structs.replace(time_, value=day.isoformat(), start=f"{day}T00:00", end=f"{following}T00:00")
    if place is not None and place.lat is not None and place.lon is not None:
        place = msgspec.structs.replace(place, lat=place.lat + rng.uniform(-1, 1), lon=place.lon + rng.uniform(-1, 1))
    by = (actor(rng.choice(["SYR MIL", "SYR REB", "SYR UAF", "RUS MIL"])),)
    return msgspec.structs.replace(like, id=f"inc-{number:020x}", time=time_, place=place, actors=by, relations=(), violations=())


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(ledger: str, article: str) -> dict[str, float]:
    """The figures of the server over one ledger."""
    begun = time.perf_counter()
    with serving(ledger) as (base, process):
        answer_to(f"{base}/")
        found = {"first_page_wall_s": time.perf_counter() - begun, "first_page_cpu_s": cpu_s(process)}
        found["start_rss_mb"] = memory_mb(process, "VmRSS")
        found |= _page(base, process, "article", f"/articles/{article}")
        found["article_with_assets_kb"] = weight_kb(base, f"/articles/{article}")
        for name, path in PAGES.items():
            found |= _page(base, process, name, path)
        answer_to(f"{base}/incidents.csv?country=NOP")
        found["rss_mb"] = memory_mb(process, "VmRSS")
        found["peak_mb"] = memory_mb(process, "VmHWM")
    return {name: round(value, 3) for name, value in found.items()}


PAGES = {
    "home": "/",
    "incidents": "/incidents",
    "incidents_month": "/incidents?since=2021-06&until=2021-07",
    "incidents_words": "/incidents?text=market",
    "last_page": "/incidents?page=500",
    "bins": "/incidents/bins.geojson",
    "sources": "/sources",
    "actors": "/actors",
    "search": "/search?text=market",
}


def _page(base: str, process: subprocess.Popen[bytes], name: str, path: str) -> dict[str, float]:
    before = cpu_s(process)
    size = len(answer_to(base + path))
    first = cpu_s(process) - before
    before, walls = cpu_s(process), []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        answer_to(base + path)
        walls.append(time.perf_counter() - begun)
    cpu = (cpu_s(process) - before) / REPEATS
    times = {f"{name}_first_cpu_ms": first * 1000, f"{name}_cpu_ms": cpu * 1000, f"{name}_wall_ms": min(walls) * 1000}
    return {f"{name}_kb": size / 1000, **times}


@contextmanager
def serving(ledger: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server of its own over the ledger, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "onrecord", "serve", "--ledger", ledger, "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def answer_to(address: str) -> bytes:
    """The body of an answer; waits for a server that is not there yet."""
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            return error.read()
        except urllib.error.URLError:
            time.sleep(0.01)


def weight_kb(base: str, path: str) -> float:
    """The page with its styles, scripts and icons, uncompressed."""
    page = answer_to(base + path)
    assets = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()))
    return (len(page) + sum(len(answer_to(base + asset)) for asset in sorted(assets))) / 1000


def cpu_s(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds that the process has taken."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(process: subprocess.Popen[bytes], what: str) -> float:
    """Its memory now ("VmRSS") or at most so far ("VmHWM")."""
    line = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=50_000)
    parser.add_argument("--ledger", help="an existing ledger instead of a made-up one; the article is then its first report")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = options.ledger or f"{folder}/page.db"
        with open_ledger(address, create=not options.ledger) as ledger:
            article = ledger.document_ids()[0] if options.ledger else fill(ledger, options.incidents)
        found = measure(address, article)
    print(json.dumps(found) if options.json else "\n".join(f"{name:28}{value:>12,}" for name, value in found.items()))


if __name__ == "__main__":
    main()
