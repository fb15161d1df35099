"""Options that say how reports are read, for every command that takes reports in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from onrecord.ingest.fetch import Web
    from onrecord.records import Capture, Failure

Kinds = Annotated[str | None, typer.Option("--as", metavar="KIND", help="What they are (text, html, csv …), instead of recognising it.")]
Columns = Annotated[
    list[str] | None, typer.Option("--column", metavar="FIELD=NAME", help="In tables, the column with the text, title, url, published …")
]
DateOrder = Annotated[
    str | None,
    typer.Option("--date-order", metavar="dmy|mdy", help="In chats whose dates do not tell, what comes first: the day or the month."),
]
KeepNames = Annotated[
    bool, typer.Option("--keep-names", help="Keep the names of those who write messages; else pseudonyms stand for them.")
]
Key = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The key for pseudonyms; made if it is not there.")]
Follow = Annotated[bool, typer.Option("--follow", help="Fetch the pages that rows, feeds and sitemaps point to.")]
Networks = Annotated[
    list[str] | None, typer.Option("--allow-network", metavar="CIDR", help="A network of your own that pages may be fetched from, too.")
]


def read_sources(
    paths: Sequence[str],
    *,
    kind: str | None = None,
    column: Sequence[str] | None = None,
    date_order: str | None = None,
    allow_network: Sequence[str] | None = None,
    **options: Any,
) -> Iterator[Capture | Failure]:
    """The reports of all paths; ``options`` as of ``read_documents``."""
    from onrecord.errors import UsageError
    from onrecord.ingest import read_documents
    from onrecord.ingest.columns import parse_columns

    if date_order not in (None, "dmy", "mdy"):
        raise UsageError(f"--date-order '{date_order}': write dmy or mdy")
    columns = parse_columns(column or ())
    return read_documents(paths, kind=kind, columns=columns, date_order=date_order, web=web_of(allow_network), **options)


def web_of(allow_network: Sequence[str] | None) -> Web | None:
    """How to fetch where networks are allowed; None for the default, so that nothing of the web is loaded unless needed."""
    if not allow_network:
        return None
    from onrecord.ingest.addresses import parse_networks
    from onrecord.ingest.fetch import Policy, Web

    return Web(Policy(networks=parse_networks(allow_network)))
