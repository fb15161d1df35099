"""How a team reviews: keys, reasons, its own fields and types, the share that is coded twice, what is folded. Read from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.records import Record

DIGITS = "123456789"
NOTED = ("type", "who", "whom", "place", "time", "figures", "factuality", "speaker")
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Reason(Record, frozen=True, forbid_unknown_fields=True):
    """Why something is rejected or corrected; the code is what is counted."""

    code: str
    label: str


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"


class TeamField(Record, frozen=True, forbid_unknown_fields=True):
    """A field that only this team asks for."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    note: str = ""


class TeamType(Record, frozen=True, forbid_unknown_fields=True):
    """A type of event that only this team uses."""

    name: str
    label: str
    note: str = ""


class Team(Record, frozen=True, forbid_unknown_fields=True):
    """What ``team.yaml`` says; the file that comes with the program explains every part."""

    second_coding: float
    pause_after: int
    graphic_per_day: int
    graphic: tuple[str, ...]
    keys: Mapping[str, str]
    reasons: tuple[Reason, ...]
    fields: tuple[TeamField, ...]
    types: tuple[TeamType, ...]
    notes: Mapping[str, str]


def template() -> str:
    """The file that comes with the program, for people to copy."""
    return resources.files("onrecord.ledger.review").joinpath("team.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def default_team() -> Team:
    """The team of the file that comes with the program."""
    return msgspec.convert(yaml.safe_load(template()), Team)


def read_team(path: Path | None) -> Team:
    """The team of a YAML file; what the file leaves out is as in the one that comes with the program.

    Raises DataError that names the file, the part, and what may stand there.
    """
    if path is None:
        return default_team()
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); 'onrecord review template' prints one to start from") from error
    except yaml.YAMLError as error:
        raise DataError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(given, dict):
        raise DataError(f"{path}: must hold headings such as 'keys:' or 'fields:'; 'onrecord review template' prints all of them")
    usual: dict[str, Any] = msgspec.to_builtins(default_team())
    merged = {**usual, **given}
    if isinstance(given.get("keys"), dict):
        merged["keys"] = {**usual["keys"], **given["keys"]}
    try:
        team = msgspec.convert(merged, Team)
    except msgspec.ValidationError as error:
        raise DataError(f"{path}: {error}") from error
    for problem in _problems(team):
        raise DataError(f"{path}: {problem}")
    return team


def _problems(team: Team) -> Iterable[str]:
    if not 0 <= team.second_coding <= 1:
        yield f"second_coding is a share from 0 to 1, not {team.second_coding}"
    if team.pause_after < 1 or team.graphic_per_day < 1:
        yield "pause_after and graphic_per_day are at least 1"
    yield from _key_problems(team.keys)
    for field in team.fields:
        if not NAME.fullmatch(field.name):
            yield f"fields: '{field.name}' is not a name; use small letters, digits and _, as in 'civilian_harm'"
        if field.kind is FieldKind.CHOICE and not field.choices:
            yield f"fields: '{field.name}' is a choice without choices"
    yield from (f"fields: '{name}' comes twice" for name in _doubles(field.name for field in team.fields))
    yield from (f"types: '{name}' comes twice" for name in _doubles(type_.name for type_ in team.types))
    yield from (f"notes: there is no field '{name}'; fields are {', '.join(NOTED)}" for name in sorted(set(team.notes) - set(NOTED)))


def _key_problems(keys: Mapping[str, str]) -> Iterable[str]:
    known = default_team().keys
    yield from (f"keys: there is no action '{action}'; actions are {', '.join(known)}" for action in sorted(set(keys) - set(known)))
    for action, key in sorted(keys.items()):
        if len(key) != 1 or key in DIGITS or key.isspace():
            yield f"keys: {action}: '{key}' must be one character, and not a digit (those are the fields)"
    taken: dict[str, str] = {}
    for action, key in sorted(keys.items()):
        if key in taken:
            yield f"keys: '{key}' is both {taken[key]} and {action}"
        taken[key] = action


def _doubles(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return sorted({name for name in listed if listed.count(name) > 1})


def find_graphic(team: Team, text: str) -> str | None:
    """The first of the team's words that stands in the text, or None."""
    found = _graphic_pattern(team.graphic).search(text) if team.graphic else None
    return found.group(0).lower() if found else None


@lru_cache(maxsize=4)
def _graphic_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in ordered) + r")\b", re.IGNORECASE)
