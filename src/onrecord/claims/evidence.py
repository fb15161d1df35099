"""The words that a claim rests on: the clause or phrase of its event with all that belongs to it, and no other event's.

What is said, vowed or denied belongs to the verb that says it; a relative clause, a coordinated verb or a remark in passing does not.
Words that stand apart, such as the subject that a second verb shares, are a span of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.lists import word_set
from onrecord.records import Span

APART = frozenset(("punct", "cc", "parataxis", "discourse", "vocative", "list", "dep"))
CLAUSES = frozenset(("advcl", "conj", "acl"))
COUNTS = frozenset(("nummod", "det", "advmod", "amod"))
RELATIVE = word_set("pronouns.relative_clauses")
MOST = 150  # words of one clause that are looked at: no claim rests on more


def evidence_of(
    draft: Draft, spans: Iterable[Span], figures: Iterable[int], syntax: Syntax, anchors: Collection[int], speakers: Collection[int]
) -> tuple[Span, ...]:
    """The spans of a draft's claim in order, within its sentence.

    Args: spans: of its participants and of the mentions that it uses.  figures: heads of its numbers, and of what brings a count to them.
    anchors: the words of all drafts.  speakers: the words for who says things.
    """
    sentence = syntax.parse.sentences[syntax.tokens[draft.main.token].sentence]
    own = draft.anchors
    tops = own | {index for head in figures for index in _counted(head, syntax)}
    fillers = {filler.index for role in draft.roles.fillers.values() for filler in role}
    words = {index for index in _clause(tops, own | fillers, syntax, anchors) if index in own or index not in speakers}
    for span in spans:
        words.update(token.index for token in syntax.parse.tokens_in(span))
    here = sorted(index for index in words if sentence.first <= index < sentence.end)
    return tuple(_spans(here, own, anchors, syntax))


def _clause(tops: set[int], certain: Collection[int], syntax: Syntax, anchors: Collection[int]) -> set[int]:
    """The words under the tops that belong to their clauses. certain: words that do whatever joins them."""
    found = set(tops)
    queue = sorted(tops)
    for at in queue:
        below = [child for child in syntax.children[at] if child not in found and _belongs(child, tops, certain, syntax, anchors)]
        found.update(below)
        queue += below[: max(0, MOST - len(queue))]
    return found


def _belongs(child: int, tops: Collection[int], certain: Collection[int], syntax: Syntax, anchors: Collection[int]) -> bool:
    token = syntax.tokens[child]
    relation = base(token.deprel)
    if child in certain and relation != "parataxis":
        return True
    if relation in APART or token.deprel == "acl:relcl" or syntax.case(child) == "according to":
        return False
    highest = token.head in tops
    if highest and (relation in ("mark", "case") or syntax.lower[child] in RELATIVE):
        return False
    if relation in CLAUSES:
        return not highest and relation != "advcl" and token.upos not in ("VERB", "AUX") and child not in anchors
    return relation != "ccomp" or child > token.head


def _counted(head: int, syntax: Syntax) -> Iterator[int]:
    """A number with what it counts: its noun, or the word that it is said of ("at least 17 dead", "three of them children")."""
    yield head
    token = syntax.tokens[head]
    if token.head < 0:
        return
    above = syntax.tokens[token.head]
    said_of = base(token.deprel) == "nsubj" and above.upos in ("NOUN", "ADJ")
    if said_of or (base(token.deprel) in COUNTS and above.upos in ("NOUN", "PROPN", "ADJ")):
        yield above.index


def _spans(words: list[int], own: Collection[int], anchors: Collection[int], syntax: Syntax) -> Iterator[Span]:
    """Stretches of words, parted where another event, or what joins a verb of this one to it, lies between."""
    start = 0
    for at in range(1, len(words) + 1):
        between = range(words[at - 1] + 1, words[at]) if at < len(words) else ()
        joined = any(_parts(index, own, syntax) for index in between)
        if at == len(words) or joined or any(index in anchors for index in between):
            yield syntax.tokens[words[start]].span[0], syntax.tokens[words[at - 1]].span[1]
            start = at


def _parts(index: int, own: Collection[int], syntax: Syntax) -> bool:
    """Whether a word joins a verb of the event to another event: "… and captured six", "accused the army of shelling"."""
    link = syntax.tokens[index]
    verb = syntax.tokens[link.head]
    if link.head not in own or verb.head in own:
        return False
    return (link.deprel == "cc" and verb.deprel == "conj") or (link.deprel in ("mark", "case") and verb.text.lower().endswith("ing"))
