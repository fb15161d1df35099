"""Words, sentences and what the language model says of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

import msgspec

from onrecord.records.base import Record, Span
from onrecord.records.documents import BlockKind, Document
from onrecord.records.quotations import Quotation, find_quotations


class Token(Record, frozen=True):
    """A Universal Dependencies word.

    ``index`` and ``head`` count over the whole document; the root of a sentence has ``head`` -1.
    ``feats`` is the UD string ("Number=Plur|Tense=Past") or "".
    """

    index: int
    span: Span
    text: str
    lemma: str
    upos: str
    head: int
    deprel: str
    sentence: int
    feats: str = ""
    xpos: str = ""


class Sentence(Record, frozen=True):
    """A sentence of the report, with the kind and paragraph of the block that it lies in."""

    span: Span
    kind: BlockKind
    paragraph: int


class ParsedSentence(Sentence, frozen=True):
    """A sentence with its words: token indices ``[first, end)``."""

    first: int
    end: int


class TokenSpan(Record, frozen=True):
    """A labelled stretch of tokens ``[first, end)`` that the language model proposes, with its probability."""

    label: str
    first: int
    end: int
    score: float = 1.0


class Signals(Record, frozen=True):
    """What the language model says beside the parse. Every part may be empty: a head may be left out of the weights.

    entities: labels of ``EntityLabel``.  attribution: ``source | cue | content``.  roles: ``actor | recipient | reciprocal``.
    sentence_class: per sentence, probabilities of statement, verbal cooperation, material cooperation, verbal conflict, material conflict.
    factuality: per token, the event-factuality score from -3 (did not happen) to +3 (happened), ``None`` for no event.
    """

    entities: tuple[TokenSpan, ...] = ()
    attribution: tuple[TokenSpan, ...] = ()
    roles: tuple[TokenSpan, ...] = ()
    sentence_class: tuple[tuple[float, ...], ...] = ()
    factuality: tuple[float | None, ...] = ()


class Parse(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A document's sentences and words, with the look-ups that every later stage needs."""

    document: Document
    sentences: tuple[ParsedSentence, ...]
    tokens: tuple[Token, ...]
    signals: Signals | None = None
    parser: str = ""

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Per token, the indices of its dependents in text order."""
        lists: list[list[int]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head >= 0:
                lists[token.head].append(token.index)
        return tuple(map(tuple, lists))

    @cached_property
    def lowered(self) -> tuple[str, ...]:
        """Per token, its text in lower case with a straight apostrophe."""
        return tuple(token.text.lower().replace("’", "'") for token in self.tokens)

    @cached_property
    def _subtree_ends(self) -> tuple[tuple[int, int], ...]:
        """Per token, the lowest and highest token index below it, itself included; linear time."""
        low = list(range(len(self.tokens)))
        high = low[:]
        for index in self.bottom_up:
            head = self.tokens[index].head
            if head >= 0:
                low[head] = min(low[head], low[index])
                high[head] = max(high[head], high[index])
        return tuple(zip(low, high, strict=True))

    @cached_property
    def bottom_up(self) -> tuple[int, ...]:
        """All token indices, every dependent before its head."""
        order: list[int] = [token.index for token in self.tokens if token.head < 0]
        for index in order:  # grows while it is read: heads first
            order.extend(self.children[index])
        return tuple(reversed(order))

    def extent(self, index: int) -> tuple[int, int]:
        """The half-open token range that the subtree of a token spans."""
        low, high = self._subtree_ends[index]
        return low, high + 1

    def subtree(self, index: int) -> tuple[int, ...]:
        """The token and everything below it, in text order."""
        found = [index]
        for at in found:
            found.extend(self.children[at])
        return tuple(sorted(found))

    def ancestors(self, index: int) -> tuple[int, ...]:
        """The chain of heads above a token, nearest first."""
        chain = []
        head = self.tokens[index].head
        while head >= 0:
            chain.append(head)
            head = self.tokens[head].head
        return tuple(chain)

    def sentence_tokens(self, number: int) -> tuple[Token, ...]:
        """The words of the sentence with that number."""
        sentence = self.sentences[number]
        return self.tokens[sentence.first : sentence.end]

    def text_of(self, span: Span) -> str:
        """The characters of a span, exactly."""
        return self.document.text[span[0] : span[1]]

    def token_at(self, offset: int) -> int | None:
        """The index of the token that holds the character at an offset, or None."""
        index = bisect_right(self._starts, offset) - 1
        return index if index >= 0 and offset < self.tokens[index].span[1] else None

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        """What stands between quotation marks, in order of the opening marks."""
        return find_quotations(self.document, [sentence.span for sentence in self.sentences])

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(token.span[0] for token in self.tokens)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(token.span[1] for token in self.tokens)

    def tokens_in(self, span: Span) -> tuple[Token, ...]:
        """The tokens that lie wholly inside a span."""
        return self.tokens[bisect_left(self._starts, span[0]) : bisect_right(self._ends, span[1])]
