from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onrecord.gazetteer import load_gazetteer
from onrecord.lexicon import Lexicon
from onrecord.mentions import find_mentions
from onrecord.mentions.quotes import find_quotes, quote_at
from onrecord.records import BlockKind, MentionKind, Parse, ParsedSentence, Signals, TokenSpan
from tests.trees import parse_of

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "mentions.yaml").read_text(encoding="utf-8"))
LEMMAS = {"said": "say", "hosts": "host", "blamed": "blame"}


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


def parsed(tree: str) -> Parse:
    return parse_of(tree, outlet=None, lemmas=LEMMAS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_find_mentions(case, lexicon, gazetteer):
    mentions = find_mentions(parsed(case["tree"]), lexicon, gazetteer)
    by_id = {mention.id: mention for mention in mentions}
    shown = [
        f"{mention.kind} {mention.label} {mention.text}" + (f" > {by_id[mention.refers_to].text}" if mention.refers_to else "")
        for mention in mentions
    ]
    expected = case["mentions"]
    if expected and expected[-1] == "…":
        assert set(expected[:-1]) <= set(shown), shown
    else:
        assert expected == shown


WORDS = ["Russia", "rebels", "the", "it", "They", "“", "”", "34", "Idlib", ",", "of", "said", "army", "’s", "their", "who", "Front", "MF"]
RELATIONS = [
    "nsubj",
    "obj",
    "nmod",
    "nmod:poss",
    "compound",
    "flat",
    "conj",
    "appos",
    "det",
    "case",
    "punct",
    "obl",
    "amod",
    "acl:relcl",
    "dep",
]


@st.composite
def trees(draw):
    """Any tree over odd words: what a parser gives for text that is no prose."""
    size = draw(st.integers(1, 12))
    upos = st.sampled_from(["NOUN", "PROPN", "PRON", "VERB", "ADJ", "DET", "ADP", "PUNCT", "NUM"])
    word = st.sampled_from(WORDS)
    rest = (
        f"{draw(word)}/{draw(upos)}/{draw(st.integers(1, number - 1))}/{draw(st.sampled_from(RELATIONS))}" for number in range(2, size + 1)
    )
    return " ".join([f"{draw(word)}/{draw(upos)}/0/root", *rest])


@given(tree=st.lists(trees(), min_size=1, max_size=3).map("\n".join))
def test_find_mentions_invariants(tree, lexicon, gazetteer):
    parse = parsed(tree)
    mentions = find_mentions(parse, lexicon, gazetteer)
    ids = [mention.id for mention in mentions]
    by_id = {mention.id: mention for mention in mentions}
    assert ids == [f"m{number}" for number in range(1, len(mentions) + 1)]
    for mention in mentions:
        assert mention.text == parse.text_of(mention.span)
        assert mention.span[0] <= mention.head[0] < mention.head[1] <= mention.span[1]
        assert mention.refers_to != mention.id
        assert mention.refers_to is None or mention.refers_to in by_id
        seen, current = set(), mention
        while current.refers_to is not None:
            assert current.id not in seen, "references run in a circle"
            seen.add(current.id)
            current = by_id[current.refers_to]
    assert [mention.span[0] for mention in mentions] == sorted(mention.span[0] for mention in mentions)
    assert mentions == find_mentions(parse, lexicon, gazetteer)


def test_find_mentions_dateline_is_a_place_and_byline_is_nothing(lexicon, gazetteer):
    parse = parsed("Homs/PROPN/0/root\nLina/PROPN/0/root Farah/PROPN/1/flat")
    dateline, byline = parse.sentences
    kinds = (BlockKind.DATELINE, BlockKind.BYLINE)
    sentences = tuple(
        ParsedSentence(span=s.span, kind=kind, paragraph=0, first=s.first, end=s.end)
        for s, kind in zip((dateline, byline), kinds, strict=True)
    )
    parse = Parse(document=parse.document, sentences=sentences, tokens=parse.tokens)
    (mention,) = find_mentions(parse, lexicon, gazetteer)
    assert (mention.kind, mention.text) == (MentionKind.PLACE, "Homs")


def test_find_mentions_time_is_linear(lexicon, gazetteer):
    sentence = (
        "Rebels/NOUN/2/nsubj/Plur met/VERB/0/root a/DET/4/det soldier/NOUN/2/obj/Sing and/CCONJ/7/cc they/PRON/7/nsubj fled/VERB/2/conj"
    )
    mentions = find_mentions(parsed("\n".join([sentence] * 1500)), lexicon, gazetteer)
    assert len(mentions) == 4500


def test_find_quotes_inherit_the_speaker_in_the_next_paragraph():
    parse = parsed("“/PUNCT/2/punct Go/VERB/5/ccomp ,/PUNCT/5/punct ”/PUNCT/2/punct said/VERB/0/root Lina/PROPN/5/nsubj ./PUNCT/5/punct")
    (quote,) = find_quotes(parse)
    assert quote.speaker == 5
    assert quote_at([quote], 1) is quote
    assert quote_at([quote], 20) is None


def test_find_mentions_signals_decide_about_names_that_no_list_knows(lexicon, gazetteer):
    parse = parsed("Kesh/PROPN/2/nsubj burned/VERB/0/root ./PUNCT/2/punct")
    signals = Signals(entities=(TokenSpan(label="LOC", first=0, end=1, score=0.9),))
    (bare,) = find_mentions(parse, lexicon, gazetteer)
    (seen,) = find_mentions(msgspec.structs.replace(parse, signals=signals), lexicon, gazetteer)
    assert (bare.kind, seen.kind) == (MentionKind.ACTOR, MentionKind.PLACE)


def test_find_mentions_signals_propose_what_the_rules_pass_over(lexicon, gazetteer):
    parse = parsed("The/DET/2/det drovers/NOUN/3/nsubj/Plur rested/VERB/0/root ./PUNCT/3/punct")
    signals = Signals(entities=(TokenSpan(label="NORP", first=0, end=2, score=0.9), TokenSpan(label="ORG", first=2, end=3, score=0.2)))
    assert find_mentions(parse, lexicon, gazetteer) == ()
    (seen,) = find_mentions(msgspec.structs.replace(parse, signals=signals), lexicon, gazetteer)
    assert (seen.text, seen.kind) == ("The drovers", MentionKind.ACTOR)
