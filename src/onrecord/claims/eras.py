"""Whether something is set in an age that is over ("during the Second World War", "in the 19th century"): history, and no news."""

from __future__ import annotations

from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_set

ERAS = tuple(sorted(tuple(era.split()) for era in word_set("sequence.eras")))
LAST_WORDS = frozenset(era[-1] for era in ERAS)
SET_IN = word_set("prepositions.set_in")


def is_in_past_era(syntax: Syntax, index: int) -> bool:
    """Whether a phrase of time that hangs on a word, or on the predicate of its clause, names an age that is over.

    "The worst since the Second World War" and "a bunker of the Cold War" set nothing in it.
    """
    above = {index, syntax.clause(index)}
    near = [child for at in sorted(above) for child in syntax.children[at]]
    return _names_era(syntax, index) or any(syntax.case(child) in SET_IN and _names_era(syntax, child) for child in near)


def _names_era(syntax: Syntax, index: int) -> bool:
    """Whether a word is part of the name of an age: those that end at it, or with a number right behind it ("World War II")."""
    ends = [at for at in (index, index + 1) if at < len(syntax.lower) and syntax.lower[at] in LAST_WORDS]
    return any(tuple(syntax.lower[max(end + 1 - len(era), 0) : end + 1]) == era for end in ends for era in ERAS)
