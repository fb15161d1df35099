"""Facts about the data: hashes, ids, spans, groups."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

import msgspec

from onrecord.records.base import Span

MIN_CAPITALS = 0.8  # of the letters: units and quoted names stay small


def is_all_capitals(text: str) -> bool:
    """Whether a text is written in capitals, as telegrams and some broadcasts are: then they say nothing about names."""
    letters = list(filter(str.isalpha, text[:2000]))
    return len(letters) > 100 and sum(map(str.isupper, letters)) > MIN_CAPITALS * len(letters)


def text_sha256(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hex; lone surrogates are kept apart from U+FFFD."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_id(prefix: str, *parts: object) -> str:
    """A content-hash id: prefix, then the first 20 hex digits of SHA-256 over the parts' JSON.

    >>> content_id("clm-", "abc", [(0, 3)], "event", "claims.ud.v1")
    'clm-a312ae87901a2434fdf9'
    """
    return prefix + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:20]


class Cover:
    """Spans that are asked again and again what they overlap, in time that hardly grows with their number."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reached = list(accumulate((end for _, end in ordered), max))

    def touches(self, span: Span) -> bool:
        """Whether any of the spans overlaps another one."""
        before = bisect_left(self._starts, span[1])
        return before > 0 and self._reached[before - 1] > span[0]


def overlap(one: Span, other: Span) -> int:
    """How many code points two spans share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def covering(spans: Iterable[Span]) -> Span:
    """The smallest span that holds all given; raises ValueError on none."""
    ordered = list(spans)
    return min(start for start, _ in ordered), max(end for _, end in ordered)


def words_at(text: str, spans: Iterable[Span]) -> str:
    """The characters of the spans, parted by dots where something is left out."""
    return " … ".join([text[start:end] for start, end in spans])


def connected(members: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The members in groups that the pairs connect: each in order, ordered by their first member."""
    ordered = sorted(members)
    parent = {member: member for member in ordered}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    groups: dict[str, list[str]] = {}
    for member in ordered:
        groups.setdefault(root(member), []).append(member)
    return [groups[key] for key in sorted(groups)]


def actor_code(country: str | None, sectors: Iterable[str]) -> str:
    """Country, space, sectors joined by "/", whichever there are ("TUR MIL", "UNO", "REB").

    >>> actor_code("SYR", ["CVL", "REF"]), actor_code(None, ["REB"])
    ('SYR CVL/REF', 'REB')
    """
    return " ".join(part for part in (country, "/".join(sectors)) if part)
