"""Filters over what is known of a report before it is coded: ``outlet=Example Wire``, ``published>=2019-01``, ``url!~*/sport/*``."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache

from onrecord.errors import UsageError
from onrecord.records import Document

FIELDS = ("path", "outlet", "title", "url", "language", "published")
CONDITION = re.compile(rf"({'|'.join(FIELDS)})\s*(!=|!~|>=|<=|=|~|>|<)\s*(.*)", re.DOTALL)
Test = Callable[[str], bool]


@lru_cache(maxsize=32)
def read_conditions(written: tuple[str, ...]) -> tuple[tuple[str, Test], ...]:
    """Fields with what must hold of them; raises UsageError for what cannot be read."""
    return tuple(_condition(one) for one in written)


def fulfils(document: Document, conditions: tuple[tuple[str, Test], ...]) -> bool:
    """Whether all conditions hold; a field that is not known is an empty word."""
    return all(test(getattr(document, name) or "") for name, test in conditions)


def _condition(written: str) -> tuple[str, Test]:
    match = CONDITION.fullmatch(written.strip())
    if match is None:
        raise UsageError(f"--where '{written}': write FIELD OP VALUE, FIELD one of {', '.join(FIELDS)}, OP one of = != ~ !~ < <= > >=")
    name, operator, value = match.groups()
    glob = re.compile(translate(value), re.IGNORECASE)
    tests: dict[str, Test] = {
        "=": lambda found: found == value,
        "!=": lambda found: found != value,
        "~": lambda found: glob.match(found) is not None,
        "!~": lambda found: glob.match(found) is None,
        ">": lambda found: found > value,
        ">=": lambda found: found >= value,
        "<": lambda found: found < value,
        "<=": lambda found: found <= value,
    }
    return name, tests[operator]
