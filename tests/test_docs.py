"""The documentation says what the program has: every command, option and decision is found in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from onrecord.cli import app

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PAGES = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])


def commands() -> list[tuple[str, list[str]]]:
    """Every command with its long options."""
    found = []

    def walk(command: object, name: str) -> None:
        for sub_name, sub in getattr(command, "commands", {}).items():
            walk(sub, f"{name} {sub_name}")
        if not getattr(command, "commands", {}):
            options = [opt for p in command.params for opt in p.opts if opt.startswith("--")]  # type: ignore[attr-defined]
            found.append((name, options))

    walk(typer.main.get_command(app), "onrecord")
    return found


@pytest.mark.parametrize(("name", "options"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_command_is_documented(name: str, options: list[str]) -> None:
    assert name in PAGES
    assert [option for option in options if option not in PAGES and option != "--help"] == []


def test_every_decision_is_listed() -> None:
    listing = (ROOT / "docs/decisions/README.md").read_text()
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert [page for page in pages if page not in listing] == []


def test_every_page_is_in_the_site_and_links_lead_somewhere() -> None:
    nav = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    pages = [path for path in sorted((ROOT / "docs").rglob("*.md")) if path.parent.name != "decisions"]
    assert [str(page.relative_to(ROOT / "docs")) for page in pages if f'"{page.relative_to(ROOT / "docs")}"' not in nav] == []
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
