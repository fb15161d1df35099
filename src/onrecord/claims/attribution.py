"""Who is said to have said, shown or known what: sources, cues and contents of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.records import Attribution, Mention, Parse

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


def find_attributions(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Every attribution of the report, in order of their first position, with ids ``a1 a2 …``.

    ``source``, ``cue`` and ``content`` are spans of ``Document.text``; a source may be empty ("reportedly") or stand in another
    sentence (a quotation that goes on), a content may have several pieces. ``within`` is the attribution that reports this one.
    """
    return ()
