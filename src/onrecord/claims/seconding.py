"""The language model's second opinion on drafts: roles that the frames left empty, and how far its class agrees.

Frames decide what an event is; the model may add who acts or who is acted on where it sees one span in a sentence with one event, and its
class raises or lowers the confidence. Without ``parse.signals`` nothing changes.
"""

from __future__ import annotations

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.roles import Filler
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_set
from onrecord.records import Attribution, CueClass, MentionKind, TokenSpan

# Proposals below this are no better than the nearest noun on the held-out sentences.
SURE = 0.6
ROLE_LABELS = {"actor": ("actor", "reciprocal"), "recipient": ("recipient", "reciprocal")}
CLASSES = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 1, "COOPERATE": 2, "AID": 2, "RETREAT": 2, "REQUEST": 3, "ACCUSE": 3, "REJECT": 3,
    "THREATEN": 3, "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip


# Whoever claims, admits, denies or promises a deed by name speaks of a deed of their own; of a clause, only as anybody would.
ACTS = frozenset((CueClass.DENY, CueClass.PROMISE, CueClass.ACCUSE, CueClass.DEMAND))
OWNING = word_set("speech.owning")
PERCEIVING = word_set("speech.witnessed")


def fill_roles(drafts: list[Draft], syntax: Syntax, fillers: Fillers, attributions: tuple[Attribution, ...] = ()) -> None:
    """Adds actors and recipients that the model sees to the one event of a sentence that lacks them.

    Whoever only tells of the event, the subject of a verb of saying above it or "according to" whom it is, takes no part in it.
    """
    signals = syntax.parse.signals
    if signals is None or not signals.roles:
        return
    cues, named = _telling(attributions, syntax), _sources_without_verb(attributions, syntax)
    by_sentence: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.main.frame.kind is FrameKind.EVENT and draft.event is not None:
            by_sentence.setdefault(syntax.tokens[draft.main.token].sentence, []).append(draft)
    spans: dict[int, list[TokenSpan]] = {}
    for span in signals.roles:
        if named.isdisjoint(range(span.first, span.end)):
            spans.setdefault(syntax.tokens[span.first].sentence, []).append(span)
    for sentence, found in by_sentence.items():
        if len(found) == 1 and sentence in spans:
            for role in ("actor", "recipient"):
                _fill(found[0], role, spans[sentence], syntax, fillers, cues)


def _telling(attributions: tuple[Attribution, ...], syntax: Syntax) -> dict[int, CueClass]:
    """Every verb of saying, with the class of its cue."""
    return {
        token.index: said.cue_class
        for said in attributions
        for cue in said.cue
        for token in syntax.parse.tokens_in(cue)
        if token.upos == "VERB"
    }


def _sources_without_verb(attributions: tuple[Attribution, ...], syntax: Syntax) -> frozenset[int]:
    """The words of those "according to" whom something is."""
    parse = syntax.parse
    led = [said for said in attributions if said.cue and all(token.deprel in ("case", "fixed") for token in parse.tokens_in(said.cue[0]))]
    return frozenset(token.index for said in led for span in said.source for token in parse.tokens_in(span))


def _only_tells(index: int, draft: Draft, syntax: Syntax, cues: dict[int, CueClass]) -> bool:
    """Whether a word is the subject of a verb of saying (or of one left out beside it), or in apposition to it, and the event is told."""
    at = index
    while syntax.tokens[at].deprel in ("appos", "flat", "nmod:desc") and syntax.tokens[at].head >= 0:
        at = syntax.tokens[at].head
    verb = syntax.tokens[at].head
    if verb not in cues or verb in draft.anchors or not syntax.tokens[at].deprel.startswith(("nsubj", "parataxis")):
        return False
    named = any(syntax.tokens[anchor].head == verb and syntax.tokens[anchor].deprel == "obj" for anchor in draft.anchors)
    return not named or not (cues[verb] in ACTS or syntax.tokens[verb].lemma in OWNING)


def _does_something_with(index: int, draft: Draft, syntax: Syntax) -> bool:
    """Whether a word is the subject of no event's verb whose object is a harm, or is perceived: who "heard shelling" shelled nobody."""
    main, verb = syntax.tokens[draft.main.token], syntax.tokens[index].head
    about = draft.main.frame.harm is not None or (verb >= 0 and syntax.tokens[verb].lemma in PERCEIVING)
    about = about and main.upos == "NOUN" and main.deprel == "obj" and main.head == verb
    return about and verb not in draft.anchors and syntax.tokens[index].deprel == "nsubj"


def _has_no_part(index: int, draft: Draft, syntax: Syntax) -> bool:
    """Whether a word is the subject of the event's own verb, to which the frame gives no part: who "found a dead rebel" killed nobody."""
    token = syntax.tokens[index]
    own = token.head in draft.anchors and token.deprel == "nsubj"
    return own and all(role != "actor" for role, _ in draft.main.pattern.slots)


def _is_aside(index: int, draft: Draft, syntax: Syntax) -> bool:
    """Whether an event is only named beside a clause of another verb that a word stands by ("left in the wake of violence")."""
    main = syntax.tokens[draft.main.token]
    if main.upos not in ("NOUN", "PROPN") or draft.main.support is not None or len(draft.triggers) > 1:
        return False
    token = syntax.tokens[index]
    verb = token.head if token.deprel.partition(":")[0] in ("nsubj", "obj", "iobj") else -1
    if verb == main.index + 1:
        return False  # "Turkish operations spook militias": its subject, whatever the parser called it
    return verb >= 0 and verb not in draft.anchors and main.deprel.partition(":")[0] in ("obl", "nmod", "conj", "compound", "appos")


def _fill(draft: Draft, role: str, spans: list[TokenSpan], syntax: Syntax, fillers: Fillers, cues: dict[int, CueClass]) -> None:
    if draft.roles.get(role) or (role == "recipient" and (draft.roles.get("physical_target") or draft.roles.get("place"))):
        return
    if role == "recipient" and syntax.case(draft.main.token) == "behind":
        return  # "the group was behind the bombing": whoever else is named is not bombed
    taken = {filler.index for row in draft.roles.fillers.values() for filler in row}
    for span in spans:
        if span.label not in ROLE_LABELS[role] or span.score < SURE:
            continue
        inside = range(span.first, span.end)
        head = next((i for i in inside if syntax.tokens[i].head not in inside), None)
        if head is not None and fillers.heads(head, MentionKind.ACTOR) is None and syntax.tokens[head].deprel == "compound":
            head = syntax.tokens[head].head  # the model saw the name alone: "[Hezbollah] militias"
        if head is None or head in taken or head in draft.anchors or _only_tells(head, draft, syntax, cues):
            continue
        if _does_something_with(head, draft, syntax) or _is_aside(head, draft, syntax):
            continue
        if role == "actor" and _has_no_part(head, draft, syntax):
            continue
        known = {fillers.root(fillers.mention(index)) for index in taken} - {None}
        if fillers.heads(head, MentionKind.ACTOR) is not None and fillers.root(fillers.mention(head)) not in known:
            draft.roles.add(role, Filler(head, "signal"))


def agreement(draft: Draft, syntax: Syntax) -> float | None:
    """The probability that the model gives the draft's class in its sentence, or None where it says nothing."""
    signals = syntax.parse.signals
    sentence = syntax.tokens[draft.main.token].sentence
    if signals is None or sentence >= len(signals.sentence_class) or draft.event is None:
        return None
    row = signals.sentence_class[sentence]
    return row[CLASSES[draft.event]] if len(row) > max(CLASSES.values()) else None
