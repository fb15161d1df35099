"""The parser that onrecord ships: word rules, boundary model, and the networks in ``onrecord/data/model``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UsageError
from onrecord.parse.casing import in_small_letters, with_capitals
from onrecord.parse.model import MODEL_DIR, WEIGHTS, LanguageModel, Reading, Sample, load_model
from onrecord.parse.pieces import Encoded
from onrecord.parse.segments import RawSentence, raw_sentences, windows
from onrecord.parse.signals import SignalsBuilder
from onrecord.records import Document, Parse, ParsedSentence, Token, is_all_capitals

WINDOW_PIECES = 180  # longer sentences are read in windows; training saw up to 128
FLUSH_WORDS = 4000  # documents are read together until they have that many words
READ_WORDS = 8000  # of a long document are held as the networks gave them at any one time


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document ready to be read. plan: per sentence, its windows as half-open word ranges."""

    document: Document
    sentences: list[RawSentence]
    plan: list[list[tuple[int, int]]]

    @property
    def words(self) -> int:
        return sum(len(sentence.words) for sentence in self.sentences)


class OnnxParser:
    """Parses with the shipped networks; nothing is loaded before the first document.

    Args: model_dir: another folder written by ``training.export``.  threads: of the runtime.
    weights: "clean" leaves out what was trained on data whose licence is not stated (attribution, roles, sentence class).
    Raises: UsageError for unknown weights; ModelError on first use if a model file is missing or damaged.
    """

    def __init__(self, *, model_dir: Path | None = None, threads: int = 1, weights: str = "full") -> None:
        if weights not in WEIGHTS:
            raise UsageError(f"weights '{weights}' are not known; choose one of {', '.join(WEIGHTS)}")
        if threads < 1:
            raise UsageError(f"threads must be at least 1, not {threads}")
        self.model_dir = (model_dir or MODEL_DIR).resolve()
        self.threads, self.weights = threads, weights

    @property
    def model(self) -> LanguageModel:
        """The networks, loaded once per process."""
        return load_model(self.model_dir, self.threads, self.weights)

    @property
    def name(self) -> str:
        """The model's name and which of its weights are used."""
        return self.model.name

    def parse(self, documents: Iterable[Document]) -> Iterator[Parse]:
        """One parse per document, in order. Small documents are read together; that changes no result."""
        waiting: list[_Prepared] = []
        words = 0
        for document in documents:
            waiting.append(self._prepare(document))
            words += waiting[-1].words
            if words >= FLUSH_WORDS:
                yield from self._read(waiting)
                waiting, words = [], 0
        yield from self._read(waiting)

    def _prepare(self, document: Document) -> _Prepared:
        printed = self._printed(document) if is_all_capitals(document.text) else document
        return self._split(document, printed)

    def _printed(self, document: Document) -> Document:
        """A document in capitals with the letters that it would have in print."""
        small = in_small_letters(document)
        return with_capitals(next(self._read([self._split(small, small)])))

    def _split(self, document: Document, printed: Document) -> _Prepared:
        model = self.model
        sentences = list(raw_sentences(printed, model.boundaries))
        sizes = ([len(model.pieces.pieces(word)) for word in sentence.words] for sentence in sentences)
        plan = [windows(sentence.words, own, WINDOW_PIECES) for sentence, own in zip(sentences, sizes, strict=True)]
        return _Prepared(document, sentences, plan)

    def _samples(self, waiting: Iterable[_Prepared]) -> Iterator[Sample]:
        for prepared in waiting:
            for sentence, ranges in zip(prepared.sentences, prepared.plan, strict=True):
                yield from (self._sample(sentence, first, end) for first, end in ranges)

    def _sample(self, sentence: RawSentence, first: int, end: int) -> Sample:
        encoded = Encoded(self.model.pieces, sentence.words[first:end])
        quoted = [0] * len(encoded.ids)
        for at, inside in enumerate(sentence.quoted[first:end], 1):
            if inside:
                quoted[encoded.first[at] : encoded.last[at] + 1] = [1] * (encoded.last[at] + 1 - encoded.first[at])
        return Sample(encoded, quoted)

    def _read(self, waiting: Sequence[_Prepared]) -> Iterator[Parse]:
        readings = self._readings(self._samples(waiting))
        for prepared in waiting:
            yield self._build(prepared, readings)

    def _readings(self, samples: Iterable[Sample]) -> Iterator[Reading]:
        """What the networks say, worked out some thousand words at a time."""
        held: list[Sample] = []
        words = 0
        for sample in samples:
            held.append(sample)
            words += sample.words
            if words >= READ_WORDS:
                yield from self.model.read(held)
                held, words = [], 0
        yield from self.model.read(held)

    def _build(self, prepared: _Prepared, readings: Iterator[Reading]) -> Parse:
        tokens: list[Token] = []
        sentences: list[ParsedSentence] = []
        signals = SignalsBuilder(self.model.labels)
        for number, (raw, ranges) in enumerate(zip(prepared.sentences, prepared.plan, strict=True)):
            start, root = len(tokens), -1
            parts = [next(readings) for _ in ranges]
            for (first, end), reading in zip(ranges, parts, strict=True):
                root = self._add_words(tokens, raw, first, end, reading, number, root)
                signals.add_words(start + first, reading)
            signals.end_sentence(parts)
            span = (raw.spans[0][0], raw.spans[-1][1])
            block = raw.block
            sentences.append(ParsedSentence(span=span, kind=block.kind, paragraph=block.paragraph, first=start, end=len(tokens)))
        return Parse(
            document=prepared.document,
            sentences=tuple(sentences),
            tokens=tuple(tokens),
            signals=signals.build(),
            parser=self.model.name,
        )

    def _add_words(self, tokens: list[Token], raw: RawSentence, first: int, end: int, reading: Reading, sentence: int, root: int) -> int:
        """Appends the words of one window; the root of a later window hangs from that of the first. Returns the sentence's root."""
        labels, offset = self.model.labels, len(tokens)
        own_root = offset + reading.heads.index(0)
        for at in range(first, end):
            local = at - first
            form, upos = raw.words[at], labels["upos"][reading.outputs["upos"][local]]
            feats = labels["feats"][reading.outputs["feats"][local]]
            head = reading.heads[local]
            relation = labels["deprel"][reading.relations[local]] if head else "root"
            if head == 0 and root >= 0:
                index, relation = root, "parataxis"
            else:
                index = offset + head - 1 if head else -1
            tokens.append(
                Token(
                    index=len(tokens),
                    span=raw.spans[at],
                    text=form,
                    lemma=self.model.lemmas.lemma(form, upos, feats, labels["script"][reading.outputs["script"][local]]),
                    upos=upos,
                    head=index,
                    deprel="dep" if relation == "root" and head else relation,
                    sentence=sentence,
                    feats=feats,
                )
            )
        return root if root >= 0 else own_root
