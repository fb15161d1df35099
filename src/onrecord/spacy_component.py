"""onrecord in a spaCy pipeline: ``nlp.add_pipe("onrecord")`` puts what a text claims into ``doc._.claims``.

Importing this module registers the component; ``pip install onrecord`` announces it to spaCy, so that ``add_pipe`` finds it unasked.
The text is read by onrecord's own parser: the pipeline's may be of any kind, or none (``spacy.blank("en")``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, Span

from onrecord.errors import InputError
from onrecord.pipeline import Options, Pipeline, build_pipeline
from onrecord.records import Coding, Failure
from onrecord.registry import component

SPANS = "onrecord"
KEPT = "onrecord_coding"  # as bytes, so that Docs with claims can be stored and sent to other processes


@Language.factory("onrecord", default_config={"lexicon": None, "published": None, "outlet": None})
def create_component(nlp: Language, name: str, lexicon: str | None, published: str | None, outlet: str | None) -> ClaimFinder:
    """The component. lexicon: a folder of your own words.  published, outlet: for texts that do not say (``doc._.published`` wins)."""
    return ClaimFinder(build_pipeline(Options(lexicon=Path(lexicon) if lexicon else None)), published=published, outlet=outlet)


class ClaimFinder:
    """Codes the text of a Doc.

    ``doc._.coding`` is the whole Coding (None of a Doc without words), ``doc._.claims`` its claims; ``doc.spans["onrecord"]`` has a span
    for every evidence, out to the borders of the tokens, labelled with the event type and with the claim's id as ``span.id_``.
    Offsets in the Coding count characters of ``doc._.coding.document.text``, which is without a header and has plain line ends.
    """

    def __init__(self, pipeline: Pipeline, *, published: str | None = None, outlet: str | None = None) -> None:
        for name in ("published", "outlet", KEPT):
            Doc.set_extension(name, default=None, force=True)
        Doc.set_extension("coding", getter=lambda doc: _coding(doc._.get(KEPT)), force=True)
        Doc.set_extension("claims", getter=lambda doc: doc._.coding.claims if doc._.coding else (), force=True)
        self._pipeline = pipeline
        self._published, self._outlet = published, outlet

    def __call__(self, doc: Doc) -> Doc:
        """The Doc with its claims; raises InputError where the text cannot be read."""
        if doc.text.strip():
            coding = self._code(doc)
            doc._.set(KEPT, msgspec.msgpack.encode(coding))
            doc.spans[SPANS] = list(_spans(doc, coding))
        return doc

    def _code(self, doc: Doc) -> Coding:
        read = component("ingest.files.v1")
        raw = BytesIO(_plain(doc.text).encode("utf-8", "replace"))
        about = {"published": doc._.published or self._published, "outlet": doc._.outlet or self._outlet}
        coded = next(iter(self._pipeline.code(read(["-"], stdin=raw, kind="text", **about))))
        if isinstance(coded, Failure):
            raise InputError(coded.message.removeprefix("standard input: "))
        return coded


def _plain(text: str) -> str:
    """The text with plain line ends, every character where it was."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


@lru_cache(maxsize=8)
def _coding(kept: bytes | None) -> Coding | None:
    return None if kept is None else msgspec.msgpack.decode(kept, type=Coding)


def _spans(doc: Doc, coding: Coding) -> Iterator[Span]:
    before = len(doc.text) - len(coding.document.text)  # a header, which is no part of the report
    for claim in coding.claims:
        label = claim.event.type if claim.event else str(claim.kind)
        for start, end in claim.evidence:
            span = doc.char_span(before + start, before + end, label=label, span_id=claim.id, alignment_mode="expand")
            if span is not None:
                yield span
