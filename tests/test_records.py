"""Tests of the records: their algebra, and the JSON that they become."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.records import (
    BlockKind,
    Document,
    Parse,
    ParsedSentence,
    Relation,
    RelationType,
    Token,
    content_id,
    covering,
    overlap,
    text_sha256,
)

SPANS = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: (min(pair), max(pair)))


def tree(heads: list[int]) -> Parse:
    """A one-sentence parse of one-letter words with these heads."""
    words = [chr(ord("a") + number % 26) for number in range(len(heads))]
    tokens = tuple(
        Token(index=i, span=(2 * i, 2 * i + 1), text=word, lemma=word, upos="X", head=head, deprel="dep", sentence=0)
        for i, (word, head) in enumerate(zip(words, heads, strict=True))
    )
    text = " ".join(words)
    document = Document(id="doc-x", text=text, sha256=text_sha256(text))
    sentence = ParsedSentence(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0, first=0, end=len(heads))
    return Parse(document=document, sentences=(sentence,), tokens=tokens)


@st.composite
def trees(draw: st.DrawFn) -> Parse:
    """Random trees: every word hangs from an earlier one, then the words are shuffled."""
    count = draw(st.integers(1, 12))
    order = draw(st.permutations(range(count)))
    heads = [-1] * count
    for rank in range(1, count):
        heads[order[rank]] = order[draw(st.integers(0, rank - 1))]
    return tree(heads)


@given(trees())
def test_extent_is_the_range_of_the_subtree(parse: Parse) -> None:
    for token in parse.tokens:
        below = parse.subtree(token.index)
        assert parse.extent(token.index) == (min(below), max(below) + 1)


@given(trees())
def test_bottom_up_gives_dependents_before_heads(parse: Parse) -> None:
    place = {index: rank for rank, index in enumerate(parse.bottom_up)}
    assert sorted(place) == [token.index for token in parse.tokens]
    assert all(place[token.index] < place[token.head] for token in parse.tokens if token.head >= 0)


@given(trees(), st.integers(0, 30))
def test_token_at_finds_the_token_that_holds_the_character(parse: Parse, offset: int) -> None:
    expected = next((t.index for t in parse.tokens if t.span[0] <= offset < t.span[1]), None)
    assert parse.token_at(offset) == expected


@given(trees(), SPANS)
def test_tokens_in_are_those_wholly_inside(parse: Parse, span: tuple[int, int]) -> None:
    expected = tuple(t for t in parse.tokens if span[0] <= t.span[0] and t.span[1] <= span[1])
    assert parse.tokens_in(span) == expected


@given(SPANS, SPANS)
def test_overlap_is_symmetric_and_within_both(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert overlap(one, other) == overlap(other, one) <= min(one[1] - one[0], other[1] - other[0])


@given(st.lists(SPANS, min_size=1))
def test_covering_holds_every_span(spans: list[tuple[int, int]]) -> None:
    start, end = covering(spans)
    assert all(start <= s and e <= end for s, e in spans)
    assert start in {s for s, _ in spans}
    assert end in {e for _, e in spans}


def test_relation_is_written_with_from_and_to() -> None:
    relation = Relation(source="c1", target="c2", type=RelationType.SAME_EVENT)
    assert msgspec.json.decode(msgspec.json.encode(relation)) == {"from": "c1", "to": "c2", "type": "same_event", "evidence": []}


def test_content_id_depends_on_every_part() -> None:
    ids = {
        content_id("clm-", "a", (0, 1)),
        content_id("clm-", "a", (0, 2)),
        content_id("clm-", "b", (0, 1)),
        content_id("men-", "a", (0, 1)),
    }
    assert len(ids) == 4


def test_text_sha256_takes_lone_surrogates() -> None:
    assert text_sha256("\ud800") != text_sha256("\ufffd")


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        tree([-1]).document.text = "other"  # type: ignore[misc]
