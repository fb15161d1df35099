"""onrecord in a spaCy pipeline: ``nlp.add_pipe("onrecord")`` puts what a text claims into ``doc._.claims``.

Importing this module registers the component; ``pip install onrecord`` announces it to spaCy, so that ``add_pipe`` finds it unasked.
The text is read by onrecord's own parser: the pipeline's may be of any kind, or none (``spacy.blank("en")``).
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from onrecord.errors import InputError
from onrecord.pipeline import Options, Pipeline, build_pipeline
from onrecord.records import Failure
from onrecord.registry import component

SPANS = "onrecord"


@Language.factory("onrecord", default_config={"lexicon": None, "published": None, "outlet": None})
def create_component(nlp: Language, name: str, lexicon: str | None, published: str | None, outlet: str | None) -> ClaimFinder:
    """The component. lexicon: a folder of your own words.  published, outlet: for texts that do not say (``doc._.published`` wins)."""
    return ClaimFinder(build_pipeline(Options(lexicon=Path(lexicon) if lexicon else None)), published=published, outlet=outlet)


class ClaimFinder:
    """Codes the text of a Doc.

    ``doc._.coding`` is the whole Coding, ``doc._.claims`` its claims; ``doc.spans["onrecord"]`` has a span for every evidence that meets
    token borders, labelled with the event type and with the claim's id as ``span.id_``.
    """

    def __init__(self, pipeline: Pipeline, *, published: str | None = None, outlet: str | None = None) -> None:
        for name in ("coding", "published", "outlet"):
            Doc.set_extension(name, default=None, force=True)
        Doc.set_extension("claims", getter=lambda doc: doc._.coding.claims if doc._.coding else (), force=True)
        self._pipeline = pipeline
        self._published, self._outlet = published, outlet

    def __call__(self, doc: Doc) -> Doc:
        """The Doc with its claims; raises InputError where the text cannot be read."""
        read = component("ingest.files.v1")
        raw = BytesIO(doc.text.encode("utf-8", "replace"))
        captures = read(["-"], published=doc._.published or self._published, outlet=doc._.outlet or self._outlet, stdin=raw)
        coded = next(iter(self._pipeline.code(captures)))
        if isinstance(coded, Failure):
            raise InputError(coded.message)
        doc._.coding = coded
        doc.spans[SPANS] = list(self._spans(doc, coded))
        return doc

    @staticmethod
    def _spans(doc: Doc, coded: Any) -> Any:
        for claim in coded.claims:
            label = claim.event.type if claim.event else str(claim.kind)
            for start, end in claim.evidence:
                span = doc.char_span(start, end, label=label, span_id=claim.id, alignment_mode="expand")
                if span is not None:
                    yield span
