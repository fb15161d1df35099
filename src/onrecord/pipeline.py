"""From captures to codings: the stages of one report, in order, with their knowledge.

    captures ─▶ parse ─▶ mentions ─▶ resolve ─▶ claims ─▶ coding ─▶ Coding
One report never stops the others: what a stage raises becomes a Failure.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from onrecord import __version__
from onrecord.errors import InputError, ModelError, OnrecordError, UsageError
from onrecord.records import (
    Capture,
    Claim,
    Coding,
    Document,
    Extraction,
    Failure,
    Mention,
    Parse,
    Sentence,
    content_id,
    text_sha256,
)
from onrecord.registry import component

if TYPE_CHECKING:
    from onrecord.claims.explaining import Explanation
    from onrecord.gazetteer import Gazetteer
    from onrecord.lexicon import Lexicon
    from onrecord.ontology import Ontology
    from onrecord.parse import Parser

log = logging.getLogger(__name__)

BATCH_DOCUMENTS = 16
Result = TypeVar("Result")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a pipeline is made of; small and picklable, so that every worker process builds its own.

    lexicon: a folder laid out like ``lexicon/`` whose entries come last and win.  conllu: a parse to use instead of a parser.
    """

    lexicon: Path | None = None
    conllu: Path | None = None
    parser: str = "parse.en.v1"
    mentions: str = "mentions.ud.v1"
    resolve: str = "resolve.lexicon.v1"
    claims: str = "claims.ud.v1"
    coding: str = "coding.plover.v1"
    debug: bool = False


@dataclass(frozen=True)
class Pipeline:
    """One field per stage and per body of knowledge; ``build_pipeline`` fills them by name."""

    parser: Parser
    repair: Callable[[Parse], Parse]
    find_mentions: Callable[[Parse, Lexicon, Gazetteer], tuple[Mention, ...]]
    resolve_mentions: Callable[[Parse, tuple[Mention, ...], Lexicon, Gazetteer], tuple[Mention, ...]]
    extract_claims: Callable[[Parse, tuple[Mention, ...], Lexicon], Extraction]
    code_claim: Callable[[Claim, Ontology], Claim]
    lexicon: Lexicon
    ontology: Ontology
    gazetteer: Gazetteer
    debug: bool = False

    def code(self, captures: Iterable[Capture | Failure]) -> Iterator[Coding | Failure]:
        """One Coding or Failure for every capture, in their order; failures that come in go out."""
        for batch in _batches(captures):
            parses = self._parse([item for item in batch if isinstance(item, Capture)])
            for item in batch:
                yield item if isinstance(item, Failure) else self._code_parsed(item, parses)

    def _parse(self, captures: list[Capture]) -> dict[int, Parse | Failure]:
        """By the position of each capture's identity: its parse, all in one batch, or one by one when the batch fails."""
        documents = [capture.document for capture in captures]
        together = self._guard(lambda: list(self.parser.parse(documents)), documents[0], "parse") if documents else []
        parsed = [self._parse_alone(document) for document in documents] if isinstance(together, Failure) else together
        return {id(capture): parse for capture, parse in zip(captures, parsed, strict=True)}

    def _parse_alone(self, document: Document) -> Parse | Failure:
        return self._guard(lambda: next(iter(self.parser.parse([document]))), document, "parse")

    def _code_parsed(self, capture: Capture, parses: dict[int, Parse | Failure]) -> Coding | Failure:
        parse = parses[id(capture)]
        if isinstance(parse, Failure):
            return parse
        return self._guard(lambda: self.code_parse(parse, capture.notes), capture.document, "code")

    def code_parse(self, parse: Parse, notes: tuple[str, ...] = ()) -> Coding:
        """The coding of one parsed document; raises whatever a stage raises."""
        mentions = self._mentions(parse)
        found = self.extract_claims(parse, mentions, self.lexicon)
        claims = (self.code_claim(claim, self.ontology) for claim in found.claims)
        return Coding(
            document=parse.document,
            sentences=tuple(Sentence(span=s.span, kind=s.kind, paragraph=s.paragraph) for s in parse.sentences),
            mentions=mentions,
            attributions=found.attributions,
            events=found.events,
            claims=seal_claims(claims, found, parse.document),
            relations=found.relations,
            agreements=found.agreements,
            victims=found.victims,
            wording=found.wording,
            notes=notes + _doubts(parse.document),
        )

    def explain(self, capture: Capture) -> tuple[Coding, tuple[Explanation, ...]]:
        """A document's coding with, for each claim of it in order, how it was made. Raises whatever a stage raises."""
        parse = next(iter(self.parser.parse([capture.document])))
        return self.code_parse(parse, capture.notes), component("explain.ud.v1")(parse, self._mentions(parse), self.lexicon)

    def _mentions(self, parse: Parse) -> tuple[Mention, ...]:
        """The resolved mentions, read from the parse with the corrections that claims are read from."""
        repaired = self.repair(parse)
        found = self.find_mentions(repaired, self.lexicon, self.gazetteer)
        return self.resolve_mentions(repaired, found, self.lexicon, self.gazetteer)

    def _guard(self, work: Callable[[], Result], document: Document, stage: str) -> Result | Failure:
        """What the work returns, or a Failure: the one place where any exception of a report is caught."""
        try:
            return work()
        except ModelError:
            raise  # it would fail for every report
        except Exception as error:  # one bad document never stops a run
            if self.debug:
                raise
            log.debug("stage=%s document=%s", stage, document.id, exc_info=True)
            return _failure(error, document, stage)


def _failure(error: Exception, document: Document, stage: str) -> Failure:
    name = document.path or document.id
    unexpected = f"{name}: could not be coded ({type(error).__name__}: {error}); run again with --debug"
    return Failure(
        document=document.id,
        path=document.path,
        stage=stage,
        error=type(error).__name__,
        message=f"{name}: {error}" if isinstance(error, OnrecordError) else unexpected,
        trace_id=content_id("err-", document.id, stage, type(error).__name__, str(error)),
    )


def build_pipeline(options: Options = Options()) -> Pipeline:  # noqa: B008 - frozen
    """The pipeline that the options name; raises DataError or ModelError when its knowledge cannot be loaded."""
    from onrecord.gazetteer import load_gazetteer
    from onrecord.lexicon import Lexicon
    from onrecord.ontology import load_ontology

    if options.conllu is not None and not options.conllu.is_file():
        raise UsageError(f"--parse {options.conllu}: no such file")
    parser = component("parse.conllu.v1")(options.conllu) if options.conllu else component(options.parser)()
    return Pipeline(
        parser=parser,
        repair=component("repair.ud.v1"),
        find_mentions=component(options.mentions),
        resolve_mentions=component(options.resolve),
        extract_claims=component(options.claims),
        code_claim=component(options.coding),
        lexicon=Lexicon(options.lexicon),
        ontology=load_ontology(),
        gazetteer=load_gazetteer(),
        debug=options.debug,
    )


def code_documents(
    captures: Iterable[Capture | Failure],
    *,
    options: Options = Options(),  # noqa: B008 - frozen
    jobs: int = 1,
) -> Iterator[Coding | Failure]:
    """Codes captures with ``jobs`` processes; the order and the bytes are the same for any number of them."""
    if jobs <= 1:
        yield from build_pipeline(options).code(captures)
        return
    batches = _batches(captures)
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(options,)) as pool:
        while window := list(islice(batches, 4 * jobs)):  # bounded, so that an endless input needs no endless memory
            for done in pool.map(_code_batch, window):
                yield from done


def _batches(captures: Iterable[Capture | Failure]) -> Iterator[list[Capture | Failure]]:
    pending = iter(captures)
    while batch := list(islice(pending, BATCH_DOCUMENTS)):
        yield batch


class _Worker:
    pipeline: Pipeline


def _start_worker(options: Options) -> None:
    _Worker.pipeline = build_pipeline(options)


def _code_batch(batch: list[Capture | Failure]) -> list[Coding | Failure]:
    return list(_Worker.pipeline.code(batch))


def code(text: str, *, published: str | None = None, outlet: str | None = None, url: str | None = None, title: str | None = None) -> Coding:
    """What one report says, in the contract's form. Raises InputError when it cannot be coded.

    Args: text: the report, headline first.  published: ISO date that "Thursday" counts from.  outlet: who prints it.
    """
    if not isinstance(text, str):
        raise UsageError("code() takes the text of one report; many go through onrecord.pipeline.code_documents")
    read = component("ingest.files.v1")
    raw = BytesIO(text.encode("utf-8", "replace"))  # a lone surrogate becomes one question mark: offsets hold
    captures = read(["-"], published=published, outlet=outlet, url=url, title=title, stdin=raw, kind="text")
    result = next(_default_pipeline().code(captures))
    if isinstance(result, Failure):
        raise InputError(result.message.removeprefix("standard input: "))
    return result


@lru_cache(maxsize=1)
def _default_pipeline() -> Pipeline:
    return build_pipeline()


def seal_claims(claims: Iterable[Claim], found: Extraction, document: Document) -> tuple[Claim, ...]:
    """The claims with their content hashes: over the text, the spans, the kind and the rule that made them, counted where equal."""
    triggers = {event.id: event.trigger for event in found.events}
    text_hash = document.sha256 or text_sha256(document.text)
    seen: dict[str, int] = {}
    sealed = []
    for claim in claims:
        spans = [participant.span for participant in claim.actors + claim.recipients + claim.others]
        parts = (text_hash, triggers.get(claim.event_id or ""), claim.evidence, spans, claim.kind, claim.origin_rule, __version__)
        hashed = content_id("clm-", *parts)
        seen[hashed] = seen.get(hashed, 0) + 1
        if seen[hashed] > 1:
            hashed = content_id("clm-", *parts, seen[hashed])
        sealed.append(msgspec.structs.replace(claim, hash=hashed))
    return tuple(sealed)


def _doubts(document: Document) -> tuple[str, ...]:
    if document.published is None:
        return ("publication date unknown: relative dates stay symbolic",)
    return ()
