"""What is installed with the program, under which licences, and that a wheel is the same bytes wherever it is built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import build_bom  # noqa: E402 - a script, no package
from audit import judge  # noqa: E402
from bring_libraries import STAMP, VENDOR, is_current  # noqa: E402


def run(*command: str, cwd: Path = ROOT, umask: int = -1, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command], cwd=cwd, env={**os.environ, **environment}, umask=umask, capture_output=True, text=True, check=False)


# ── What is in it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bandit_finds_nothing() -> None:
    done = run(sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "src", "tools", "hatch_build.py", "-f", "txt")
    assert done.returncode == 0, done.stdout[-4000:]


def test_bandit_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import subprocess\nsubprocess.run(input(), shell=True)\n")
    assert run(sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", str(tmp_path / "bad.py")).returncode == 1


def test_the_bill_of_materials_and_the_licences_are_up_to_date() -> None:
    done = run(sys.executable, "tools/build_bom.py", "--check", PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr


def test_the_bill_of_materials_is_cyclonedx_without_clock() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = build_bom.BOM.read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    content = json.loads(text)
    assert "timestamp" not in content["metadata"]
    names = {component["name"]: component for component in content["components"]}
    assert names["sqlalchemy"]["scope"] == "required"
    assert names["psycopg"]["scope"] == "optional"
    assert names["leaflet"]["purl"].startswith("pkg:npm/")


def test_every_package_that_tests_install_is_pinned() -> None:
    project = build_bom.read_project()
    pins = dict(build_bom._pins((ROOT / "constraints.txt").read_text()))
    wanted = build_bom.needed([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    assert sorted(wanted - set(pins) - {"pip"}) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("Apache-2.0 AND CNRI-Python", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("CC-BY-NC-4.0", False),
        ("BUSL-1.1", False),
        ("LicenseRef-Proprietary", False),
        ("free for friends", False),
        ("", False),
    ],
)
def test_is_allowed(licence: str, allowed: bool) -> None:
    assert build_bom.is_allowed(licence) == allowed


def test_audit_counts_only_what_was_answered_for() -> None:
    fine = {"name": "a", "version": "1", "vulns": []}
    weak = {"name": "b", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
    unknown = {"name": "c", "skip_reason": "not found"}
    assert judge("", "…\nConnectionError: no route").lines[0].startswith("audit SKIPPED")
    assert judge(json.dumps({"dependencies": [unknown]}), "").lines == (
        "audit SKIPPED, nothing was checked: the service knows none of the 1 packages",
    )
    found = judge(json.dumps({"dependencies": [fine, weak, unknown]}), "")
    assert (found.code, "b 1: CVE-1, mended in 1.1" in found.lines[0]) == (1, True)
    assert found.lines[1] == "2 of 3 packages audited, 1 known weaknesses; not known to the service: c"
    assert judge(json.dumps({"dependencies": [fine]}), "") == (0, ("1 of 1 packages audited, 0 known weaknesses",))


# ── The wheel ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def copy_tree(target: Path) -> Path:
    """The files that git keeps, and the browser libraries: those that are here, or a stand-in where nobody has fetched them."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    if not listed:
        pytest.skip("not a checkout")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and name.split("/")[0] not in ("tests", "evaluation", "training", "paper"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    if is_current(ROOT):
        shutil.copytree(ROOT / VENDOR, target / VENDOR)
    else:
        (target / VENDOR).mkdir(parents=True)
        shutil.copyfile(ROOT / "frontend/package-lock.json", target / VENDOR / STAMP)
    return target


def build(tree: Path, *, umask: int, **environment: str) -> Path:
    """Builds a wheel in a copy of the sources and returns it."""
    done = run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", cwd=tree, umask=umask, SOURCE_DATE_EPOCH="1767225600", **environment
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = (tree / "dist").glob("*.whl")
    return wheel


@pytest.mark.slow
def test_two_builds_give_the_same_bytes_and_what_they_give_works(tmp_path: Path) -> None:
    """In different folders, in another order of files, under another umask, time zone, language and hash seed."""
    first = copy_tree(tmp_path / "one")
    second = tmp_path / "another folder/with a longer name"
    second.mkdir(parents=True)
    for path in sorted(first.rglob("*"), reverse=True):
        if path.is_file():
            (second / path.relative_to(first)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, second / path.relative_to(first))
            os.utime(second / path.relative_to(first), (4_000_000_000, 4_000_000_000))
    one = build(first, umask=0o022, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    two = build(second, umask=0o077, PYTHONHASHSEED="2", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8")
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()
    names = zipfile.ZipFile(one).namelist()
    assert [name for name in names if name.startswith("tests") or name.endswith((".pyc", ".db"))] == []
    assert any(name.endswith(".dist-info/sboms/sbom.cdx.json") for name in names)
    _assert_works(one, tmp_path)


def _assert_works(wheel: Path, tmp_path: Path) -> None:
    """Installs the wheel into a folder of its own and codes a report with it, away from the sources."""
    target, away = tmp_path / "installed", tmp_path / "away"
    away.mkdir()
    installed = run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    assert installed.returncode == 0, installed.stderr
    report = away / "report.txt"
    shutil.copyfile(ROOT / "examples/05-wire-ambush.txt", report)
    where = run(sys.executable, "-c", "import onrecord; print(onrecord.__file__)", cwd=away, PYTHONPATH=str(target))
    assert where.stdout.startswith(str(target))
    coded = run(str(target / "bin/onrecord"), "code", str(report), "--format", "jsonl", cwd=away, PYTHONPATH=str(target))
    assert coded.returncode == 0, coded.stderr
    assert json.loads(coded.stdout.splitlines()[0])["claims"]
