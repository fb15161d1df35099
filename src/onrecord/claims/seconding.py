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
from onrecord.records import MentionKind, TokenSpan

# Proposals below this are no better than the nearest noun on the held-out sentences.
SURE = 0.6
ROLE_LABELS = {"actor": ("actor", "reciprocal"), "recipient": ("recipient", "reciprocal")}
CLASSES = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 1, "COOPERATE": 2, "AID": 2, "RETREAT": 2, "REQUEST": 3, "ACCUSE": 3, "REJECT": 3,
    "THREATEN": 3, "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip


def fill_roles(drafts: list[Draft], syntax: Syntax, fillers: Fillers) -> None:
    """Adds actors and recipients that the model sees to the one event of a sentence that lacks them."""
    signals = syntax.parse.signals
    if signals is None or not signals.roles:
        return
    by_sentence: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.main.frame.kind is FrameKind.EVENT and draft.event is not None:
            by_sentence.setdefault(syntax.tokens[draft.main.token].sentence, []).append(draft)
    spans: dict[int, list[TokenSpan]] = {}
    for span in signals.roles:
        spans.setdefault(syntax.tokens[span.first].sentence, []).append(span)
    for sentence, found in by_sentence.items():
        if len(found) == 1 and sentence in spans:
            for role in ("actor", "recipient"):
                _fill(found[0], role, spans[sentence], syntax, fillers)


def _fill(draft: Draft, role: str, spans: list[TokenSpan], syntax: Syntax, fillers: Fillers) -> None:
    if draft.roles.get(role) or (role == "recipient" and (draft.roles.get("physical_target") or draft.roles.get("place"))):
        return
    taken = {filler.index for row in draft.roles.fillers.values() for filler in row}
    for span in spans:
        if span.label not in ROLE_LABELS[role] or span.score < SURE:
            continue
        inside = range(span.first, span.end)
        head = next((i for i in inside if syntax.tokens[i].head not in inside), None)
        if head is not None and head not in taken and head not in draft.anchors and fillers.heads(head, MentionKind.ACTOR) is not None:
            draft.roles.add(role, Filler(head, "signal"))


def agreement(draft: Draft, syntax: Syntax) -> float | None:
    """The probability that the model gives the draft's class in its sentence, or None where it says nothing."""
    signals = syntax.parse.signals
    sentence = syntax.tokens[draft.main.token].sentence
    if signals is None or sentence >= len(signals.sentence_class) or draft.event is None:
        return None
    row = signals.sentence_class[sentence]
    return row[CLASSES[draft.event]] if len(row) > max(CLASSES.values()) else None
