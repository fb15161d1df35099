"""Places: names ranked together, relations read, precision, descriptions."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.gazetteer import Gazetteer, base_pack
from onrecord.gazetteer.geometry import distance_km
from onrecord.lexicon import Lexicon
from onrecord.records import (
    Block,
    BlockKind,
    Coding,
    Document,
    EntityLabel,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Place,
    PlaceBasis,
    PlaceKind,
    PlaceRelation,
    Token,
)
from onrecord.resolve.places import find_toponyms, resolve_places
from onrecord.resolve.places.beats import learn_beats
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.precision import precision
from onrecord.resolve.places.ranking import Ranker, learn_profile, make_profile
from onrecord.resolve.places.weights import load_weights

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "places.yaml").read_text(encoding="utf-8"))
_MARK = re.compile(r"\[(~?)(.+?)\]|\{(.+?)\}")


@lru_cache(maxsize=1)
def knowledge() -> tuple[Lexicon, Gazetteer]:
    return Lexicon(), Gazetteer(base_pack())


def parse_of(text: str, kind: BlockKind = BlockKind.BODY, *, outlet: str | None = None) -> Parse:
    """A parse with tokens and sentences, but no tree: places need none."""
    block = Block(span=(0, len(text)), kind=kind, paragraph=0)
    document = Document(id="doc-test", text=text, sha256="", blocks=(block,), outlet=outlet)
    tokens, sentences, first = [], [], 0
    for piece in re.finditer(r"[^.]+\.?\s*", text):
        for word in re.finditer(r"[\w'’-]+|[^\w\s]", piece.group()):
            span = (piece.start() + word.start(), piece.start() + word.end())
            upos = "PROPN" if word.group()[:1].isupper() else "X"
            tokens.append(Token(index=len(tokens), span=span, text=word.group(), lemma=word.group().lower(), upos=upos, head=-1,
                                deprel="root", sentence=len(sentences)))  # fmt: skip
        sentences.append(ParsedSentence(span=(piece.start(), piece.end()), kind=kind, paragraph=0, first=first, end=len(tokens)))
        first = len(tokens)
    return Parse(document=document, sentences=tuple(sentences), tokens=tuple(tokens))


def mention(identity: str, start: int, text: str, *, named: bool = True, **fields: Any) -> Mention:
    span = (start, start + len(text))
    head = (span[1] - len((text.split() or [text])[-1]), span[1])
    label = EntityLabel.GPE if named else EntityLabel.LOC
    return Mention(id=identity, kind=MentionKind.PLACE, label=label, span=span, head=head, text=text, named=named, **fields)


def marked(text: str) -> tuple[str, list[Mention], int]:
    """The text without marks, its mentions, and which of them is asked about."""
    plain, mentions, asked, at = "", [], 0, 0
    for found in _MARK.finditer(text):
        plain += text[at : found.start()]
        name = found[2] or found[3]
        if found[2]:
            asked = len(mentions)
        mentions.append(mention(f"m{len(mentions)}", len(plain), name, named=not found[1]))
        plain += name
        at = found.end()
    return plain + text[at:], mentions, asked


def resolved(text: str) -> Place | None:
    plain, mentions, asked = marked(text)
    return resolve_places(parse_of(plain), mentions, *knowledge())[asked].place


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_resolve_places_reads_a_mention(case: dict[str, Any]) -> None:
    place = resolved(case["text"])
    expected = case["expect"]
    if expected is None:
        assert place is None
        return
    assert place is not None
    for field, value in expected.items():
        if field == "moved_km":
            whole = knowledge()[1].place(str(place.id))
            assert whole is not None
            assert value == round(distance_km(whole.lat, whole.lon, float(place.lat or 0), float(place.lon or 0)))
        elif field == "text_in_name":
            assert value in place.name
        else:
            assert value == getattr(place, field), (field, place)


def test_resolve_places_gives_reasons_and_candidates() -> None:
    place = resolved("A man was arrested in [Alexandria].")
    assert place is not None
    assert place.why
    assert place.candidates
    assert all(other.confidence <= place.confidence for other in place.candidates)


def test_resolve_places_follows_coreference() -> None:
    text = "Rebels hold Saraqib in Syria. They fled the area."
    first, country = mention("m0", 12, "Saraqib"), mention("m1", 23, "Syria")
    area = mention("m2", 40, "the area", named=False, refers_to="m0")
    found = resolve_places(parse_of(text), [first, country, area], *knowledge())[2].place
    assert found is not None
    assert found.name == "Saraqib"
    assert found.span == (40, 48)


def test_resolve_places_survives_circular_coreference() -> None:
    one = mention("m0", 0, "the area", named=False, refers_to="m1")
    other = mention("m1", 13, "the place", named=False, refers_to="m0")
    found = resolve_places(parse_of("the area and the place"), [one, other], *knowledge())
    assert [item.place for item in found] == [None, None]


def test_dateline_has_no_precision() -> None:
    found = resolve_places(parse_of("ISTANBUL", BlockKind.DATELINE), [mention("m0", 0, "ISTANBUL")], *knowledge())[0].place
    assert found is not None
    assert found.country == "TUR"
    assert (found.acled_precision, found.ucdp_precision, found.basis) == (None, None, PlaceBasis.DOCUMENT)


def test_other_mentions_stay_as_they_are() -> None:
    actor = Mention(id="m0", kind=MentionKind.ACTOR, label=EntityLabel.GPE, span=(0, 6), head=(0, 6), text="Moscow", named=True)
    assert resolve_places(parse_of("Moscow said no."), [actor], *knowledge()) == (actor,)


def test_find_toponyms_looks_into_other_mentions() -> None:
    text = "Montreal police and the University of Aleppo said so in Syria."
    spans = {"Montreal police": EntityLabel.FORCE, "the University of Aleppo": EntityLabel.ORG}
    mentions = [
        Mention(id=f"m{at}", kind=MentionKind.ACTOR, label=label, span=(text.index(name), text.index(name) + len(name)),
                head=(text.index(name), text.index(name) + 1), text=name, named=True)
        for at, (name, label) in enumerate(spans.items())
    ]  # fmt: skip
    found = [toponym.form for toponym in find_toponyms(parse_of(text), mentions, *knowledge())]
    assert "Montreal" in found
    assert "Aleppo" in found


def test_profile_of_an_outlet_moves_an_ambiguous_name() -> None:
    ranker = Ranker(NameCache(knowledge()[1]), load_weights("outlet"))
    names = [((0, 6), "Dublin")]
    plain = ranker.rank("Dublin", names)["Dublin"]
    learned = learn_profile(ranker.rank("Columbus, Ohio", [((0, 8), "Columbus"), ((10, 14), "Ohio")]).values(), confident=0.3)
    counts = {part: dict.fromkeys(codes, 30) for part, codes in learned.items()}
    moved = ranker.rank("Dublin", names, make_profile(counts))["Dublin"]
    assert plain.best is not None
    assert moved.best is not None
    assert (plain.best.place.country, moved.best.place.admin1_code) == ("IRL", "US.OH")


def test_an_outlets_beat_is_learned_from_its_reports_and_used_for_the_next(tmp_path: Path) -> None:
    lexicon, gazetteer = knowledge()
    learned = learn_beats([ohio_report(at) for at in range(40)], gazetteer)
    assert [(entry.outlet, entry.reports, entry.divisions) for entry in learned] == [("Buckeye Ledger", 40, {"US.OH": 80})]
    (tmp_path / "beats").mkdir()
    (tmp_path / "beats" / "learned.yaml").write_text(yaml.safe_dump([msgspec.to_builtins(entry) for entry in learned]), "utf-8")
    parse = parse_of("Shots were fired in Dublin.", outlet="buckeye ledger")
    found = [mention("m1", 20, "Dublin")]
    (plain,) = resolve_places(parse, found, lexicon, gazetteer)
    (moved,) = resolve_places(parse, found, Lexicon(tmp_path), gazetteer)
    assert plain.place is not None
    assert moved.place is not None
    assert (plain.place.country, moved.place.admin1) == ("IRL", "Ohio")


def ohio_report(number: int) -> Coding:
    parse = parse_of("Police in Columbus, Ohio said so.", outlet="Buckeye Ledger")
    found = [mention("m1", 10, "Columbus"), mention("m2", 20, "Ohio")]
    document = msgspec.structs.replace(parse.document, id=f"doc-{number}")
    resolved = resolve_places(parse, found, *knowledge())
    nothing: dict[str, tuple[()]] = dict.fromkeys(
        ("sentences", "attributions", "events", "claims", "relations", "agreements", "victims", "wording"), ()
    )
    return Coding(document=document, mentions=resolved, **nothing)


def test_an_outlet_with_few_reports_has_no_beat() -> None:
    assert learn_beats([ohio_report(1), ohio_report(2)], knowledge()[1]) == []


@pytest.mark.parametrize(
    ("kind", "relation", "expected"),
    [
        (PlaceKind.POPULATED, PlaceRelation.IN, (1, 1)),
        (PlaceKind.FACILITY, None, (1, 1)),
        (PlaceKind.POPULATED, PlaceRelation.DISTANCE, (2, 2)),
        (PlaceKind.ADMIN2, PlaceRelation.IN, (2, 3)),
        (PlaceKind.ADMIN1, PlaceRelation.IN, (3, 4)),
        (PlaceKind.LINE, PlaceRelation.ALONG, (3, 5)),
        (PlaceKind.COUNTRY, PlaceRelation.IN, (3, 6)),
    ],
)
def test_precision_by_kind_and_relation(kind: PlaceKind, relation: PlaceRelation | None, expected: tuple[int, int]) -> None:
    from onrecord.gazetteer import Feature

    assert expected == precision(kind, relation, feature=Feature.OTHER, within_division=False, part=False)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["Idlib", "Paris", "Gao", "Georgia", "San José", "Qxz", "北京", "", " "]), min_size=1, max_size=6))
def test_rank_gives_probabilities(forms: list[str]) -> None:
    text = ", ".join(forms)
    spans, at = [], 0
    for form in forms:
        spans.append(((at, at + len(form)), form))
        at += len(form) + 2
    for answer in Ranker(NameCache(knowledge()[1]), load_weights()).rank(text, spans).values():
        assert sum(answer.probabilities) == pytest.approx(1) or not answer.probabilities
        assert list(answer.order) == sorted(answer.order, key=lambda i: -answer.probabilities[i])


_PIECES = [
    "the ",
    "10 km ",
    "north of ",
    "Idlib",
    "Turkey’s ",
    "border",
    ", ",
    "rural ",
    "city of ",
    "’s",
    "-",
    "(",
    ".",
    "between ",
    "and ",
]
_PIECES += ["São Tomé", "إدلب", " "]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12).map("".join), st.data())
def test_resolve_places_takes_any_mention(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    item = mention("m0", start, text[start:end], named=data.draw(st.booleans()))
    place = resolve_places(parse_of(text), [item], *knowledge())[0].place
    if place is not None:
        assert (start, end) == place.span
        assert 0 <= place.confidence <= 1
        assert place.lat is None or -90 <= place.lat <= 90
        assert place.lon is None or -180 <= place.lon <= 180


def test_resolve_places_takes_a_very_long_mention() -> None:
    text = "the city of " * 2000 + "Idlib"
    assert resolve_places(parse_of(text), [mention("m0", 0, text)], *knowledge())[0].span == (0, len(text))
