"""Writes ``docs/reference/cli.md`` from the command line itself; with --check only says whether it is up to date.

usage: python tools/build_reference.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer.main

from onrecord.cli import app

TARGET = Path(__file__).resolve().parent.parent / "docs/reference/cli.md"
HEAD = """# Command line

Generated from the program by `make data`; do not edit.

Exit codes: 0 all done · 1 the program's own failure · 2 wrong usage · 3 some documents failed, the others are done.
`--debug` anywhere shows tracebacks and logs what is done. Data go to standard output, notes and progress to standard error.
"""


def main(arguments: list[str]) -> int:
    page = HEAD + "".join(_sections(typer.main.get_command(app), "onrecord"))
    if TARGET.is_file() and TARGET.read_text() == page:
        return 0
    if "--check" in arguments:
        print("docs/reference/cli.md is out of date: run make data", file=sys.stderr)
        return 1
    TARGET.write_text(page)
    print(f"docs/reference/cli.md: {len(page):,} characters")
    return 0


def _sections(command: Any, name: str) -> list[str]:
    children = getattr(command, "commands", {})
    if children:
        return [section for child in sorted(children) for section in _sections(children[child], f"{name} {child}")]
    arguments = " ".join(_argument(p) for p in command.params if p.param_type_name == "argument")
    options = [_option(p) for p in command.params if p.param_type_name == "option" and p.name != "help"]
    rows = "\n".join(["", "| option | meaning |", "|---|---|", *options, ""]) if options else ""
    return [f"\n## {name}\n\n    {name} {arguments}".rstrip() + f"\n\n{_prose(command.help)}\n{rows}"]


def _argument(param: Any) -> str:
    label = param.metavar or param.name.upper()
    return label if param.required else f"[{label}]"


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or param.name.upper()}".replace("|", "\\|")
    default = getattr(param.default, "value", param.default)
    stated = "" if default in (None, False, (), []) or callable(default) else f" Default: {default}."
    return f"| `{', '.join(param.opts)}{value}` | {_prose(param.help)}{stated} |"


def _prose(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
