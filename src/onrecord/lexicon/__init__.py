"""The words that onrecord knows: written by people in YAML, built into typed packs, looked up by the stages.

A section is a module of this package with
    ``Entry``   the frozen record of one YAML entry (``forbid_unknown_fields=True``),
    ``check``   yields "where: problem" lines about entries together (duplicates, unknown codes),
    ``Index``   what the stages ask at run time, made from the entries.
``lexicon/<section>/*.yaml`` is its source of truth, ``data/lexicon/<section>.json`` the built pack.
"""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from onrecord.errors import DataError
from onrecord.lexicon import actors, agents, beats, countries, cues, lists, nouns, outlets, times, units, verbs, wording
from onrecord.lexicon.source import Sourced, encode_pack, raise_problems, read_entries

SECTIONS: dict[str, ModuleType] = {
    "actors": actors,
    "agents": agents,
    "beats": beats,
    "countries": countries,
    "cues": cues,
    "lists": lists,
    "nouns": nouns,
    "outlets": outlets,
    "times": times,
    "units": units,
    "verbs": verbs,
    "wording": wording,
}


class Lexicon:
    """All sections, each read when it is first asked for. ``user``: a folder laid out like ``lexicon/`` whose entries come last and win.

    Beside the folders of YAML it may hold ready packs (``actors.json``), which load a hundred times faster; YAML wins over them.
    """

    def __init__(self, user: Path | None = None) -> None:
        if user is not None and not user.is_dir():
            raise DataError(f"{user}: no such lexicon folder")
        if user is not None and ((user / "lists").exists() or (user / "lists.json").exists()):
            raise DataError(f"{user}/lists: word lists belong to the language and are built into the program; move it out of this folder")
        self._user = user

    @cached_property
    def actors(self) -> actors.Index:
        return actors.Index(self._entries("actors"))

    @cached_property
    def agents(self) -> agents.Index:
        return agents.Index(self._entries("agents"))

    @cached_property
    def beats(self) -> beats.Index:
        return beats.Index(self._entries("beats"))

    @cached_property
    def countries(self) -> countries.Index:
        return countries.Index(self._entries("countries"))

    @cached_property
    def cues(self) -> cues.Index:
        return cues.Index(self._entries("cues"))

    @cached_property
    def lists(self) -> lists.Index:
        return lists.Index(self._entries("lists"))

    @cached_property
    def nouns(self) -> nouns.Index:
        return nouns.Index(self._entries("nouns"))

    @cached_property
    def outlets(self) -> outlets.Index:
        return outlets.Index(self._entries("outlets"))

    @cached_property
    def times(self) -> times.Index:
        return times.Index(self._entries("times"))

    @cached_property
    def units(self) -> units.Index:
        return units.Index(self._entries("units"))

    @cached_property
    def verbs(self) -> verbs.Index:
        return verbs.Index(self._entries("verbs"))

    @cached_property
    def wording(self) -> wording.Index:
        return wording.Index(self._entries("wording"))

    def _entries(self, name: str) -> list[Any]:
        section = SECTIONS[name]
        pack = resources.files("onrecord.data").joinpath("lexicon", f"{name}.json").read_bytes()
        entries: list[Any] = msgspec.json.decode(pack, type=list[section.Entry])  # type: ignore[name-defined]
        if self._user is not None:
            entries += read_pack(self._user, name)
            if (self._user / name).is_dir():
                entries += [sourced.entry for sourced in read_section(self._user, name)]
        return entries


def read_section(folder: Path, name: str) -> list[Sourced[Any]]:
    """The checked entries of one section below a lexicon folder; raises DataError with file, line and remedy."""
    section = SECTIONS[name]
    sourced = read_entries(folder / name, section.Entry)
    raise_problems(section.check(sourced))
    return sourced


def read_pack(folder: Path, name: str) -> list[Any]:
    """The entries of ``<name>.json`` below a lexicon folder, () where there is none; raises DataError with file, line and remedy.

    Types are checked, entries together are not: ``onrecord lexicon check`` does that.
    """
    path = folder / f"{name}.json"
    if not path.is_file():
        return []
    data = path.read_bytes()
    try:
        entries: list[Any] = msgspec.json.decode(data, type=list[SECTIONS[name].Entry])  # type: ignore[misc]
    except msgspec.DecodeError as error:
        raise DataError(f"{path}:{_wrong_line(data, SECTIONS[name].Entry)}: {error}; a pack is a JSON list of entries") from error
    return entries


def _wrong_line(data: bytes, entry_type: type) -> int:
    """The line of the first entry that is wrong; 1 where the whole is no list."""
    try:
        raws = msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        place = str(error).rpartition("(byte ")[2].rstrip(")")
        return data[: int(place)].count(b"\n") + 1 if place.isdigit() else 1
    at = 0
    for raw in raws:
        at = data.index(bytes(raw), at)
        try:
            msgspec.json.decode(raw, type=entry_type)
        except msgspec.DecodeError:
            break
        at += len(bytes(raw))
    return data[:at].count(b"\n") + 1


def build_packs(folder: Path) -> dict[str, bytes]:
    """Per section, the pack that belongs into ``data/lexicon/``: same YAML, same bytes."""
    packs = {}
    for name in SECTIONS:
        entries = [sourced.entry for sourced in read_section(folder, name)]
        packs[name] = encode_pack(entries)
    return packs
