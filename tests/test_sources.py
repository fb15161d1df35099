"""Voices: copies by containment, credits, outlets; whatever the order of the reports."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.linking import read_gold
from evaluation.reports import report
from onrecord.lexicon import Lexicon
from onrecord.records import Document
from onrecord.sources import containment, credit_of, find_copies, group_sources, is_copy, own_text, sample, shingles, words_of

RNG = random.Random(3)
WORDS = [f"w{number}" for number in range(4000)]


def prose(words: int) -> str:
    return " ".join(RNG.choice(WORDS) for _ in range(words))


def document(name: str, text: str, **about: Any) -> Document:
    return report(name, text=text, **about).document


# ── Copies ────────────────────────────────────────────────────────────────────────────────────────────────────────────

STORY = prose(300)
EDITS = {
    "cut to a half": STORY[: len(STORY) // 2],
    "cut to a quarter": STORY[: len(STORY) // 4],
    "retitled": "Another headline altogether\nBy our own correspondent\n" + STORY,
    "set into a longer story": prose(300) + " " + STORY + " " + prose(300),
    "one word in twenty changed": " ".join("changed" if at % 20 == 7 else word for at, word in enumerate(STORY.split())),
}


@pytest.mark.parametrize("edit", sorted(EDITS))
def test_copies_are_found_whatever_was_done_to_them(edit: str) -> None:
    sets = {"a": shingles(words_of(STORY)), "b": shingles(words_of(EDITS[edit])), "c": shingles(words_of(prose(300)))}
    assert find_copies(sets) == [("a", "b")]


def test_reports_that_only_quote_the_same_sentence_are_no_copies() -> None:
    quote = prose(25)
    assert not is_copy(shingles(words_of(prose(200) + quote)), shingles(words_of(prose(200) + quote)))


def test_is_copy_of_very_short_texts_needs_all_of_them() -> None:
    flash = "Explosion heard in the centre of Homs"
    assert is_copy(shingles(words_of(flash)), shingles(words_of(flash.upper())))
    assert not is_copy(shingles(words_of(flash)), shingles(words_of(flash + " on Monday")))
    assert not is_copy(frozenset(), frozenset())


@given(st.text(max_size=300), st.text(max_size=300))
def test_containment_is_a_symmetric_share(one: str, other: str) -> None:
    first, second = shingles(words_of(one)), shingles(words_of(other))
    assert 0.0 <= containment(first, second) == containment(second, first) <= 1.0
    assert set(sample(first)) <= first


# ── Credits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("GOMA, DR Congo (Harbour Wire) - Two people died.", "Harbour Wire"),
        ("Two people died in Goma on Friday. (Harbour Wire)", "Harbour Wire"),
        ("Two people died in Goma on Friday.\nSource: Harbour Wire", "Harbour Wire"),
        ("Two people died (three by other counts) - nobody knows.", None),
        ("Two people died in Goma on Friday.", None),
        ("The M23 (March 23 Movement) denied it.", None),
    ],
)
def test_credit_of(text: str, credit: str | None) -> None:
    assert credit_of(document("a", text)) == credit


def test_credit_of_prefers_what_the_reader_of_the_document_found() -> None:
    assert credit_of(document("a", "Two died. (Harbour Wire)", credit="Gulf Wire")) == "Gulf Wire"


# ── Voices ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_group_sources_gives_copies_to_the_agency_and_own_reports_to_the_outlet() -> None:
    lexicon = Lexicon()
    documents = [
        document("wire", "BEIRUT (Reuters) - " + STORY, outlet="Reuters", published="2021-05-03"),
        document("copy", STORY, outlet="Coastal Times", published="2021-05-03"),
        document("own", prose(120), outlet="Coastal Times", published="2021-05-04"),
        document("nobody", prose(120)),
    ]
    voices = group_sources(documents, lexicon)
    wire, copy, own, nobody = (voices[one.id] for one in documents)
    assert wire == copy
    assert wire.name == "Reuters"
    assert wire.affiliation == "wire"
    assert wire.members == tuple(sorted((documents[0].id, documents[1].id)))
    assert own.name == "Coastal Times"
    assert nobody.members == (documents[3].id,)


def test_group_sources_of_a_copy_without_a_credit_is_of_who_printed_first() -> None:
    documents = [
        document("late", STORY + " more", outlet="Late Post", published="2021-05-05"),
        document("first", STORY, outlet="First Post", published="2021-05-04"),
    ]
    assert {voice.name for voice in group_sources(documents, None).values()} == {"First Post"}


def test_group_sources_knows_whose_outlet_speaks() -> None:
    one = document("a", prose(50), outlet="Anadolu Agency")
    assert group_sources([one], Lexicon())[one.id].affiliation == "state TUR"


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_group_sources_does_not_depend_on_order(seed: int) -> None:
    documents = [coding.document for coding in read_gold("dev").codings]
    shuffled = random.Random(seed).sample(documents, len(documents))
    assert group_sources(documents, None) == group_sources(shuffled, None)


def test_own_text_leaves_out_what_copies_change_first() -> None:
    one = document("a", "Some text.")
    assert own_text(one) == "Some text."
