"""Tables of records that link to their pages."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response

from onrecord.records import Record
from onrecord.web.rendering import page


class Row(Record, frozen=True):
    """A row of a list: its cells, the first of which links to the address."""

    address: str
    cells: tuple[str, ...]


def list_page(
    request: Request, heading: str, summary: str, columns: Sequence[str], rows: Sequence[Row], empty: str, json: str | None = None
) -> Response:
    """A page with one table; ``empty`` is what it says when there are no rows."""
    return page(request, "list.html", heading=heading, summary=summary, columns=columns, rows=rows, empty=empty, json=json)
