"""Bare numbers in a role ("captured six"): the group that the sentence named before stands for them, or nobody."""

from __future__ import annotations

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.roles import Filler
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_set
from onrecord.records import MentionKind

IMPLICIT = "implicit"
QUANTIFIERS = word_set("counting.elided")


def settle_numbers(drafts: list[Draft], syntax: Syntax, fillers: Fillers) -> None:
    """Takes bare numbers out of the actors and recipients; a group elided after a conjunct comes in, with the slot ``implicit``."""
    for draft in drafts:
        for role in ("actor", "recipient"):
            if role == "actor" and draft.event == "PROTEST":
                continue  # "thousands marched": those who protest are a crowd
            row = draft.roles.get(role)
            kept = [filler for filler in row if not _is_bare(filler.index, syntax, fillers)]
            if len(kept) == len(row):
                continue
            if not kept and role == "recipient":
                group = _elided(draft, drafts, syntax, fillers) or _taken_before(draft, drafts, syntax)
                kept = [Filler(filler.index, IMPLICIT) for filler in group]
            draft.roles.fillers[role] = kept
            draft.counted += [filler for filler in row if filler not in kept]


def _is_bare(index: int, syntax: Syntax, fillers: Fillers) -> bool:
    token = syntax.tokens[index]
    if token.upos != "NUM" and syntax.lower[index] not in QUANTIFIERS:
        return False
    return fillers.heads(index, MentionKind.ACTOR) is None and not syntax.slots(index).get("of")


def _elided(draft: Draft, drafts: list[Draft], syntax: Syntax, fillers: Fillers) -> list[Filler]:
    """The counted group of the conjunct before ("killed 34 soldiers and captured six"): one, named, in the same role."""
    token = syntax.tokens[draft.main.token]
    while token.deprel == "conj" and token.head >= 0:
        token = syntax.tokens[token.head]
        for other in drafts:
            if token.index in other.anchors and other is not draft:
                named = [f for f in other.roles.get("recipient") if fillers.heads(f.index, MentionKind.ACTOR) is not None]
                return named[:1]
    return []


def _taken_before(draft: Draft, drafts: list[Draft], syntax: Syntax) -> list[Filler]:
    """Of the released ("…; two were freed the next day"): the group that was last said to be captured, here or in the sentence before."""
    if "release" not in draft.main.frame.mode:
        return []
    here = syntax.tokens[draft.main.token]
    for other in reversed(drafts):
        at = syntax.tokens[other.main.token]
        if at.index < here.index and here.sentence - at.sentence <= 1 and other.main.frame.harm == "captured":
            return other.roles.get("recipient")[:1]
    return []
