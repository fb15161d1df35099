"""What stands beside a saying: whom it was told to, who asked, and the channels that carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.claims.access import CHANNEL_CASES, TELLING, carrier_after, outlet_name
from onrecord.claims.grammar import Grammar
from onrecord.lexicon.lists import word_set

if TYPE_CHECKING:
    from onrecord.lexicon.outlets import Index as Outlets

LISTENING = CHANNEL_CASES | {"with"}
ASKED = word_set("speech.asked")
PRESS = word_set("speech.press")
REPORTERS = word_set("speech.reporters")
OURS = word_set("speech.our_own")


def told_outlet(grammar: Grammar, outlets: Outlets, cue: Sequence[int]) -> tuple[int, ...]:
    """The outlet's name right after a verb of telling ("told AFP by phone"), whatever the parser took it for, or none."""
    verbs = [at for at in cue if grammar.words[at] in TELLING and grammar.tokens[at].upos == "VERB"]
    return next((name for verb in verbs if (name := outlet_name(grammar, outlets, verb + 1))), ())


def is_told_press(grammar: Grammar, at: int) -> bool:
    """Whether a noun that is told something is one paper or station, or a reporter of the outlet's own: "told this newspaper"."""
    if grammar.tokens[at].deprel not in ("obj", "iobj") or grammar.words[grammar.tokens[at].head] not in TELLING:
        return False
    ours = any(grammar.words[child] in OURS for child in grammar.children(at, "nmod:poss", "det"))
    return grammar.words[at] in PRESS or (ours and grammar.words[at] in REPORTERS)


def nominals_beside(grammar: Grammar, source: Sequence[int], cue: Sequence[int], content: Sequence[int]) -> list[int]:
    """The nominals of the clause of saying that are neither source nor content: listeners, channels, those who quote or ask.

    source, cue, content: token indices of the attribution. Returns token indices of their heads, in text order.
    """
    said = {*content, *source}
    verbs = [at for at in cue if grammar.tokens[at].upos == "VERB"]
    found = {at for at in cue if source and verbs and grammar.tokens[at].upos == "NOUN" and not _is_wanted(grammar, at)}
    for verb in verbs:
        for child in grammar.children(verb, "obj", "iobj", "obl", "nmod", "obl:agent"):
            relation = grammar.tokens[child].deprel
            told = relation in ("obj", "iobj") and grammar.words[verb] in TELLING
            if child not in said and (told or relation == "obl:agent" or grammar.case(child) in LISTENING):
                found.add(child)
        behind = [carrier_after(grammar, verb + 1), carrier_after(grammar, content[-1] + 1) if content else None]
        found.update(at for at in behind if at is not None)
        found.update(_asking(grammar, verb))
    return sorted(found)


def _is_wanted(grammar: Grammar, noun: int) -> bool:
    """ "Rejected calls for talks": what is asked for carries no words."""
    return any(grammar.case(child) == "for" for child in grammar.children(noun, "nmod"))


def _asking(grammar: Grammar, verb: int) -> Iterator[int]:
    """Who asked, of "Asked by Y whether …, X said …" and "Speaking to Y, X laughed and said …"."""
    first = grammar.finite_governor(verb) if grammar.tokens[verb].deprel == "conj" else verb
    for clause in (clause for above in {verb, first} for clause in grammar.children(above, "advcl")):
        if grammar.words[clause] in ASKED:
            yield from (at for at in grammar.children(clause, "obl", "obl:agent") if grammar.case(at) in ("by", "to", "with"))
