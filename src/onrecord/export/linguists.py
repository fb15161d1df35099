"""Reports with their mentions, attributions and claims for annotation tools: brat stand-off and spaCy DocBin."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from onrecord.export.archive import add_file
from onrecord.export.cells import replace_surrogates
from onrecord.export.writing import require
from onrecord.records import (
    Attribution,
    Certainty,
    Claim,
    Coding,
    CueClass,
    EntityLabel,
    Form,
    Mention,
    MentionKind,
    Polarity,
    Span,
    Status,
)

BRAT_NOTES = (
    "A zip of stand-off files as brat reads them: a .txt and an .ann per report, and annotation.conf.",
    "A claim is an Event at its trigger; polarity, certainty and status are attributes. Offsets count code points.",
)
DOCBIN_NOTES = (
    "A spaCy DocBin: mentions in doc.ents (the longest where they overlap) and doc.spans['mentions'], claims by type in",
    "doc.spans['claims'], attributions in doc.spans['sources'], ['cues'] and ['contents'].",
    "Tokens are those of spaCy's blank English; spans are widened to them.",
)
TRIGGER = "CLAIM"


# ── brat ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_brat(codings: Iterable[Coding], path: Path) -> None:
    """Writes the zip; the same reports give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        add_file(archive, "annotation.conf", brat_settings().encode())
        for coding in codings:
            text = replace_surrogates(coding.document.text)
            add_file(archive, f"{coding.document.id}.txt", text.encode())
            add_file(archive, f"{coding.document.id}.ann", "".join(f"{line}\n" for line in brat_lines(coding)).encode("utf-8", "replace"))


def brat_settings() -> str:
    """What brat must know of the labels."""
    labels = "\n".join([*EntityLabel, "SOURCE", "CUE", "CONTENT", "PLACE", "TIME_OF"])
    values = [f"Polarity\tArg:<EVENT>, Value:{'|'.join(Polarity)}", f"Certainty\tArg:<EVENT>, Value:{'|'.join(Certainty)}"]
    values += [f"Status\tArg:<EVENT>, Value:{'|'.join(Status)}", f"CueClass\tArg:CUE, Value:{'|'.join(CueClass)}"]
    values += [f"Form\tArg:CUE, Value:{'|'.join(Form)}"]
    arguments = "Actor*:<ENTITY>, Recipient*:<ENTITY>, Place?:<ENTITY>, Time?:<ENTITY>"
    relations = "SaidBy\tArg1:CONTENT, Arg2:SOURCE\nSignalledBy\tArg1:CONTENT, Arg2:CUE\nRefersTo\tArg1:<ENTITY>, Arg2:<ENTITY>"
    attributes = "\n".join(values)
    return f"[entities]\n{labels}\n\n[relations]\n{relations}\n\n[events]\n{TRIGGER}\t{arguments}\n\n[attributes]\n{attributes}\n"


def brat_lines(coding: Coding) -> Iterator[str]:
    """The annotations of a report, one a line."""
    return _Brat(coding).lines()


class _Brat:
    """Numbers the annotations of one report; a stretch of text with a label is written once."""

    def __init__(self, coding: Coding) -> None:
        self._coding = coding
        self._text = coding.document.text
        self._known: dict[tuple[str, str], str] = {}
        self._written: list[str] = []
        self._numbers = {"E": 0, "A": 0, "R": 0}

    def lines(self) -> Iterator[str]:
        for mention in self._coding.mentions:
            self._textbound(str(mention.label), (mention.span,))
        self._references(self._coding.mentions)
        for attribution in self._coding.attributions:
            self._attribution(attribution)
        triggers = {event.id: event.trigger for event in self._coding.events}
        for claim in self._coding.claims:
            if claim.event_id in triggers:
                self._claim(claim, triggers[claim.event_id or ""])
        return iter(self._written)

    def _textbound(self, label: str, spans: Iterable[Span]) -> str | None:
        """The id of a stretch of text, written if it is new; None for one without letters. Line breaks part a stretch into several."""
        lines = ((start, re.finditer(r"[^\r\n]+", self._text[start:end])) for start, end in spans)
        parts = [(start + found.start(), start + found.end()) for start, founds in lines for found in founds]
        if not parts:
            return None
        where = ";".join(f"{start} {end}" for start, end in parts)
        if (label, where) not in self._known:
            id = f"T{len(self._known) + 1}"
            self._known[label, where] = id
            self._written.append(f"{id}\t{label} {where}\t{' '.join(self._text[start:end] for start, end in parts)}")
        return self._known[label, where]

    def _next(self, letter: str) -> str:
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]}"

    def _references(self, mentions: Iterable[Mention]) -> None:
        ids = {mention.id: self._textbound(str(mention.label), (mention.span,)) for mention in mentions}
        for mention in mentions:
            one, other = ids[mention.id], ids.get(mention.refers_to or "")
            if one and other and one != other:
                self._written.append(f"{self._next('R')}\tRefersTo Arg1:{one} Arg2:{other}")

    def _attribution(self, found: Attribution) -> None:
        source, cue = self._textbound("SOURCE", found.source), self._textbound("CUE", found.cue)
        content = self._textbound("CONTENT", found.content)
        if content and source:
            self._written.append(f"{self._next('R')}\tSaidBy Arg1:{content} Arg2:{source}")
        if content and cue:
            self._written.append(f"{self._next('R')}\tSignalledBy Arg1:{content} Arg2:{cue}")
        if cue:
            self._written.append(f"{self._next('A')}\tCueClass {cue} {found.cue_class}")
            self._written.append(f"{self._next('A')}\tForm {cue} {found.form}")

    def _claim(self, claim: Claim, trigger: Span) -> None:
        at = self._textbound(TRIGGER, (trigger,))
        if at is None:
            return
        arguments = []
        for role, parts in (("Actor", claim.actors), ("Recipient", claim.recipients)):
            ids = [id for part in parts if part.span and (id := self._entity_at(part.span, MentionKind.ACTOR, "OTHER"))]
            arguments += [f"{role}{number if number > 1 else ''}:{id}" for number, id in enumerate(dict.fromkeys(ids), 1)]
        if claim.place is not None and claim.place.span:
            arguments.append(f"Place:{self._entity_at(claim.place.span, MentionKind.PLACE, 'PLACE')}")
        if claim.time is not None and claim.time.span:
            arguments.append(f"Time:{self._entity_at(claim.time.span, MentionKind.TIME, 'TIME_OF')}")
        id = self._next("E")
        self._written.append(f"{id}\t{TRIGGER}:{at}{''.join(f' {argument}' for argument in arguments)}")
        factuality = claim.factuality
        for name, value in (("Polarity", factuality.polarity), ("Certainty", factuality.certainty), ("Status", factuality.status)):
            self._written.append(f"{self._next('A')}\t{name} {id} {value}")

    def _entity_at(self, span: Span, kind: MentionKind, label: str) -> str | None:
        mention = next((one for one in self._coding.mentions if one.span == span and one.kind is kind), None)
        return self._textbound(str(mention.label) if mention else label, (span,))


# ── spaCy ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_docbin(codings: Iterable[Coding], path: Path) -> None:
    """Writes the reports as a DocBin; raises UsageError without spaCy."""
    spacy = require("spacy", "DocBin", "spacy")
    nlp = spacy.blank("en")
    found = spacy.tokens.DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], store_user_data=True)
    for coding in codings:
        found.add(_doc(nlp, spacy, coding))
    found.to_disk(path)


def _doc(nlp: Any, spacy: Any, coding: Coding) -> Any:
    doc = nlp.make_doc(replace_surrogates(coding.document.text))
    doc.user_data["id"] = coding.document.id
    mentions = list(_spans(doc, ((one.span, str(one.label)) for one in coding.mentions)))
    doc.ents = spacy.util.filter_spans(mentions)
    doc.spans["mentions"] = mentions
    triggers = {event.id: event.trigger for event in coding.events}
    told = [one for one in coding.claims if one.event_id in triggers]
    kinds = ((triggers[one.event_id or ""], one.event.type if one.event else str(one.kind)) for one in told)
    doc.spans["claims"] = list(_spans(doc, kinds))
    for group, spans in (("sources", "source"), ("cues", "cue"), ("contents", "content")):
        parts = ((span, str(one.cue_class)) for one in coding.attributions for span in getattr(one, spans))
        doc.spans[group] = list(_spans(doc, parts))
    return doc


def _spans(doc: Any, parts: Iterable[tuple[Span, str]]) -> Iterator[Any]:
    for (start, end), label in parts:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        if span is not None and len(span):
            yield span
