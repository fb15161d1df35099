"""Events that no frame tells but the language model sees: who, to whom, and of which of five classes a sentence speaks.

Only where the model is sure of the class and of both sides, both are somebody, one verb governs them, and no frame has coded the two.
What the class alone cannot tell is left out: the type is the plainest of its class, without mode, and the confidence stays low.
``python -m evaluation.learned`` measures the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger
from onrecord.claims.roles import Filler, Roles
from onrecord.claims.syntax import Syntax
from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import FrameKind, read_pattern
from onrecord.records import MentionKind, TokenSpan

# Of 46 sentences of the held-out eighth that reach it, coded without frames, the class is right in 45 and both sides too in 38.
SURE_CLASS = 0.5
SURE_ROLE = 0.6
FRAMES = (None, "learned.verbal_cooperation", "learned.material_cooperation", "learned.verbal_conflict", "learned.material_conflict")
SIDES = {"actor": ("actor",), "recipient": ("recipient",), "reciprocal": ("actor", "recipient")}


def add_learned(drafts: list[Draft], syntax: Syntax, fillers: Fillers, lexicon: Lexicon) -> list[Draft]:
    """The drafts with those that only the language model sees, in order of position; the same without ``parse.signals``."""
    signals = syntax.parse.signals
    if signals is None or not signals.roles:
        return drafts
    coded = {syntax.tokens[draft.main.token].sentence for draft in drafts if _is_whole(draft)}
    spans: dict[int, list[TokenSpan]] = {}
    for span in signals.roles:
        spans.setdefault(syntax.tokens[span.first].sentence, []).append(span)
    added: list[Draft] = []
    for sentence, row in enumerate(signals.sentence_class):
        best = max(range(len(row)), key=lambda k: row[k], default=0)
        if best and row[best] >= SURE_CLASS and sentence in spans and sentence not in coded:
            added += _draft(FRAMES[best] or "", spans[sentence], drafts, syntax, fillers, lexicon)
    return sorted([*drafts, *added], key=lambda draft: draft.main.token)


def _is_whole(draft: Draft) -> bool:
    """Whether a frame has found both sides of an event."""
    affected = ("recipient", "physical_target", "place")
    told = draft.main.frame.kind is FrameKind.EVENT and draft.event is not None
    if draft.main.frame.kind is FrameKind.FIGURE and draft.roles.get("victim"):
        return True  # "rescuers recovered the body of a woman" is no event between the two
    return told and bool(draft.roles.get("actor")) and any(draft.roles.get(role) for role in affected)


def _draft(
    frame_id: str, spans: list[TokenSpan], drafts: list[Draft], syntax: Syntax, fillers: Fillers, lexicon: Lexicon
) -> Iterator[Draft]:
    sides = _sides(spans, syntax, fillers)
    frame = lexicon.verbs.by_id.get(frame_id)
    if not sides["actor"] or not sides["recipient"] or frame is None:
        return
    verb = _governor(sides["actor"][0], sides["recipient"][0], syntax)
    if (
        verb is None
        or _only_says(verb, syntax)
        or not lexicon.verbs.patterns(syntax.lower[verb])
        or any(verb in draft.anchors and draft.event is not None for draft in drafts)
    ):
        return
    roles = Roles()
    for role, heads in sides.items():
        for head in heads:
            roles.add(role, Filler(head, "signal"))
    trigger = Trigger(verb, read_pattern(frame, syntax.tokens[verb].lemma.lower()), syntax.slots(verb), (verb,))
    yield Draft(trigger, [trigger], roles, {verb: roles})


def _only_says(verb: int, syntax: Syntax) -> bool:
    """Whether a verb only tells what a clause beside it says ("two of the wounded died, it said")."""
    beside = syntax.tokens[verb].deprel == "parataxis" and syntax.child(verb, "obj", "obl") is None
    return beside or syntax.child(verb, "ccomp", "parataxis") is not None


def _sides(spans: list[TokenSpan], syntax: Syntax, fillers: Fillers) -> dict[str, list[int]]:
    """The heads of the spans on each side, somebody's all of them; two sides that deal with one another are told apart by their order."""
    sides: dict[str, list[int]] = {"actor": [], "recipient": []}
    for span in spans:
        taken = [x for side in sides.values() for x in side]
        heads = [x for x in _heads(span, syntax, fillers) if x not in taken and not any(y in taken for y in syntax.parse.ancestors(x))]
        if span.score < SURE_ROLE or not heads:
            continue
        if span.label == "reciprocal":
            first = heads[:1] if not sides["actor"] else []
            sides["actor"] += first
            sides["recipient"] += heads[len(first) :]
        elif span.label in sides:
            sides[span.label] += heads
    return sides


def _heads(span: TokenSpan, syntax: Syntax, fillers: Fillers) -> list[int]:
    """Those who a span names: its head and what is coordinated with that inside the span."""
    inside = range(span.first, span.end)
    tops = [i for i in inside if syntax.tokens[i].head not in inside]
    found = dict.fromkeys(x for top in tops for x in fillers.unpack(top) if x in inside)
    return [x for x in found if fillers.heads(x, MentionKind.ACTOR) is not None or {"place", "country"} <= fillers.classes(x)]


def _governor(actor: int, recipient: int, syntax: Syntax) -> int | None:
    """The lowest verb above both sides, or None where another word joins them."""
    above = set(syntax.parse.ancestors(recipient))
    joint = next((x for x in syntax.parse.ancestors(actor) if x in above), None)
    if joint is None or syntax.tokens[joint].upos != "VERB" or syntax.tokens[joint].deprel in ("amod", "compound"):
        return None
    return joint
