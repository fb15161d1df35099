"""Lists page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from onrecord.ledger.query.filters import Filters

T = TypeVar("T")
AT_ONCE = 500


def all_pages(read: Callable[[Filters], Sequence[T]], filters: Filters, *, at_once: int = AT_ONCE) -> Iterator[T]:
    """All that the filters admit, whatever page was asked for, read in parts so that memory does not grow with them."""
    offset = 0
    while True:
        found = read(replace(filters, limit=at_once, offset=offset))
        yield from found
        if len(found) < at_once:
            return
        offset += at_once
