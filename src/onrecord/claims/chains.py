"""The chain of a claim: speaker, channel, accessor, relay, publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.records import Attribution, Form, Link, LinkRole, Mention, Parse, Span

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


class Chains:
    """Gives the chain of any trigger or clause of one report."""

    def __init__(self, parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> None:
        self._parse = parse
        self._publisher = Link(
            role=LinkRole.PUBLISHER,
            span=None,
            text=parse.document.outlet,
            actor=None,
            attribution=None,
            cue=None,
            form=Form.OUTLET_VOICE,
        )

    def attribution_at(self, span: Span) -> Attribution | None:
        """The innermost attribution that a trigger or clause belongs to, or None for the outlet's own voice.

        A span whose head word is a cue ("blamed", "pledge", "denied") belongs to the attribution of that cue;
        else it belongs to the innermost attribution whose content holds its head word.
        A content under a cue of class ``deny`` is denied: its claim is negative in the speaker's view.
        """
        return None

    def chain(self, span: Span) -> tuple[Link, ...]:
        """The links from the one who speaks to the one who prints, for a trigger or clause.

        The speaker comes first (none in evidence such as "messages show"), then channel and accessor, then relays from the
        inside out, the publisher always last. The outlet's own voice is one publisher link.
        """
        return (self._publisher,)


def build_chains(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> Chains:
    """The chains of one report, for its (resolved) mentions and what ``find_attributions`` gave."""
    return Chains(parse, mentions, lexicon, attributions)
