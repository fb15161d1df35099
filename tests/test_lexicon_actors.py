"""The actors, agents and countries sections: forms, terms, checks, and look-ups that stay quick."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import DataError
from onrecord.lexicon import Lexicon, actors, agents, countries, read_section
from onrecord.lexicon.phrases import PhraseTable, key, same_case, skeleton, word_keys
from onrecord.lexicon.sectors import SECTORS, SUPRANATIONAL

ROOT = Path(__file__).resolve().parent.parent
UN_MEMBERS = 193


@cache
def lexicon() -> Lexicon:
    return Lexicon()


# ── phrases ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Jabhat al-Nuṣra’s", "jabhat al nusra"),
        ("the U.S.", "us"),
        ("Sana'a", "sanaa"),
        ("Côte d’Ivoire", "cote divoire"),
        ("The  Rebels’", "rebels"),
        ("the", "the"),
        ("– …", ""),
        ("Çavuşoğlu", "cavusoglu"),
        ("حزب الله", "حزب الله"),
    ],
)
def test_key_is_without_case_accents_and_possessives(text: str, normal: str) -> None:
    assert normal == key(text)


@given(st.text())
def test_key_of_a_key_is_itself_but_for_a_leading_article(text: str) -> None:
    normal = key(text)
    assert normal == " ".join(normal.split())
    assert key(normal) in (normal, normal.removeprefix("the "))


def test_phrase_table_finds_longest_phrases_at_word_borders() -> None:
    table: PhraseTable[str] = PhraseTable()
    for phrase in ("Free Syrian Army", "Syrian Army", "al-Nusra", "Army"):
        table.add(phrase, phrase)
    words = ["the", "Free", "Syrian", "Army", "'s", "al-Nusra-linked", "al", "-", "Nusra", "army"]
    assert list(table.matches(words)) == [(1, 4, ("Free Syrian Army",)), (6, 9, ("al-Nusra",)), (9, 10, ("Army",))]


def test_phrase_table_keeps_all_values_in_order() -> None:
    table: PhraseTable[int] = PhraseTable()
    for number in (3, 1, 2):
        table.add("AA", number)
    assert table.get("aa") == (3, 1, 2)
    assert table.get("ab") == ()


def test_word_keys_tell_where_words_come_from() -> None:
    assert word_keys(("al-Nusra", "-", "Front", "'s")) == (["al", "nusra", "front"], [0, 0, 2])


@pytest.mark.parametrize(
    ("form", "text", "same"),
    [
        ("US", "us", False),
        ("US", "U.S.", True),
        ("ISIS", "Isis", True),
        ("IS", "Is", False),
        ("Polish", "polish", False),
        ("soldier", "SOLDIER", True),
        ("M23", "M23", True),
    ],
)
def test_same_case_keeps_words_and_names_apart(form: str, text: str, same: bool) -> None:
    assert same is same_case(form, text)


def test_skeleton_is_for_mixed_scripts_only() -> None:
    assert skeleton("Нamas") == "Hamas"
    assert skeleton("Хамас") is None
    assert skeleton("Hamas") is None


# ── countries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_countries_hold_all_members_of_the_united_nations() -> None:
    members = [entry for entry in lexicon().countries.entries if entry.status is countries.Status.MEMBER]
    assert len(members) == UN_MEMBERS
    assert all((entry.iso2 and entry.adjectives) or entry.weak_adjectives for entry in members)


@pytest.mark.parametrize(
    ("text", "codes"),
    [("Congolese", ("COD", "COG")), ("Korean", ("KOR", "PRK")), ("Turks", ("TUR",)), ("polish", ()), ("Lebanese", ("LBN",)), ("us", ())],
)
def test_demonym_gives_the_likeliest_country_first(text: str, codes: tuple[str, ...]) -> None:
    assert codes == tuple(entry.id for entry in lexicon().countries.demonym(text))


def test_by_name_capital_and_seat() -> None:
    index = lexicon().countries
    assert [entry.id for entry in index.by_name("DR Congo")] == ["COD"]
    assert [entry.id for entry in index.capital("Ankara")] == ["TUR"]
    assert [(sense.entry.id, sense.sector) for sense in index.seat("the Pentagon")] == [("USA", "MIL")]


def test_state_actor_has_a_stable_id() -> None:
    actor = lexicon().countries.state_actor("TUR", "MIL")
    assert actor is not None
    assert (actor.id, actor.code) == ("act-tur-mil", "TUR MIL")
    assert lexicon().countries.state_actor("XXX", "MIL") is None


def test_armed_forces_of_keeps_the_government_as_candidate() -> None:
    index = lexicon().countries
    government = index.state_actor("SYR", "GOV")
    assert government is not None
    forces = index.armed_forces_of(government)
    assert forces is not None
    assert (forces.code, [candidate.code for candidate in forces.candidates]) == ("SYR MIL", ["SYR GOV"])
    assert index.armed_forces_of(forces) is None


# ── agents ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "sectors"),
    [
        ("troops", ("MIL",)),
        ("Prime Minister", ("GOV",)),
        ("heads of state", ("GOV",)),
        ("policewomen", ("COP",)),
        ("children", ("CVL",)),
        ("deputies", ("GOV",)),
    ],
)
def test_lookup_knows_plurals(word: str, sectors: tuple[str, ...]) -> None:
    entry = lexicon().agents.lookup(word)
    assert entry is not None
    assert sectors == entry.sectors


def test_deeds_are_no_actors() -> None:
    assert lexicon().agents.lookup("air strike") is None
    assert lexicon().agents.act("air strikes") is not None


def test_every_sector_that_describes_people_has_nouns() -> None:
    used = {sector for entry in lexicon().agents.entries for sector in entry.sectors}
    assert set(SECTORS) - {"PRE", "UNK"} <= used


# ── actors ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_follows_the_date() -> None:
    taliban = lexicon().actors.get("act-taliban")
    assert taliban is not None
    assert taliban.at("2020-02-29").sectors == ("REB",)
    assert taliban.at("2022-01-01").sectors == ("GOV",)
    assert taliban.at(None).sectors == ("GOV",)


def test_at_names_the_office_of_the_dead_for_some_days() -> None:
    soleimani = lexicon().actors.get("act-qassem-soleimani")
    assert soleimani is not None
    assert soleimani.at("2020-01-04").sectors == ("MIL",)
    assert soleimani.at("2020-02-04").sectors == ("ELI",)
    assert soleimani.at("1990-01-01").sectors == ()


def test_an_imprecise_date_fits_any_of_its_days() -> None:
    term = actors.Term(sectors=("GOV",), start="2014-06-15", end="2015-06-15")
    assert [term.holds(date) for date in ("2014", "2014-07", "2016", "2013-12-31")] == [True, True, False, False]


def test_named_actors_are_many_and_each_says_its_source() -> None:
    entries = read_section(ROOT / "lexicon", "actors")
    assert len(entries) >= 600
    assert all(one.entry.source.strip() for one in entries)


def test_named_actors_have_known_countries() -> None:
    known = {entry.id for entry in lexicon().countries.entries} | set(SUPRANATIONAL)
    used = {code for entry in lexicon().actors.entries for code in (entry.country, *(term.country for term in entry.terms)) if code}
    assert set() == used - known


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("- {id: act-x, name: X, sectors: [REBB]}", "'REBB' is not a sector; did you mean 'REB'?"),
        ("- {id: act-x, name: X, sectors: [REB], country: Syria}", "'Syria' is no country code"),
        ("- {id: act-x, name: X, sectors: [REB], start: '2015', end: '2014'}", "'2014' is not after '2015'"),
        ("- {id: act-x, name: X, sectors: [REB], parent: [{to: act-y}]}", "'act-y' is no actor here"),
        ("- {id: act-x, name: X, sectors: [REB]}\n- {id: act-y, name: the x, sectors: [REB]}", "already stands for 'act-x'"),
        ("- {id: x, name: X, sectors: [REB]}", "must begin with 'act-'"),
    ],
)
def test_check_says_where_and_what(tmp_path: Path, lines: str, message: str) -> None:
    folder = tmp_path / "actors"
    folder.mkdir()
    (folder / "mine.yaml").write_text(lines, encoding="utf-8")
    with pytest.raises(DataError, match=r"actors/mine\.yaml:\d+: ") as caught:
        read_section(tmp_path, "actors")
    assert message in str(caught.value)


def test_lookup_does_not_slow_down_with_many_names() -> None:
    """Twenty thousand names here; the soak has the million."""
    many = [
        actors.Entry(id=f"act-{n}", name=f"Brigade {n}", country="SYR", sectors=("REB",), aliases=(f"Group {n}",)) for n in range(10_000)
    ]
    index = actors.Index(many)
    start = time.process_time()
    for n in range(10_000):
        assert index.lookup(f"Group {n}")
    assert (time.process_time() - start) / 10_000 < 20e-6


@pytest.mark.soak
def test_a_million_names_load_in_seconds() -> None:
    many = [
        actors.Entry(
            id=f"act-{n}",
            name=f"Brigade {n}",
            country="SYR",
            sectors=("REB",),
            aliases=(f"Abu Umar Group {n}", f"{n} Division", f"Al-Nasr {n}"),
        )
        for n in range(250_000)
    ]
    start = time.process_time()
    index = actors.Index(many)
    assert time.process_time() - start < 3
    start = time.process_time()
    for n in range(10_000):
        assert index.lookup(f"Al-Nasr {n}")
    assert (time.process_time() - start) / 10_000 < 20e-6


def test_later_entries_win() -> None:
    index = actors.Index([actors.Entry(id="act-x", name="X", sectors=("REB",)), actors.Entry(id="act-x", name="X", sectors=("GOV",))])
    assert [alias.entry.sectors for alias in index.lookup("X")] == [("GOV",)]


def test_plural_of_phrases() -> None:
    assert [agents.plural(word) for word in ("army", "chief of staff", "policeman", "media", "wife")] == [
        "armies",
        "chiefs of staff",
        "policemen",
        "media",
        "wives",
    ]


def test_ties_of_armed_groups_are_dated_within_their_lives() -> None:
    index = Lexicon().actors
    tied = [entry for entry in index.entries if entry.parent or entry.sides]
    assert len(tied) >= 80
    for entry in tied:
        for tie in (*entry.parent, *entry.sides):
            assert not tie.to.startswith("act-") or index.get(tie.to) is not None, f"{entry.id}: no {tie.to}"
            first, last = entry.start, entry.end
            assert first is None or tie.start is None or tie.start >= first[: len(tie.start)], f"{entry.id}: {tie.to} too early"
            assert last is None or tie.start is None or tie.start < last, f"{entry.id}: {tie.to} after its end"


def test_of_two_strong_listings_of_a_name_the_last_wins() -> None:
    ours = actors.Entry(id="act-ours", name="Pond League", country="NGO", sectors=("SOC",))
    users = actors.Entry(id="act-users", name="Pond League", country="FRG", sectors=("REB",))
    weak = actors.Entry(id="act-weak", name="Pond League of the North", weak=("Pond League",), sectors=("SOC",))
    found = actors.Index([ours, weak, users]).lookup("Pond League")
    assert [(alias.entry.id, alias.weak) for alias in found] == [("act-users", False), ("act-weak", True)]
