"""Spans, and the base of all records."""

from __future__ import annotations

import msgspec

Span = tuple[int, int]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records."""
