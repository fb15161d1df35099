"""Who says it: the source of a verb of saying.

Parsers give the speaker to the clause that is said, or the clause to the speaker; commas, quotation marks and neighbours tell better.
"""

from __future__ import annotations

from onrecord.claims.grammar import NOMINAL, OUTSIDE, RELATIVES, Grammar


def source_phrase(grammar: Grammar, source: int, cue: int) -> tuple[int, ...]:
    """The words of a source: its noun phrase on its own side of the cue, without the clause that the cue itself stands in."""
    above = frozenset(grammar.parse.ancestors(cue))

    def foreign(child: int) -> bool:
        outside = child == cue or child in above or grammar.tokens[child].deprel == "parataxis" or is_charge(grammar, child)
        return outside or source < cue < child

    return grammar.phrase(source, drop=foreign)


def is_charge(grammar: Grammar, clause: int) -> bool:
    """Whether a clause tells what of, wherever the parser hung it ("accused by the governor of attacking the convoy")."""
    return grammar.tokens[clause].deprel == "acl" and grammar.case(clause) == "of" and grammar.words[clause].endswith("ing")


def up_to(grammar: Grammar, tokens: tuple[int, ...], source: int, verb: int) -> tuple[int, ...]:
    """A source with the relative clause between it and the verb ("a doctor who treated them said"), whatever the parser hung that on."""
    after = source + 1
    if after >= verb or grammar.words[after] not in RELATIVES or grammar.tokens[after].upos != "PRON":
        return tokens
    between = range(after, verb)
    if any(grammar.words[x] in (",", *ENDING) for x in between):
        return tokens
    own = {verb, *grammar.children(verb, "aux", "aux:pass", "advmod")}
    return tuple(sorted({*tokens, *(x for x in between if x not in own)}))


def verb_source(grammar: Grammar, verb: int) -> int | None:
    """The head of who does what a verb of saying says, or None."""
    if grammar.is_passive(verb):
        return grammar.agent(verb)
    subject = grammar.subject(verb)
    own = grammar.own_subject(verb)
    if own is None or (own < verb - 1 and _is_parted(grammar, own, verb)):
        subject = beside(grammar, verb) or subject
    if subject is None:
        return None
    if grammar.words[subject] not in RELATIVES:
        return _explained(grammar, subject, verb) or subject
    return antecedent(grammar, verb, subject)


def _explained(grammar: Grammar, subject: int, verb: int) -> int | None:
    """The noun in front of a relative clause that ends in what the parser took for a subject ("a man who gave his name as Yusuf said")."""
    sentence = grammar.parse.sentences[grammar.tokens[verb].sentence].first
    if not sentence < subject < verb or any(grammar.words[at] == "," for at in range(subject, verb)):
        return None
    for at in range(subject - 1, sentence, -1):
        if grammar.tokens[at].upos == "PUNCT":
            return None
        if grammar.words[at] == "who":
            deeds = any(grammar.tokens[x].upos == "VERB" and grammar.is_finite(x) for x in range(at + 1, subject))
            return at - 1 if deeds and grammar.tokens[at - 1].upos in SPEAKERS and grammar.tokens[at - 1].head >= verb else None
    return None


def antecedent(grammar: Grammar, verb: int, relative: int) -> int:
    """The noun that a relative pronoun stands for, as far as the parse tells, or the pronoun itself."""
    clause = verb
    while grammar.tokens[clause].head >= 0 and not grammar.tokens[clause].deprel.startswith("acl"):
        clause = grammar.tokens[clause].head
    head = grammar.tokens[clause].head
    return head if head >= 0 else relative


def _is_parted(grammar: Grammar, subject: int, verb: int) -> bool:
    """Whether a mark that ends a quotation or a finite verb stands between a verb and what the parser took for its subject."""
    between = range(subject + 1, verb)
    return any(grammar.words[x] in CLOSING for x in between) and not any(grammar.words[x] in OPENING for x in between)


CLOSING = frozenset(["”", "»", '"', "''"])
OPENING = frozenset(["“", "«"])


def beside(grammar: Grammar, verb: int) -> int | None:
    """The noun phrase right before a verb of saying ("…, the governor said"), or right after it ("…, said the governor").

    Parsers give such a noun to the clause that is said; the comma or mark in front of it says otherwise.
    """
    left = verb - 1
    while left >= 0 and grammar.tokens[left].upos in ("AUX", "ADV"):
        left -= 1
    found = _chunk_head(grammar, left) if left >= 0 and grammar.tokens[left].sentence == grammar.tokens[verb].sentence else None
    if found is not None:
        return found
    right = verb + 1
    gerund = (
        "VerbForm=Part" in grammar.tokens[verb].feats and "Tense=Pres" in grammar.tokens[verb].feats
    )  # "…, accusing them of": its object
    if right < len(grammar.tokens) and verb > 0 and grammar.words[verb - 1] in (",", *ENDING) and not gerund:
        found = _nominal_right(grammar, right, verb)
        is_subject = found is not None and grammar.tokens[found].head > found  # of a clause that follows: "…, say they have fled"
        return None if is_subject else found
    return None


ENDING = (*CLOSING, "’", "'", "?", "!")
MAX_PHRASE = 200  # words
MAX_CHUNKS = 4  # appositions and relative clauses between a speaker and the verb


def _chunk_head(grammar: Grammar, end: int) -> int | None:
    """The head of the noun phrase that ends at a word and begins after a mark, past its appositions and relative clauses."""
    sentence = grammar.parse.sentences[grammar.tokens[end].sentence].first
    apposition = None  # the last one passed: the speaker, where no noun phrase that it could explain stands before it
    for passed in range(MAX_CHUNKS):
        closed = grammar.words[end] == ","  # an apposition is closed by a comma; without one the phrase is the speaker itself
        if closed:
            end -= 1
        start = end
        while start > max(sentence, end - MAX_PHRASE) and not (
            grammar.words[start - 1] in (",", *ENDING) and grammar.tokens[start - 1].upos == "PUNCT"
        ):
            start -= 1
        if start >= end + 1 or end < sentence:
            return apposition
        inside = range(start, end + 1)
        head = next((x for x in inside if grammar.tokens[x].head not in inside and grammar.tokens[x].upos != "PUNCT"), None)
        if head is None:
            return apposition
        relation, above = grammar.tokens[head].deprel, grammar.tokens[head].head
        subject = grammar.child(head, "nsubj", "nsubj:pass") if relation == "acl" else None
        if subject is not None and subject in inside:
            return subject  # the parser made a clause of the speaker and a participle
        if (closed or relation != "appos") and relation in PASSED and sentence <= above < start and grammar.tokens[above].upos in NOMINAL:
            end = start - 1
            apposition = head if relation == "appos" and grammar.tokens[head].upos in SPEAKERS else apposition
            continue
        return head if (start > sentence or passed) and grammar.tokens[head].upos in SPEAKERS else apposition
    return apposition


SPEAKERS = frozenset(["NOUN", "PROPN", "PRON"])
PASSED = frozenset(["appos", "acl:relcl", "acl", "flat"])


def _nominal_right(grammar: Grammar, at: int, verb: int) -> int | None:
    """The head of the noun phrase that begins right after a verb."""
    if grammar.tokens[at].upos not in (*NOMINAL, "DET"):
        return None
    while (
        grammar.tokens[at].head > verb
        and grammar.tokens[grammar.tokens[at].head].upos in NOMINAL
        and grammar.tokens[at].deprel not in OUTSIDE
    ):
        at = grammar.tokens[at].head
    return at if grammar.tokens[at].upos in SPEAKERS else None
