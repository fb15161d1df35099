"""Mutated texts through the whole pipeline: no crash, no hang, every span slices to its text, the same bytes again."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onrecord.errors import InputError
from onrecord.ingest import Given, read_text
from onrecord.pipeline import Pipeline, build_pipeline
from onrecord.records import Coding

ROOT = Path(__file__).resolve().parent.parent
QUOTES = ["“", "”", "'", '"', "«", "»", "(", ")"]
BREAKS = ["", "\n", "\n\n\n", "\t", "—", " - ", "…"]
NUMBERS = ["%", "$", "1,30,000", "10" * 40, "٣٤"]
CHARACTERS = ["\u202e", "\u200b", "é", "e\u0301\u0323", "🏴", "حلب", "\x00", "A" * 3000]
ODD = QUOTES + BREAKS + NUMBERS + CHARACTERS
SECONDS_A_TEXT = 5.0
MEMORY_MB = 1000


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return build_pipeline()


def mutants(count: int, seed: int) -> Iterator[str]:
    """Example reports with words dropped, doubled, swapped, shouted, and odd characters put between."""
    texts = [path.read_text() for path in sorted((ROOT / "examples").glob("*.txt"))]
    rng = random.Random(seed)
    for _ in range(count):
        words = rng.choice(texts).partition("---\n")[2].split(" ")
        start = rng.randrange(len(words))
        words = words[start : start + rng.randrange(5, 150)]
        for _ in range(rng.randrange(1, 12)):
            at = rng.randrange(len(words))
            word = words[at]
            words[at] = rng.choice([rng.choice(ODD), word * 2, word.upper(), rng.choice(words), word[::-1], word + rng.choice(ODD)])
        yield rng.choice([" ", " ", " ", "\n", ""]).join(words)


def survives(pipeline: Pipeline, text: str) -> float:
    """Codes a text and looks at all that comes of it; returns the seconds that it took."""
    if not text.strip("\x00 \n\t\u200b\u202e"):
        return 0.0
    try:
        capture = read_text(text.encode("utf-8", "replace"), path=None, given=Given(language="en", published="2020-02-29"))
    except InputError:  # so many control characters that it is no text: refused with a message, which test_ingest checks
        return 0.0
    started = time.process_time()
    (coding,) = pipeline.code([capture])
    seconds = time.process_time() - started
    assert seconds < SECONDS_A_TEXT, text
    assert isinstance(coding, Coding), (coding, text)
    for span, words in spans_with_text(msgspec.to_builtins(coding)):
        assert coding.document.text[slice(*span)] == words, (span, words, text)
    assert msgspec.json.decode(msgspec.json.encode(coding), type=Coding) == coding
    return seconds


def spans_with_text(value: Any) -> Iterator[tuple[tuple[int, int], str]]:
    """Every record inside with both ``span`` and ``text``."""
    if isinstance(value, dict):
        if value.get("span") and isinstance(value.get("text"), str):
            yield value["span"], value["text"]
        for part in value.values():
            yield from spans_with_text(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from spans_with_text(part)


def memory_mb() -> float:
    """The most that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.slow
def test_mutated_texts_are_coded(pipeline: Pipeline) -> None:
    for text in mutants(300, seed=1):
        survives(pipeline, text)


@pytest.mark.soak
def test_many_mutated_texts_are_coded(pipeline: Pipeline) -> None:
    slowest = max(survives(pipeline, text) for text in mutants(10_000, seed=2))
    print(f"10,000 mutated texts: none crashed, slowest {slowest:.2f} s, at most {memory_mb():.0f} MB")
    assert memory_mb() < MEMORY_MB


@pytest.mark.slow
def test_neighbours_do_not_change_a_report(pipeline: Pipeline) -> None:
    texts = list(mutants(12, seed=3))
    captures = [
        read_text(text.encode("utf-8", "replace"), path=None, given=Given(language="en")) for text in texts if text.strip("\x00 \n")
    ]
    together = [msgspec.json.encode(coding) for coding in pipeline.code(captures)]
    alone = [msgspec.json.encode(next(pipeline.code([capture]))) for capture in captures]
    assert together == alone
