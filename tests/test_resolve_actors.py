"""Who the actors are: on hand-corrected trees, by words, report and date."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.lexicon import Lexicon
from onrecord.parse.conllu import ConlluParser
from onrecord.records import (
    Actor,
    Block,
    BlockKind,
    Document,
    EntityLabel,
    Mention,
    MentionKind,
    Parse,
    Place,
    PlaceBasis,
    PlaceKind,
    actor_code,
)
from onrecord.resolve.actors import resolve_actors
from onrecord.resolve.actors.context import Setting
from onrecord.resolve.actors.ties import with_ties

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases/actors.yaml").read_text(encoding="utf-8"))
TREES = ConlluParser(HERE / "ud/actors.conllu")


@cache
def lexicon() -> Lexicon:
    return Lexicon()


def parsed(case: dict[str, Any]) -> Parse:
    block = Block(span=(0, len(case["text"])), kind=BlockKind.BODY, paragraph=0)
    document = Document(id=case["case"], text=case["text"], sha256="", published=case.get("published"), blocks=(block,))
    return next(iter(TREES.parse([document])))


def mentions_of(parse: Parse, case: dict[str, Any]) -> tuple[Mention, ...]:
    mentions = []
    at = 0
    for number, (text, *more) in enumerate(case["expect"], start=1):
        start = case["text"].index(text, at)
        at = start + 1
        tokens = parse.tokens_in((start, start + len(text)))
        inside = {token.index for token in tokens}
        head = next(token for token in tokens if token.head not in inside)
        refers = next((f"m{extra['of']}" for extra in more if isinstance(extra, dict)), None)
        mentions.append(
            Mention(
                id=f"m{number}",
                kind=MentionKind.ACTOR,
                label=EntityLabel.OTHER,
                span=(start, start + len(text)),
                head=head.span,
                text=text,
                named=head.upos == "PROPN",
                refers_to=refers,
            )
        )
    return tuple(mentions)


def resolved(name: str) -> list[Actor | None]:
    case = next(case for case in CASES if case["case"] == name)
    parse = parsed(case)
    return [mention.actor for mention in resolve_actors(parse, mentions_of(parse, case), lexicon())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_resolve_actors_gives_country_and_sectors(case: dict[str, Any]) -> None:
    parse = parsed(case)
    found = resolve_actors(parse, mentions_of(parse, case), lexicon())
    expected = [code for _, code, *_ in case["expect"]]
    assert expected == ["" if m.actor is None or m.actor.sectors == ("UNK",) else m.actor.code for m in found], case["why"]
    for mention, (_, _, *more) in zip(found, case["expect"], strict=True):
        if more and isinstance(more[0], str):
            assert mention.actor is not None
            assert more[0] == mention.actor.id


def test_resolve_actors_keeps_the_other_reading_as_candidate() -> None:
    regime, forces, _ = resolved("regime")
    assert regime is not None
    assert forces is not None
    assert [candidate.code for candidate in regime.candidates] == ["SYR MIL"]
    assert forces.candidates == ()


def test_resolve_actors_lists_whom_an_acronym_may_mean() -> None:
    (actor,) = resolved("ambiguous-acronym")
    assert actor is not None
    assert {"TUR JRN", "MMR REB"} == {candidate.code for candidate in actor.candidates}


def test_resolve_actors_flags_lookalikes_only_as_candidates() -> None:
    (actor,) = resolved("homoglyphs")
    assert actor is not None
    assert (actor.code, [candidate.id for candidate in actor.candidates]) == ("UNK", ["act-hamas"])


def ombuara(country: str, *, published_by: str | None = None) -> str:
    """The code of the villagers who fled Ombuara, which the map has in a country."""
    case = next(case for case in CASES if case["case"] == "no-country")
    parse = parsed(case)
    parse = msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, outlet=published_by))
    (villagers,) = mentions_of(parse, case)
    start = case["text"].index("Ombuara")
    place = Place(
        span=(start, start + 7),
        text="Ombuara",
        name="Ombuara",
        id=None,
        kind=PlaceKind.POPULATED,
        lat=None,
        lon=None,
        country=country,
        admin1=None,
        relation=None,
        radius_km=None,
        acled_precision=None,
        ucdp_precision=None,
        basis=PlaceBasis.ARGUMENT,
        confidence=0.8,
    )
    span = (start, start + 7)
    town = msgspec.structs.replace(villagers, id="m2", kind=MentionKind.PLACE, span=span, head=span, text="Ombuara", place=place)
    found, _ = resolve_actors(parse, (villagers, town), lexicon())
    assert found.actor is not None
    return found.actor.code


def test_resolve_actors_takes_the_country_of_places_where_words_name_none() -> None:
    assert ombuara("URY") == "URY CVL"


def test_resolve_actors_takes_the_country_of_whoever_publishes_where_words_name_none() -> None:
    case = next(case for case in CASES if case["case"] == "no-country")
    parse = parsed(case)
    parse = msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, outlet="Ministry of Health, Uruguay"))
    (villagers,) = resolve_actors(parse, mentions_of(parse, case), lexicon())
    assert villagers.actor is not None
    assert villagers.actor.code == "URY CVL"


def test_resolve_actors_takes_no_country_from_the_language_of_a_translation() -> None:
    assert ombuara("URY", published_by="El Cuaderno (translated from the Spanish)") == "URY CVL"


def test_resolve_actors_leaves_other_kinds_alone() -> None:
    case = CASES[0]
    parse = parsed(case)
    place = msgspec.structs.replace(mentions_of(parse, case)[0], kind=MentionKind.PLACE)
    assert (place,) == resolve_actors(parse, (place,), lexicon())


@settings(max_examples=60)
@given(st.data())
def test_resolve_actors_never_fails_and_codes_agree(data: st.DataObject) -> None:
    """Any spans, any references between them: no exception, and a code is its country and sectors."""
    case = data.draw(st.sampled_from(CASES))
    parse = parsed(case)
    size = len(parse.tokens)
    mentions = []
    for number in range(data.draw(st.integers(0, 5))):
        first = data.draw(st.integers(0, size - 1))
        end = data.draw(st.integers(first + 1, size))
        span = (parse.tokens[first].span[0], parse.tokens[end - 1].span[1])
        head = parse.tokens[data.draw(st.integers(first, end - 1))]
        refers = data.draw(st.none() | st.integers(0, 6).map(lambda n: f"m{n}"))
        mentions.append(
            Mention(
                id=f"m{number}",
                kind=MentionKind.ACTOR,
                label=data.draw(st.sampled_from(EntityLabel)),
                span=span,
                head=head.span,
                text=parse.text_of(span),
                named=data.draw(st.booleans()),
                refers_to=refers,
            )
        )
    for mention in resolve_actors(parse, tuple(mentions), lexicon()):
        if mention.actor is not None:
            for actor in (mention.actor, *mention.actor.candidates):
                assert actor.code == actor_code(actor.country, actor.sectors)
                assert 0 < actor.confidence <= 1


@pytest.mark.parametrize(
    ("actor_id", "date", "country", "expected"),
    [
        ("act-tiger-forces", "2018-03-01", "SYR", ["act-syr-mil", "act-saa"]),
        ("act-tiger-forces", "2025-03-01", "SYR", ["act-syr-mil"]),
        ("act-hezbollah", "2018-03-01", "SYR", ["act-syr-mil"]),
        ("act-hezbollah", "2018-03-01", "LBN", []),
        ("act-hezbollah", "2025-03-01", "SYR", []),
        ("act-recep-tayyip-erdogan", "2020-02-29", "TUR", []),
    ],
    ids=["a unit's armies", "ended", "beside the state", "in another country", "side ended", "no person"],
)
def test_with_ties_adds_whom_a_group_answers_to_and_fights_beside(actor_id: str, date: str, country: str, expected: list[str]) -> None:
    setting = Setting(date=date, where=[], paragraphs=[], weights={country: 1.0})
    actor = Actor(id=actor_id, name="", country=None, sectors=(), code="", basis="lexicon", confidence=0.9)
    tied = with_ties(actor, setting, lexicon())
    assert tied is not None
    assert [one.id for one in tied.candidates] == expected
    assert {one.basis for one in tied.candidates} <= {"parent", "side"}


def we_of(outlet: str | None) -> str | None:
    """The code of the "we" of a report that somebody publishes."""
    case = next(case for case in CASES if case["case"] == "writer")
    parse = parsed(case)
    parse = msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, outlet=outlet))
    actor = resolve_actors(parse, mentions_of(parse, case), lexicon())[0].actor
    return actor.code if actor is not None else None


def test_resolve_actors_takes_we_for_the_party_that_publishes() -> None:
    assert we_of("Sudan Liberation Army, media office") == "SDN REB"
    assert we_of("Ministry of Defence of the Russian Federation (translation)") == "RUS GOV"


@pytest.mark.parametrize("outlet", [None, "Example Wire", "Radio Sudan"])
def test_resolve_actors_leaves_the_we_of_the_press_open(outlet: str | None) -> None:
    assert we_of(outlet) is None


def test_resolve_actors_gives_the_commander_of_a_people_no_army() -> None:
    case = next(case for case in CASES if case["case"] == "commander-of-a-people")
    parse = parsed(case)
    hutus, general = mentions_of(parse, case)
    start = case["text"].index("Their")
    span, whole = (start, start + 5), (start, start + len("Their commander"))
    their = msgspec.structs.replace(hutus, id="m3", span=span, head=span, text="Their", refers_to="m1", named=False)
    commander = msgspec.structs.replace(hutus, id="m4", span=whole, head=(start + 6, whole[1]), text="Their commander", named=False)
    found = {mention.id: mention.actor for mention in resolve_actors(parse, (hutus, general, their, commander), lexicon())}
    assert [actor.code for id in ("m2", "m4") if (actor := found[id]) is not None] == ["RWA MIL", "RWA REB"]
