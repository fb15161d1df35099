"""Which mentions are of the same entity: rules over number, gender, clause and salience, without learning.

Source: the order of the rules after the sieves of Lee et al. 2013 (Computational Linguistics 39:4), the surest first; salience after
Lappin and Leass 1994 (Computational Linguistics 20:4), with weights of our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.mentions.agreement import is_plural, may_be_it, may_be_person, may_be_they
from onrecord.mentions.descriptions import country_of_owner, find_antecedent
from onrecord.mentions.drafts import Draft, base, governor
from onrecord.mentions.quotes import Quote, find_quotes, quote_at
from onrecord.mentions.vocabulary import SPEECH_VERBS
from onrecord.records import BlockKind, EntityLabel, MentionKind, Parse

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

FIRST_PERSON = frozenset(["i", "me", "my", "mine", "we", "us", "our", "ours"])
SINGLE_FIRST_PERSON = frozenset(["i", "me", "my", "mine"])
FEMININE = frozenset(["she", "her", "hers", "herself"])
MASCULINE = frozenset(["he", "him", "his", "himself"])
NEUTER = frozenset(["it", "its", "itself"])
# Sentences back that a pronoun reaches, by how often farther ones were right on GUM's development part.
REACH = 3
SUBJECT, OBJECT, OWNER, OBLIQUE = 4.0, 2.5, 2.0, 1.0
PER_SENTENCE = 2.5
PARALLEL = 1.0
KNOWN_BONUS = 0.4
SHADOW_PENALTY = 0.5
UNLIKELY_THEY = 2.0
COLLECTIVE_THEY = 1.0
OWN_CLAUSE = 2.5


def link_mentions(parse: Parse, lexicon: Lexicon, drafts: list[Draft]) -> None:
    """Sets ``antecedent`` on the drafts that take up another one; drops "it" and "they" that stand for something else."""
    quotes = find_quotes(parse)
    shadows = _shadows(parse, drafts)
    candidates = sorted([*drafts, *shadows], key=lambda draft: draft.head)
    counts: dict[int, int] = {}
    for position, draft in enumerate(candidates):
        earlier = candidates[:position]
        if draft.pronoun:
            _link_pronoun(parse, draft, earlier, drafts, quotes, counts)
        elif not draft.dropped:
            real = [other for other in earlier if not other.dropped]
            draft.antecedent = country_of_owner(parse, draft, drafts, real) or find_antecedent(parse, draft, real)
            draft.antecedent = draft.antecedent or _apposed(parse, draft, real)
        root = draft.antecedent or draft
        counts[id(root)] = counts.get(id(root), 0) + 1


def _apposed(parse: Parse, draft: Draft, earlier: Sequence[Draft]) -> Draft | None:
    """What a mention is set beside: "its spokesman, Col. Farías" is one person."""
    token = parse.tokens[draft.head]
    if token.deprel != "appos":
        return None
    other = next((other for other in earlier if other.head == token.head), None)
    same = other is not None and other.kind is draft.kind and (other.label is draft.label or not (other.named and draft.named))
    return other if same and other is not None and other.end <= draft.first else None


def _shadows(parse: Parse, drafts: Sequence[Draft]) -> list[Draft]:
    """Nominals that are no mentions but may be what "it" or "they" stands for."""
    heads = {draft.head for draft in drafts}
    inside = {index for draft in drafts for index in range(draft.first, draft.end)}
    found = []
    for token in parse.tokens:
        nominal = token.upos in ("NOUN", "PROPN") and base(token.deprel) not in ("compound", "flat", "amod", "nummod")
        if nominal and token.index not in heads and token.index not in inside:
            shadow = Draft(MentionKind.OTHER, EntityLabel.OTHER, token.span, token.index, token.index + 1, token.index, dropped=True)
            found.append(shadow)
    return found


# ── Pronouns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _link_pronoun(
    parse: Parse, draft: Draft, earlier: Sequence[Draft], drafts: Sequence[Draft], quotes: Sequence[Quote], counts: dict[int, int]
) -> None:
    word = parse.tokens[draft.head].text.lower()
    if word in FIRST_PERSON:
        draft.antecedent = _speaker(parse, draft, earlier, drafts, quotes)
        return
    if word in NEUTER and _is_of_an_event(parse, draft, drafts):
        draft.dropped = True
        return
    best = _best(parse, draft, word, earlier, counts)
    if best is None:
        draft.dropped = word in NEUTER
        return
    if best.dropped:
        draft.dropped = True
        return
    root = best.antecedent if best.pronoun and best.antecedent is not None else best
    draft.antecedent = root
    draft.kind, draft.label = root.kind, root.label
    draft.countries = root.countries


def _speaker(parse: Parse, draft: Draft, earlier: Sequence[Draft], drafts: Sequence[Draft], quotes: Sequence[Quote]) -> Draft | None:
    """Who "we" and "I" are: in a quote its speaker; elsewhere the writer, whom the first such pronoun stands for."""
    quote = quote_at(quotes, draft.span[0])
    if quote is None:
        return _first_of_writer(parse, draft, earlier, quotes)
    speaker = next((other for other in drafts if other.head == quote.speaker and other is not draft), None)
    return speaker.antecedent or speaker if speaker is not None and speaker.pronoun else speaker


def _first_of_writer(parse: Parse, draft: Draft, earlier: Sequence[Draft], quotes: Sequence[Quote]) -> Draft | None:
    single = parse.tokens[draft.head].text.lower() in SINGLE_FIRST_PERSON
    for other in earlier:
        word = parse.tokens[other.head].text.lower()
        if other.pronoun and word in FIRST_PERSON and (word in SINGLE_FIRST_PERSON) == single and quote_at(quotes, other.span[0]) is None:
            return other
    return None


def _is_of_an_event(parse: Parse, draft: Draft, drafts: Sequence[Draft]) -> bool:
    """ "It was the deadliest attack": what it stands for is what the noun says, and that is nobody."""
    token = parse.tokens[draft.head]
    if base(token.deprel) != "nsubj" or token.head < 0 or parse.tokens[token.head].upos != "NOUN":
        return False
    return all(other.head != token.head for other in drafts)


def _best(parse: Parse, draft: Draft, word: str, earlier: Sequence[Draft], counts: dict[int, int]) -> Draft | None:
    """The most salient candidate that agrees; of equals the nearest."""
    best, best_score = None, float("-inf")
    for other in _candidates(parse, draft, word, earlier):
        score = _salience(parse, draft, other, counts)
        if score > best_score:
            best, best_score = other, score
    return best


def _candidates(parse: Parse, draft: Draft, word: str, earlier: Sequence[Draft]) -> Iterator[Draft]:
    here = parse.tokens[draft.head].sentence
    for other in reversed(earlier):
        sentence = parse.tokens[other.head].sentence
        if here - sentence > REACH:
            return
        if parse.sentences[sentence].kind is BlockKind.DATELINE or other.first <= draft.head < other.end:
            continue
        if other.pronoun and (other.antecedent is None or other.dropped):
            continue
        if _agrees(parse, draft, word, other) and not _same_clause(parse, draft, other):
            yield other


def _agrees(parse: Parse, draft: Draft, word: str, other: Draft) -> bool:
    root = other.antecedent if other.pronoun and other.antecedent is not None else other
    if word in NEUTER:
        return may_be_it(parse, root) and not (other.dropped and _must_act(parse, draft))
    if word in FEMININE or word in MASCULINE:
        return may_be_person(parse, root, "f" if word in FEMININE else "m") and not other.dropped
    if other.dropped:
        return is_plural(parse, root) and not _must_act(parse, draft)
    return may_be_they(parse, root)


def _must_act(parse: Parse, draft: Draft) -> bool:
    """Whether the pronoun does what only people and bodies do."""
    relation, above = governor(parse, draft.head)
    return relation == "nsubj" and above is not None and above.lemma.lower() in SPEECH_VERBS


def _same_clause(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether both are arguments of one word: then "them" is not the subject, unless it says "themselves" or "their"."""
    token = parse.tokens[draft.head]
    if token.deprel == "nmod:poss" or "sel" in token.text.lower():
        return False
    return token.head >= 0 and token.head == parse.tokens[other.head].head and base(token.deprel) != "conj"


def _salience(parse: Parse, draft: Draft, other: Draft, counts: dict[int, int]) -> float:
    distance = parse.tokens[draft.head].sentence - parse.tokens[other.head].sentence
    score = _role_weight(parse, other.head) - PER_SENTENCE * distance
    if _role(parse, draft.head) == _role(parse, other.head):
        score += PARALLEL
    root = other.antecedent or other
    score += KNOWN_BONUS * min(counts.get(id(root), 0), 4)
    if is_plural(parse, draft):
        thing = root.kind in (MentionKind.OTHER, MentionKind.WEAPON)
        score -= (UNLIKELY_THEY if thing else 0.0) + (COLLECTIVE_THEY if not is_plural(parse, root) else 0.0)
    elif other.dropped:
        score -= SHADOW_PENALTY
    if parse.tokens[draft.head].deprel == "nmod:poss" and root.kind is not MentionKind.OTHER and _owns_clause(parse, draft, other):
        score += OWN_CLAUSE
    return score


def _owns_clause(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether a candidate is the subject of the clause around a possessive, or the noun that a relative clause around it describes."""
    for index in parse.ancestors(draft.head):
        token = parse.tokens[index]
        if token.upos not in ("VERB", "AUX", "ADJ"):
            continue
        if token.deprel == "acl:relcl":
            return token.head == other.head
        subjects = [child for child in parse.children[index] if base(parse.tokens[child].deprel) == "nsubj"]
        if subjects:
            return other.head in subjects
    return False


def _role(parse: Parse, index: int) -> str:
    relation, _ = governor(parse, index)
    return base(relation)


def _role_weight(parse: Parse, index: int) -> float:
    token = parse.tokens[index]
    role = _role(parse, index)
    if token.deprel == "nmod:poss":
        return OWNER
    if role in ("nsubj", "root"):
        return SUBJECT
    return OBJECT if role in ("obj", "iobj") or token.deprel == "obl:agent" else OBLIQUE
