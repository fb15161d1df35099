"""Two sources that give two figures for one thing make two claims."""

import msgspec
import pytest

from onrecord.claims.attribution import find_attributions
from onrecord.claims.chains import build_chains
from onrecord.claims.counterclaims import counter_claims, figures_apart
from onrecord.lexicon import Lexicon
from onrecord.records import (
    Certainty,
    Claim,
    ClaimKind,
    EntityLabel,
    Exactness,
    Factuality,
    Mention,
    MentionKind,
    Polarity,
    Quantity,
    QuantityOf,
    Scope,
    Status,
    Unit,
)
from tests.trees import parse_of

TREE = (
    "The/DET/2/det army/NOUN/3/nsubj said/VERB/0/root/VerbForm=Fin 12/NUM/5/nummod people/NOUN/7/nsubj:pass were/AUX/7/aux:pass "
    "killed/VERB/3/ccomp/VerbForm=Part ,/PUNCT/11/punct while/SCONJ/11/mark rebels/NOUN/11/nsubj say/VERB/3/advcl/VerbForm=Fin "
    "{second} ./PUNCT/3/punct"
)
SECONDS = ["30/NUM/11/obj", "at/ADP/13/case least/ADJ/14/nmod 30/NUM/11/obj", "30/NUM/13/nummod people/NOUN/11/obj"]


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


def quantity(parse, text, of):
    start = parse.document.text.index(text)
    return Quantity(
        span=(start, start + len(text)),
        number_span=(start, start + len(text)),
        text=text,
        of=of,
        unit=Unit.PEOPLE,
        group=None,
        low=None,
        low_conservative=None,
        best=float(text),
        high=None,
        exactness=Exactness.EXACT,
        scope=Scope.INCIDENT,
    )


def claim(parse, chains, quantities):
    start = parse.document.text.index("killed")
    return Claim(
        id="c1",
        hash="clm-1",
        kind=ClaimKind.EVENT,
        sentence=0,
        evidence=((13, start + 6),),
        event_id="e1",
        event=None,
        actors=(),
        recipients=(),
        others=(),
        place=None,
        origin=None,
        destination=None,
        time=None,
        quantities=quantities,
        attribution=chains.chain((start, start + 6)),
        factuality=Factuality(polarity=Polarity.POSITIVE, certainty=Certainty.CERTAIN, status=Status.OCCURRED, score=3),
        confidence=0.7,
        origin_rule="x",
    )


@pytest.mark.parametrize("second", SECONDS)
def test_counter_claims(second, lexicon):
    parse = parse_of(TREE.format(second=second))
    attributions = find_attributions(parse, (), lexicon, use_tagger=False)
    chains = build_chains(parse, (), lexicon, attributions)
    twelve, thirty = quantity(parse, "12", QuantityOf.KILLED), quantity(parse, "30", QuantityOf.OTHER)
    mention = Mention(
        id="m1", kind=MentionKind.QUANTITY, label=EntityLabel.NUMBER, span=thirty.span, head=thirty.span, text="30", named=False,
        quantity=thirty,
    )  # fmt: skip
    first = claim(parse, chains, (twelve, thirty))
    ((at, kept, other),) = counter_claims([first], parse, (mention,), attributions, chains)
    assert (at, kept) == (0, msgspec.structs.replace(first, quantities=(twelve,)))
    assert [link.text for link in other.attribution] == ["rebels", "Example Wire"]
    assert [(one.best, one.of) for one in other.quantities] == [(30.0, QuantityOf.KILLED)]
    assert other.hash != first.hash
    assert other.event_id == "e1"


def test_a_second_clause_of_its_own_is_no_bare_figure(lexicon):
    parse = parse_of(TREE.format(second="30/NUM/13/nsubj died/VERB/11/ccomp/VerbForm=Fin"))
    assert list(figures_apart(parse, find_attributions(parse, (), lexicon, use_tagger=False))) == []
