"""Office documents and PDFs: the text that they carry, in paragraphs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from onrecord.errors import InputError
from onrecord.ingest.archives import ZIP_ERRORS, check_members, open_zip
from onrecord.ingest.dates import parse_moment
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.extras import needed
from onrecord.ingest.reading import Read, Reading, merged
from onrecord.ingest.sources import MAX_BYTES, Opened
from onrecord.records import Capture

MAX_XML = 50_000_000
MAX_PDF = 50_000_000
MAX_PAGES = 500
# A page with a text layer has some hundred characters at least; scanned ones have none, or a stamp.
MIN_PAGE_TEXT = 20

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OPEN_SPACES = {f"{TEXT}line-break": "\n", f"{TEXT}tab": "\t", f"{TEXT}s": " "}
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
PDF_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def read_docx(opened: Opened, reading: Reading) -> Read:
    """The text of a Word document: paragraphs of the body and of tables; neither notes nor what was deleted."""
    root, about = _parts(opened, "word/document.xml", "docProps/core.xml")
    paragraphs = [text for node in root.iter(f"{WORD}p") if (text := "".join(_word_pieces(node)).strip())]
    yield _capture(paragraphs, opened, reading, "ingest.docx.v1", _title(about), opened.read_whole(MAX_PDF, what="document"))


def read_odt(opened: Opened, reading: Reading) -> Read:
    """The text of an OpenDocument text: headings and paragraphs; no notes and no tracked changes."""
    root, about = _parts(opened, "content.xml", "meta.xml")
    for node in [node for name in ("tracked-changes", "note") for node in root.iter(f"{TEXT}{name}")]:
        tail = node.tail
        node.clear()
        node.tail = tail
    for node in root.iter():
        if node.tag in OPEN_SPACES:
            node.text = OPEN_SPACES[node.tag]
    nodes = (node for node in root.iter() if node.tag in (f"{TEXT}p", f"{TEXT}h"))
    paragraphs = [text for node in nodes if (text := "".join(node.itertext()).strip())]
    yield _capture(paragraphs, opened, reading, "ingest.odt.v1", _title(about), opened.read_whole(MAX_PDF, what="document"))


def read_pdf(opened: Opened, reading: Reading) -> Read:
    """The text layer of a PDF. Pages that are pictures of a page have none, and a note says which."""
    pypdf = needed("pypdf", "office", opened.place)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it has to say ends in our one line
    raw = opened.read_whole(MAX_PDF, what="PDF")
    opened.file.seek(0)
    try:
        pages = pypdf.PdfReader(opened.file)
        if pages.is_encrypted and not pages.decrypt(""):
            raise InputError(f"{opened.place}: a PDF with a password; save it without one")
        if len(pages.pages) > MAX_PAGES:
            raise InputError(f"{opened.place}: a PDF of more than {MAX_PAGES} pages; split it, one report a file")
        texts = [page.extract_text()[:MAX_BYTES] for page in pages.pages]
        about = pages.metadata or {}
        title, written = str(about.get("/Title") or "").strip(), str(about.get("/CreationDate") or "")
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - what pypdf raises on damaged files is not documented
        raise InputError(f"{opened.place}: a damaged PDF ({type(error).__name__}); save its text, for example with pdftotext") from None
    scanned = [number for number, text in enumerate(texts, start=1) if len(text.strip()) < MIN_PAGE_TEXT]
    if len(scanned) == len(texts):
        raise InputError(f"{opened.place}: a PDF of {len(texts)} scanned pages, pictures without text; recognise their text first")
    note = f"pages without a text layer, probably scanned: {', '.join(map(str, scanned[:50]))}"
    made = PDF_DATE.match(written)
    notes = (*((note,) if scanned else ()), *((f"the PDF was made on {made[1]}-{made[2]}-{made[3]}",) if made else ()))
    paragraphs = [text for page in texts for text in _unbroken(page)]
    yield _capture(paragraphs, opened, reading, "ingest.pdf.v1", Facts(title=_in_text(title, paragraphs), notes=notes), raw)


def _capture(paragraphs: list[str], opened: Opened, reading: Reading, extractor: str, own: Facts, raw: bytes) -> Capture:
    text = "\n\n".join(paragraphs).replace("\0", "\ufffd")
    origin = Origin(raw=raw, place=opened.place, path=opened.path, encoding="utf-8", extractor=extractor)
    return build_capture(text, given=reading.given, facts=merged(own, reading.facts), origin=origin)


def _parts(opened: Opened, *names: str) -> tuple[Any, Any]:
    """The roots of two XML parts of a document; the second is None where it is missing. Raises InputError."""
    from defusedxml import ElementTree  # type: ignore[import-untyped]
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

    roots: list[Any] = []
    with open_zip(opened) as archive:
        members = {member.filename: member for member in check_members(archive, opened.path)[0]}
        for name in names:
            if name in members and members[name].file_size > MAX_XML:
                raise InputError(f"{opened.place}: a document of more than {MAX_XML // 1_000_000} MB of text; split it")
            try:
                roots.append(ElementTree.fromstring(archive.read(members[name]), forbid_dtd=True) if name in members else None)
            except (DefusedXmlException, ElementTree.ParseError, ValueError, *ZIP_ERRORS) as error:
                raise InputError(f"{opened.place}: a damaged document ({type(error).__name__} in {name}); save it again, as text") from None
    if roots[0] is None:
        raise InputError(f"{opened.place}: a document without a text in it; save it again, as text")
    return roots[0], roots[1]


def _word_pieces(paragraph: Any) -> Iterator[str]:
    for node in paragraph.iter():
        if node.tag == f"{WORD}t":
            yield node.text or ""
        elif node.tag in (f"{WORD}tab", f"{WORD}br", f"{WORD}cr"):
            yield "\t" if node.tag == f"{WORD}tab" else "\n"


def _title(about: Any) -> Facts:
    """What the properties of a document say: its title, and when it was written, which is not when it was published."""
    if about is None:
        return Facts()
    title = next((node.text for node in about.iter(f"{DUBLIN}title") if node.text), None)
    dates = (node.text for node in about.iter() if node.tag.rpartition("}")[2] in ("created", "creation-date", "date") and node.text)
    written = next((day for one in dates if (day := parse_moment(one)[0])), None)
    return Facts(title=title.strip() or None if title else None, notes=(f"the document was written on {written}",) if written else ())


def _in_text(title: str, paragraphs: list[str]) -> str | None:
    """A PDF's title where the text begins with it; otherwise it is mostly a file's name."""
    return title if title and any(paragraph.startswith(title) for paragraph in paragraphs[:2]) else None


def _unbroken(page: str) -> Iterator[str]:
    """The paragraphs of a page: what blank lines part. Its line breaks stay; the layout tells which of them end a paragraph."""
    for block in re.split(r"\n\s*\n", page):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if lines:
            yield "\n".join(lines)
