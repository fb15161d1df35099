"""Which mentions are of the same entity: rules over number, gender, clause and salience, without learning.

Source: the order of the rules after the sieves of Lee et al. 2013 (Computational Linguistics 39:4), the surest first; salience after
Lappin and Leass 1994 (Computational Linguistics 20:4), with weights of our own; both unverified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.lexicon.lists import word_set
from onrecord.mentions.agreement import is_plural, may_be_it, may_be_person, may_be_they
from onrecord.mentions.descriptions import History, country_of_owner, find_antecedent
from onrecord.mentions.drafts import Draft, base, case_words, governor
from onrecord.mentions.quotes import find_quotes, quote_at
from onrecord.mentions.vocabulary import MIND_VERBS, SPEECH_VERBS, VIOLENT_VERBS
from onrecord.records import BlockKind, EntityLabel, MentionKind, Parse

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

FIRST_PERSON = word_set("pronouns.first_forms")
SINGLE_FIRST_PERSON = word_set("pronouns.first_single")
FEMININE = word_set("pronouns.feminine")
MASCULINE = word_set("pronouns.masculine")
NEUTER = word_set("pronouns.neuter")
# Sentences back that a pronoun reaches, and what speaks for a candidate: set by coordinate search on the pronouns of GUM's training part,
# where right links rose from 734 of 1,632 to 830 of 1,482 (pronouns for what we have no mentions of count as wrong).
REACH = 3
SUBJECT, OBJECT, OWNER, OBLIQUE = 2.5, 2.0, 1.5, 1.0
PER_SENTENCE = 2.5
PARALLEL = 0.75
KNOWN_BONUS = 0.8
MAX_KNOWN = 4
DOUBTFUL_PERSON = 2.0
PLACE_PENALTY = 1.25
UNLIKELY_THEY = 0.5
COLLECTIVE_THEY = 1.0
OWN_CLAUSE = 3.3
SPOKE_BEFORE = 2.0
INSIDE_THE_QUOTE = 4.0
TALKED_TO = 3.0
REPRESENTATIVES = word_set("people.representatives")
FRONTED = 0.5
AT_A_PLACE = 2.0
UNARMED_DEED = 2.0
AROUND = word_set("prepositions.around")


def link_mentions(parse: Parse, lexicon: Lexicon, drafts: list[Draft]) -> None:
    """Sets ``antecedent`` on the drafts that take up another one; drops "it" and "they" that stand for something else."""
    linker = Linker(parse, drafts)
    for draft in sorted([*drafts, *_shadows(parse, drafts)], key=lambda draft: draft.head):
        linker.link(draft)
    for draft in drafts:  # a quote's speaker may be a pronoun that is read after the quote
        if draft.antecedent is not None and draft.antecedent.pronoun and draft.antecedent.antecedent is not None:
            draft.antecedent = draft.antecedent.antecedent


class Linker:
    """Goes through a report once and keeps what pronouns and descriptions may take up."""

    def __init__(self, parse: Parse, drafts: Sequence[Draft]) -> None:
        self.parse = parse
        self.quotes = find_quotes(parse)
        self.history = History(parse)
        self.nominals: list[Draft] = []  # mentions and shadows, in the order of their heads
        self.mentions_of: Counter[int | str] = Counter()
        self.gender_of: dict[int | str, str] = {}  # what "he" or "she" told of somebody
        self.by_head = {draft.head: draft for draft in drafts}
        self.first_of_writer: dict[bool, Draft] = {}

    def link(self, draft: Draft) -> None:
        """Finds the antecedent of the next nominal, then remembers it."""
        shadow = draft.dropped
        if draft.pronoun:
            self._link_pronoun(draft)
        elif not shadow:
            found = country_of_owner(self.parse, draft, self.history) or find_antecedent(self.parse, draft, self.history)
            draft.antecedent = found or self._apposed(draft)
        self.nominals.append(draft)
        if not draft.dropped:
            self.history.add(draft)
        self.mentions_of[_entity(draft)] += 1

    def _apposed(self, draft: Draft) -> Draft | None:
        """What a mention is set beside: "its spokesman, Col. Farías" is one person."""
        token = self.parse.tokens[draft.head]
        other = self.history.at_head(token.head) if token.deprel == "appos" else None
        if other is None or other.kind is not draft.kind or not 0 <= draft.first - other.end <= 3:
            return None
        alike = other.label is draft.label or {other.label, draft.label} == {EntityLabel.ORG, EntityLabel.FORCE}
        return other if alike else None

    # ── Pronouns ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _link_pronoun(self, draft: Draft) -> None:
        word = self.parse.tokens[draft.head].text.lower()
        if word in FIRST_PERSON:
            draft.antecedent = self._speaker(draft, word)
            return
        if word in NEUTER and self._is_of_an_event(draft):
            draft.dropped = True
            return
        best = self._best(draft, word)
        if best is None or best.dropped:
            draft.dropped = best is not None or word in NEUTER
            return
        root = best.antecedent if best.pronoun and best.antecedent is not None else best
        draft.antecedent = root
        if word in FEMININE or word in MASCULINE:
            self.gender_of.setdefault(_entity(root), "f" if word in FEMININE else "m")
        draft.kind, draft.label, draft.countries = root.kind, root.label, root.countries

    def _speaker(self, draft: Draft, word: str) -> Draft | None:
        """Who "we" and "I" are: in a quote its speaker; elsewhere the writer, whom the first such pronoun stands for."""
        quote = quote_at(self.quotes, draft.span[0])
        if quote is None:
            first = self.first_of_writer.setdefault(word in SINGLE_FIRST_PERSON, draft)
            return first if first is not draft else None
        speaker = self.by_head.get(quote.speaker) if quote.speaker is not None else None
        if speaker is None or speaker is draft:
            return None
        return speaker.antecedent or speaker if speaker.pronoun else speaker

    def _is_of_an_event(self, draft: Draft) -> bool:
        """ "It was the deadliest attack": what it stands for is what the noun says, and that is nobody."""
        token = self.parse.tokens[draft.head]
        if base(token.deprel) != "nsubj" or token.head < 0 or self.parse.tokens[token.head].upos != "NOUN":
            return False
        return token.head not in self.by_head

    def _best(self, draft: Draft, word: str) -> Draft | None:
        """The most salient candidate that agrees; of equals the nearest."""
        best, best_score = None, float("-inf")
        later = self._later_subject(draft, word)
        if later is not None:
            best, best_score = later, self._salience(draft, later) + FRONTED
        for other in self._candidates(draft, word):
            score = self._salience(draft, other)
            if score > best_score:
                best, best_score = other, score
        return best

    def _later_subject(self, draft: Draft, word: str) -> Draft | None:
        """The subject behind a phrase or clause that stands before it: "In his speech, Assad said", "Before he fled, Assad spoke"."""
        parse = self.parse
        for index in parse.ancestors(draft.head):
            token = parse.tokens[index]
            if base(token.deprel) in ("advcl", "obl") and token.head > index:
                subjects = [child for child in parse.children[token.head] if base(parse.tokens[child].deprel) == "nsubj" and child > index]
                other = self.by_head.get(subjects[0]) if subjects else None
                if other is None or other.pronoun or other.dropped or other.first <= draft.head < other.end:
                    return None
                return other if other.kind is not MentionKind.PLACE and _agrees(parse, draft, word, other) else None
        return None

    def _candidates(self, draft: Draft, word: str) -> Iterator[Draft]:
        parse = self.parse
        here = parse.tokens[draft.head].sentence
        for other in reversed(self.nominals):
            sentence = parse.tokens[other.head].sentence
            if here - sentence > REACH:
                return
            if parse.sentences[sentence].kind is BlockKind.DATELINE or other.first <= draft.head < other.end:
                continue
            if other.pronoun and not other.dropped and (other.antecedent is None or parse.tokens[other.head].text.lower() in FIRST_PERSON):
                continue
            if _agrees(parse, draft, word, other) and not _same_clause(parse, draft, other) and self._may_be_of(word, other):
                yield other

    def _may_be_of(self, word: str, other: Draft) -> bool:
        """Whether what was said of somebody before leaves the pronoun's gender open."""
        known = self.gender_of.get(_entity(other.antecedent or other))
        return known is None or (not (known == "f" and word in MASCULINE) and not (known == "m" and word in FEMININE))

    def _salience(self, draft: Draft, other: Draft) -> float:
        parse = self.parse
        root = other.antecedent or other
        score = _role_weight(parse, other.head) - PER_SENTENCE * (parse.tokens[draft.head].sentence - parse.tokens[other.head].sentence)
        score += PARALLEL if _role(parse, draft.head) == _role(parse, other.head) else 0.0
        score += KNOWN_BONUS * min(self.mentions_of[_entity(root)], MAX_KNOWN)
        score -= DOUBTFUL_PERSON * (draft.label is EntityLabel.PERSON and _is_doubtful(parse, root))
        if is_plural(parse, draft):
            thing = root.kind in (MentionKind.OTHER, MentionKind.WEAPON)
            score -= (UNLIKELY_THEY if thing else 0.0) + (COLLECTIVE_THEY if not is_plural(parse, root) else 0.0)
        elif not other.dropped and root.kind is MentionKind.PLACE and _role(parse, other.head) != "nsubj":
            score -= PLACE_PENALTY
        bound = parse.tokens[draft.head].deprel == "nmod:poss" or parse.tokens[draft.head].text.lower().endswith(("self", "selves"))
        if bound and root.kind is not MentionKind.OTHER and _owns_clause(parse, draft, other):
            score += OWN_CLAUSE
        return score + self._fit(draft, other, root)

    def _fit(self, draft: Draft, other: Draft, root: Draft) -> float:
        """How well the pronoun's own clause suits a candidate: speakers speak again, places are where things are."""
        armed = root.label in (EntityLabel.FORCE, EntityLabel.ORG)
        score = -UNARMED_DEED if not armed and _does_violence(self.parse, draft) else 0.0
        if _must_act(self.parse, draft):
            inside = quote_at(self.quotes, other.span[0]) is not None and quote_at(self.quotes, draft.span[0]) is None
            score += SPOKE_BEFORE * _must_act(self.parse, other) - INSIDE_THE_QUOTE * inside
        score -= TALKED_TO * (_is_fronted(self.parse, draft, other) + _speaks_for_another(self.parse, draft, other))
        if set(case_words(self.parse, draft.head)) & AROUND:
            score += AT_A_PLACE if root.kind is MentionKind.PLACE else -AT_A_PLACE
        return score


def _speaks_for_another(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether a candidate says the clause around the pronoun on behalf of somebody: "His lawyer said that he was beaten"."""
    speaker = parse.tokens[other.head]
    if speaker.deprel == "appos" and speaker.head >= 0:
        speaker = parse.tokens[speaker.head]
    if speaker.lemma.lower() not in REPRESENTATIVES or speaker.deprel != "nsubj":
        return False
    owned = any(parse.tokens[child].deprel == "nmod:poss" for child in parse.children[speaker.index])
    return owned and speaker.head in parse.ancestors(draft.head) and parse.tokens[draft.head].head != speaker.head


def _is_fronted(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether a candidate stands inside a phrase in front of the verb that the pronoun is the subject of: "In a call with X, he said"."""
    relation, verb = governor(parse, draft.head)
    if relation != "nsubj" or verb is None or other.head > draft.head or parse.tokens[other.head].deprel == "nmod:poss":
        return False
    path = [other.head, *parse.ancestors(other.head)]
    phrase = next((at for at in path if parse.tokens[at].head == verb.index), None)
    return phrase is not None and base(parse.tokens[phrase].deprel) == "obl" and phrase < draft.head


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


def _entity(draft: Draft) -> int | str:
    """What stands for the entity of a mention while a report is read: its full name, or the mention that it takes up."""
    root = draft.antecedent or draft
    return root.name if root.named and root.name else id(root)


def _is_doubtful(parse: Parse, draft: Draft) -> bool:
    """Whether a name is taken for a person's for want of anything better: one word, neither subject nor with a title."""
    if not draft.named or draft.end - draft.first > 1:
        return False
    relation, _ = governor(parse, draft.head)
    return base(relation) not in ("nsubj", "appos", "root", "vocative") and relation != "nmod:poss"


def _agrees(parse: Parse, draft: Draft, word: str, other: Draft) -> bool:
    root = other.antecedent if other.pronoun and other.antecedent is not None else other
    if root.kind in (MentionKind.OTHER, MentionKind.WEAPON) and _has_a_mind(parse, draft):
        return False
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


def _does_violence(parse: Parse, draft: Draft) -> bool:
    """Whether the pronoun does what armed people do."""
    relation, above = governor(parse, draft.head)
    return relation == "nsubj" and above is not None and above.lemma.lower() in VIOLENT_VERBS


def _has_a_mind(parse: Parse, draft: Draft) -> bool:
    """Whether the pronoun does what no thing does: speak, know, want."""
    relation, above = governor(parse, draft.head)
    return relation == "nsubj" and above is not None and above.lemma.lower() in SPEECH_VERBS | MIND_VERBS


def _same_clause(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether both are arguments of one word: then "them" is not the subject, unless it says "themselves" or "their"."""
    token = parse.tokens[draft.head]
    if token.deprel == "nmod:poss" or "sel" in token.text.lower():
        return False
    if token.deprel == "nmod" and token.head >= 0 and parse.tokens[token.head].upos == "NUM":
        token = parse.tokens[token.head]  # "killing 17 of them"
    if token.head < 0 or base(token.deprel) == "conj":
        return False
    name = parse.tokens[other.head]
    if name.deprel == "appos" and name.head >= 0:
        name = parse.tokens[name.head]  # "Chad's president, X, met Y and thanked him": X is the subject
    above = name.head
    return (
        token.head == above
        or (name.deprel == "nsubj" and above == _subject_verb(parse, token.head))
        or (parse.tokens[other.head].deprel == "nsubj" and above == _subject_verb(parse, token.head))
    )


def _subject_verb(parse: Parse, verb: int) -> int:
    """The verb whose subject a later conjunct or a participle shares: "the forces fled and left them", "…, leaving them"."""
    while base(parse.tokens[verb].deprel) in ("conj", "advcl") and not _has_subject(parse, verb):
        if parse.tokens[verb].deprel == "advcl" and "VerbForm=Part" not in parse.tokens[verb].feats:
            break
        verb = parse.tokens[verb].head
    return verb


def _has_subject(parse: Parse, verb: int) -> bool:
    return any(base(parse.tokens[child].deprel) == "nsubj" for child in parse.children[verb])


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
