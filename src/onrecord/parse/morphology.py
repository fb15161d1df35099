"""Lemmas of regularly inflected English words: candidates by rule, chosen by which of them are words.

The network proposes lemmas from word pieces, which it gets wrong for verbs and nouns that training never saw ("abducte"); rules with a list
of known lemmas and the encoder's own vocabulary behind them do not.
Source: the regular inflection of English (Quirk et al. 1985, chapters 3 and 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

VOWELS = "aeiou"
VOWELS_AND_Y = VOWELS + "y"
# Irregular past forms that the treebanks may lack; those that they have are in the exceptions.
IRREGULAR_VERBS = """
arise arisen; beat beaten; bite bit bitten; bear borne; bind bound; burn burnt; cling clung; flee fled; fly flown; fling flung; forbid
forbade forbidden; foresee foreseen; forgive forgiven; forsake forsaken; freeze froze frozen; kneel knelt; lie lain; leap leapt; lend
lent; mistake mistaken; overcome overcame; overfly overflew; override overrode overridden; overrun overran; overtake overtook
overtaken; overthrow overthrew overthrown; retake retook retaken; ring rung; rise risen; sing sang sung; sink sank sunk; shake shook
shaken; slay slew slain; sling slung; sneak snuck; steal stole stolen; strike stricken; string strung; sting stung; swear swore sworn;
tear tore torn; undergo underwent undergone; uphold upheld; weep wept; withdraw withdrew withdrawn; withhold withheld; withstand
withstood
"""
IRREGULAR = {form: row.split()[0] for row in IRREGULAR_VERBS.split(";") for form in row.split()[1:]}
KEPT_DOUBLE = ("ll", "ss", "zz", "ff")
SILENT_E = (
    "c",
    "u",
    "v",
    "z",
    "at",
    "ag",
    "dg",
    "rg",
    "ur",
    "ir",
    "tl",
    "dl",
    "gl",
    "bl",
    "pl",
    "fl",
    "kl",
    "rs",
    "ns",
    "is",
    "os",
    "us",
    "as",
)
INFLECTED_VERB = ("Tense=Past", "VerbForm=Part", "VerbForm=Ger")
COMPARED = ("Degree=Cmp", "Degree=Sup")

Rank = Callable[[str], int]


def regular_lemma(form: str, upos: str, feats: str, rank: Rank) -> str | None:
    """The lemma of a verb, noun, adjective or adverb, in lower case; None for other words and where no rule applies.

    Args: feats: the UD features, which say whether the form is inflected.  rank: how sure it is that a string is a lemma, 0 for not known.
    """
    word = form.lower()
    if upos == "VERB":
        return _best(list(_verb_stems(word, feats)), rank)
    if upos == "NOUN":
        return _best(list(_noun_stems(word)), rank) if "Number=Plur" in feats else word
    if upos in ("ADJ", "ADV"):
        return _best(list(_compared_stems(word)), rank) if any(mark in feats for mark in COMPARED) else word
    return None


def _best(stems: list[str], rank: Rank) -> str | None:
    stems = [stem for stem in stems if any(map(VOWELS_AND_Y.__contains__, stem))]
    return max(stems, key=lambda stem: (rank(stem), -stems.index(stem))) if stems else None


def _verb_stems(word: str, feats: str) -> Iterator[str]:
    if any(mark in feats for mark in INFLECTED_VERB):
        if word in IRREGULAR:
            yield IRREGULAR[word]
        elif word.endswith("ing"):
            yield from _bare(word[:-3])
        elif word.endswith("ied"):
            yield from (word[:-3] + "y", word[:-1])
        elif word.endswith("eed"):
            yield from (word[:-1], word)
        elif word.endswith("ed"):
            yield from _bare(word[:-2])
    elif "Person=3" in feats and "Number=Sing" in feats and "Tense=Pres" in feats:
        yield from _without_s(word)
    else:
        yield word


def _noun_stems(word: str) -> Iterator[str]:
    if word.endswith("men"):
        yield word[:-2] + "an"
    elif word.endswith("ves"):
        yield from (word[:-1], word[:-3] + "f", word[:-3] + "fe")
    else:
        yield from _without_s(word)


def _without_s(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield from (word[:-3] + "y", word[:-1])
    elif word.endswith(("sses", "zzes", "xes", "ches", "shes", "oes")):
        yield from (word[:-2], word[:-1])
    elif word.endswith(("ses", "zes")):
        yield from (word[:-1], word[:-2])
    elif word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]


def _compared_stems(word: str) -> Iterator[str]:
    if word in ("further", "furthest", "farther", "farthest"):
        yield "far"
    for ending in ("er", "est"):
        if word.endswith("i" + ending):
            yield word[: -len(ending) - 1] + "y"
        elif word.endswith(ending):
            yield from _bare(word[: -len(ending)])


def _bare(stem: str) -> Iterator[str]:
    """What may stand before -ed, -ing, -er: the stem, the stem with its silent e, or without its doubled consonant; the likeliest first."""
    doubled = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in VOWELS
    long = sum(letter in VOWELS for letter in stem) > 1
    if doubled and (not stem.endswith(KEPT_DOUBLE) or (long and stem.endswith("ll"))):
        yield from (stem[:-1], stem, stem + "e")
    elif _wants_e(stem):
        yield from (stem + "e", stem)
    else:
        yield from (stem, stem + "e")
        if doubled:
            yield stem[:-1]


def _wants_e(stem: str) -> bool:
    if stem.endswith(SILENT_E) and not stem.endswith(("eat", "oat", "ss")):
        return True
    short = sum(letter in VOWELS for letter in stem) == 1
    return short and len(stem) > 2 and stem[-1] not in VOWELS + "wxyr" and stem[-2] in VOWELS
