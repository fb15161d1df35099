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
    if any(_circles(at, changed, parse) for at in changed):
        return parse  # two corrections at odds: neither is sure
    moved = {at: msgspec.structs.replace(parse.tokens[at], head=head, deprel=relation) for at, (head, relation) in changed.items()}
    return msgspec.structs.replace(parse, tokens=tuple(moved.get(token.index, token) for token in parse.tokens))


def _circles(index: int, changed: Change, parse: Parse) -> bool:
    """Whether the way up from a word comes back to it once the changes are made."""
    seen = {index}
    at = changed[index][0]
    while at >= 0:
        if at in seen:
            return True
        seen.add(at)
        at = changed[at][0] if at in changed else parse.tokens[at].head
    return False


def _counted_object(token: Token, parse: Parse) -> Change:
    """ "Bandits whisk away 14": a number right behind a verb without an object is its object and no measure."""
    verb = parse.tokens[token.head]
    near = token.upos == "NUM" and verb.upos == "VERB" and 0 < token.index - verb.index <= 2 and not parse.children[token.index]
    return {token.index: (verb.index, "obj")} if near and not _relations(verb, parse) & {"obj", "aux:pass"} else {}


def _predicate(token: Token, parse: Parse) -> Change:
    """ "Shot dead nine people", "had “neutralised 203 terrorists”": what stands before a numeral belongs to the verb before it."""
    noun, after = parse.tokens[token.head], token.index + 1
    counted = after < noun.index and parse.tokens[after].upos == "NUM" and noun.index in parse.ancestors(after)
    if noun.deprel != "obj" or not counted:
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
    objects = [row.index for row in rows if row.deprel == "obj" and verb.index < row.index < token.index]
    if token.upos == "NUM" and objects:  # "killed nine rebels, two of them minors"
        return {token.index: (objects[0], "appos")}
    first = any(row.deprel == "nsubj" and row.index < verb.index for row in rows)
    near = verb.upos == "VERB" and parse.extent(token.index)[0] == verb.index + 1
    charged = [row for row in rows if row.deprel == "xcomp" and row.index > token.index and "Voice=Pass" in row.feats]
    taken = any(row.deprel in ("obj", "ccomp", "xcomp", "parataxis", "aux:pass") for row in rows if row not in charged)
    if not first or not near or taken:
        return {}
    return {token.index: (verb.index, "obj"), **{row.index: (token.index, "acl") for row in charged}}  # "arrested a man accused of theft"


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
    spoken = "Tense=Pres" in token.feats and "VerbForm=Part" in token.feats and token.lemma in (*SAYING, *ADDRESSING)
    if not spoken or token.index < 2 or parse.tokens[token.index - 1].text != ",":
        return {}
    said, told = parse.tokens[token.index - 2], parse.tokens[token.head]
    if told.deprel == "ccomp" and told.head >= 0 and "aux:pass" in _relations(told, parse):
        said = parse.tokens[told.head]  # "said two had been killed, blaming the rebels": the dead blame nobody
    fit = said.upos == "VERB" and said.lemma in SAYING and said.sentence == token.sentence and said.index != token.head
    return {token.index: (said.index, "advcl")} if fit and said.index not in parse.subtree(token.index) else {}


def _active(token: Token, parse: Parse) -> Change:
    """ "The strike killed 23 people": a verb with an object and without "was" is no passive."""
    verb = parse.tokens[token.head]
    behind = any(parse.tokens[c].deprel == "obj" and c > verb.index for c in parse.children[verb.index])
    return {token.index: (verb.index, "nsubj")} if behind and "aux:pass" not in _relations(verb, parse) else {}


def _no_agent(token: Token, parse: Parse) -> Change:
    """ "…, the emergency service said": what stands before a saying without "by" is its subject and did nothing else."""
    after = parse.extent(token.index)[1]
    if after >= len(parse.tokens) or any(parse.tokens[c].deprel == "case" for c in parse.children[token.index]):
        return {}
    said = parse.tokens[after]
    free = said.upos == "VERB" and said.index in parse.ancestors(token.index) and not _relations(said, parse) & set(SUBJECTS)
    return {token.index: (said.index, "nsubj")} if free else {}


def _relations(token: Token, parse: Parse) -> set[str]:
    return {parse.tokens[child].deprel for child in parse.children[token.index]}


RULES: dict[str, Callable[[Token, Parse], Change]] = {
    "obl:unmarked": _counted_object,
    "amod": _predicate,
    "advmod": _predicate,
    "obj": _bare_clause,
    "nsubj": _done_to,
    "nsubj:pass": _active,
    "obl:agent": _no_agent,
    "ccomp": _after_semicolon,
    "advcl": _saying_on,
}
