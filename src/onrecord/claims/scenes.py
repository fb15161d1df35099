"""The country in which what a sentence tells of happens, as the resolved mentions have it."""

from __future__ import annotations

from collections import Counter

from onrecord.records import Mention, Parse

ISO = 3
BEYOND = frozenset(("UNO", "EUR", "IGO", "NGO", "ISM", "IMG", "MNC"))
FROM_REPORT = "context"  # basis of an actor whose country was taken from where the events happen
SURE_PLACE = 0.5


class Scenes:
    """Looks up the country of a sentence; made in time linear in the mentions."""

    def __init__(self, parse: Parse, mentions: tuple[Mention, ...]) -> None:
        self._near: dict[int, Counter[str]] = {}
        bare: Counter[str] = Counter()
        named: Counter[str] = Counter()
        for mention in mentions:
            index = parse.token_at(mention.head[0])
            if index is None:
                continue
            actor, place = mention.actor, mention.place
            if actor is not None and actor.country is not None and len(actor.country) == ISO and actor.country not in BEYOND:
                named[actor.country] += 1
                if actor.basis == FROM_REPORT:
                    bare[actor.country] += 1
                    self._near.setdefault(parse.tokens[index].sentence, Counter())[actor.country] += 1
            elif place is not None and place.country is not None and place.confidence >= SURE_PLACE:
                named[place.country] += 1
        self._whole = _commonest(bare) or _commonest(named)

    def country(self, sentence: int) -> str | None:
        """That of the sentence's own bare nouns, else of the report's; where there are none, the one that it names most, or None."""
        return _commonest(self._near.get(sentence, Counter())) or self._whole


def _commonest(counts: Counter[str]) -> str | None:
    """The commonest, the first in the alphabet of equals; None of nothing."""
    return min(counts, key=lambda country: (-counts[country], country), default=None)
