"""Times the ledger: appending, linking at once and after one more report, opening an incident, and its size.

python -m benchmarks.ledger [--claims 100000] [--ledger PATH|postgresql://…] [--json] [--growth]
--growth: the same for a sixteenth, a quarter and all of the claims, what a claim costs in each; the same, unless a step is quadratic.
The reports are made up by rule from a fixed seed: a hundred towns, two years, several outlets an incident, every tenth a copy.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from evaluation.reports import report
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.query.claims import claims_of
from onrecord.ledger.query.incidents import list_incidents
from onrecord.records import Coding

OUTLETS = [f"Outlet {number}" for number in range(40)]
SIDES = ["SYR MIL|SYR GOV", "TUR MIL", "act-a=SYR REB", "RUS MIL", "act-b=IRQ REB"]
CIVILIANS = ["SYR CVL", "SYR REF", "IRQ CVL"]
MODES = [["aerial"], ["heavy-weapons"], ["explosives"], ["firearms"], []]
WORDS = ("market", "bakery", "convoy", "school", "bridge", "mosque", "camp", "depot", "clinic", "checkpoint", "farm", "road", "tower")
CLAIMS_PER_REPORT = 16
GROWTH = (1, 4, 16)
EVERYBODYS = 30  # one report in so many tells the first incident again, so that 100,000 claims have one of two hundred


def make_reports(claims: int, *, seed: int = 7) -> Iterator[Coding]:
    """So many claims in reports of sixteen, each about incidents that other reports tell, too."""
    rng = random.Random(seed)
    towns = [_town(rng, number) for number in range(150)]
    incidents = [_incident(rng, towns) for _ in range(max(1, claims // 4))]
    incidents.sort(key=lambda one: one["when"])
    for number in range(claims // CLAIMS_PER_REPORT):
        at = int(number / (claims // CLAIMS_PER_REPORT) * len(incidents))
        near = [incidents[min(len(incidents) - 1, at + rng.randrange(12))] for _ in range(CLAIMS_PER_REPORT)]
        if number % EVERYBODYS == 0:
            near[0] = incidents[0]
        yield _report(rng, number, near)


def _town(rng: random.Random, number: int) -> dict[str, Any]:
    lat, lon = round(rng.uniform(32.5, 37), 3), round(rng.uniform(36, 42), 3)
    return {"name": f"Town{number}", "kind": "populated", "lat": lat, "lon": lon, "country": "SYR", "admin1": f"P{number % 12}"}


def _incident(rng: random.Random, towns: list[dict[str, Any]]) -> dict[str, Any]:
    day = date(2019, 1, 1) + timedelta(days=rng.randrange(730))
    return {
        "type": rng.choices(["ASSAULT", "COERCE", "RETREAT", "PROTEST"], [8, 1, 1, 1])[0],
        "mode": rng.choice(MODES),
        "who": [rng.choice(SIDES)],
        "whom": [rng.choice(CIVILIANS)],
        "where": rng.choice(towns),
        "when": day.isoformat(),
        "killed": rng.randrange(1, 40),
        "target": rng.choice(WORDS),
    }


def _report(rng: random.Random, number: int, incidents: list[dict[str, Any]]) -> Coding:
    lines, notes = [f"Report {number}."], []
    for at, incident in enumerate(incidents):
        killed = max(1, incident["killed"] + rng.choice([0, 0, 0, 1, -1, 2]))
        line = f"A {incident['target']} in {incident['where']['name']} was hit on {incident['when']}, killing {killed} ({number}.{at})."
        lines += [line, " ".join(f"{rng.choice(WORDS)}{rng.randrange(300)}" for _ in range(25)) + "."]
        keep = {key: value for key, value in incident.items() if key != "target"}
        keep |= {"killed": killed, "quote": line, "who": incident["who"] if rng.random() < 0.6 else []}
        keep["where"] = incident["where"] if rng.random() < 0.85 else None
        notes.append(keep)
    published = (date.fromisoformat(max(one["when"] for one in incidents)) + timedelta(days=1)).isoformat()
    return report(f"r{number}", text=" ".join(lines), claims=notes, outlet=rng.choice(OUTLETS), published=published)


def measure(address: str, claims: int) -> dict[str, float]:
    """The figures of one ledger; it must not exist yet."""
    *most, last = make_reports(claims + CLAIMS_PER_REPORT)
    with open_ledger(address, create=True) as ledger:
        found: dict[str, float] = {"claims": sum(len(coding.claims) for coding in most)}
        used = time.process_time()
        found["append_claims_per_s"] = found["claims"] / _timed(lambda: _append(ledger, most))
        found["append_claims_per_cpu_s"] = found["claims"] / (time.process_time() - used)
        most.clear()
        before = _memory_mb()
        used = time.process_time()
        found["link_s"] = _timed(lambda: link_ledger(ledger))
        found["link_cpu_s"] = time.process_time() - used
        found["peak_mb"] = _memory_mb()
        found["link_peak_mb"] = found["peak_mb"] - before
        found["one_more_append_s"] = _timed(lambda: ledger.append(last))
        found["one_more_link_s"] = _timed(lambda: link_ledger(ledger))
        found |= _open_largest(ledger)
        path = Path(address)
        if path.exists():
            found["bytes_per_claim"] = path.stat().st_size / found["claims"]
    return {name: round(value, 3) for name, value in found.items()}


def growth(folder: str, claims: int) -> dict[int, dict[str, float]]:
    """By how many times as large a ledger is: processor microseconds a claim to append and to link, milliseconds for one report more."""
    found = {}
    for times in GROWTH:
        one = measure(f"{folder}/{times}.db", claims * times // GROWTH[-1])
        found[times] = {
            "claims": one["claims"],
            "append_us": 1e6 / one["append_claims_per_cpu_s"],
            "link_us": one["link_cpu_s"] / one["claims"] * 1e6,
            "one_more_append_ms": one["one_more_append_s"] * 1000,
            "one_more_link_ms": one["one_more_link_s"] * 1000,
        }
    return found


def _append(ledger: Ledger, codings: list[Coding]) -> None:
    for coding in codings:
        ledger.append(coding)


def _open_largest(ledger: Ledger) -> dict[str, float]:
    incidents = list_incidents(ledger)
    largest = max(incidents, key=lambda incident: len(incident.claims))
    seconds = min(_timed(lambda: claims_of(ledger, largest)) for _ in range(5))
    return {"incidents": len(incidents), "largest_incident_claims": len(largest.claims), "open_largest_ms": seconds * 1000}


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--ledger")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.growth:
            for times, row in growth(folder, options.claims).items():
                print(f"ledgers {times:2} times as large: " + "  ".join(f"{name} {value:,.0f}" for name, value in row.items()))
            return
        found = measure(options.ledger or f"{folder}/bench.db", options.claims)
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:24}{value:>14,}" for name, value in found.items()))


if __name__ == "__main__":
    main()
