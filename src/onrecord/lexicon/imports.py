"""Other projects' dictionaries written as a lexicon folder that ``--lexicon`` reads: entries that would not pass the check are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.lexicon import actors, agents, verbs
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.petrarch import import_petrarch
from onrecord.lexicon.petrarch_verbs import Plover, import_verbs, is_verb_dictionary
from onrecord.lexicon.source import Sourced, encode_pack
from onrecord.lexicon.wikidata import import_wikidata

_AGENT_CODE = re.compile(r"\[\s*[A-Z]*~")
_MODULES: dict[str, ModuleType] = {"actors": actors, "agents": agents, "verbs": verbs}
Imported = dict[str, list[Any]]


def read_petrarch(paths: Sequence[Path], known: verbs.Index, plover: Plover) -> tuple[Imported, list[str]]:
    """Entries by section ("actors", "agents", "verbs") of PETRARCH dictionaries, and a line for each that was left out and why.

    Files with blocks of verbs are verb dictionaries, those whose codes hold "~" agent dictionaries, the others actor dictionaries.
    known: the package's verbs, whose events stay.  plover: the PLOVER type and mode of a CAMEO code.
    Raises DataError where a file cannot be read.
    """
    actor_lines: list[str] = []
    agent_lines: list[str] = []
    verb_lines: list[str] = []
    for lines in map(_lines, paths):
        if is_verb_dictionary(lines):
            verb_lines.extend(lines)
        else:
            (agent_lines if any(map(_AGENT_CODE.search, lines)) else actor_lines).extend(lines)
    people, words = import_petrarch(actor_lines, agent_lines)
    frames, left_out = import_verbs(verb_lines, plover, lambda verb: _has_event(known, verb))
    found, problems = _sound({"actors": people, "agents": words, "verbs": frames})
    return found, left_out + problems


def _has_event(known: verbs.Index, verb: str) -> bool:
    """Whether a verb, or a verb with a particle ("call +off"), is an event whatever stands around it."""
    bare = (pattern for pattern in known.patterns(verb.partition(" ")[0]) if pattern.text == verb)
    return any(pattern.frame.kind is FrameKind.EVENT for pattern in bare)


def read_wikidata(paths: Sequence[Path], nouns: agents.Index) -> tuple[Imported, list[str]]:
    """The same for JSON lines of Wikidata items, the files read as one extract; ``nouns`` tells the sectors of types and offices."""
    return _sound({"actors": list(import_wikidata((line for path in paths for line in _lines(path)), nouns))})


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; convert it first (iconv -f LATIN1 -t UTF-8)") from error


def _sound(found: Imported) -> tuple[Imported, list[str]]:
    """The entries that pass their section's check, and what is wrong with the others."""
    kept: Imported = {}
    problems: list[str] = []
    for name, entries in found.items():
        sourced = [Sourced(entry, f"{name} entry {number} ({entry.id})") for number, entry in enumerate(entries, 1)]
        wrong = list(_MODULES[name].check(sourced))
        places = {problem.partition(": ")[0] for problem in wrong}
        problems += wrong
        if sound := [one.entry for one in sourced if one.where not in places]:
            kept[name] = sound
    return kept, problems


def write_folder(sections: Imported, folder: Path, name: str, *, pack: bool = False) -> list[Path]:
    """Writes ``<section>/<name>.yaml`` per section, or with ``pack`` ``<section>.json``; returns the paths. Never overwrites: DataError."""
    targets = {section: folder / (f"{section}.json" if pack else f"{section}/{name}.yaml") for section in sections}
    for path in targets.values():
        if path.exists():
            raise DataError(f"{path} exists already; give another folder, or move it away")
    for section, path in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_pack(sections[section]) if pack else _yaml(sections[section]))
    return list(targets.values())


def _yaml(entries: Sequence[Any]) -> bytes:
    rows = [msgspec.to_builtins(entry) for entry in entries]
    written: bytes = yaml.dump(
        rows, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=140, encoding="utf-8"
    )
    return written
