"""What stands behind a verb, put right where grammar leaves no choice: numbers as objects, predicates before them, clauses without "that".

An adjective or participle never stands before a numeral inside a noun phrase, so "shot dead nine people" has a predicate and "had
“neutralised 203 terrorists”" a perfect. A verb that is joined to another has a conjunction or a comma in front, so "said reports indicated
…" has a clause for its object. A second subject without a verb of its own is what the verb is done to.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from onrecord.lexicon.lists import word_set
from onrecord.records import Parse, Token

Change = dict[int, tuple[int, str]]
SAYING = word_set("speech.verbs")
ADDRESSING = word_set("speech.addressing")
SUBJECTS = ("nsubj", "nsubj:pass", "csubj", "expl")


def complete(parse: Parse) -> Parse:
    """The parse with such complements put where they belong; the same object when there are none."""
    changed: Change = {}
    for token in parse.tokens:
        rule = RULES.get(token.deprel)
        if rule is not None and token.head >= 0:
            changed.update(rule(token, parse))
    if not changed:
        return parse
    moved = {at: msgspec.structs.replace(parse.tokens[at], head=head, deprel=relation) for at, (head, relation) in changed.items()}
    return msgspec.structs.replace(parse, tokens=tuple(moved.get(token.index, token) for token in parse.tokens))


def _counted_object(token: Token, parse: Parse) -> Change:
    """ "Bandits whisk away 14": a number right behind a verb without an object is its object and no measure."""
    verb = parse.tokens[token.head]
    near = token.upos == "NUM" and verb.upos == "VERB" and 0 < token.index - verb.index <= 2 and not parse.children[token.index]
    return {token.index: (verb.index, "obj")} if near and not _relations(verb, parse) & {"obj", "aux:pass"} else {}


def _predicate(token: Token, parse: Parse) -> Change:
    """ "Shot dead nine people", "had “neutralised 203 terrorists”": what stands before a numeral belongs to the verb before it."""
    noun, after = parse.tokens[token.head], token.index + 1
    if noun.deprel != "obj" or after >= len(parse.tokens) or parse.tokens[after].head != noun.index or parse.tokens[after].upos != "NUM":
        return {}
    before = token.index - 1
    while before > noun.head and parse.tokens[before].upos == "PUNCT":
        before -= 1
    if before != noun.head:
        return {}
    if token.upos == "ADJ":
        return {token.index: (noun.head, "xcomp")}
    return _perfect(token, noun, parse) if token.upos == "VERB" and parse.tokens[before].lemma == "have" else {}


def _perfect(verb: Token, noun: Token, parse: Parse) -> Change:
    """The participle becomes the predicate in place of "had", with all that hung on this."""
    have = parse.tokens[noun.head]
    changed: Change = {verb.index: (have.head, have.deprel), have.index: (verb.index, "aux"), noun.index: (verb.index, "obj")}
    changed.update((child, (verb.index, parse.tokens[child].deprel)) for child in parse.children[have.index] if child != noun.index)
    return changed


def _bare_clause(token: Token, parse: Parse) -> Change:
    """ "Said reports indicated that …": a noun between two verbs that nothing joins is the subject of the second."""
    verb = parse.tokens[token.head]
    after = parse.extent(token.index)[1]
    if not verb.index < token.index < after < len(parse.tokens):
        return {}
    second = parse.tokens[after]
    if second.deprel not in ("conj", "parataxis") or second.upos != "VERB" or "VerbForm=Fin" not in second.feats:
        return {}
    if second.index in parse.ancestors(verb.index) or _relations(second, parse) & {*SUBJECTS, "cc", "mark"}:
        return {}
    return {token.index: (second.index, "nsubj"), second.index: (verb.index, "ccomp")}


def _done_to(token: Token, parse: Parse) -> Change:
    """ "The army blamed commander Otieno for the attack": a second subject, behind a verb without an object, is its object."""
    verb = parse.tokens[token.head]
    rows = [parse.tokens[child] for child in parse.children[verb.index]]
    first = any(row.deprel == "nsubj" and row.index < verb.index for row in rows)
    near = verb.upos == "VERB" and parse.extent(token.index)[0] == verb.index + 1
    taken = any(row.deprel in ("obj", "ccomp", "xcomp", "parataxis", "aux:pass") for row in rows)
    return {token.index: (verb.index, "obj")} if first and near and not taken else {}


def _after_semicolon(token: Token, parse: Parse) -> Change:
    """ "…, the coalition said; shrapnel fell on the town": no object of the saying, which is put behind its own."""
    said = parse.tokens[token.head]
    first = parse.extent(token.index)[0]
    parted = said.index < first and any(parse.tokens[at].text == ";" for at in range(said.index, first + 1))
    if not parted or said.deprel != "parataxis" or said.head < 0 or said.head > said.index:
        return {}
    return {token.index: (said.head, "parataxis")}


def _saying_on(token: Token, parse: Parse) -> Change:
    """ "…, the governor said, blaming the rebels": a participle of saying right behind a saying is its speaker's."""
    said = parse.tokens[token.index - 2] if token.index >= 2 and parse.tokens[token.index - 1].text == "," else None
    if said is None or said.sentence != token.sentence or said.lemma not in SAYING or token.lemma not in (*SAYING, *ADDRESSING):
        return {}
    spoken = token.head != said.index and "Tense=Pres" in token.feats and "VerbForm=Part" in token.feats and said.upos == "VERB"
    return {token.index: (said.index, "advcl")} if spoken and said.index not in parse.subtree(token.index) else {}


def _relations(token: Token, parse: Parse) -> set[str]:
    return {parse.tokens[child].deprel for child in parse.children[token.index]}


RULES: dict[str, Callable[[Token, Parse], Change]] = {
    "obl:unmarked": _counted_object,
    "amod": _predicate,
    "advmod": _predicate,
    "obj": _bare_clause,
    "nsubj": _done_to,
    "ccomp": _after_semicolon,
    "advcl": _saying_on,
}
