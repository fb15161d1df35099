"""The page of all commands, from the command line itself."""

from __future__ import annotations

from typing import Any

import typer.main

from onrecord.cli import app

HEAD = """# Command line

Generated from the program by `make data`; do not edit.

Exit codes: 0 all done · 1 the program's own failure · 2 wrong usage · 3 some documents failed, the others are done.
`--debug` anywhere shows tracebacks and logs what is done. Data go to standard output, notes and progress to standard error.
"""


def commands_page() -> str:
    """Every command with its arguments and options, in order of name."""
    return HEAD + "".join(_sections(typer.main.get_command(app), "onrecord"))


def _sections(command: Any, name: str) -> list[str]:
    children = getattr(command, "commands", {})
    if children:
        return [section for child in sorted(children) for section in _sections(children[child], f"{name} {child}")]
    arguments = " ".join(_argument(p) for p in command.params if p.param_type_name == "argument")
    options = [_option(p) for p in command.params if p.param_type_name == "option" and p.name != "help"]
    rows = "\n".join(["", "| option | meaning |", "|---|---|", *options, ""]) if options else ""
    return [f"\n## {name}\n\n    {name} {arguments}".rstrip() + f"\n\n{_prose(command.help)}\n{rows}"]


def _argument(param: Any) -> str:
    label = (param.metavar or param.name.upper()) + ("…" if param.nargs == -1 else "")
    return label if param.required else f"[{label}]"


def _option(param: Any) -> str:
    value = "" if param.is_flag else f" {param.metavar or param.name.upper()}".replace("|", "\\|")
    default = getattr(param.default, "value", param.default)
    stated = "" if default in (None, False, (), []) or callable(default) else f" Default: {default}."
    return f"| `{', '.join(param.opts)}{value}` | {_prose(param.help)}{stated} |"


def _prose(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
