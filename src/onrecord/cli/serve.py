"""``onrecord serve``: the page over a ledger."""

from __future__ import annotations

import ctypes
import getpass
import ipaddress
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.options import SEE, LexiconFolder, flag
from onrecord.cli.review import TeamFile

if TYPE_CHECKING:
    from onrecord.ledger import Ledger

LOCAL_NAMES = {"localhost"}
SERVER_CACHE_MB = 8  # of each of the server's connections; the system's own cache holds the file, too


def register(app: typer.Typer) -> None:
    app.command("serve", rich_help_panel=SEE)(serve)


def serve(
    ledger: Annotated[str, typer.Option(envvar="ONRECORD_LEDGER", metavar="PATH|URL", help="The ledger to show.")] = "onrecord.db",
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; any but this machine's own demands accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 8010,
    login: Annotated[bool, flag("--login", help="Demand accounts on this machine, too (behind a proxy).")] = False,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides where there are no accounts; the user of this machine.")
    ] = None,
    team: TeamFile = None,
    lexicon: LexiconFolder = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS certificate, to serve https.")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key.")] = None,
    proxy: Annotated[str, typer.Option(metavar="ADDRESS", help="The proxy whose X-Forwarded headers are believed.")] = "127.0.0.1",
) -> None:
    """Open the page: read, check and decide."""
    import uvicorn

    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger
    from onrecord.ledger.review.team import read_team
    from onrecord.web import create_app
    from onrecord.web.oidc import read_provider
    from onrecord.web.sessions import Access

    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key go together")
    _share_one_arena()
    accounts = login or not _is_loopback(host)
    with open_ledger(ledger, cache_mb=SERVER_CACHE_MB) as opened:
        if accounts:
            _require_admin(opened, host)
        access = Access(accounts=accounts, reviewer=reviewer or _user())
        app = create_app(opened, access=access, team=read_team(team), lexicon=lexicon, provider=read_provider() if accounts else None)
        scheme = "https" if certificate else "http"
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"{scheme}://{shown}:{port}/  (Ctrl-C ends it)", err=True)
        if accounts and not certificate and not _is_loopback(host):
            typer.echo("Passwords go over the network in clear: give --certificate and --key, or put a proxy with TLS in front.", err=True)
        tls: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
        uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, forwarded_allow_ips=proxy, **tls)


def _share_one_arena() -> None:
    """Lets the server's threads share one heap: glibc gives each its own, which keeps some 20 MB that nobody uses. Elsewhere, nothing."""
    arena_max = -8  # M_ARENA_MAX of malloc.h
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(arena_max, 1)


def _require_admin(ledger: Ledger, host: str) -> None:
    from onrecord.errors import UsageError
    from onrecord.ledger.access.accounts import Role, list_accounts

    if not any(one.role is Role.ADMIN and one.removed is None for one in list_accounts(ledger)):
        raise UsageError(
            f"--host {host}: others can reach this page, so people must sign in; begin with 'onrecord user add NAME --role admin'"
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"


def _is_loopback(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
