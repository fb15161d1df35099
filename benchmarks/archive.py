"""Archive runs over news of which a fifth tells of conflict, and over conflict reports alone: speed, scaling, memory, cost.

usage: python -m benchmarks.archive [REPORTS] [--by-report] [--json]     (200; needs the development data)
The mix is one MUC-4 report, with capitals as in print, to four others from the halves of PolNeAR and TR-News that the prefilter was not
learned on. Seconds are of the processor, all processes together, so that other work on the machine does not count; those of the clock are
printed beside them. What a process takes to start is measured by itself and taken off: a million reports pay it once.
--by-report: every report of the mix is coded once, by itself, and what the prefilter saves is reckoned from what each took: where the load
of the machine changes, whole runs one after the other cannot be compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.printed import in_print
from onrecord.ingest import Given, read_text
from onrecord.pipeline import build_pipeline
from onrecord.scale import Job, News, Report, new_run, prepare, run, shards
from onrecord.scale.cascade import Cascade
from onrecord.scale.query import query

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ONRECORD_DATA", ROOT / "../shared/data"))
CONFLICT, GENERAL = ("events/muc4_train_dev",), ("attribution/polnear_dev", "places/trnews")
CONFLICT_SHARE = 0.2
DOLLARS_PER_CORE_HOUR = 0.04
FILE_REPORTS = 10


def texts(names: Sequence[str], count: int) -> list[str]:
    """So many texts of the sets in turn, from the beginning again where they run out."""
    sets = [
        cycle(json.loads(line)["text"] for line in gzip.decompress((DATA / f"{name}.jsonl.gz").read_bytes()).splitlines()) for name in names
    ]
    return [next(sets[number % len(sets)]) for number in range(count)]


def wars(count: int) -> list[str]:
    """So many reports of conflict, as printed."""
    captures = [read_text(text.encode(), path=None, given=Given(language="en")) for text in texts(CONFLICT, count)]
    return [capture.document.text for capture in in_print(build_pipeline().parser, captures)]


def mixed(count: int) -> list[str]:
    """Reports of conflict among others, evenly."""
    conflict = round(count * CONFLICT_SHARE)
    others, fighting = iter(texts(GENERAL, count - conflict)), iter(wars(conflict))
    return [next(fighting) if number % round(1 / CONFLICT_SHARE) == 0 else next(others) for number in range(count)]


def write(folder: Path, reports: Sequence[str]) -> str:
    """The reports as files of JSON lines."""
    folder.mkdir()
    for first in range(0, len(reports), FILE_REPORTS):
        lines = (json.dumps({"text": text, "published": "2016-06-01"}) for text in reports[first : first + FILE_REPORTS])
        (folder / f"{first:06}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder)


def measure(address: str, out: Path, *, processes: int, start_s: float = 0.0, **rules: bool) -> dict[str, Any]:
    """The figures of one run. start_s: processor seconds that a process takes to start, which are taken off.  rules: of the prefilter."""
    job = Job(out=str(out), run=new_run(), given={"language": "en"}, **rules)
    planned = prepare(job, [address]).shards
    began, used = time.perf_counter(), _children_s()
    heard = list(run(job, planned, processes=processes))
    done = [one for one in heard if isinstance(one, Report)]
    documents, claims = (sum(getattr(one.counts, name) for one in done) for name in ("documents", "claims"))
    seconds = _children_s() - used - processes * start_s
    return {
        "reports": documents,
        "coded": sum(one.counts.coded for one in done),
        "claims": claims,
        "cpu_s": round(seconds, 2),
        "clock_s": round(time.perf_counter() - began, 2),
        "reports_per_cpu_s": round(documents / seconds, 2),
        "dollars_per_million": round(seconds / documents * 1e6 / 3600 * DOLLARS_PER_CORE_HOUR, 2),
        "peak_mb": round(max((one.memory_mb for one in heard if isinstance(one, News)), default=0.0)),
        "bytes_per_report": round(sum(file.stat().st_size for file in out.rglob("*.parquet")) / documents),
    }


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def runs(folder: Path, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the figures of every run."""
    (folder / "in").mkdir()
    mix, war = write(folder / "in/mix", mixed(count)), write(folder / "in/war", wars(count // 2))
    one = write(folder / "in/one", wars(1))
    start_s = measure(one, folder / "start", processes=1)["cpu_s"]
    none = {"prefilter": False}
    for name, address, rules, processes in (
        ("mix", mix, {}, 1),
        ("mix, wide", mix, {"wide": True}, 1),
        ("mix, no prefilter", mix, none, 1),
        ("mix, no prefilter, 2 processes", mix, none, 2),
        ("conflict", war, {}, 1),
        ("conflict, no prefilter", war, none, 1),
    ):
        out = folder / name.replace(", ", "-").replace(" ", "-")
        yield name, measure(address, out, processes=processes, start_s=start_s, **rules)


def by_report(count: int) -> dict[str, Any]:
    """Processor seconds of the mix and of its reports of conflict, with the prefilter, with more let through, and without."""
    pipeline = build_pipeline()
    cascades = {"prefilter": Cascade(), "wide": Cascade(wide=True), "no prefilter": Cascade(prefilter=False)}
    seconds = {(name, kind): 0.0 for name in cascades for kind in ("mix", "conflict")}
    every = round(1 / CONFLICT_SHARE)
    captures = [read_text(text.encode(), path=None, given=Given(language="en")) for text in mixed(count)]
    next(pipeline.code(captures[:1]))  # what is loaded at the first report is not the report's
    for number, capture in enumerate(captures):
        began = time.process_time()
        next(pipeline.code([capture]))
        coding = time.process_time() - began
        for name, cascade in cascades.items():
            began = time.process_time()
            passes = cascade.objection(capture) is None
            took = time.process_time() - began + coding * passes
            seconds[name, "mix"] += took
            seconds[name, "conflict"] += took * (number % every == 0)
    counts = {"mix": count, "conflict": len(range(0, count, every))}
    return {
        f"{kind}, {name}": {
            "reports": counts[kind],
            "seconds_each": round(total / counts[kind], 4),
            "dollars_per_million": round(total / counts[kind] * 1e6 / 3600 * DOLLARS_PER_CORE_HOUR, 2),
            "times_as_fast": round(seconds["no prefilter", kind] / total, 2),
        }
        for (name, kind), total in seconds.items()
    }


def lost_claims(folder: Path, name: str) -> dict[str, float]:
    """By PLOVER type: the share of codable claims of a run without the prefilter that one with it does not find."""
    kept, whole = (dict(query(str(folder / one), BY_TYPE).rows) for one in (name, f"{name.partition('-')[0]}-no-prefilter"))
    return {kind: round(1 - kept.get(kind, 0) / number, 3) for kind, number in sorted(whole.items())}


BY_TYPE = "SELECT type, count(*) FROM claims WHERE codable GROUP BY type"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=int, nargs="?", default=200)
    parser.add_argument("--by-report", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not DATA.is_dir():
        print(f"{DATA}: no development data; set ONRECORD_DATA", file=sys.stderr)
        return 0
    if options.by_report:
        for label, figures in by_report(options.reports).items():
            print(f"{label:24}" + "  ".join(f"{key} {value:,}" for key, value in figures.items()))
        return 0
    shards.SHARD_FILES = 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {}
        for label, figures in runs(folder, options.reports):
            found[label] = figures
            print(f"{label:32}" + "  ".join(f"{key} {value:,}" for key, value in figures.items()), file=sys.stderr, flush=True)
        lost = {kind: lost_claims(folder, kind) for kind in ("mix", "mix-wide", "conflict")}
    if options.json:
        print(json.dumps({"runs": found, "lost": lost}))
        return 0
    faster = found["mix"]["reports_per_cpu_s"] / found["mix, no prefilter"]["reports_per_cpu_s"]
    scaling = found["mix, no prefilter"]["clock_s"] / found["mix, no prefilter, 2 processes"]["clock_s"]
    shared = found["mix, no prefilter"]["cpu_s"] / found["mix, no prefilter, 2 processes"]["cpu_s"]
    wider = found["mix, wide"]["reports_per_cpu_s"] / found["mix, no prefilter"]["reports_per_cpu_s"]
    print(f"the prefilter makes the mix {faster:.2f} times as fast, with --wide {wider:.2f} times")
    print(f"two processes are {scaling:.2f} times one by the clock, {2 * shared:.2f} times by what each report costs")
    for kind, shares in lost.items():
        print(f"{kind}: claims that the prefilter loses: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
