"""The claims of one report beside the words that they were read from, with the look-ups that relations between them need."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_set
from onrecord.records import BlockKind, Claim, LinkRole, MentionKind, Participant, Polarity, Span, Status, overlap

DEFINITE = word_set("determiners.same")
OTHER = word_set("determiners.another")
HEADLINES = frozenset((BlockKind.HEADLINE, BlockKind.SUMMARY))
MOST = 60  # claims looked back over, whatever the length of sentences
HAPPENED = frozenset((Status.OCCURRED, Status.ONGOING))


class Told:
    """Claims in order of their text, each with its draft. Claims are told apart by their ids, ``c1 c2 …`` in that order."""

    def __init__(self, claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> None:
        self.claims, self.drafts, self.syntax, self.fillers = claims, drafts, syntax, fillers
        self.by_id = {claim.id: claim for claim in claims}
        self._at: dict[int, Claim] = {}
        self._words: dict[int, frozenset[str]] = {}
        for claim in claims:
            for token in sorted(drafts[claim.id].anchors):
                self._at.setdefault(token, claim)

    def at(self, token: int) -> Claim | None:
        """The claim whose trigger a word belongs to."""
        return self._at.get(token)

    def before(self, claim: Claim, reach: int) -> Iterator[Claim]:
        """Earlier claims, nearest first, no more than ``reach`` sentences and ``MOST`` claims back."""
        number = int(claim.id[1:]) - 1
        for other in reversed(self.claims[max(number - MOST, 0) : number]):
            if claim.sentence - other.sentence > reach:
                return
            yield other

    def anchors(self, claim: Claim) -> list[int]:
        """The words of a claim's triggers, in order."""
        return sorted(self.drafts[claim.id].anchors)

    def main(self, claim: Claim) -> int:
        """The word that names the claim's event."""
        return self.drafts[claim.id].main.token

    def slots(self, claim: Claim) -> Iterator[tuple[str, int]]:
        """Every slot of a claim's triggers and light verbs, with each word that fills it."""
        for trigger in self.drafts[claim.id].triggers:
            for one in (trigger, trigger.support):
                for slot, fillers in one.slots.items() if one is not None else ():
                    yield from ((slot, filler) for filler in fillers)

    def below(self, claim: Claim) -> list[int]:
        """The words that hang right below a claim's triggers."""
        return [child for token in self.anchors(claim) for child in self.syntax.children[token]]

    def words_below(self, claim: Claim) -> set[str]:
        """Those words, in small letters."""
        return {self.syntax.lower[child] for child in self.below(claim)}

    def lemmas(self, claim: Claim) -> set[str]:
        """The lemmas of a claim's triggers, and the words of their frames."""
        heads = {trigger.pattern.head for trigger in self.drafts[claim.id].triggers}
        return heads | {self.syntax.tokens[token].lemma.lower() for token in self.anchors(claim)}

    def has_word(self, claim: Claim, words: frozenset[str]) -> bool:
        """Whether one of some words stands in a claim's sentence."""
        known = self._words.get(claim.sentence)
        if known is None:
            known = self._words[claim.sentence] = frozenset(self.syntax.lower[index] for index in self.sentence(claim))
        return not known.isdisjoint(words)

    def sentence(self, claim: Claim) -> range:
        """The words of a claim's sentence."""
        sentence = self.syntax.parse.sentences[claim.sentence]
        return range(sentence.first, sentence.end)

    def is_headline(self, claim: Claim) -> bool:
        return self.syntax.parse.sentences[claim.sentence].kind in HEADLINES

    def in_one_paragraph(self, claim: Claim, other: Claim) -> bool:
        sentences = self.syntax.parse.sentences
        return sentences[claim.sentence].paragraph == sentences[other.sentence].paragraph

    def is_definite(self, index: int) -> bool:
        """ "the strike", "such attacks", and not "the other strike"."""
        words = {self.syntax.lower[child] for child in self.syntax.children[index]}
        return bool(words & DEFINITE) and not words & OTHER

    def is_another(self, claim: Claim) -> bool:
        """Whether the words set the event apart from those told before ("another attack", "separately")."""
        return bool(self.words_below(claim) & OTHER)

    def noun_span(self, index: int) -> Span:
        """A noun with its determiner, adjectives and compounds."""
        near = (c for c in self.syntax.children[index] if self.syntax.tokens[c].deprel in ("det", "amod", "compound") and c < index)
        return self.syntax.tokens[min([index, *near])].span[0], self.syntax.tokens[index].span[1]

    def speaker(self, claim: Claim) -> str | None:
        """Who says so first, pronouns followed to whom they mean; None for the publisher."""
        first = claim.attribution[0]
        if first.role is not LinkRole.SPEAKER or first.span is None:
            return None
        actors = (
            m for m in self.fillers.mentions if m.kind is MentionKind.ACTOR and first.span is not None and overlap(m.span, first.span)
        )
        root = self.fillers.root(next(actors, None))
        return root or (first.text or "").casefold()

    def heads(self, participants: tuple[Participant, ...]) -> set[str]:
        """The lemmas of the nouns that head participants."""
        spans = [p.head for p in participants if p.head is not None]
        return {token.lemma.lower() for span in spans for token in self.syntax.parse.tokens_in(span)}


def happened(claim: Claim) -> bool:
    """Whether a claim says that its event took place or goes on."""
    return claim.factuality.polarity is Polarity.POSITIVE and claim.factuality.status in HAPPENED
