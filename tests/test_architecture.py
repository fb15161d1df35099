"""The house stands: imports go one way, built packs are up to date, the project speaks of itself alone."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src/onrecord").rglob("*.py"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_go_one_way() -> None:
    result = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.parametrize("builder", ["build_lexicon.py", "build_ontology.py", "build_reference.py", "build_manifest.py"])
def test_built_packs_are_up_to_date(builder: str) -> None:
    result = run(sys.executable, f"tools/{builder}", "--check")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_things_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in tree.body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and "cli" not in path.parts
        if public and not ast.get_docstring(node) and not _obvious(node):
            missing.append(f"{node.name} (line {node.lineno})")
    assert missing == []


@pytest.mark.parametrize("path", [path for path in SOURCES if ">>> " in path.read_text()], ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_in_docstrings_hold(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    found = doctest.testmod(importlib.import_module(name))
    assert (found.failed, found.attempted > 0) == (0, True)


def _obvious(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """A closed set, or a small record whose field names say all."""
    return isinstance(node, ast.ClassDef) and all(isinstance(item, ast.Assign | ast.AnnAssign) for item in node.body)


def test_the_style_checks_pass() -> None:
    result = run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.slow
def test_the_types_check() -> None:
    result = run(sys.executable, "-m", "mypy")
    assert result.returncode == 0, result.stdout[-4000:]


def test_no_package_index_is_named() -> None:
    named = run("git", "grep", "-lE", r"(--(extra-)?index-url|https?://[^ \"]+/simple\b)", "--", ".", ":!tests/test_architecture.py")
    assert named.stdout == ""
