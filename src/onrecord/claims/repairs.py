"""Corrections to a parse that grammar itself demands, made before anything is read from it.

A coordinated verb must have the form that its place asks for: after "would not go unanswered" an "and pounded" in the past tense cannot
stand under "would", so it goes on from the nearest verb above that is in the past tense. A clause that begins with a relative pronoun
("under which attacks are prohibited") belongs to the noun before it. What stands before or beside the verb of a sentence that ends in
", reports the paper" belongs to that verb, and so does what follows the verb without a comma (", he said on Monday").
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from onrecord.claims.complements import complete
from onrecord.claims.syntax import INTRANSITIVE
from onrecord.claims.telegraph import expand
from onrecord.lexicon.lists import word_set
from onrecord.records import Parse, Token

Move = tuple[int, str]  # the new head and relation of a word
ADDRESSING = word_set("speech.addressing")
CITING = word_set("speech.citing")
LOCATIVE = word_set("prepositions.locative_small")
CITED = frozenset(("according", "per"))
REPAIRED = "_repaired"
# The relations that one of the rules below changes; most words stand in none of them.
MOVED = frozenset(("acl", "advcl", "advmod", "appos", "ccomp", "conj", "nsubj", "obj", "obl", "parataxis", "xcomp"))


def repair(parse: Parse) -> Parse:
    """The parse with such attachments corrected; the same object when there are none, and whenever it is asked for again."""
    known: Parse | None = parse.__dict__.get(REPAIRED)
    if known is None:
        known = parse.__dict__[REPAIRED] = _repaired(parse)
    return known


def _repaired(parse: Parse) -> Parse:
    parse = complete(_with_subjects(_with_forces(expand(parse))))
    moves = {token.index: move for token in parse.tokens if token.deprel.partition(":")[0] in MOVED if (move := _move(token, parse))}
    if not moves:
        return parse
    moved = {at: msgspec.structs.replace(parse.tokens[at], head=head, deprel=relation) for at, (head, relation) in moves.items()}
    return msgspec.structs.replace(parse, tokens=tuple(moved.get(token.index, token) for token in parse.tokens))


def _move(token: Token, parse: Parse) -> Move | None:
    """What the first rule that fits makes of a word."""
    return next((move for rule in RULES if (move := rule(token, parse)) is not None), None)


def _with_forces(parse: Parse) -> Parse:
    """ "Government forces shelled the town": "forces" before a bare past is no verb but its subject."""
    if not any(token.upos == "VERB" and token.text.lower() == "forces" for token in parse.tokens):
        return parse
    tokens = list(parse.tokens)
    for token in parse.tokens[:-1]:
        verb = parse.tokens[token.index + 1]
        if token.text.lower() != "forces" or token.upos != "VERB" or verb.head != token.index or not _is_past(verb) or verb.upos != "VERB":
            continue
        before = token.index - 1
        if before < 0 or tokens[before].head != token.index or tokens[before].deprel != "nsubj":
            continue
        for child in parse.children[token.index]:
            tokens[child] = msgspec.structs.replace(tokens[child], head=verb.index)
        tokens[before] = msgspec.structs.replace(tokens[before], head=token.index, deprel="compound")
        tokens[verb.index] = msgspec.structs.replace(verb, head=token.head, deprel=token.deprel, feats="Mood=Ind|Tense=Past|VerbForm=Fin")
        tokens[token.index] = msgspec.structs.replace(
            token, lemma="force", upos="NOUN", feats="Number=Plur", head=verb.index, deprel="nsubj"
        )
    return msgspec.structs.replace(parse, tokens=tuple(tokens)) if tuple(tokens) != parse.tokens else parse


def _with_subjects(parse: Parse) -> Parse:
    """ "In Lagos police fired tear gas": a past tense needs a subject, so the noun behind the name is no part of the place."""
    tokens = list(parse.tokens)
    for noun in parse.tokens:
        name = parse.tokens[noun.index - 1] if noun.index > 1 else None
        if noun.deprel != "obl" or noun.upos != "NOUN" or name is None or name.deprel != "compound" or name.head != noun.index:
            continue
        case = parse.tokens[parse.extent(name.index)[0] - 1]
        verb = parse.tokens[noun.head]
        bare = case.deprel == "case" and case.head == noun.index and case.text.lower() in LOCATIVE and name.upos == "PROPN"
        if not bare or verb.index < noun.index or not _lacks_subject(verb, parse):
            continue
        tokens[noun.index] = msgspec.structs.replace(noun, deprel="nsubj")
        tokens[name.index] = msgspec.structs.replace(name, head=verb.index, deprel="obl")
        tokens[case.index] = msgspec.structs.replace(case, head=name.index)
    return msgspec.structs.replace(parse, tokens=tuple(tokens)) if tuple(tokens) != parse.tokens else parse


def _lacks_subject(verb: Token, parse: Parse) -> bool:
    """Whether a past tense in the active has no subject, and goes on from no verb that has one."""
    passive = any(parse.tokens[child].deprel in ("aux:pass", "obl:agent") for child in parse.children[verb.index])
    finite = "Tense=Past" in verb.feats and "VerbForm=Fin" in verb.feats and verb.upos == "VERB"
    return finite and not passive and verb.deprel != "conj" and not _has_subject(verb, parse)


def _following(token: Token, parse: Parse) -> Move | None:
    """ "Cut the network following protests": before a noun that hangs elsewhere it is a preposition and no verb."""
    if token.deprel not in ("acl", "advcl") or token.text.lower() != "following" or parse.children[token.index]:
        return None
    noun = token.head
    fits = noun > token.index and parse.tokens[noun].deprel in ("obl", "nmod") and parse.extent(noun)[0] == token.index
    return (noun, "case") if fits else None


def _past_under_modal(token: Token, parse: Parse) -> Move | None:
    """The verb that a past-tense conjunct of an infinitive goes on from; None where nothing is wrong."""
    if token.deprel != "conj" or token.upos != "VERB" or token.head < 0 or not _is_past(token):
        return None
    above = parse.tokens[token.head]
    if above.upos != "VERB" or not _is_infinitive(above) or _has_passive(token, parse):
        return None
    for index in parse.ancestors(above.index):
        verb = parse.tokens[index]
        if verb.upos == "VERB" and "VerbForm=Fin" in verb.feats and _is_past(verb):
            return index, token.deprel
    return None


def _said_too(token: Token, parse: Parse) -> Move | None:
    """The verb of saying that a second one goes on from, hung in what is said ("claimed that X had fled and denied that …"); else None."""
    if token.deprel != "conj" or token.head < 0 or not _says_that(token, parse) or _has_subject(token, parse):
        return None
    said = parse.tokens[token.head]
    if said.deprel != "ccomp" or said.head < 0 or said.head > said.index or not _is_past(token) or _says_that(said, parse):
        return None
    return (said.head, token.deprel) if _says_that(parse.tokens[said.head], parse) else None


def _addressed_too(token: Token, parse: Parse) -> Move | None:
    """The verb of saying that one of demanding or blaming goes on from, where it cannot share the auxiliary of what is said; else None."""
    if (
        token.deprel != "conj"
        or token.head < 0
        or token.text.lower() not in ADDRESSING
        or not _is_past(token)
        or _has_subject(token, parse)
    ):
        return None
    said = parse.tokens[token.head]
    below = [parse.tokens[child] for child in parse.children[token.index]]
    if said.deprel != "ccomp" or not 0 <= said.head < said.index or any(t.deprel.startswith("aux") for t in below):
        return None
    beside = [parse.tokens[child] for child in parse.children[said.index]]
    passive = any(t.deprel == "aux:pass" for t in beside) and any(t.deprel in ("obj", "xcomp", "ccomp") for t in below)
    parted = any(t.deprel == "punct" and t.index < token.index for t in below) and any(t.deprel == "aux" for t in beside)
    lasting = "VerbForm=Ger" in said.feats or ("Tense=Pres" in said.feats and "VerbForm=Part" in said.feats)
    return (said.head, token.deprel) if passive or parted or lasting else None


def _called_on(token: Token, parse: Parse) -> Move | None:
    """A passive subject of "called on X to leave", which no verb without an auxiliary can have."""
    if token.deprel != "nsubj:pass" or token.head < token.index:
        return None
    verb = parse.tokens[token.head]
    below = [parse.tokens[child] for child in parse.children[verb.index]]
    if verb.lemma.lower() not in INTRANSITIVE or any(t.deprel.startswith("aux") for t in below):
        return None
    asked = {
        parse.tokens[c].text.lower()
        for t in below
        if t.deprel == "obl"
        for c in parse.children[t.index]
        if parse.tokens[c].deprel == "case"
    }
    return (token.head, "nsubj") if asked & set(INTRANSITIVE[verb.lemma.lower()]) else None


def _citing(token: Token, parse: Parse) -> Move | None:
    """The verb of saying that a participle behind it belongs to ("…, the agency reported, citing officials"), hung in what is said."""
    if token.deprel != "advcl" or token.text.lower() not in CITING or token.head < 0:
        return None
    said = parse.tokens[token.head]
    return (said.head, token.deprel) if said.deprel in ("ccomp", "parataxis") and said.index < said.head < token.index else None


def _subject_of_next(token: Token, parse: Parse) -> Move | None:
    """The verb with an auxiliary right behind a noun that the parser coordinated ("… of the river and troops will withdraw"), or None."""
    if token.deprel != "conj" or token.upos not in ("NOUN", "PROPN"):
        return None
    start, after = parse.extent(token.index)
    if start == 0 or parse.tokens[start if parse.tokens[start].upos == "CCONJ" else start - 1].upos != "CCONJ":
        return None
    helper = parse.tokens[after] if after < len(parse.tokens) else None
    if helper is None or helper.deprel not in ("aux", "aux:pass") or helper.head <= helper.index or helper.sentence != token.sentence:
        return None
    verb = parse.tokens[helper.head]
    if verb.deprel != "conj" or token.head > token.index or _has_subject(verb, parse):
        return None
    passive = any(parse.tokens[child].deprel == "aux:pass" for child in parse.children[verb.index])
    return verb.index, "nsubj:pass" if passive else "nsubj"


def _behind_noun(token: Token, parse: Parse) -> Move | None:
    """The verb that a past tense hung on a noun under it goes on from ("dismissed it as groundless and promised revenge"), or None."""
    if token.deprel != "conj" or token.upos != "VERB" or token.head < 0 or not _is_past(token) or _has_subject(token, parse):
        return None
    noun = parse.tokens[token.head]
    if (
        noun.upos not in ("NOUN", "ADJ")
        or noun.head < 0
        or noun.deprel not in ("obl", "xcomp", "obj")
        or "obj" not in {parse.tokens[c].deprel for c in parse.children[token.index]}
    ):
        return None
    verb = parse.tokens[noun.head]
    return (verb.index, token.deprel) if verb.upos == "VERB" and _is_past(verb) else None


def _says_that(token: Token, parse: Parse) -> bool:
    """Whether a verb has a clause with "that" for its object."""
    clauses = [c for c in parse.children[token.index] if parse.tokens[c].deprel == "ccomp" and c > token.index]
    marks = [parse.tokens[m] for c in clauses for m in parse.children[c]]
    return token.upos == "VERB" and any(mark.deprel == "mark" and mark.text.lower() == "that" for mark in marks)


def _has_subject(token: Token, parse: Parse) -> bool:
    return any(parse.tokens[child].deprel.startswith(("nsubj", "csubj", "expl")) for child in parse.children[token.index])


def _relative_of(token: Token, parse: Parse) -> Move | None:
    """The noun that a clause with a relative pronoun belongs to, when the parser hung the clause elsewhere; else None."""
    if token.deprel not in ("parataxis", "advcl", "conj", "ccomp") or token.head < 0:
        return None
    pronoun = next((c for c in parse.children[token.index] if "PronType=Rel" in parse.tokens[c].feats and c < token.index), None)
    if pronoun is None or parse.tokens[pronoun].text.lower() not in ("which", "whom", "who"):
        return None
    first, _ = parse.extent(pronoun)
    at = first - 1
    while at >= 0 and parse.tokens[at].upos == "PUNCT":
        at -= 1
    if at < 0 or parse.tokens[at].sentence != token.sentence or parse.tokens[at].upos not in ("NOUN", "PROPN"):
        return None
    people = parse.tokens[pronoun].text.lower() != "which"
    while not people and parse.tokens[at].deprel in ("nmod", "compound", "flat") and parse.tokens[at].head >= 0:
        at = parse.tokens[at].head
    return (at, "acl:relcl") if at != token.index and token.index not in parse.ancestors(at) else None


def _fronted_verb(token: Token, parse: Parse) -> Move | None:
    """The verb of a report put before ", reports the paper" that a subject or object wrongly hung on "reports" belongs to; else None."""
    if token.deprel not in ("nsubj", "obj", "nsubj:pass") or token.head <= token.index:
        return None
    said = parse.tokens[token.head]
    reported = [
        c for c in parse.children[said.index] if c < said.index and parse.tokens[c].deprel == "ccomp" and parse.tokens[c].upos == "VERB"
    ]
    if not reported:
        return None
    verb = reported[0]
    if any(parse.tokens[at].text == "," for at in range(token.index, verb)) and not _closes(said, verb, parse):
        return None  # "A teacher, contacted by phone, told us": the subject is the one who told
    own = {parse.tokens[c].deprel for c in parse.children[verb]}
    if token.deprel == "obj":
        return (verb, token.deprel) if token.index > verb and "obj" not in own else None
    return (verb, token.deprel) if token.index < verb and not own & {"nsubj", "nsubj:pass"} else None


def _closes(said: Token, verb: int, parse: Parse) -> bool:
    """Whether a finite clause ends at a comma, and only a verb and who says it follow ("…, reports the paper.")."""
    source = next((c for c in parse.children[said.index] if c > said.index and parse.tokens[c].upos == "PROPN"), None)
    if source is None or parse.tokens[said.index - 1].text != "," or "VerbForm=Fin" not in parse.tokens[verb].feats:
        return False
    first, last = parse.extent(source)
    return first == said.index + 1 and all(t.upos == "PUNCT" for t in parse.tokens[last : parse.sentences[said.sentence].end])


def _said_when(token: Token, parse: Parse) -> Move | None:
    """The verb of saying that a phrase right after it belongs to ("…, he said on Monday"), when the parser hung it in the words said."""
    if token.deprel.partition(":")[0] not in ("obl", "advmod") or token.head < 0:
        return None
    for index in (token.head, *parse.ancestors(token.head)):
        inner = parse.tokens[index]
        if inner.deprel in ("ccomp", "parataxis") and index < inner.head < token.index and parse.tokens[inner.head].upos == "VERB":
            first, _ = parse.extent(token.index)
            between = parse.tokens[inner.head + 1 : max(first, inner.head + 1)]
            direct = inner.deprel == "ccomp" and not any(t.upos in ("PUNCT", "CCONJ") for t in between)
            return (inner.head, token.deprel) if direct else None
    return None


def _second_subject(token: Token, parse: Parse) -> Move | None:
    """The conjunct or clause that a subject behind a verb with a subject belongs to ("one was killed and two were hurt"); else None."""
    if not token.deprel.startswith("nsubj") or not 0 <= token.head < token.index:
        return None
    rows = [parse.tokens[child] for child in parse.children[token.head]]
    if not any(t.deprel.startswith("nsubj") and t.index < token.head for t in rows):
        return None
    told = next((t.index for t in rows if t.deprel == "ccomp" and t.index == token.index + 1), None)
    if told is not None and not any(parse.tokens[c].deprel.startswith("nsubj") for c in parse.children[told]):
        return told, token.deprel
    return next(((t.index, token.deprel) for t in rows if t.deprel == "conj" and t.upos == "VERB" and t.index > token.index), None)


def _counted_subject(token: Token, parse: Parse) -> Move | None:
    """A subject that "at least" made an oblique ("At least 100 kg of explosives were found")."""
    if token.deprel != "obl" or not 0 <= token.index < token.head:
        return None
    first = parse.extent(token.index)[0]
    words = [t.text.lower() for t in parse.tokens[first : first + 2]]
    rows = {parse.tokens[child].deprel for child in parse.children[token.head]}
    if words != ["at", "least"] or any(relation.startswith(("nsubj", "csubj", "expl")) for relation in rows):
        return None
    return token.head, "nsubj:pass" if "aux:pass" in rows else "nsubj"


def _listed(token: Token, parse: Parse) -> Move | None:
    """ "X, the Shire, Y and Z": a name that stands in a row of names is no apposition to the first."""
    if token.deprel != "appos" or token.upos != "PROPN" or token.head < 0 or parse.tokens[token.head].upos != "PROPN":
        return None
    later = [c for c in parse.children[token.head] if c > token.index and parse.tokens[c].deprel == "conj"]
    if len(later) < 2 or any(parse.tokens[c].upos != "PROPN" for c in later):
        return None
    start = parse.extent(later[0])[0]
    marks = parse.tokens[start].text, parse.tokens[start - 1].text
    joined = any(parse.tokens[c].deprel == "cc" for c in parse.children[later[0]])
    return (token.head, "conj") if "," in marks and not joined else None


def _cited_by_name(token: Token, parse: Parse) -> Move | None:
    """ "According to the governor, Ana Ruiz, a bridge was hit": the name is the governor's, and the bridge the subject."""
    if token.deprel not in ("nsubj", "nsubj:pass") or token.upos != "PROPN" or not 0 <= token.index < token.head:
        return None
    rows = [parse.tokens[child] for child in parse.children[token.head] if child < token.head]
    first, _ = parse.extent(token.index)
    cited = next((t for t in rows if t.deprel == "obl" and parse.extent(t.index)[1] in (first, first - 1)), None)
    second = any(t.deprel.startswith("nsubj") and t.index > token.index for t in rows)
    if cited is None or not second or cited.upos != "NOUN":
        return None
    led = any(parse.tokens[child].text.lower() in CITED for child in parse.children[cited.index])
    return (cited.index, "appos") if led else None


def _oblique(token: Token, parse: Parse) -> Move | None:
    """ "Called on the president to resign": a noun with a preposition and no verb of its own is no complement clause, and no object."""
    if token.deprel not in ("xcomp", "obj") or token.upos not in ("NOUN", "PROPN", "PRON"):
        return None
    below = [parse.tokens[child] for child in parse.children[token.index]]
    if token.deprel == "obj":
        called = any(t.deprel == "case" and t.text.lower() in ("on", "upon") and t.index == token.head + 1 for t in below)
        return (token.head, "obl") if called else None
    relations = {t.deprel for t in below}
    return (token.head, "obl") if "case" in relations and not relations & {"cop", "nsubj", "mark"} else None


def _described(token: Token, parse: Parse) -> Move | None:
    """The name behind a description that the parser took for a subject or object of its own ("Old foes X and Y met"), or None."""
    if token.deprel not in ("nsubj", "obj") or token.upos != "NOUN" or token.index + 1 >= len(parse.tokens):
        return None
    after = parse.tokens[token.index + 1]
    return (after.index, "nmod:desc") if after.deprel == token.deprel and after.upos == "PROPN" and after.head == token.head else None


def _is_past(token: Token) -> bool:
    return "Tense=Past" in token.feats and token.text.lower() != token.lemma.lower()


def _is_infinitive(token: Token) -> bool:
    return "VerbForm=Inf" in token.feats or token.xpos == "VB"


def _has_passive(token: Token, parse: Parse) -> bool:
    """A conjunct with a passive auxiliary or an agent of its own, and no object, is no active past tense."""
    relations = {parse.tokens[child].deprel for child in parse.children[token.index]}
    return bool(relations & {"aux:pass", "obl:agent"}) or "obj" not in relations


# In this order: the first that fits decides.
RULES: tuple[Callable[[Token, Parse], Move | None], ...] = (
    _said_too,
    _addressed_too,
    _behind_noun,
    _citing,
    _fronted_verb,
    _said_when,
    _second_subject,
    _described,
    _listed,
    _cited_by_name,
    _counted_subject,
    _called_on,
    _oblique,
    _subject_of_next,
    _past_under_modal,
    _following,
    _relative_of,
)
