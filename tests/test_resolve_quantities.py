"""What figures count, of which group, in what scope: on hand-made trees."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from onrecord.lexicon import Lexicon
from onrecord.parse.conllu import ConlluParser
from onrecord.records import Actor, Document, EntityLabel, Mention, MentionKind, Parse, QuantityOf
from onrecord.resolve.quantities import resolve_quantities
from onrecord.resolve.times import resolve_times
from tests.conllu_texts import texts

HERE = Path(__file__).parent
TREES = HERE / "ud/figures.conllu"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases/quantities.yaml").read_text(encoding="utf-8"))


@cache
def lexicon() -> Lexicon:
    return Lexicon()


def parsed(name: str, published: str | None = "2020-02-29") -> Parse:
    document = Document(id=name, text=texts(TREES)[name], sha256="", published=published)
    return next(iter(ConlluParser(TREES).parse([document])))


def figures(parse: Parse, actors: tuple[Mention, ...] = ()) -> list[Mention]:
    text = parse.document.text
    timexes = lexicon().times.find_timexes(text)
    numbers = lexicon().units.find_numbers(text, skip=[timex.span for timex in timexes if not timex.outer])
    mentions = [
        Mention(id=f"t{n}", kind=MentionKind.TIME, label=one.label, span=one.span, head=one.span, text=text[slice(*one.span)], named=False)
        for n, one in enumerate(timexes)
    ]
    mentions += [
        Mention(id=f"q{n}", kind=MentionKind.QUANTITY, label=EntityLabel.NUMBER, span=one.span, head=one.number_span or one.span,
                text=text[slice(*one.span)], named=False)
        for n, one in enumerate(numbers)
    ]  # fmt: skip
    resolved = resolve_quantities(parse, resolve_times(parse, [*actors, *mentions], lexicon()), lexicon())
    return [mention for mention in resolved if mention.kind is MentionKind.QUANTITY]


def actor(parse: Parse, text: str) -> Mention:
    start = parse.document.text.index(text)
    end = start + len(text)
    head = (parse.document.text.rindex(" ", start, end) + 1, end)
    return Mention(id=f"a{start}", kind=MentionKind.ACTOR, label=EntityLabel.FORCE, span=(start, end), head=head, text=text, named=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["doc"])
def test_resolve_quantities_reads_the_tree(case: dict[str, Any]) -> None:
    parse = parsed(case["doc"])
    found = []
    for mention in figures(parse, tuple(actor(parse, text) for text in case.get("actors", ()))):
        quantity = mention.quantity
        assert quantity is not None
        group = quantity.group.text if quantity.group is not None and quantity.group.text else ""
        part = parse.text_of(quantity.part_of) if quantity.part_of else ""
        adds = "+" if quantity.additive else ""
        found.append(f"{mention.text}|{quantity.of}|{quantity.unit}|{quantity.scope}|{group}|{part}|{adds}")
    assert case["figures"] == found, case["why"]


def test_resolve_quantities_gives_the_group_the_actor_of_its_mention() -> None:
    parse = parsed("hosted")
    syrian = Actor(id=None, name="Syrians", country="SYR", sectors=("CVL",), code="SYR CVL", basis="composed", confidence=0.9)
    span = (parse.document.text.index("Syrians"), parse.document.text.index("Syrians") + 7)
    actor = Mention(id="m1", kind=MentionKind.ACTOR, label=EntityLabel.NORP, span=span, head=span, text="Syrians", named=True, actor=syrian)
    group = figures(parse, (actor,))[0].quantity.group  # type: ignore[union-attr]
    assert group is not None
    assert (group.mention, group.actor and group.actor.code, group.role.value) == ("m1", "SYR REF", "beneficiary")


def test_resolve_quantities_follows_a_pronoun_to_its_actor() -> None:
    parse = parsed("of-them")
    rebels = Actor(id=None, name="rebels", country="SYR", sectors=("REB",), code="SYR REB", basis="text", confidence=0.9)
    we = Mention(id="m1", kind=MentionKind.ACTOR, label=EntityLabel.OTHER, span=(0, 2), head=(0, 2), text="We", named=False, refers_to="m0")
    named = msgspec.structs.replace(we, id="m0", span=(33, 35), head=(33, 35), refers_to=None, actor=rebels)
    losses = figures(parse, (we, named))[0].quantity
    assert losses is not None
    assert losses.group is not None
    assert rebels == losses.group.actor


def test_resolve_quantities_since_gives_the_period() -> None:
    quantity = figures(parsed("since"))[0].quantity
    assert quantity is not None
    assert quantity.period is not None
    assert (quantity.period.value, quantity.period.start, quantity.period.end) == ("2018-09/..", "2018-09-01T00:00", "2020-03-01T00:00")


def test_resolve_quantities_without_publication_date_keeps_the_period_symbolic() -> None:
    quantity = figures(parsed("since", None))[0].quantity
    assert quantity is not None
    assert quantity.period is not None
    assert quantity.period.end is None


def test_resolve_quantities_leaves_other_mentions_alone() -> None:
    parse = parsed("other-count")
    place = Mention(id="m1", kind=MentionKind.PLACE, label=EntityLabel.GPE, span=(0, 10), head=(4, 10), text="The convoy", named=False)
    assert (place,) == resolve_quantities(parse, [place], lexicon())


def test_resolve_quantities_on_an_extent_that_the_grammar_did_not_draw() -> None:
    parse = parsed("other-count")
    start = parse.document.text.index("25")
    mention = Mention(
        id="m1", kind=MentionKind.QUANTITY, label=EntityLabel.NUMBER, span=(start, start + 9), head=(start, start + 2), text="25 trucks",
        named=False,
    )  # fmt: skip
    quantity = resolve_quantities(parse, [mention], lexicon())[0].quantity
    assert quantity is not None
    assert (QuantityOf.WEAPONS, 25.0, (start, start + 2)) == (quantity.of, quantity.best, quantity.number_span)
