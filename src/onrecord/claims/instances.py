"""A frame that a word of a report calls up."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.claims.syntax import Slots, Syntax
from onrecord.lexicon.frames import Frame, Pattern
from onrecord.records import Span


@dataclass(slots=True)
class Trigger:
    """A frame that a word calls up, with the fillers of its slots.

    tokens: all words of the trigger ("opened fire").  consumed: fillers that the pattern asks for, which are no participants but for
    ``spare`` ones, classes of people and places ("took [@place]").  support: the light verb that lends participants ("launched"), if any.
    rejected: patterns that were tried for the same word and why they did not hold, for explanations.
    """

    token: int
    pattern: Pattern
    slots: Slots
    tokens: tuple[int, ...]
    consumed: tuple[int, ...] = ()
    spare: tuple[int, ...] = ()
    support: Trigger | None = None
    rejected: list[tuple[str, str]] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        return self.pattern.frame


def trigger_span(trigger: Trigger, syntax: Syntax) -> Span:
    """The characters from the first to the last of the trigger's words, when they stand together; else its head word."""
    first, last = min(trigger.tokens), max(trigger.tokens)
    if last - first < 6:
        return syntax.tokens[first].span[0], syntax.tokens[last].span[1]
    return syntax.tokens[trigger.token].span
