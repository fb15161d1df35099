"""Options that say what reports are and how they are read, for every command that takes reports in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.options import flag

if TYPE_CHECKING:
    from onrecord.ingest.fetch import Web

ABOUT, WEB = "What the reports are", "Pages and chats"

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Reports to read: files, addresses of pages; - is standard input.")]
Published = Annotated[
    str | None, typer.Option(metavar="DATE", help="Publication date (2020-02-29): what “Thursday” counts from.", rich_help_panel=ABOUT)
]
Outlet = Annotated[str | None, typer.Option(metavar="NAME", help="Who publishes it.", rich_help_panel=ABOUT)]
Url = Annotated[str | None, typer.Option(metavar="URL", help="Where it was published.", rich_help_panel=ABOUT)]
Title = Annotated[
    str | None, typer.Option(metavar="TITLE", help="Its headline, when the text does not begin with it.", rich_help_panel=ABOUT)
]
Language = Annotated[
    str | None, typer.Option(metavar="CODE", help="Take the text to be in this language (en) and do not detect it.", rich_help_panel=ABOUT)
]
Kinds = Annotated[
    str | None,
    typer.Option("--as", metavar="KIND", help="What they are (text, html, csv …), instead of recognising it.", rich_help_panel=ABOUT),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=NAME", help="In tables, the column with the text, title, url, published …", rich_help_panel=ABOUT
    ),
]
DateOrder = Annotated[
    str | None,
    typer.Option(
        "--date-order",
        metavar="dmy|mdy",
        help="In chats whose dates do not tell, what comes first: the day or the month.",
        rich_help_panel=WEB,
    ),
]
KeepNames = Annotated[
    bool,
    flag(
        "--keep-names",
        help="Keep the names of those who write messages; else pseudonyms stand for them.",
        rich_help_panel=WEB,
    ),
]
Key = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="The key for pseudonyms; made if it is not there.", rich_help_panel=WEB)
]
Follow = Annotated[bool, flag("--follow", help="Fetch the pages that rows, feeds and sitemaps point to.", rich_help_panel=WEB)]
Networks = Annotated[
    list[str] | None,
    typer.Option("--allow-network", metavar="CIDR", help="A network of your own that pages may be fetched from, too.", rich_help_panel=WEB),
]


def reading(
    published: Published = None,
    outlet: Outlet = None,
    url: Url = None,
    title: Title = None,
    language: Language = None,
    kind: Kinds = None,
    column: Columns = None,
    date_order: DateOrder = None,
    keep_names: KeepNames = False,
    key: Key = None,
) -> dict[str, Any]:
    """The options as ``read_documents`` takes them; raises UsageError where they cannot be meant."""
    from onrecord.errors import UsageError
    from onrecord.ingest.columns import parse_columns

    if date_order not in (None, "dmy", "mdy"):
        raise UsageError(f"--date-order '{date_order}': write dmy or mdy")
    said = {"published": published, "outlet": outlet, "url": url, "title": title, "language": language, "kind": kind}
    return {**said, "columns": parse_columns(column or ()), "date_order": date_order, "keep_names": keep_names, "key": key}


def web_of(allow_network: Sequence[str] | None) -> Web | None:
    """How to fetch where networks are allowed; None for the default, so that nothing of the web is loaded unless needed."""
    if not allow_network:
        return None
    from onrecord.ingest.addresses import parse_networks
    from onrecord.ingest.fetch import Policy, Web

    return Web(Policy(networks=parse_networks(allow_network)))
