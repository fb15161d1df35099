"""Loaded words: read correctly, flagged, never repeated as our own voice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onrecord.records import Parse, Wording

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon
    from onrecord.lexicon.wording import Entry


def find_wording(parse: Parse, lexicon: Lexicon) -> tuple[Wording, ...]:
    """The loaded words and phrases of the report in order of position, with what they say without the load."""
    words = parse.lowered
    found: list[Wording] = []
    at = 0
    while at < len(words):
        match = _match(parse, words, at, lexicon)
        if match is None:
            at += 1
            continue
        end, entry = match
        span = (parse.tokens[at].span[0], parse.tokens[end - 1].span[1])
        found.append(Wording(span=span, text=parse.text_of(span), plain=entry.plain, reason=entry.reason))
        at = end
    return tuple(found)


def _match(parse: Parse, words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[int, Entry] | None:
    for form, entry in lexicon.wording.starting(words[at]):
        end = at + len(form)
        if tuple(words[at:end]) != form or (entry.upos and parse.tokens[end - 1].upos not in entry.upos):
            continue
        if not _excepted(words, at, end, entry):
            return end, entry
    return None


def _excepted(words: Sequence[str], at: int, end: int, entry: Entry) -> bool:
    """Whether the words around make it a plain one ("ceasefire regime", "farm animals")."""
    for phrase in entry.unless:
        parts = phrase.split()
        for start in range(max(0, end - len(parts)), at + 1):
            if list(words[start : start + len(parts)]) == parts:
                return True
    return False
