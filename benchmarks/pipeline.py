"""Speed and memory of one process over conflict reports, each stage apart.

usage: python -m benchmarks.pipeline [COUNT]    (development data when there, else the examples)
Prints documents/s, words/s, the share of each stage, the whole path's speed as a ratio to the language model alone and to spaCy's tokenizer
alone (where that is installed), and what a word costs in reports one, four and sixteen times as long: the same, unless a step is quadratic.
Reports in capitals, as those of MUC-4 are, get the letters of print before the clock starts: in capitals the parser reads a text twice.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.printed import in_print
from onrecord.ingest import Given, read_documents, read_text
from onrecord.pipeline import Pipeline, build_pipeline
from onrecord.records import Capture

ROOT = Path(__file__).resolve().parent.parent
COUNT = 100
LONGEST = 16
ROUNDS = 3  # the best counts, because other work on the machine only ever adds


def captures(count: int) -> list[Capture]:
    """Conflict news of the MUC-4 development data, or the project's examples again and again."""
    muc = Path(os.environ.get("ONRECORD_DATA", ROOT / "../shared/data")) / "events/muc4_train_dev.jsonl.gz"
    if not muc.is_file():
        found = [item for item in read_documents(sorted((ROOT / "examples").glob("*.txt"))) if isinstance(item, Capture)]
        return (found * (count // len(found) + 1))[:count]
    with gzip.open(muc, "rt") as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(count), lines, strict=False)]
    given = Given(language="en", published="1990-01-01")
    return [read_text(text.encode(), path=None, given=given) for text in texts]


def stage_seconds(pipeline: Pipeline, taken: list[Capture]) -> dict[str, float]:
    """Processor seconds by stage."""
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - started
        return result

    parses = timed("parse", lambda: list(pipeline.parser.parse([capture.document for capture in taken])))
    for parse in parses:
        repaired = timed("mentions", lambda p=parse: pipeline.repair(p))
        found = timed("mentions", lambda p=repaired: pipeline.find_mentions(p, pipeline.lexicon, pipeline.gazetteer))
        resolved = timed("resolve", lambda p=repaired, m=found: pipeline.resolve_mentions(p, m, pipeline.lexicon, pipeline.gazetteer))
        extraction = timed("claims", lambda p=parse, m=resolved: pipeline.extract_claims(p, m, pipeline.lexicon))
        timed("coding", lambda e=extraction: [pipeline.code_claim(claim, pipeline.ontology) for claim in e.claims])
    return seconds


def spacy_seconds(texts: list[str]) -> float | None:
    """Processor seconds that spaCy's rules take to cut the texts into words; None where spaCy is not installed."""
    try:
        tokenizer = import_module("spacy").blank("en").tokenizer
    except ImportError:
        return None
    tokenizer(texts[0])
    started = time.process_time()
    for text in texts:
        tokenizer(text)
    return time.process_time() - started


def growth(pipeline: Pipeline, taken: list[Capture]) -> dict[int, float]:
    """By how many times as long a report is: processor microseconds a word, over the same words each time."""
    found = {}
    texts = [capture.document.text for capture in taken[:LONGEST]]
    for times in (1, 4, LONGEST):
        joined = ["\n\n".join(texts[at : at + times]) for at in range(0, len(texts), times)]
        reports = [read_text(text.encode(), path=None, given=Given(language="en", published="1990-01-01")) for text in joined]
        started = time.process_time()
        list(pipeline.code(reports))
        found[times] = (time.process_time() - started) / sum(len(text.split()) for text in joined) * 1e6
    return found


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else COUNT
    pipeline = build_pipeline()
    taken = in_print(pipeline.parser, captures(count))
    words = sum(len(capture.document.text.split()) for capture in taken)
    list(pipeline.code(taken[:2]))  # loads what is loaded once
    rounds = [stage_seconds(pipeline, taken) for _ in range(ROUNDS)]
    seconds = {name: min(one[name] for one in rounds) for name in rounds[0]}
    whole = sum(seconds.values())
    print(f"{count} reports, {words:,} words, one process, CPU seconds {whole:.1f}")
    print(f"whole path   {count / whole:8.1f} reports/s {words / whole:10,.0f} words/s")
    for name, spent in seconds.items():
        print(f"{name:12} {spent / whole:8.1%} {words / spent:21,.0f} words/s")
    print(f"whole path / language model alone: {seconds['parse'] / whole:.2f}")
    tokenizing = spacy_seconds([capture.document.text for capture in taken])
    if tokenizing is None:
        print("whole path / spaCy's tokenizer alone: not measured, spaCy is not installed")
    else:
        print(f"whole path / spaCy's tokenizer alone: {tokenizing / whole:.3f} ({words / tokenizing:,.0f} words/s)")
    for times, microseconds in growth(pipeline, taken).items():
        print(f"reports {times:2} times as long: {microseconds:7,.0f} µs a word")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
