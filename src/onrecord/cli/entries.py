"""Entries of the lexicon for people: counted, and shown so that they read at 80 columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.lexicon.frames import Frame, patterns_of

MOST_SHOWN = 12  # of the words of a long list; the rest is counted
LISTS = ("words", "forms", "aliases", "names", "members", "nouns")
HIDDEN = frozenset(("id",))


def counted(entries: Sequence[Any]) -> str:
    """ "182 entries, 2,284 patterns": patterns where the entries are frames."""
    said = f"{len(entries):6,} " + ("entry" if len(entries) == 1 else "entries")
    patterns = sum(len(patterns_of(entry)) for entry in entries if isinstance(entry, Frame))
    events = sum(len(patterns_of(entry)) for entry in entries if isinstance(entry, Frame) and entry.event is not None)
    return f"{said}, {patterns:,} patterns ({events:,} of events)" if patterns else said


def has_word(values: Any, word: str) -> bool:
    """Whether a word in small letters is a string inside an entry, stands between commas in one, or is the head of a pattern."""
    return any(word in (text, *re.split(r"[\s,]+", text)) or word in map(str.strip, text.split(",")) for text in _strings(values))


def describe_entry(section: str, values: dict[str, Any], word: str) -> Padding:
    """One entry: a line with its section, id and code, then its fields, wrapped; of long lists what has the word comes first."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in sorted(values.items(), key=lambda field: field[0] in LISTS):
        if name not in HIDDEN and value not in (None, "", [], {}, ()):
            table.add_row(name.replace("_", " "), Text(_told(name, value, word)))
    title = Text.assemble((f"{section}  ", "dim"), (str(values.get("id", values.get("name", ""))), "bold"))
    whole = Table.grid()
    whole.add_row(title)
    whole.add_row(Padding(table, (0, 0, 0, 2)))
    return Padding(whole, (0, 0, 1, 0))


def _told(name: str, value: Any, word: str) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_told(name, part, word)}" for key, part in value.items())
    if name in LISTS and isinstance(value, str | list | tuple):
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else [str(part) for part in value]
        first = sorted(parts, key=lambda part: word not in part.casefold())
        more = f" … and {len(parts) - MOST_SHOWN} more" if len(parts) > MOST_SHOWN else ""
        return ", ".join(map(_inline, first[:MOST_SHOWN])) + more
    if isinstance(value, list | tuple):
        return ("\n" if any(isinstance(part, dict) for part in value) else ", ").join(_inline(part) for part in value)
    return _inline(value)


def _inline(value: Any) -> str:
    """A value on one line, with room to break between alternatives."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in value.items())
    return str(value).replace("|", " | ")


def _strings(value: Any) -> Iterator[str]:
    """Every string inside an entry, casefolded."""
    if isinstance(value, str):
        yield value.casefold()
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
