"""Verb dictionaries in PETRARCH's format, turned into event frames as a starting point for a project's own.

A block has verbs and patterns around them, each with a CAMEO code; the patterns hold for all verbs of the block::

    &CEASEFIRE                   # a set of words, one a line
    +TRUCE
    +ARMISTICE

    --- BREAK [120] ---
    BREAK {BROKE BROKEN}         # the verb, its irregular forms
    +CALL_OFF                    # a verb with a particle
    VIOLATE [160]                # with a code of its own
    - * &CEASEFIRE  [196]        # "*" is the verb; a word behind it is its object, one before it its subject
    - * (FROM TALKS) [125]       # a prepositional phrase
    - * (WITH +) [160:160]       # "+" stands for the target, "$" for the source; two codes: both do it
    - * LEG [---]                # no event

A code of the target alone ("[:173]") is of what befalls the subject. What a pattern of this lexicon cannot say (phrases of several words,
stems of words, words further away, transformations) is left out and named. Source: the dictionaries' own comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from onrecord.lexicon.frames import Frame, FrameKind
from onrecord.lexicon.inflect import singular
from onrecord.lexicon.lists import word_set

# CAMEO code → PLOVER type and mode, or None where PLOVER has no such event (statements, 01).
Plover = Callable[[str], tuple[str, str | None] | None]

PARTICLES = word_set("imports.particles")
PREPOSITIONS = word_set("imports.prepositions")
TOWARDS = ("against", "with", "on", "to", "for", "from")  # where the other side stands that is no object
NO_EVENT = "---"
_HEAD = re.compile(r"-{3}\s*([A-Z0-9_]+)\s*\[([^\]]*)\]")
_CODE = re.compile(r"\[([^\]]*)\]")
_UNIT = re.compile(r"\(([^()]*)\)|\{([^{}]*)\}|(\S+)")
_WORD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_MARKS = frozenset("$+%^")


class Block(NamedTuple):
    """Verbs, each with its code, and patterns with theirs."""

    name: str
    verbs: tuple[tuple[str, str], ...]
    patterns: tuple[tuple[str, str], ...]


class Around(NamedTuple):
    """What a pattern wants around its verb. recipient: where it says that the target stands."""

    subject: str = ""
    words: str = ""
    objects: bool = False
    recipient: str = ""


def is_verb_dictionary(lines: Iterable[str]) -> bool:
    """Whether lines have a block of verbs."""
    return any(map(_HEAD.match, lines))


def import_verbs(lines: Iterable[str], plover: Plover, coded: Callable[[str], bool]) -> tuple[list[Frame], list[str]]:
    """The frames of a dictionary in its order, and a line for each verb or pattern that was left out, with the reason.

    coded: whether the package itself has an event for a bare verb, which then keeps its frame.
    """
    rows = list(lines)
    sets = _word_sets(rows)
    frames: list[Frame] = []
    left_out: list[str] = []
    taken: set[str] = set()
    for block in _blocks(rows):
        found: dict[tuple[str, Around], list[str]] = {}
        for verb, code in block.verbs:
            if code not in ("", NO_EVENT):
                if coded(verb):
                    left_out.append(f"{block.name}: '{verb}' has an event already")
                else:
                    found.setdefault((code, Around()), []).append(verb)
        for text, code in block.patterns:
            around = read_pattern(text, sets)
            if isinstance(around, str):
                left_out.append(f"{block.name}: '{text}': {around}")
            else:
                written = (" ".join(filter(None, (around.subject, verb, around.words))) for verb, _ in block.verbs)
                found.setdefault((code, around._replace(subject="", words="")), []).extend(written)
        for (code, around), patterns in found.items():
            fresh = [pattern for pattern in dict.fromkeys(patterns) if pattern not in taken]
            taken.update(fresh)
            frame = _frame(block.name, len(frames), code, around, ", ".join(fresh), plover)
            if isinstance(frame, str):
                left_out.append(f"{block.name}: {frame}")
            elif fresh:
                frames.append(frame)
    return frames, left_out


def _word_sets(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The single words of each set by its name; longer names in a set say nothing that a pattern could."""
    sets: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        text = line.partition("#")[0].strip()
        if text.startswith("&"):
            current = sets.setdefault(text[1:].strip().rstrip("_"), [])
        elif text.startswith("---"):
            break
        elif current is not None and text.startswith("+") and _WORD.fullmatch(text[1:].rstrip("_")):
            current.append(singular(text[1:].rstrip("_").lower()))
    return {name: tuple(dict.fromkeys(words)) for name, words in sets.items()}


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    name, default = "", ""
    verbs: list[tuple[str, str]] = []
    patterns: list[tuple[str, str]] = []
    for line in lines:
        text = line.partition("#")[0].strip()
        head = _HEAD.match(text)
        if head is not None:
            if verbs:
                yield Block(name, tuple(verbs), tuple(patterns))
            name, default, verbs, patterns = head[1].lower(), head[2].strip(), [], []
        elif name and text.startswith("- ") and (codes := _CODE.findall(text)):
            patterns.append((" ".join(text[2:].partition("[")[0].split()), codes[-1].strip()))
        elif name and text and text[0] not in "-~&":
            codes = _CODE.findall(text)
            word = re.split(r"[\[{]", text)[0].strip().lstrip("+")
            pieces = word.lower().split("_")
            if all(piece.isalpha() for piece in pieces) and (len(pieces) == 1 or (len(pieces) == 2 and pieces[1] in PARTICLES)):
                verbs.append((" +".join(pieces), codes[0].strip() if codes else default))
    if verbs:
        yield Block(name, tuple(verbs), tuple(patterns))


def read_pattern(text: str, sets: Mapping[str, tuple[str, ...]]) -> Around | str:
    """What a pattern wants around its verb, or why it cannot be said here."""
    before, star, after = text.partition("*")
    if not star or "*" in after:
        return "it must have one verb"
    subjects = [unit for unit in before.split() if unit not in _MARKS]
    if len(subjects) > 1:
        return "more than one word before the verb"
    subject = _options(subjects[0], sets) if subjects else None
    if subjects and subject is None:
        return f"'{subjects[0]}' is no word or set"
    words: list[str] = []
    objects, recipient = False, ""
    for phrase, several, single in _phrases(after):
        if phrase:
            prep, _, noun = phrase.partition(" ")
            options = None if noun.strip("{} ") in _MARKS else _options(noun.strip("{} "), sets) if noun else None
            if prep.lower() not in PREPOSITIONS or (noun and noun.strip("{} ") not in _MARKS and options is None):
                return f"'({phrase})' is no phrase of a preposition and one noun"
            if noun.strip() == "+":
                recipient = prep.lower()
            words.append(f"{prep.lower()}:[{options}]" if options else prep.lower())
        elif single in _MARKS:
            recipient = "object" if single == "+" and not words else recipient
        elif single.lower() in PARTICLES and not words and not objects:
            words.append(f"+{single.lower()}")
        elif objects or (options := _options(several or single, sets)) is None:
            return f"'{several or single}' is one word too many"
        else:
            objects = True
            words.append(f"[{options}]")
    return Around(f"<[{subject}]" if subject else "", " ".join(words), objects, recipient)


def _phrases(after: str) -> Iterator[tuple[str, str, str]]:
    """Prepositional phrases, phrases in braces and single words behind a verb; "IN +" without brackets is a phrase, too."""
    units = _UNIT.findall(after)
    while units:
        phrase, several, single = units.pop(0)
        bare = single.lower() in PREPOSITIONS and units and not units[0][0] and (single.lower() not in PARTICLES or units[0][2] in _MARKS)
        if bare:
            _, inside, word = units.pop(0)
            yield f"{single} {inside or word}", "", ""
        else:
            yield phrase.strip(), several.strip(), single


def _options(text: str, sets: Mapping[str, tuple[str, ...]]) -> str | None:
    """A word or the words of a set as alternatives; None for a phrase of several words or a set without any."""
    if text.startswith("&"):
        return "|".join(sets.get(text[1:].rstrip("_"), ())) or None
    word = text.rstrip("_")
    return singular(word.lower()) if _WORD.fullmatch(word) else None


def _frame(block: str, number: int, code: str, around: Around, words: str, plover: Plover) -> Frame | str:
    source, _, target = code.partition(":")
    name = f"petrarch.{block}.{number}"
    if NO_EVENT in (source, target):
        return Frame(id=name, words=words, kind=FrameKind.NONE)
    digits = source or target
    event = plover(digits)
    if event is None:
        return f"code {digits or 'missing'} is no event of PLOVER"
    other = around.recipient or ", ".join(TOWARDS if around.objects else ("object", *TOWARDS))
    return Frame(
        id=name,
        words=words,
        event=event[0],
        mode=(event[1],) if event[1] else (),
        cameo=(digits,),
        roles={"actor": "subject", "recipient": other} if source else {"recipient": "subject"},
        mutual=bool(source and target),
    )
