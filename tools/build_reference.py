"""Writes ``docs/reference`` from the program itself; with --check only says whether it is up to date.

usage: python tools/build_reference.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from reference_commands import commands_page
from reference_programs import api_page, python_page, settings_page
from reference_records import codes_page, columns_page, schema_page

TARGET = Path(__file__).resolve().parent.parent / "docs/reference"
PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands_page,
    "settings.md": settings_page,
    "schema.md": schema_page,
    "columns.md": columns_page,
    "codes.md": codes_page,
    "api.md": api_page,
    "python.md": python_page,
}


def main(arguments: list[str]) -> int:
    made = {TARGET / name: page() for name, page in PAGES.items()}
    stale = [path for path, page in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != page]
    for path in stale:
        if "--check" in arguments:
            print(f"docs/reference/{path.name} is out of date: run make data", file=sys.stderr)
        else:
            path.write_text(made[path], encoding="utf-8")
            print(f"docs/reference/{path.name}: {len(made[path]):,} characters")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
