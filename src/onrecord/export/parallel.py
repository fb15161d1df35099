"""Tables of claims made by several processes, a part each, and put together in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any, NamedTuple

from onrecord.export.count import Count
from onrecord.export.formats import own_layout
from onrecord.export.policy import Policy, admitted
from onrecord.export.writing import arrow_table, csv_lines, parquet_schema

FORMATS = ("csv", "parquet")
ARROW = ("pyarrow", "pyarrow.ipc")
AHEAD = 2  # parts that wait per process

Read = Callable[[], Iterable[Any]]


class Piece(NamedTuple):
    """What one part became: lines of CSV, or an Arrow table as a stream of bytes."""

    content: bytes
    counted: Count


def pieces(
    parts: Sequence[Read], *, format: str, table: str, policy: Policy, processes: int, preload: Sequence[str] = ()
) -> Iterator[Piece]:
    """The parts as pieces of a file, in their order. Each of ``parts`` reads its records when it is called, in another process.

    preload: modules that the parts need; the processes share them, and the memory that they take.
    """
    waiting: deque[Future[Piece]] = deque()
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *preload, *(ARROW if format == "parquet" else ())])
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for read in parts:
            waiting.append(pool.submit(piece, read, format, table, policy))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def piece(read: Read, format: str, table: str, policy: Policy) -> Piece:
    """One part as a piece of a file of that format."""
    count, layout = Count(), own_layout(table)
    rows = list(count.cells(layout, admitted(policy, table, read(), count)))
    if format == "csv":
        return Piece("".join(csv_lines(layout.columns, rows, header=False)).encode("utf-8", "replace"), count)
    schema = parquet_schema(layout.columns)
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema.names)
    return Piece(_as_bytes(arrow_table(schema, dict(zip(schema.names, columns, strict=True)))), count)


def _as_bytes(table: Any) -> bytes:
    ipc, buffer = import_module("pyarrow.ipc"), import_module("pyarrow").BufferOutputStream()
    with ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return bytes(buffer.getvalue())


def table_from(content: bytes) -> Any:
    """The Arrow table of a piece."""
    return import_module("pyarrow.ipc").open_stream(content).read_all()
