"""Which draft a word of its report belongs to, and what was found for a draft."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.claims.drafts import Draft
from onrecord.claims.syntax import Syntax
from onrecord.records import Mention, Place, Quantity, Time


@dataclass(slots=True)
class Circumstances:
    """What was found for one draft; ``used`` are the mentions that count as its evidence, ``counts`` the heads of its numbers."""

    place: Place | None = None
    origin: Place | None = None
    destination: Place | None = None
    time: Time | None = None
    quantities: list[Quantity] = field(default_factory=list)
    used: list[Mention] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)


class Owners:
    """The triggers and participants of all drafts of a report, by word.

    anchor, filler: the draft that a trigger word or a participant belongs to.  by_sentence: the drafts of a sentence.
    passing: whom an adjective tells of ("displaced families"); only where they came from is of that event.
    """

    def __init__(self, drafts: list[Draft], syntax: Syntax) -> None:
        self.drafts, self.syntax = drafts, syntax
        self.anchor: dict[int, int] = {}
        self.filler: dict[int, int] = {}
        self.passing: dict[int, int] = {}
        self.by_sentence: dict[int, list[int]] = {}
        for number, draft in enumerate(drafts):
            for token in draft.anchors:
                self.anchor.setdefault(token, number)
        for number, draft in enumerate(drafts):
            taken = self.passing if self._in_passing(draft) else self.filler
            for role in (*draft.roles.fillers.values(), draft.counted):
                for item in role:
                    taken.setdefault(item.index, number)
            self.by_sentence.setdefault(syntax.tokens[draft.main.token].sentence, []).append(number)

    def _in_passing(self, draft: Draft) -> bool:
        """Whether an event is told by an adjective before whom it befell: "displaced families"."""
        return all(self.syntax.tokens[t.token].deprel == "amod" and t.token < self.syntax.tokens[t.token].head for t in draft.triggers)

    def head(self, mention: Mention) -> int | None:
        """The word of a mention that hangs outside it."""
        inside = self.syntax.parse.tokens_in(mention.span)
        if not inside:
            return self.syntax.parse.token_at(mention.span[0])
        indices = {token.index for token in inside}
        return next((token.index for token in inside if token.head not in indices), inside[0].index)

    def owner(self, index: int, *, through_fillers: bool = True) -> int | None:
        """The draft whose trigger or participant is nearest above a word."""
        for above in (index, *self.syntax.parse.ancestors(index)):
            if above in self.anchor:
                return self.anchor[above]
            if through_fillers and above in self.filler:
                return self.filler[above]
        return None


def role_of(index: int, draft: Draft) -> str | None:
    """The role that a word has in a draft, or None."""
    for role, fillers in draft.roles.fillers.items():
        if any(filler.index == index for filler in fillers):
            return role
    return None
