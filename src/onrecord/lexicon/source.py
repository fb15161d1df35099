"""Reads the YAML that people edit into typed entries, and says file, line and remedy where it is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import yaml

from onrecord.errors import DataError

Entry = TypeVar("Entry")
MAX_SHOWN = 20


class Sourced(msgspec.Struct, Generic[Entry], frozen=True):
    """An entry and the place where a person wrote it ("lexicon/actors/syria.yaml:41")."""

    entry: Entry
    where: str


def read_entries(folder: Path, entry_type: type[Entry]) -> list[Sourced[Entry]]:
    """All entries of the YAML files below a folder, in order of file name and line.

    A file is a list of entries, or a mapping whose values are lists of entries (the keys are headings for people).
    Raises DataError that lists every wrong entry with file and line; nothing is half-loaded.
    """
    raw = (
        pair
        for path in sorted(folder.rglob("*.yaml"))
        for pair in _raw_entries(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    )
    return _typed(raw, entry_type)


def read_file(path: Path, entry_type: type[Entry]) -> list[Sourced[Entry]]:
    """The entries of one YAML file, in order; raises DataError like ``read_entries``, and where the file cannot be read."""
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    return _typed(_raw_entries(path, path.name), entry_type)


def _typed(raw: Iterable[tuple[Any, str]], entry_type: type[Entry]) -> list[Sourced[Entry]]:
    found: list[Sourced[Entry]] = []
    problems: list[str] = []
    for value, where in raw:
        try:
            found.append(Sourced(msgspec.convert(value, entry_type), where))
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {error}{_hint(error, entry_type)}")
    raise_problems(problems)
    return found


def raise_problems(problems: Iterable[str]) -> None:
    """Raises one DataError with all problems, a line each, if there are any."""
    listed = list(problems)
    if listed:
        more = [f"(+{len(listed) - MAX_SHOWN} more)"] if len(listed) > MAX_SHOWN else []
        raise DataError("\n".join(listed[:MAX_SHOWN] + more))


def encode_pack(entries: Sequence[Any]) -> bytes:
    """A JSON list with one entry a line: same entries, same bytes."""
    return b"[" + b",\n".join(msgspec.json.encode(entry) for entry in entries) + b"]\n"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'REB'?" for the closest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""


def _raw_entries(path: Path, name: str) -> Iterator[tuple[Any, str]]:
    loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
    try:
        root = loader.get_single_node()
        nodes = root.value if isinstance(root, yaml.SequenceNode) else _listed(root, name)
        for node in nodes:
            yield loader.construct_object(node, deep=True), f"{name}:{node.start_mark.line + 1}"
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DataError(f"{name}:{line}: not valid YAML: {error.problem}") from error
    finally:
        loader.dispose()


def _listed(root: yaml.Node | None, name: str) -> list[yaml.Node]:
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise DataError(f"{name}:1: a lexicon file is a list of entries, or headings with lists below them")
    nodes: list[yaml.Node] = []
    for heading, value in root.value:
        if not isinstance(value, yaml.SequenceNode):
            raise DataError(f"{name}:{heading.start_mark.line + 1}: '{heading.value}' must hold a list of entries")
        nodes.extend(value.value)
    return nodes


def _hint(error: msgspec.ValidationError, entry_type: type) -> str:
    unknown = str(error).partition("unknown field `")[2].partition("`")[0]
    fields = getattr(entry_type, "__struct_fields__", ())
    return did_you_mean(unknown, fields) if unknown else ""
