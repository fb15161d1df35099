"""Event frames: which words tell of which event, and where in the sentence its participants stand.

A frame is one YAML entry of ``lexicon/verbs`` or ``lexicon/nouns``. Its ``words`` are patterns over Universal Dependencies:

    kill                      the verb (or noun) in any form
    gun +down                 with a particle
    open [fire|gunfire] on    with one of these objects, and a prepositional phrase
    come under:[fire|@EVENT]  with one of these after the preposition; @NAME is a class, @EVENT any noun that is itself an event
    leave =dead               with a predicate complement
    vow to_do · vow that      with an infinitive, with a clause
    <[@weapon] hit            with one of these as subject
    car bomb · cease fire     (nouns) words in a row, hyphen or not; the last one is the head

A role says in which slots it stands, the first filled one counts: ``subject``, ``object`` and ``iobject`` as in an active sentence,
a preposition ("on", "against"), ``possessor`` and ``compound`` (nouns: "Turkey's attack", "regime attacks").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec

from onrecord.lexicon.source import Sourced, did_you_mean
from onrecord.records import QuantityOf, Record, Status

# The PLOVER types with their modes (PLOVER manual 2.0 draft, 2024); the ontology holds the definitions, a test holds the two together.
MODES: dict[str, tuple[str, ...]] = {
    "AGREE": (),
    "CONSULT": ("visit", "third-party", "multilateral", "phone"),
    "SUPPORT": (),
    "CONCEDE": (),
    "COOPERATE": (),
    "AID": (),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "ACCUSE": ("disapprove", "investigate", "allege"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "COERCE": ("seize", "restrict", "censor", "curfew", "martial-law", "arrest", "deport", "withhold", "misinformation", "cyber"),
    "ASSAULT": (
        "abduct", "beat", "torture", "sexual", "targeted", "destroy", "primitive", "firearms", "explosives",
        "suicide-attack", "aerial", "drone", "heavy-weapons", "crowd-control", "unconventional",
    ),
}  # fmt: skip
ROLES = frozenset(
    "actor recipient third_party instrument physical_target victim beneficiary origin destination place content cause event "
    "retaliates_for".split()
)


class FrameKind(StrEnum):
    """What a frame's word does: tell an event; lend a noun its participants; tell a state or a figure; voice a doubt; or nothing."""

    EVENT = "event"
    SUPPORT = "support"
    STATE = "state"
    FIGURE = "figure"
    REMARK = "remark"
    NONE = "none"


class Speech(StrEnum):
    """How the type of a speech act follows from what it is about."""

    PROMISE = "promise"
    DEMAND = "demand"
    REFUSE = "refuse"
    ACCUSE = "accuse"


class Frame(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One frame; see the module's text for ``words`` and ``roles``.

    harm: what befalls those harmed ("killed").  harmed: the role that is counted in the figure, usually the recipient.
    only, unless: slot -> words or classes that must, or must not, stand there.  inverted: the word denies its event ("go unanswered").
    speech: the type follows from the content (promise to attack: THREATEN).  negated: only under a negation ("nothing certain").
    grievance: saying that it befell oneself is an accusation.
    mutual: two subjects, or subject and "with", do it to one another.  status: what it is unless the sentence says otherwise.
    """

    id: str
    words: str = ""
    kind: FrameKind = FrameKind.EVENT
    event: str | None = None
    mode: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    cameo: tuple[str, ...] = ()
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    harm: QuantityOf | None = None
    harmed: str = "recipient"
    only: dict[str, str] = msgspec.field(default_factory=dict)
    unless: dict[str, str] = msgspec.field(default_factory=dict)
    inverted: bool = False
    negated: bool = False
    speech: Speech | None = None
    grievance: bool = False
    mutual: bool = False
    status: Status | None = None
    example: str = ""
    note: str = ""


Alternatives = frozenset[str]
AnyFrame = TypeVar("AnyFrame", bound=Frame)


def patterns_of(frame: Frame) -> tuple[str, ...]:
    """The patterns of a frame, as written."""
    return tuple(text.strip() for text in frame.words.split(",") if text.strip())


class Pattern(msgspec.Struct, frozen=True):
    """One of a frame's ``words``, read. ``before``: words that stand right before the head; ``weight``: how much it asks for."""

    frame: Frame
    text: str
    head: str
    before: tuple[str, ...] = ()
    particle: str | None = None
    subject: Alternatives | None = None
    object: Alternatives | None = None
    preps: tuple[tuple[str, Alternatives | None], ...] = ()
    predicate: Alternatives | None = None
    clause: str | None = None
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    only: tuple[tuple[str, Alternatives], ...] = ()
    unless: tuple[tuple[str, Alternatives], ...] = ()
    weight: int = 0


_PIECE = re.compile(r"(<?)(?:([\w'-]+):)?\[([^\]]+)\]|\+([\w-]+)|=([\w|@-]+)|([\w'-]+)")
CLAUSES = frozenset(("that", "to_do", "self"))


def read_pattern(frame: Frame, text: str, *, nominal: bool = False) -> Pattern:
    """One pattern of a frame; raises ValueError on a piece that cannot be read."""
    words: list[str] = []
    particle = subject = obj = predicate = clause = None
    preps: list[tuple[str, Alternatives | None]] = []
    if _PIECE.sub("", text).strip():
        raise ValueError(f"cannot read '{_PIECE.sub('', text).strip()}' in pattern '{text}'")
    for less, prep, inside, plus, equal, word in _PIECE.findall(text):
        options = frozenset(inside.split("|")) if inside else None
        if less:
            subject = options
        elif prep:
            preps.append((prep, options))
        elif inside:
            obj = options
        elif plus:
            particle = plus
        elif equal:
            predicate = frozenset(equal.split("|"))
        elif word in CLAUSES:
            clause = word
        elif words and not nominal:
            preps.append((word, None))
        else:
            words.append(word)
    if not words:
        raise ValueError(f"no head word in pattern '{text}'")
    constraints = [x for x in (subject, obj, predicate, *(options for _, options in preps)) if x is not None]
    weight = 2 * (len(constraints) + (particle is not None) + (clause is not None) + len(preps)) + len(words)
    weight += sum(not any(option.startswith("@") for option in x) for x in constraints) + len(frame.only)
    return Pattern(
        frame=frame,
        text=text,
        head=words[-1],
        before=tuple(words[:-1]),
        particle=particle,
        subject=subject,
        object=obj,
        preps=tuple(preps),
        predicate=predicate,
        clause=clause,
        slots=tuple((role, tuple(part.strip() for part in places.split(","))) for role, places in frame.roles.items()),
        only=tuple((slot, frozenset(names.split("|"))) for slot, names in frame.only.items()),
        unless=tuple((slot, frozenset(names.split("|"))) for slot, names in frame.unless.items()),
        weight=weight,
    )


def check_frames(entries: Sequence[Sourced[AnyFrame]], *, nominal: bool) -> Iterator[str]:
    """Problems of frames: duplicate ids and patterns, unknown codes, roles and slots, patterns that cannot be read."""
    ids: dict[str, str] = {}
    patterns: dict[tuple[object, ...], str] = {}
    for sourced in entries:
        frame, where = sourced.entry, sourced.where
        if ids.setdefault(frame.id, where) != where:
            yield f"{where}: id '{frame.id}' was used before at {ids[frame.id]}"
        yield from (f"{where}: {problem}" for problem in _code_problems(frame))
        written = patterns_of(frame)
        for text in written:
            try:
                pattern = read_pattern(frame, text, nominal=nominal)
            except ValueError as error:
                yield f"{where}: {error}"
                continue
            key = (pattern.head, *_constraints(pattern))
            if patterns.setdefault(key, where) != where or written.count(text) > 1:
                yield f"{where}: '{text}' cannot be reached, it stands already at {patterns[key]}; add a constraint or take it out"


def _constraints(pattern: Pattern) -> tuple[object, ...]:
    frame = pattern.frame
    shape = (pattern.before, pattern.particle, pattern.subject, pattern.object, pattern.preps, pattern.predicate, pattern.clause)
    return (*shape, tuple(sorted(frame.only.items())), tuple(sorted(frame.unless.items())) if not frame.only else ())


def _code_problems(frame: Frame) -> Iterator[str]:
    if frame.event is not None and frame.event not in MODES:
        yield f"'{frame.event}' is not a PLOVER type{did_you_mean(frame.event, MODES)}"
        return
    for mode in frame.mode:
        allowed = MODES.get(frame.event or "", ())
        if mode not in allowed and frame.event:
            yield f"'{mode}' is not a mode of {frame.event}{did_you_mean(mode, allowed)}"
    for role in frame.roles:
        if role not in ROLES:
            yield f"'{role}' is not a role{did_you_mean(role, ROLES)}"
    if frame.words and frame.kind is FrameKind.EVENT and frame.event is None and not (frame.harm or frame.speech or frame.roles):
        yield "an event frame names its type, or is of kind none, state, figure or support"


class FrameIndex:
    """Finds the patterns that a word form can begin; later entries win over earlier ones of the same weight.

    A pattern is read when its word is first asked for: a report has a few hundred of the thousands of words.
    """

    def __init__(self, entries: Sequence[Frame], forms: Callable[[str], tuple[str, ...]], *, nominal: bool) -> None:
        self.entries = tuple(entries)
        self.by_id = {frame.id: frame for frame in entries}
        self._nominal = nominal
        self._patterns: dict[str, tuple[Pattern, ...]] = {}
        self._written: dict[str, list[tuple[int, str]]] = {}
        by_head: dict[str, list[tuple[int, str]]] = {}
        for number, frame in enumerate(entries):
            for text in patterns_of(frame):
                by_head.setdefault(_head_of(frame, text, nominal=nominal), []).append((number, text))
        for head, rows in by_head.items():
            for form in forms(head):
                self._written.setdefault(form, []).extend(rows)

    @property
    def forms(self) -> frozenset[str]:
        """Every word form, in lower case, that a frame can be found by."""
        return frozenset(self._written)

    def patterns(self, form: str) -> tuple[Pattern, ...]:
        """The patterns whose head has this (lower-case) form, the most demanding first."""
        found = self._patterns.get(form)
        if found is None:
            if form not in self._written:
                return ()
            found = self._patterns[form] = self._read(form)
        return found

    def _read(self, form: str) -> tuple[Pattern, ...]:
        rows = [(read_pattern(self.entries[number], text, nominal=self._nominal), number) for number, text in self._written[form]]
        return tuple(pattern for pattern, number in sorted(rows, key=lambda row: (-row[0].weight, -row[1])))


def _head_of(frame: Frame, text: str, *, nominal: bool) -> str:
    """The head word of a pattern; only one that does not begin with plain words is read for it."""
    if nominal:
        plain = text.replace(" ", "").isalpha()
        head = text.rpartition(" ")[2]
    else:
        head = text.partition(" ")[0]
        plain = head.isalpha()
    return head if plain and head not in CLAUSES else read_pattern(frame, text, nominal=nominal).head
