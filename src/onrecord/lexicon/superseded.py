"""Numbers that the text itself replaces: "rose from 34", "revising an earlier figure of 34", "fourteen, not 12"."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.lexicon.numerals import lower_at
from onrecord.lexicon.words import Word

CHANGES = frozenset([
    "rose", "rise", "risen", "rises", "rising", "increased", "increase", "increasing", "climbed", "climbs", "jumped", "grew", "grown",
    "revised", "revise", "revising", "up", "down", "lowered", "raised", "fell", "fallen", "dropped", "drop", "reduced", "corrected",
    "updated", "changed", "downgraded", "upgraded", "decreased", "shrank", "doubled", "tripled", "went", "surged"
])  # fmt: skip
EARLIER = frozenset(["previous", "previously", "earlier", "initial", "original"])
REPORTS = frozenset(["report", "reports", "claim", "claims", "rumours", "rumors"])
COUNTS = frozenset(["figure", "toll", "count", "estimate", "tally", "number"])
BEFORE_EARLIER = EARLIER | {"the", "a", "an", "reported", "its", "toll", "of"}
SUPERSEDED_REACH = 12  # words before a number that may say that it was replaced


def after_change(words: Sequence[Word], at: int) -> bool:
    """Whether a verb of change stands in the six words before."""
    return any(lower_at(words, index) in CHANGES for index in range(max(0, at - 7), at))


def is_superseded(before: Sequence[str]) -> bool:
    """Whether a number behind these lower-cased words is an earlier value that the text itself replaces.

    "rose from 34", "up from an earlier 34", "revising an earlier figure of 34", "fourteen, not 12".
    """
    words = list(before)
    if words[-1:] == ["not"] and words[-2:-1] in (["and"], [","], ["–"], ["—"], ["("]):
        return True
    while words and words[-1] in BEFORE_EARLIER:
        words.pop()
    if not words:
        return False
    return (words[-1] == "from" and any(word in CHANGES for word in words[-7:])) or _earlier_count(before)


def _earlier_count(before: Sequence[str]) -> bool:
    """ "an earlier figure of", "the previous toll of" after a word of change; "earlier reports of", which others put right."""
    tail = [word for word in before if word not in ("the", "a", "an", "its")][-3:]
    shaped = len(tail) == 3 and tail[0] in EARLIER and tail[2] == "of"
    return shaped and (tail[1] in REPORTS or (tail[1] in COUNTS and any(word in CHANGES for word in before)))
