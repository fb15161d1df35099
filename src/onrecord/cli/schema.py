"""``onrecord schema``: JSON Schemas of what the program writes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from onrecord.cli.options import GIVE


def register(app: typer.Typer) -> None:
    app.command("schema", rich_help_panel=GIVE)(schema)


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="claims, incidents, tallies, violations, decisions, failures, …")],
) -> None:
    """Print the JSON Schema of an output."""
    from onrecord.schemas import json_schema

    print(json.dumps(json_schema(name), indent=2, ensure_ascii=False))
