"""Evidence bundles: an incident in one zip to hand on, and ``onrecord verify``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import GIVE

if TYPE_CHECKING:
    from onrecord.ledger import Ledger

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PRINTING_S = 60
NO_DATE = b"D:19800101000000+00'00'"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("verify", rich_help_panel=GIVE)(verify)


def verify(path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The zip.")]) -> None:
    """Check every file of an evidence bundle against its hash; exit code 1 and the names of those that fail."""
    from onrecord.export.archive import verify_bundle

    checked = list(verify_bundle(path))
    failed = [one for one in checked if one.problem]
    for one in failed:
        print(f"{one.name}: {one.problem}")
    if failed:
        raise typer.Exit(1)
    print(f"{path}: all {len(checked)} files are as they were written", file=sys.stderr)


def write_bundle(ledger: Ledger, incident: str, output: str) -> None:
    """Writes the bundle of an incident ("-": standard output); raises UsageError where there is no such incident or no writing."""
    from onrecord.cli.show import incident_named
    from onrecord.errors import UsageError
    from onrecord.web.bundle import bundle

    found = incident_named(ledger, incident)
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"no PDF in the bundle: none of {', '.join(BROWSERS)} is installed; print incident.html instead", file=sys.stderr)
    content = bundle(ledger, found, _page(ledger, found.id), pdf=(lambda page: print_page(page, browser)) if browser else None)
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    target = Path(output)
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    print(f"{target}: the evidence for {found.id}", file=sys.stderr)


def _page(ledger: Ledger, incident: str) -> bytes:
    """The incident's page, as the server shows it."""
    from starlette.testclient import TestClient

    from onrecord.web import create_app

    return TestClient(create_app(ledger)).get(f"/incidents/{incident}").content


def print_page(page: bytes, browser: str) -> bytes | None:
    """The page as a PDF without a date, so that the same page gives the same bytes; None, said on standard error, if it does not print."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "incident.html"), Path(folder, "incident.pdf")
        source.write_bytes(page)
        quiet = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/b",
        ]
        command = [browser, *quiet, f"--print-to-pdf={target}", source.as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PRINTING_S)
            return re.sub(rb"D:\d{14}[+-]\d\d'\d\d'", NO_DATE, target.read_bytes())
        except (OSError, subprocess.SubprocessError) as error:
            print(f"no PDF in the bundle: {browser} did not print ({type(error).__name__}); print incident.html instead", file=sys.stderr)
            return None
