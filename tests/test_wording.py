import pytest

from onrecord.claims.wording import find_wording
from onrecord.lexicon import Lexicon
from tests.trees import parse_of


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ("Soldiers/NOUN/3/nsubj were/AUX/3/aux martyred/VERB/0/root", [("martyred", "killed", "honorific")]),
        ("Regime/NOUN/2/compound forces/NOUN/3/nsubj fled/VERB/0/root", [("Regime", "government", "loaded")]),
        ("The/DET/3/det ceasefire/NOUN/3/compound regime/NOUN/4/nsubj holds/VERB/0/root", []),
        ("Innocent/ADJ/2/amod people/NOUN/3/nsubj died/VERB/0/root", [("Innocent", None, "loaded")]),
        ("The/DET/3/det Zionist/ADJ/3/amod entity/NOUN/4/nsubj fired/VERB/0/root", [("Zionist entity", "Israel", "epithet")]),
        ("They/PRON/2/nsubj moderate/VERB/0/root talks/NOUN/2/obj", []),
        ("Troops/NOUN/2/nsubj neutralised/VERB/0/root nine/NUM/2/obj", [("neutralised", "killed, wounded or captured", "euphemism")]),
    ],
)
def test_find_wording(tree, expected, lexicon):
    assert expected == [(one.text, one.plain, one.reason) for one in find_wording(parse_of(tree), lexicon)]
