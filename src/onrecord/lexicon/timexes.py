"""The grammar of time expressions: their extents and what they say, before anything is known of when the report was written."""

from __future__ import annotations

from onrecord.records import EntityLabel, Record, Span


class Timex(Record):
    """A time expression as it stands in the text.

    span: its extent, code points.  label: ``DATE`` or ``TIME`` (it says a part of the day or a clock time).
    outer: it holds another expression inside ("since September 2018" holds "September 2018"); both are listed, the outer one first.
    """

    span: Span
    label: EntityLabel
    outer: bool = False
