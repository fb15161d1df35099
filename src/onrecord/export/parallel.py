"""Tables of claims made column by column, a part at a time, by one process or several, and put together in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any, NamedTuple

from onrecord.claim_cells import OWN, ClaimTable, Column, pick
from onrecord.export.count import Count
from onrecord.export.policy import NOT_ADMITTED, Policy, admitted_rows
from onrecord.export.tables import CLAIMS
from onrecord.export.writing import arrow_table, csv_columns, parquet_schema

ARROW = ("pyarrow", "pyarrow.ipc")
AHEAD = 2  # parts that wait per process

Read = Callable[[], ClaimTable]


class Piece(NamedTuple):
    """What one part became: lines of CSV, or an Arrow table as a stream of bytes."""

    content: bytes
    counted: Count


def pieces(parts: Sequence[Read], *, format: str, policy: Policy, processes: int, preload: Sequence[str] = ()) -> Iterator[Piece]:
    """The parts as pieces of a file, in their order. Each of ``parts`` reads its claims when it is called, in another process.

    processes: with one, this process does it.  preload: modules that the parts need; the processes share them, and their memory.
    """
    if processes <= 1:
        yield from (piece(read, format, policy) for read in parts)
        return
    waiting: deque[Future[Piece]] = deque()
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *preload, *(ARROW if format == "parquet" else ())])
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for read in parts:
            waiting.append(pool.submit(piece, read, format, policy))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def piece(read: Read, format: str, policy: Policy) -> Piece:
    """One part as a piece of a file of that format."""
    told, count = read(), Count()
    rows = admitted_rows(policy, told)
    count.rows = len(rows)
    if left_out := len(told.document) - len(rows):
        count.left_out[NOT_ADMITTED] += left_out
    columns = claim_columns(told)
    if left_out:
        columns = {name: pick(column, rows) for name, column in columns.items()}
    if format == "csv":
        return Piece(csv_columns(CLAIMS.columns, columns, len(rows)).encode("utf-8", "replace"), count)
    return Piece(_as_bytes(arrow_table(parquet_schema(CLAIMS.columns), columns, len(rows))), count)


def claim_columns(told: ClaimTable) -> dict[str, Column]:
    """The columns of a table of claims by their names, in no order."""
    own = dict(zip(OWN, told.own, strict=True))
    return {**own, **{name: column for name, column in told._asdict().items() if name != "own"}}


def _as_bytes(table: Any) -> bytes:
    ipc, buffer = import_module("pyarrow.ipc"), import_module("pyarrow").BufferOutputStream()
    with ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return bytes(buffer.getvalue())


def table_from(content: bytes) -> Any:
    """The Arrow table of a piece."""
    return import_module("pyarrow.ipc").open_stream(content).read_all()
