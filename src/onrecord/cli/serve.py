"""``onrecord serve``: the page over a ledger."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import typer

LOCAL_NAMES = {"localhost"}


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    ledger: Annotated[str, typer.Option(envvar="ONRECORD_LEDGER", metavar="PATH|URL", help="The ledger to show.")] = "onrecord.db",
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen: this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 8010,
) -> None:
    """Open the page: reports with their claims, and the incidents behind them."""
    import uvicorn

    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger
    from onrecord.web import create_app

    if not _is_loopback(host):
        raise UsageError(f"--host {host}: the page has no accounts yet, so it listens on this machine only; use 127.0.0.1 and a tunnel")
    with open_ledger(ledger) as opened:
        typer.echo(f"http://{host}:{port}/  (Ctrl-C ends it)", err=True)
        uvicorn.run(create_app(opened), host=host, port=port, log_level="warning", server_header=False)


def _is_loopback(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
