"""Other people's parsers in the place of ours: spaCy pipelines trained on Universal Dependencies, Stanza, UDPipe. None gives signals.

Each is an extra (``pip install onrecord[spacy]`` …) and is imported when a parser is made, not before. They read block by block, so
headlines stay apart from bodies here too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from onrecord.errors import ModelError
from onrecord.parse.conllu import Aligner, Word, read_sections
from onrecord.parse.segments import document_blocks
from onrecord.records import Document, Parse


class BlockParser(ABC):
    """Parses the text of one block at a time. ``name`` is the parser and its model."""

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, documents: Iterable[Document]) -> Iterator[Parse]:
        """One parse per document, in order, without signals."""
        for document in documents:
            aligner = Aligner(document, where=self.name)
            for block in document_blocks(document):
                aligner.move_to(block.span[0])
                for words in self.sentences(document.text[block.span[0] : block.span[1]]):
                    aligner.add(words)
            yield aligner.parse(self.name)

    @abstractmethod
    def sentences(self, text: str) -> Iterator[list[Word]]:
        """The sentences of a text; heads are 1-based, 0 the root."""


class SpacyParser(BlockParser):
    """A spaCy pipeline with Universal Dependencies labels. model: an installed package, a folder, or a loaded pipeline."""

    def __init__(self, model: Any) -> None:
        loaded = model if not isinstance(model, str | Path) else _import("spacy", "spacy").load(model)
        meta = getattr(loaded, "meta", {})
        super().__init__(f"spacy/{meta.get('lang', '')}_{meta.get('name', 'pipeline')}")
        self._pipeline = loaded

    def sentences(self, text: str) -> Iterator[list[Word]]:
        for sentence in self._pipeline(text).sents:
            kept = [token for token in sentence if not token.text.isspace()]
            number = {token.i: at for at, token in enumerate(kept, 1)}
            if kept:
                yield [self._word(token, number) for token in kept]

    @staticmethod
    def _word(token: Any, number: dict[int, int]) -> Word:
        head = 0 if token.head.i == token.i else number.get(token.head.i, 0)
        relation = "root" if head == 0 else token.dep_.lower()
        return Word(0, token.text, token.lemma_ or token.text, token.pos_, token.tag_, str(token.morph), head, relation)


class StanzaParser(BlockParser):
    """A Stanza pipeline. model: a loaded ``stanza.Pipeline``, or a language code ("en") whose models are on this machine."""

    def __init__(self, model: Any = "en", **options: Any) -> None:
        if isinstance(model, str):
            stanza = _import("stanza", "stanza")
            options = {"processors": "tokenize,mwt,pos,lemma,depparse", "download_method": None, "verbose": False, **options}
            super().__init__(f"stanza/{model}")
            self._pipeline = stanza.Pipeline(model, **options)
        else:
            super().__init__(f"stanza/{getattr(model, 'lang', 'pipeline')}")
            self._pipeline = model

    def sentences(self, text: str) -> Iterator[list[Word]]:
        for sentence in self._pipeline(text).sentences:
            yield [
                self._word(word, token.text if len(token.words) > 1 and at == 0 else None, at > 0)
                for token in sentence.tokens
                for at, word in enumerate(token.words)
            ]

    @staticmethod
    def _word(word: Any, surface: str | None, rest: bool) -> Word:
        return Word(
            0, word.text, word.lemma or word.text, word.upos, word.xpos or "", word.feats or "", word.head, word.deprel, surface, rest
        )


class UdpipeParser(BlockParser):
    """A UDPipe 1 model. model: the path of a ``.udpipe`` file, or an object with ``process(text)`` that gives CoNLL-U."""

    def __init__(self, model: Any) -> None:
        if not isinstance(model, str | Path):
            super().__init__("udpipe/pipeline")
            self._process = model.process
            return
        udpipe = _import("ufal.udpipe", "udpipe")
        super().__init__(f"udpipe/{Path(model).stem}")
        loaded = udpipe.Model.load(str(model))
        if loaded is None:
            raise ModelError(f"{model}: not a UDPipe model; name a .udpipe file")
        self._model = loaded  # the pipeline keeps no reference to it
        self._process = udpipe.Pipeline(loaded, "tokenize", udpipe.Pipeline.DEFAULT, udpipe.Pipeline.DEFAULT, "conllu").process

    def sentences(self, text: str) -> Iterator[list[Word]]:
        for section in read_sections(self._process(text), where=self.name):
            yield from section.sentences


def _import(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise ModelError(f"{module} is not installed; pip install 'onrecord[{extra}]'") from None
