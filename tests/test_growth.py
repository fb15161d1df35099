"""What costs more the longer it is: bad input four times as long may take little more than four times the processor's time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluation.reports import report
from onrecord.ingest import Given, read_text
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.linking.voices import _candidates
from onrecord.ledger.query.sources import list_voices
from onrecord.pipeline import Pipeline, build_pipeline
from onrecord.records import Cover, Parse, overlap

TIMES_AS_LONG = 4
TIMES_AS_DEAR = 8.0  # linear is 4 and quadratic 16; between them is left to noise and to what sorts
TRIES = 3
WORDS = 400

BAD_INPUT: dict[str, tuple[Callable[[int], str], int]] = {
    "a sentence of so many killings": (
        lambda n: "The army " + " and ".join(["killed two rebels near the town of Homs on Monday"] * n) + ".",
        WORDS // 11,
    ),
    "said that, said that": (
        lambda n: "The governor said " + "that the army said " * n + "that rebels killed two men in Homs.",
        WORDS // 4,
    ),
    "numbers in a row": (lambda n: "Rebels killed " + ", ".join(["12 soldiers"] * n) + ".", WORDS // 3),
    "nouns of nouns": (lambda n: "The " + " of the ".join(["attack", "army", "killing", "soldiers"] * n) + " was condemned.", WORDS // 12),
    "names in a row": (lambda n: ", ".join(["John Smith", "Homs", "the army"] * n) + " attacked.", WORDS // 8),
    "a list": (lambda n: "\n".join(f"- {number} rebels were killed in Homs" for number in range(2, n + 2)), WORDS // 7),
    "a table": (lambda n: "\n".join(["Homs\t12\tkilled\tarmy"] * n), WORDS // 4),
    "capitals": (lambda n: " ".join(["REBELS KILLED 12 SOLDIERS IN HOMS ON MONDAY."] * n), WORDS // 9),
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    made = build_pipeline()
    seconds(made, parsed(made, "Rebels killed two soldiers in Homs on Monday, the army said."))  # loads what is loaded once
    return made


def parsed(pipeline: Pipeline, text: str) -> Parse:
    capture = read_text(text.encode(), path=None, given=Given(language="en", published="2016-06-01"))
    return next(iter(pipeline.parser.parse([capture.document])))


def seconds(pipeline: Pipeline, parse: Parse) -> float:
    """Of the processor, for all that comes after the language model; the best of some tries."""
    found = []
    for _ in range(TRIES):
        fresh = msgspec.structs.replace(parse)  # without what the first try has looked up
        started = time.process_time()
        pipeline.code_parse(fresh)
        found.append(time.process_time() - started)
    return min(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_takes_time_in_proportion_to_its_length(pipeline: Pipeline, name: str) -> None:
    text, size = BAD_INPUT[name]
    one, more = (seconds(pipeline, parsed(pipeline, text(size * times))) for times in (1, TIMES_AS_LONG))
    assert more < TIMES_AS_DEAR * one, (one, more)


@pytest.mark.parametrize("seed", range(20))
def test_cover_touches_what_one_of_its_spans_overlaps(seed: int) -> None:
    rng = random.Random(seed)
    spans = [(start, start + rng.randrange(1, 9)) for start in (rng.randrange(60) for _ in range(seed))]
    cover = Cover(spans)
    for start in range(65):
        asked = (start, start + rng.randrange(1, 5))
        assert any(overlap(asked, span) for span in spans) == cover.touches(asked), asked


# ── Ledger ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PHRASE = "The ministry did not answer questions that were sent to it by telephone and in writing on the day before this report was printed."


def own_words(seed: int, words: int) -> str:
    rng = random.Random(seed)
    return " ".join(f"{rng.choice('abcdefgh')}{rng.randrange(5000)}" for _ in range(words)) + "."


def steps(folder: Path, reports: int) -> int:
    """Of the database, to look for copies of a report that shares one sentence with all others."""
    made = 0

    def step() -> None:
        nonlocal made
        made += 1

    with open_ledger(folder / f"{reports}.db", create=True) as ledger:
        for number in range(reports):
            ledger.append(report(f"r{number}", text=f"{own_words(number, 60)} {PHRASE}", claims=[]))
        with ledger.reading() as connection:
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(step, 100)
            assert not _candidates(connection, min(ledger.document_ids()))
            driver.set_progress_handler(None, 0)
    return made


def test_copies_are_looked_for_at_the_same_cost_however_many_reports_share_a_sentence(tmp_path: Path) -> None:
    few, many = steps(tmp_path, 100), steps(tmp_path, 400)
    assert many < 1.5 * few, (few, many)


def test_a_story_that_a_hundred_outlets_print_is_one_voice(tmp_path: Path) -> None:
    story = own_words(1, 120)
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        for number in range(100):
            ledger.append(report(f"r{number}", text=f"{story} {own_words(number, 12)}", claims=[], outlet=f"Outlet {number}"))
        link_ledger(ledger)
        assert [len(voice.members) for voice in list_voices(ledger)] == [100]
