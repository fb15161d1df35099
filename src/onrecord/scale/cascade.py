"""What is left out before it costs anything: the cheap questions first.

filters ─▶ section ─▶ length ─▶ (language: when it is read) ─▶ triggers ─▶ all that is left is parsed and coded
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from onrecord.records import Capture
from onrecord.scale.prefilter import Prefilter, count_sentences
from onrecord.scale.where import fulfils, read_conditions

MIN_WORDS = 8

# Parts of news sites whose subject is never an armed conflict, as their addresses name them.
SECTIONS = (
    "astrology beauty betting books celebrity crossword entertainment fashion food football gaming golf horoscopes? lifestyle movies music "
    "recipes shopping showbiz sports? style tennis travel tv tv-and-radio wellness"
)
SECTION = re.compile(rf"https?://[^/]+/(?:[\w-]+/)?(?:{'|'.join(SECTIONS.split())})(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Left out, and why. ``sentences``: how many the parser is spared, about."""

    reason: str
    sentences: int


class Cascade:
    """Decides about one report at a time. ``where``: conditions of the user's.  prefilter: false to code whatever fulfils them.

    wide: whether the prefilter is to let through more.
    """

    def __init__(self, lexicon: Path | None = None, *, where: tuple[str, ...] = (), prefilter: bool = True, wide: bool = False) -> None:
        self._conditions = read_conditions(where)
        self._prefilter = Prefilter(lexicon, wide=wide) if prefilter else None

    def objection(self, capture: Capture) -> Skipped | None:
        """Why a report is left out; None if it is to be coded."""
        reason = self._reason(capture)
        return None if reason is None else Skipped(reason, count_sentences(capture.document.text))

    def _reason(self, capture: Capture) -> str | None:
        document = capture.document
        if not fulfils(document, self._conditions):
            return "where"
        if self._prefilter is None:
            return None
        if document.url and SECTION.match(document.url):
            return "section"
        if len(document.text.split(maxsplit=MIN_WORDS)) < MIN_WORDS:
            return "short"
        return None if self._prefilter.passes(document.text) else "trigger"
