"""Whose words stand in quotation marks, as far as "I", "we" and "our" need it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from onrecord.mentions.drafts import base
from onrecord.mentions.vocabulary import SPEECH_VERBS
from onrecord.records import Parse, Span


class Quote(msgspec.Struct, frozen=True):
    """A stretch in quotation marks and the token that heads the phrase for its speaker, if one was found."""

    span: Span
    speaker: int | None


def find_quotes(parse: Parse) -> tuple[Quote, ...]:
    """The direct quotes of a report in order; one that goes on, in the same paragraph or right in the next, keeps its speaker."""
    quotes: list[Quote] = []
    text = parse.document.text
    spans = [quotation.span for quotation in parse.quotations if not quotation.depth]
    for span in spans:
        speaker = _speaker(parse, span, spans)
        if speaker is None and quotes:
            between = text[quotes[-1].span[1] : span[0]]
            if "\n" not in between or not between.strip("”“\"' \n\t"):
                speaker = quotes[-1].speaker
        quotes.append(Quote(span, speaker))
    return tuple(quotes)


def quote_at(quotes: Sequence[Quote], offset: int) -> Quote | None:
    """The quote that holds a character, or None."""
    number = bisect_right(quotes, offset, key=lambda quote: quote.span[0]) - 1
    return quotes[number] if number >= 0 and offset < quotes[number].span[1] else None


def _speaker(parse: Parse, span: Span, spans: Sequence[Span]) -> int | None:
    """The subject of a verb of speech outside quotes, in the sentences that the quote touches."""
    numbers = sorted({token.sentence for token in parse.tokens_in(span)})
    for number in reversed(numbers):
        for token in parse.sentence_tokens(number):
            if token.lemma.lower() in SPEECH_VERBS and token.upos == "VERB" and not _inside(token.span, spans):
                subject = _subject(parse, token.index)
                if subject is not None:
                    return subject
    return None


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    number = bisect_right(spans, span[0], key=lambda quoted: quoted[0]) - 1
    return number >= 0 and span[1] <= spans[number][1]


def _subject(parse: Parse, verb: int) -> int | None:
    """The subject of a verb, or of the verb above that lends it ("a militant was heard as saying")."""
    for index in (verb, *parse.ancestors(verb)[:2]):
        for child in parse.children[index]:
            if base(parse.tokens[child].deprel) == "nsubj":
                return child
        if parse.tokens[index].deprel not in ("advcl", "xcomp", "conj"):
            return None
    return None
