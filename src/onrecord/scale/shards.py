"""What an archive run reads, cut into shards: lists of inputs with ids that follow from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from onrecord.errors import InputError, OnrecordError, UsageError
from onrecord.records import Record, content_id
from onrecord.scale.storage import Found, Store, find_files

# Some five hundred articles: minutes of work, so that what a lost worker costs is little and what a shard costs beside it is less.
SHARD_FILES = 500
SHARD_BYTES = 2_000_000
LINES = (".jsonl", ".ndjson")  # can be cut at any line, and read from there


class Input(Record, frozen=True, omit_defaults=True):
    """A file, or the lines of one that begin in ``[start, end)``. ``problem``: why it could not even be listed."""

    path: str
    size: int
    start: int | None = None
    end: int | None = None
    problem: str | None = None

    @property
    def weight(self) -> int:
        """The bytes that are read."""
        return max(0, self.size if self.start is None or self.end is None else self.end - self.start)


class Shard(Record, frozen=True):
    """Inputs that are coded together into one file of each table; the id is a hash of their names, sizes and ranges."""

    id: str
    inputs: tuple[Input, ...]

    @property
    def weight(self) -> int:
        """The bytes that are read."""
        return sum(one.weight for one in self.inputs)


class Part(Record, frozen=True):
    """The shards that one of several runs over the same archive takes: every ``of``-th, from ``number`` (1 to ``of``)."""

    number: int
    of: int

    def pick(self, shards: Sequence[Shard]) -> Sequence[Shard]:
        """The shards of this part."""
        return shards[self.number - 1 :: self.of]


def read_part(written: str) -> Part:
    """The part that "3/16" names; raises UsageError for anything else."""
    number, _, of = written.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise UsageError(f"--shard {written}: write it as NUMBER/OF, from 1/{of if of.isdecimal() else 'N'}, for example 3/16")
    return Part(number=int(number), of=int(of))


def find_inputs(addresses: Iterable[str]) -> Iterator[Input]:
    """Everything that paths, folders, globs and addresses name, each file once; what cannot be listed comes with its problem."""
    seen: set[str] = set()
    for address in addresses:
        try:
            found = list(find_files(address))
        except InputError as error:
            yield Input(path=address, size=-1, problem=str(error))
            continue
        for file in found:
            if file.problem is not None:
                yield Input(path=file.path, size=-1, problem=file.problem)
            elif file.path not in seen:
                seen.add(file.path)
                yield from _cut(file)


def _cut(file: Found) -> Iterator[Input]:
    if file.size <= SHARD_BYTES or not file.path.lower().endswith(LINES):
        yield Input(path=file.path, size=file.size)
        return
    for start in range(0, file.size, SHARD_BYTES):
        yield Input(path=file.path, size=file.size, start=start, end=min(start + SHARD_BYTES, file.size))


def make_shards(inputs: Iterable[Input]) -> Iterator[Shard]:
    """Shards of neighbouring inputs, closed when they are large enough."""
    waiting: list[Input] = []
    size = 0
    for one in inputs:
        if waiting and (len(waiting) >= SHARD_FILES or size + one.weight > SHARD_BYTES):
            yield _shard(waiting)
            waiting, size = [], 0
        waiting.append(one)
        size += one.weight
    if waiting:
        yield _shard(waiting)


def _shard(inputs: Sequence[Input]) -> Shard:
    parts = [(one.path, one.size, one.start, one.end) for one in inputs]
    return Shard(id=content_id("sha-", *parts), inputs=tuple(inputs))


# ── The plan ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(store: Store, addresses: Iterable[str]) -> tuple[Shard, ...]:
    """All shards of the archive: those planned before, and new ones for files that have come since.

    A file keeps the shard that it was first put in, so that nothing is coded twice when an archive grows; the archive's own are no inputs.
    """
    known = tuple(shard for name in store.names("plan") for shard in _read_plan(store, name))
    placed = {_key(one) for shard in known for one in shard.inputs}
    found = [one for one in find_inputs(addresses) if _key(one) not in placed and not store.holds(one.path)]
    fresh = tuple(make_shards(one for one in found if one.problem is None))
    if fresh:
        store.write(f"plan/{content_id('plan-', *(shard.id for shard in fresh))}.json", msgspec.json.encode(fresh))
    # What could not be listed is no part of the plan: the next run looks again.
    return known + fresh + tuple(_shard([one]) for one in found if one.problem is not None)


def _key(one: Input) -> tuple[str, int | None]:
    return one.path, one.start


def _read_plan(store: Store, name: str) -> tuple[Shard, ...]:
    try:
        return msgspec.json.decode(store.read(name) or b"[]", type=tuple[Shard, ...])
    except msgspec.MsgspecError as error:
        raise OnrecordError(f"{store.address}/{name}: is no plan of an archive ({error}); remove it and run again") from None
