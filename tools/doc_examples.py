"""Runs the examples of the documentation as they stand, page by page, and says where what is printed differs.

Fences of Markdown are read so: ``console`` holds commands behind "$ " and what they print; ``sh`` commands alone; ``python`` code, one
namespace a page. A fence with ``title="FILE"`` is written to that file. A first line "# not run: REASON" keeps a fence from being run.
In what is printed a line "…" stands for any lines; content ids may be others, as long as each stands for one and the same.

usage: python tools/doc_examples.py [--write] [PAGE …]      --write puts what is printed now into the pages
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(?P<language>\w+)?(?: title=\"(?P<title>[^\"]+)\")?[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ID = re.compile(r"\b(?:inc|clm|doc|agr|vio|voi|tal|dec)-[0-9a-f]{20}\b")
NOT_RUN = re.compile(r"# not run: \S.*")
RUN = ("console", "sh", "python")
# What shows data, formats or diagrams, and is no example to run.
SHOWN = ("yaml", "toml", "json", "text", "csv", "make")
ELLIPSIS = "…"
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence of a page: where its body stands in it, and its line."""

    language: str
    title: str | None
    body: str
    start: int
    line: int

    @property
    def is_run(self) -> bool:
        """Whether it is to be run."""
        return self.language in RUN and not NOT_RUN.match(self.body)


@dataclass(slots=True)
class Session:
    """A page that is being run in a folder. renamed: ids of the page by what they are here.  problems: what differed, a line each."""

    page: Path
    folder: Path
    renamed: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def run(self, fence: Fence) -> str:
        """Runs a fence; returns its body with what is printed now."""
        if fence.title:
            (self.folder / fence.title).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / fence.title).write_text(fence.body, encoding="utf-8")
        if not fence.is_run or (fence.title and fence.language == "python"):
            return fence.body
        if fence.language == "python":
            self._python(fence)
            return fence.body
        if fence.language == "sh":
            for command in commands_of(fence.body):
                self._shell(fence, command)
            return fence.body
        return "".join(self._compared(fence, command, printed) for command, printed in transcript(fence.body))

    def _python(self, fence: Fence) -> None:
        try:
            with contextlib.chdir(self.folder), contextlib.redirect_stdout(None):
                exec(compile(fence.body, f"{self.page.name}:{fence.line}", "exec"), self.names)  # nosec B102 - examples of our own pages
        except Exception as error:  # noqa: BLE001 - whatever an example raises is to be told
            self.problems.append(f"{self._where(fence)}: {type(error).__name__}: {error}")

    def _shell(self, fence: Fence, command: str) -> str:
        for old, new in self.renamed.items():
            command = command.replace(old, new)
        wanted = int(found[1]) if (found := re.search(r"# exit code (\d)", command)) else 0
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        if done.returncode != wanted:
            self.problems.append(f"{self._where(fence)}: {command}: exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")

    def _compared(self, fence: Fence, command: str, printed: str) -> str:
        found = self._shell(fence, command)
        self._rename(printed, found)
        known = found
        for old, new in self.renamed.items():
            known = known.replace(new, old)
        if not agrees(printed, known):
            self.problems.append(f"{self._where(fence)}: {command}: prints\n{known}\ninstead of\n{printed}")
        shown = refreshed(printed, known)
        return f"$ {command}\n" + (f"{shown}\n" if shown else "")

    def _rename(self, printed: str, found: str) -> None:
        """Ids of the page stand for ids here, in the order in which both first name them."""
        old, new = (list(dict.fromkeys(ID.findall(text))) for text in (printed, found))
        if ELLIPSIS not in printed:
            self.renamed |= {a: b for a, b in zip(old, new, strict=False) if a != b and a not in self.renamed}

    def _where(self, fence: Fence) -> str:
        return f"{self.page.name}:{fence.line}"


def environment() -> dict[str, str]:
    """As a terminal of 80 columns, with onrecord on the path and nothing set that changes what it does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_") or name == "ONRECORD_DATA"}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


def fences(text: str) -> Iterator[Fence]:
    """The fences of a page, in order."""
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Fence(found["language"] or "", found["title"], found["body"], found.start("body"), line)


def commands_of(body: str) -> Iterator[str]:
    """The commands of a ``sh`` fence; one that ends with a backslash goes on in the next line."""
    for command in re.sub(r"\\\n\s*", "", body).splitlines():
        if command.strip() and not command.lstrip().startswith("#"):
            yield command


def transcript(body: str) -> Iterator[tuple[str, str]]:
    """The commands of a ``console`` fence with what each prints."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed.strip("\n")


def agrees(printed: str, found: str) -> bool:
    """Whether the page shows what is printed; pieces between ellipses must stand in it whole, in order."""
    if ELLIPSIS not in printed.splitlines():
        return printed == found
    at = 0
    for piece in re.split(rf"^{ELLIPSIS}$\n?", printed, flags=re.MULTILINE):
        if (next_at := found.find(piece.strip("\n"), at)) < 0:
            return False
        at = next_at + len(piece.strip("\n"))
    return True


def refreshed(printed: str, found: str) -> str:
    """What the page should show: all of it, or the paragraphs that it shows between ellipses as they are now, known by their first line."""
    if ELLIPSIS not in printed.splitlines():
        return found
    paragraphs = re.split(r"\n{2,}", found)
    by_first = {paragraph.strip("\n").partition("\n")[0]: paragraph.strip("\n") for paragraph in reversed(paragraphs)}
    return "\n\n".join(by_first.get(piece.partition("\n")[0], piece) for piece in re.split(r"\n{2,}", printed))


def run_page(page: Path, folder: Path, ledger: Path | None) -> tuple[list[str], str]:
    """Runs a page in an empty folder; what differed, and the page as it should be. ledger: the one that first steps makes."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    if ledger is not None:
        shutil.copy(ledger, folder / "onrecord.db")
    session, text = Session(page, folder), page.read_text(encoding="utf-8")
    ran = [(fence, session.run(fence)) for fence in fences(text)]
    for fence, body in reversed(ran):
        text = text[: fence.start] + body + text[fence.start + len(fence.body) :]
    return session.problems, text


def make_ledger(path: Path) -> Path:
    """The ledger that the first steps make."""
    for command in (
        f"onrecord ledger init --salt tutorial --ledger {path}",
        f"onrecord add examples/*.txt --lexicon examples/lexicon --ledger {path}",
        f"onrecord agreement add examples/agreements/salto.yaml --by tutorial --at 2022-06-20T12:00:00Z --ledger {path}",
    ):
        subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment(), check=True, capture_output=True, timeout=SECONDS)
    return path


# Pages that begin from nothing.
FROM_NOTHING = ("README.md", "first-steps.md")


def pages() -> list[Path]:
    """The pages that have something to run."""
    every = [ROOT / "README.md", ROOT / "examples/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in every if any(fence.is_run for fence in fences(page.read_text(encoding="utf-8")))]


def main(arguments: Sequence[str]) -> int:
    chosen = [Path(name).resolve() for name in arguments if not name.startswith("--")] or pages()
    with tempfile.TemporaryDirectory() as folder:
        ledger = make_ledger(Path(folder) / "onrecord.db")
        failed = 0
        for number, page in enumerate(chosen):
            (Path(folder) / str(number)).mkdir()
            problems, text = run_page(page, Path(folder) / str(number), None if page.name in FROM_NOTHING else ledger)
            print(*problems, sep="\n", end="\n" if problems else "")
            failed += len(problems)
            if "--write" in arguments and text != page.read_text(encoding="utf-8"):
                page.write_text(text, encoding="utf-8")
                print(f"{page.relative_to(ROOT)}: written anew")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
