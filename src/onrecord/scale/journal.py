"""What was being read or coded when a process died, so that a report that kills its process twice is left alone."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from onrecord.records import Record
from onrecord.scale.storage import Store

# A process that dies while its run lives was killed by what it read; when the whole run was killed, it hardly ever was.
OWN_STRIKE, FOREIGN_STRIKE = 3, 1
LIMIT = 6


class Entry(Record, frozen=True):
    """Positions ``[first, end)`` were in hand; ``end`` is 0 where nobody knows. strikes: how badly each position is suspected."""

    run: str
    first: int
    end: int
    strikes: Mapping[int, int]


class Journal:
    """The journal of one shard, kept beside the archive until the shard is done.

    On a folder every step is written down, one small write each. On an object store, where each would cost a request, only that
    the shard was begun; once it died, its reports are taken one by one and each is written down.
    """

    def __init__(self, store: Store, shard: str, run: str) -> None:
        self._store = store
        self._name = f".journal/{shard}.json"
        self._run = run
        self._file: int | None = None
        before = self._read()
        self.strikes = _struck(before, run)
        self.careful = not store.local and before is not None and before.end == 0
        self.enter(0, 0)

    def suspects(self, position: int) -> bool:
        """Whether a process died over it: then it is taken alone."""
        return self.careful or position in self.strikes

    def quarantines(self, position: int) -> bool:
        """Whether it killed its process twice."""
        return self.strikes.get(position, 0) >= LIMIT

    def is_unreadable(self, position: int) -> bool:
        """Whether it killed its process once more when it was only read."""
        return self.strikes.get(position, 0) >= LIMIT + OWN_STRIKE

    def enter(self, first: int, end: int) -> None:
        """Writes down what is taken in hand."""
        if self._store.local:
            self._write_local(first, end)
        elif end == 0 or self.careful:
            self._store.write(self._name, self._entry(first, end))

    def close(self) -> None:
        """Forgets the shard: it is done."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._store.remove(self._name)

    def _entry(self, first: int, end: int) -> bytes:
        return msgspec.json.encode(Entry(run=self._run, first=first, end=end, strikes=self.strikes))

    def _write_local(self, first: int, end: int) -> None:
        if self._file is None:
            path = self._store.path(self._name)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        data = self._entry(first, end)
        os.pwrite(self._file, data.ljust(os.fstat(self._file).st_size), 0)

    def _read(self) -> Entry | None:
        data = self._store.read(self._name)
        try:
            return msgspec.json.decode(data, type=Entry) if data and data.strip() else None
        except msgspec.MsgspecError:
            return None  # cut off by the death of the machine: nobody is suspected


def _struck(before: Entry | None, run: str) -> dict[int, int]:
    if before is None:
        return {}
    strikes = dict(before.strikes)
    for position in range(before.first, before.end):
        strikes[position] = strikes.get(position, 0) + (OWN_STRIKE if before.run == run else FOREIGN_STRIKE)
    return strikes
