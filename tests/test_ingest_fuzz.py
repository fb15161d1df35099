"""Damaged files of every kind: no crash, no hang, always a capture or a failure of one line, every span in its text."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from io import BytesIO
from types import FrameType

import pytest

from onrecord.ingest import Upload, read_documents
from onrecord.ingest.kinds import recognise
from onrecord.records import Capture, Failure
from tests.ingest_samples import samples

SECONDS = 5.0
PIECES = [
    b"",
    b"\0",
    b"\xff",
    b"\n",
    b'"',
    b"<",
    b">",
    b"&",
    b"{",
    b"[",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"-1",
    b"9" * 30,
    b"\xe2\x80\xae",
    b"%",
    b"../",
]


def mutants(raw: bytes, count: int, seed: str) -> Iterator[bytes]:
    """The bytes with some flipped, taken out, doubled, put in, cut off, or exchanged for those of another kind of file."""
    rng = random.Random(seed)
    others = [samples()[name] for name in sorted(samples())]
    for _ in range(count):
        changed = bytearray(raw)
        for _ in range(rng.choice([1, 1, 2, 3, 8, 30])):
            at = rng.randrange(len(changed) + 1)
            length = rng.choice([1, 1, 2, 4, 16, 100])
            way = rng.randrange(7)
            if way == 0 and at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            elif way == 1:
                del changed[at : at + length]
            elif way == 2:
                changed[at:at] = changed[at : at + length] * rng.choice([1, 2, 50])
            elif way == 3:
                changed[at:at] = rng.choice(PIECES)
            elif way == 4:
                changed[at : at + length] = rng.randbytes(length)
            elif way == 5 and rng.random() < 0.2:
                del changed[at:]
            elif way == 6 and rng.random() < 0.3:
                other = rng.choice(others)
                start = rng.randrange(len(other))
                changed[at:at] = other[start : start + rng.choice([10, 100, 1000])]
        yield bytes(changed)


def survives(raw: bytes, kind: str | None) -> None:
    started = time.process_time()
    for found in read_documents([Upload("a file", raw)], kind=kind, keep_names=True):
        if isinstance(found, Failure):
            assert found.message
            assert "\n" not in found.message
        else:
            assert isinstance(found, Capture)
            document = found.document
            assert document.text.strip()
            ends = [0, *(end for block in document.blocks for end in block.span), len(document.text)]
            assert sorted(ends) == ends
            assert all(start >= 0 and start + length <= len(document.text) for start, _, length in found.offsets)
    assert time.process_time() - started < SECONDS


def fuzz(name: str, count: int, seed: str) -> None:
    """Half of the mutants are recognised, half are given to the reader of what they were."""
    raw = samples()[name]
    kind = str(recognise(raw, BytesIO(raw)))

    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"{name}: hangs")

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for number, mutant in enumerate(mutants(raw, count, f"{seed} {name}")):
            signal.alarm(int(4 * SECONDS))
            try:
                survives(mutant, kind if number % 2 else None)
            except BaseException:
                print(f"{name} number {number}: {mutant!r}")
                raise
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(samples()))
def test_damaged_files_are_read_or_refused(name: str) -> None:
    fuzz(name, 500, "test")


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(samples()))
def test_many_damaged_files_are_read_or_refused(name: str) -> None:
    fuzz(name, 10_000, "soak")
