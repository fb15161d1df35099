"""Frames: patterns that are read and checked, forms that are found, sizes that must not shrink."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import Frame, check_frames, patterns_of, read_pattern
from onrecord.lexicon.inflect import noun_forms, singular, verb_forms
from onrecord.lexicon.source import Sourced

LEXICON = Lexicon()


def problems(*frames: Frame, nominal: bool = False) -> str:
    return "\n".join(check_frames([Sourced(frame, f"verbs/x.yaml:{n}") for n, frame in enumerate(frames, 1)], nominal=nominal))


def frame(words: str, **values: object) -> Frame:
    return Frame(**{"id": "a", "words": words, "event": "ASSAULT", "roles": {"actor": "subject"}, **values})  # type: ignore[arg-type]


def test_read_pattern_reads_every_piece() -> None:
    pattern = read_pattern(frame("x"), "<[mob|@armed] open +up [fire|gunfire] on under:[cover] =dead")
    assert pattern.head == "open"
    assert ("up", frozenset(("mob", "@armed")), frozenset(("fire", "gunfire"))) == (pattern.particle, pattern.subject, pattern.object)
    assert {"on": None, "under": frozenset(("cover",))} == dict(pattern.preps)
    assert frozenset(("dead",)) == pattern.predicate


def test_read_pattern_of_a_noun_takes_words_in_a_row() -> None:
    pattern = read_pattern(frame("x"), "suicide car bomb", nominal=True)
    assert (pattern.head, pattern.before) == ("bomb", ("suicide", "car"))


def test_a_more_demanding_pattern_weighs_more() -> None:
    weights = [read_pattern(frame("x"), text).weight for text in ("take", "take +over", "take [@place]", "take [town]", "take [town] from")]
    assert sorted(weights) == weights


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (frame("kill", event="ASAULT"), "'ASAULT' is not a PLOVER type; did you mean 'ASSAULT'?"),
        (frame("kill", mode=("aeriel",)), "'aeriel' is not a mode of ASSAULT; did you mean 'aerial'?"),
        (frame("kill", roles={"actr": "subject"}), "'actr' is not a role; did you mean 'actor'?"),
        (frame("kill {it}"), "cannot read '{}' in pattern 'kill {it}'"),
        (frame("[fire]"), "no head word in pattern '[fire]'"),
        (frame("kill, kill"), "'kill' cannot be reached"),
    ],
)
def test_check_frames_says_what_is_wrong(entry: Frame, expected: str) -> None:
    assert expected in problems(entry)


def test_check_frames_names_the_place_of_the_first_of_two() -> None:
    found = problems(frame("kill"), frame("kill", id="b"))
    assert "verbs/x.yaml:2: 'kill' cannot be reached, it stands already at verbs/x.yaml:1" in found


def test_the_packaged_lexicon_is_as_wide_as_promised() -> None:
    verbs = sum(len(patterns_of(entry)) for entry in LEXICON.verbs.entries if entry.kind != "none")
    nouns = sum(len(patterns_of(entry)) for entry in LEXICON.nouns.entries if entry.kind != "none")
    assert verbs >= 900
    assert nouns >= 500


def examples() -> Iterator[tuple[str, str, bool]]:
    yield "killed", "harm.kill", True
    yield "gunned", "harm.kill_by_gun", True
    yield "retook", "coerce.retake", True
    yield "protests", "n.protest", False
    yield "airstrikes", "n.airstrike", False


@pytest.mark.parametrize(("form", "identity", "verbal"), list(examples()))
def test_index_finds_frames_by_any_form(form: str, identity: str, verbal: bool) -> None:
    index = LEXICON.verbs if verbal else LEXICON.nouns
    assert identity in {pattern.frame.id for pattern in index.patterns(form)}


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("stab", ("stab", "stabs", "stabbing", "stabbed")),
        ("flee", ("flee", "flees", "fleeing", "fled")),
        ("bury", ("bury", "buries", "burying", "buried")),
        ("shoot", ("shoot", "shoots", "shooting", "shot")),
        ("withdraw", ("withdraw", "withdraws", "withdrawing", "withdrew", "withdrawn")),
        ("bomb", ("bomb", "bombs", "bombing", "bombed")),
    ],
)
def test_verb_forms(lemma: str, forms: tuple[str, ...]) -> None:
    assert forms == verb_forms(lemma)


def test_verb_forms_knows_both_spellings() -> None:
    assert {"mobilised", "mobilized", "mobilizing"} <= set(verb_forms("mobilise"))


@pytest.mark.parametrize(
    ("one", "many"),
    [("loss", "losses"), ("army", "armies"), ("man", "men"), ("attack", "attacks"), ("gunman", "gunmen"), ("human", "humans")],
)
def test_noun_forms_and_back(one: str, many: str) -> None:
    assert (one, many) == noun_forms(one)
    assert one == singular(many)


def test_nouns_in_o_take_either_plural() -> None:
    assert {"videos", "photos", "memos"} <= {*noun_forms("video"), *noun_forms("photo"), *noun_forms("memo")}
    assert "vetoes" in noun_forms("veto")
