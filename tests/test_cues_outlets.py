import re
from pathlib import Path

import pytest

from onrecord.lexicon import Lexicon, read_section
from onrecord.lexicon.cues import CueKind, CuePos, compound_forms
from onrecord.lexicon.outlets import affiliation_text, outlet_actor

LEXICON = Path(__file__).resolve().parent.parent / "lexicon"


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


def test_there_are_enough_reporting_words():
    entries = [sourced.entry for sourced in read_section(LEXICON, "cues")]
    reporting = {entry.word for entry in entries if entry.kind is not CueKind.CHANNEL and entry.pos in (CuePos.VERB, CuePos.NOUN)}
    assert len(reporting) >= 400


def test_there_are_enough_outlets_and_each_says_where_it_was_looked_up():
    sources = [sourced.entry.source for sourced in read_section(LEXICON, "outlets")]
    consulted = [source for source in sources if source != "unverified"]
    assert len(consulted) >= 150
    assert all(re.search(r"[a-z0-9-]\.[a-z]{2,}\b", source) for source in consulted), "a reference names where it stands"


@pytest.mark.parametrize("form", ["said", "says", "saying", "say"])
def test_cues_are_found_by_any_form(form, lexicon):
    assert lexicon.cues.cues(CuePos.VERB, form)[0].word == "say"


def test_longer_cues_come_first(lexicon):
    words = [entry.word for entry in lexicon.cues.cues(CuePos.VERB, "pointed")]
    assert words == sorted(words, key=lambda word: -len(word.split()))
    assert "point out" in words


def test_compound_forms():
    assert compound_forms("voice message") == ("voice message", "voice messages")


def test_channels_and_carriers(lexicon):
    assert lexicon.cues.channel("voice messages").medium == "voice message"
    assert lexicon.cues.carrier("Telegram").medium == "Telegram"
    assert lexicon.cues.carrier("telegram") is None


@pytest.mark.parametrize("name", ["Anadolu Agency", "the Anadolu Agency", "AA", "anadolu"])
def test_find_outlet(name, lexicon):
    outlet = lexicon.outlets.find(name)
    assert (outlet.id, affiliation_text(outlet), outlet_actor(outlet).code) == ("act-aa", "state TUR", "TUR JRN")


def test_find_outlet_that_is_not_known(lexicon):
    assert lexicon.outlets.find("The Daily Unknown") is None


def test_monitors_belong_to_no_press(lexicon):
    assert outlet_actor(lexicon.outlets.find("OCHA")).code == "UNO"
    assert (
        affiliation_text(lexicon.outlets.find("SOHR")),
        outlet_actor(lexicon.outlets.find("SOHR")).code,
    ) == ("monitor", "SYR CVL")
