"""When and by whom where the clause itself does not say it: labels in front, durations, denials by a word, promises by their doer."""

from __future__ import annotations

from onrecord.pipeline import code
from onrecord.records import Claim, TimeBasis


def codable(text: str) -> list[Claim]:
    coding = code(text, published="2022-10-06", outlet="Example Wire")
    return [claim for claim in coding.claims if claim.event is not None and claim.event.codable]


def test_label_circumstances_dates_and_places_what_stands_behind_a_colon() -> None:
    claims = codable("Tehran, 4 October: Police fired on students. Two men were killed.")
    assert [(c.time.start, c.place.name) for c in claims if c.time and c.place] == [("2022-10-04T00:00", "Tehran")] * 2


def test_label_circumstances_leaves_a_clause_before_a_colon_alone() -> None:
    claims = codable("Residents of Tehran gathered on 4 October: Police fired on students.")
    assert [c.time.basis for c in claims if c.event and c.event.type == "ASSAULT" and c.time] == [TimeBasis.INFERRED]


def test_how_long_it_lasts_is_not_when_it_was() -> None:
    (claim,) = codable("The governor imposed a curfew of 24 hours.")
    assert claim.time is not None
    assert claim.time.basis is TimeBasis.INFERRED


def test_time_of_what_is_asked_is_not_the_time_of_asking() -> None:
    (claim,) = codable("The president invited the unions to talks next week.")
    assert (claim.event and claim.event.type, claim.time and claim.time.basis) == ("REQUEST", TimeBasis.INFERRED)


def test_denied_claims_take_up_what_was_said_before() -> None:
    claims = codable("Soldiers burned the school in Gori, villagers said. The army denied it.")
    denied = [c for c in claims if c.factuality.polarity == "negative"]
    assert [(c.event.type, c.attribution[0].text) for c in denied if c.event] == [("ASSAULT", "The army")]


def test_denied_claims_need_a_word_that_points_back() -> None:
    claims = codable("Soldiers burned the school in Gori, villagers said. The army denied visas to reporters.")
    assert all(c.factuality.polarity == "positive" for c in claims)


def test_whoever_refuses_in_words_is_the_speaker() -> None:
    (claim,) = codable("The governor refused to meet the rebels.")
    assert (claim.event and claim.event.type, claim.attribution[0].text) == ("REJECT", "The governor")
