"""The eight commands of First steps, as printed, in an empty environment: a copy of the repository, a bare PATH, a home of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.doc_examples import ID, ROOT, commands_of, fences, transcript

PAGE = ROOT / "docs/guide/first-steps.md"
NO_INDEX = (
    "No matching distribution",
    "Could not find a version",
    "Temporary failure in name resolution",
    "Connection",
    "Failed to establish",
)
pytestmark = pytest.mark.slow


def printed_commands() -> list[str]:
    """The eight: the first two fences of the page."""
    first, second = list(fences(PAGE.read_text(encoding="utf-8")))[:2]
    return [*commands_of(first.body), *(command for command, _ in transcript(second.body))]


def checkout(folder: Path) -> Path:
    """The files of the repository as they are now; nothing that git ignores."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name, follow_symlinks=False)
    return folder


def test_the_page_has_eight_commands() -> None:
    assert len(printed_commands()) == 8


def test_a_newcomer_gets_a_verified_dossier(tmp_path: Path) -> None:
    base = Path(sys.base_prefix) / "bin"
    bare = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_")) or name.endswith("_proxy")}
    (tmp_path / "home").mkdir()
    environment = {**bare, "PATH": f"{base}:/usr/bin:/bin", "HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    place = checkout(tmp_path / "onrecord")
    listed = run(printed_commands()[:6], place, environment)
    if listed.returncode and "» 3" not in listed.stderr and any(sign in listed.stderr for sign in NO_INDEX):
        pytest.skip(f"no package index to install from: {listed.stderr.strip().splitlines()[-1]}")
    assert listed.returncode == 0, listed.stderr[-3000:]
    id_here, id_printed = ID.findall(listed.stdout)[0], ID.findall(" ".join(printed_commands()))[0]
    rest = [command.replace(id_printed, id_here) for command in printed_commands()[6:]]
    done = run([". onrecord-env/bin/activate", *rest], place, environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (place / "dossier.zip").is_file()


def run(commands: list[str], place: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = "set -e\n" + "\n".join(f"echo '» {number}' >&2; {command}" for number, command in enumerate(commands, 1))
    return subprocess.run(
        ["bash", "-c", script], cwd=place, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
