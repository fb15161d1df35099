"""The ``nouns`` section of the lexicon: event frames whose head is a noun, and the classes that nouns belong to.

A class entry (``lexicon/nouns/classes.yaml``) names a set of nouns that the frames of both sections refer to as ``@name``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.lexicon.frames import MODES, Frame, FrameIndex, check_frames
from onrecord.lexicon.inflect import noun_forms
from onrecord.lexicon.source import Sourced, did_you_mean


class Entry(Frame, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A nominal frame, or with ``members`` set a class of nouns (then ``words`` is empty)."""

    members: tuple[str, ...] = ()


# Classes that the stages know from mentions and frames rather than from lists of nouns.
KNOWN = frozenset(("EVENT", "civilian", "actor", "person", "group", "armed", "country", "place", "time", "number", "pronoun", *MODES))


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: duplicate ids, unknown codes and classes, patterns that cannot be reached."""
    yield from check_frames(entries, nominal=True)
    classes = {sourced.entry.id.removeprefix("class.") for sourced in entries if sourced.entry.members} | KNOWN
    for sourced in entries:
        for name in _classes_named(sourced.entry):
            if name not in classes:
                yield f"{sourced.where}: '@{name}' is not a class{did_you_mean(name, classes)}"


def _classes_named(frame: Frame) -> Iterator[str]:
    for text in (frame.words, *frame.only.values(), *frame.unless.values()):
        for piece in text.replace("[", " ").replace("]", " ").replace("|", " ").replace(",", " ").replace("=", " ").split():
            if piece.startswith("@"):
                yield piece[1:]


class Index(FrameIndex):
    """Noun patterns by singular and plural, and the classes of nouns."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__([entry for entry in entries if not entry.members], noun_forms, nominal=True)
        self._classes: dict[str, frozenset[str]] = {}
        for entry in entries:
            name = entry.id.removeprefix("class.")
            for member in entry.members:
                for form in noun_forms(member):
                    self._classes[form] = self._classes.get(form, frozenset()) | {name}

    @property
    def class_forms(self) -> frozenset[str]:
        """Every word form, in lower case, that belongs to a class."""
        return frozenset(self._classes)

    def classes(self, form: str) -> frozenset[str]:
        """The classes that a (lower-case) noun form belongs to."""
        return self._classes.get(form, frozenset())
