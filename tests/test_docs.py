"""The documentation says what the program has: every command, option, setting, column, field and code; and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer.main
import yaml

from onrecord import __version__
from onrecord.cli import app
from onrecord.export import FORMATS
from onrecord.export import POLICIES as EXPORT_POLICIES
from onrecord.incidents import POLICIES as RANGE_POLICIES
from onrecord.ingest.watch import Watched, Watchlist
from onrecord.ledger import open_ledger
from onrecord.ledger.review.team import Team
from onrecord.lexicon.sectors import SECTORS, SUPRANATIONAL
from onrecord.ontology import load_ontology
from onrecord.registry import BUILT_IN
from onrecord.schemas import SCHEMAS, json_schema
from onrecord.web import create_app

ROOT = Path(__file__).resolve().parent.parent
SITE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {path: path.read_text(encoding="utf-8") for path in SITE}
PAGES = "\n".join(TEXT.values())
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\bONRECORD_[A-Z_]*[A-Z]\b")
# Text that other programs read: named in the source, set by nobody.
PREFIXES = {"ONRECORD_OIDC"}


def in_code(page: str) -> set[str]:
    """What stands between backticks in a page of the reference."""
    return set(re.findall(r"`([^`\n]+)`", TEXT[ROOT / "docs/reference" / page]))


# ── Everything is found ───────────────────────────────────────────────────────────────────────────────────────────────


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


def test_every_setting_is_documented() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    files = [field.name for record in (Watchlist, Watched, Team) for field in msgspec.structs.fields(record)]
    wanted = {*VARIABLE.findall(sources), *files, *BUILT_IN} - PREFIXES
    assert sorted(wanted - in_code("settings.md")) == []


def test_every_column_is_documented() -> None:
    layouts = [one.layout(table) for one in FORMATS.values() for table in one.tables if one.layout]
    assert sorted({column.name for layout in layouts for column in layout.columns} - in_code("columns.md")) == []
    assert [name for name in FORMATS if f"`{name}`" not in PAGES] == []


def test_every_field_and_every_value_is_documented() -> None:
    schemas: dict[str, Any] = {}
    for name in SCHEMAS:
        schemas |= json_schema(name)["$defs"]
    wanted = {word for schema in schemas.values() for word in [*schema.get("properties", ()), *schema.get("enum", ())]}
    assert sorted(wanted - in_code("schema.md")) == []
    assert [name for name in schemas if f"\n## {name}\n" not in PAGES and f"\n### {name}\n" not in PAGES] == []


def test_every_code_is_documented() -> None:
    tables = load_ontology().tables
    wanted = {*tables.contexts, *SECTORS, *SUPRANATIONAL, *RANGE_POLICIES, *EXPORT_POLICIES}
    wanted |= {mode for one in tables.types for mode in one.modes} | {row.cameo for row in tables.cameo}
    assert sorted(wanted - in_code("codes.md")) == []
    page = TEXT[ROOT / "docs/reference/codes.md"]
    assert [one.name for one in tables.types if f"### {one.name}\n" not in page] == []
    assert [row.sub_event_type for row in tables.acled if row.sub_event_type not in page] == []


def test_every_address_is_documented(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "empty.db", create=True) as ledger:
        paths = create_app(ledger).openapi()["paths"]
    page = TEXT[ROOT / "docs/reference/api.md"]
    assert [path for path, verbs in paths.items() for verb in verbs if f"## {verb.upper()} {path}\n" not in page] == []


def test_every_decision_is_listed() -> None:
    listing = (ROOT / "docs/decisions/README.md").read_text()
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert [page for page in pages if page not in listing] == []


def test_citation_and_paper_agree_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    front = yaml.safe_load((ROOT / "paper/paper.md").read_text(encoding="utf-8").split("---")[1])
    assert citation["version"] == __version__
    assert {"cff-version", "message", "title", "authors", "license", "abstract"} <= citation.keys()
    assert (citation["title"], [one["name"] for one in citation["authors"]]) == (front["title"], [one["name"] for one in front["authors"]])


def test_the_paper_cites_what_its_bibliography_has() -> None:
    cited = set(re.findall(r"@([a-z0-9]+)", (ROOT / "paper/paper.md").read_text(encoding="utf-8").split("---", 2)[2]))
    listed = re.findall(r"^@\w+\{(\w+),", (ROOT / "paper/paper.bib").read_text(encoding="utf-8"), re.MULTILINE)
    assert (sorted(cited - set(listed)), len(listed)) == ([], len(set(listed)))


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and the site make it."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).casefold()
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", words).strip())


def anchors(text: str) -> set[str]:
    """The anchors of a Markdown text; comments in code are no headings."""
    return {slug(heading) for heading in HEADING.findall(FENCE.sub("", text))}


def broken_links(page: Path, text: str) -> Iterator[str]:
    """A line for each link of a page whose file or heading is not there."""
    for link in LINK.findall(FENCE.sub("", text)):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists():
            yield f"{page.relative_to(ROOT)}: {link}: no such file"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text(encoding="utf-8")):
            yield f"{page.relative_to(ROOT)}: {link}: no such heading"


def test_every_page_is_in_the_site() -> None:
    nav = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs") for path in SITE[1:] if path.parent.name != "decisions"]
    assert [str(page) for page in pages if f'"{page}"' not in nav] == []


def test_links_lead_to_files_and_headings() -> None:
    others = [*ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md"), *(ROOT / "evaluation").rglob("*.md"), *(ROOT / "paper").glob("*.md")]
    texts = TEXT | {path: path.read_text(encoding="utf-8") for path in others}
    assert [line for page, text in texts.items() for line in broken_links(page, text)] == []


@pytest.mark.parametrize(
    ("link", "found"),
    [("b.md", []), ("c.md", ["no such file"]), ("b.md#two-words", []), ("b.md#three", ["no such heading"]), ("#here", [])],
)
def test_broken_links_are_named(link: str, found: list[str]) -> None:
    text = f"# Here\n[it]({link})\n"
    with tempfile.TemporaryDirectory(dir=ROOT / "tests") as folder:
        (Path(folder) / "a.md").write_text(text)
        (Path(folder) / "b.md").write_text("# Two *words*\n```\n# three\n```\n")
        lines = list(broken_links(Path(folder) / "a.md", text))
    assert [line.rpartition(": ")[2] for line in lines] == found


class _Page(HTMLParser):
    """The ids and the links of a built page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids |= {known["id"]} if known.get("id") else set()
        for name in ("href", "src"):
            if (link := known.get(name)) and not re.match(r"[a-z]+:|//", link):
                self.links.add(link)


@pytest.mark.slow
def test_the_site_builds_offline_and_its_links_lead_somewhere() -> None:
    if find_spec("zensical") is None:
        pytest.skip("zensical is not installed: pip install 'onrecord[docs]'")
    made = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    paths = [path for path in sorted((ROOT / "site").rglob("*.html")) if path.name != "404.html"]  # whose links begin at the root
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in paths}
    assert len(pages) >= len(SITE) - 1
    broken = []
    for path, page in pages.items():
        for link in sorted(page.links):
            target, _, anchor = link.partition("#")
            found = (path.parent / target.partition("?")[0]).resolve() if target else path
            if not found.exists() or (anchor and found in pages and anchor not in pages[found].ids):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []
