"""The evidence for an incident in one file, to hand on: what is said, by whom, with the hashes of what it was read from."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from typing import Any

from msgspec import to_builtins

from onrecord import __version__
from onrecord.export.archive import write_bundle
from onrecord.export.tables import codebook_lines
from onrecord.export.writing import encode_json, json_lines
from onrecord.ledger import Ledger
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.query.claims import claims_of
from onrecord.ledger.query.history import list_revisions
from onrecord.ledger.query.reports import captures_of
from onrecord.records import Incident

README = """{heading}

incident.html     the page, for reading and printing, whole in one file
{pdf}incident.json     the incident
claims.jsonl      each claim and denial with the words that say it, its report and its voice
reports.jsonl     the reports: where and when they were seen, by which program read, SHA-256 of their bytes and of their text
revisions.jsonl   what the incident said before
decisions.jsonl   what people decided about it, and why
codebook.csv      what the fields of an incident and a claim mean, column by column
CITATION.cff      how to cite this
SHA256SUMS        of all of these; `onrecord verify` and `sha256sum -c` check them

A claim is not a fact. Figures are ranges of reported figures. Written by onrecord {version}.
Words quoted from reports remain their publishers' and authors'.
"""
CITATION = """cff-version: 1.2.0
message: Cite the sources whose claims you use, and this.
title: "What reports say of incident {id}"
type: dataset
version: {version}
authors:
  - name: The keepers of the ledger
references:
  - type: software
    title: onrecord
    version: {version}
    authors:
      - name: The onrecord developers
"""


def bundle(ledger: Ledger, incident: Incident, page: bytes, *, pdf: Callable[[bytes], bytes | None] | None = None) -> bytes:
    """A zip with the incident's page and records; the same ledger gives the same bytes.

    pdf: what turns the page into a PDF; where it gives None there is none in the zip.
    """
    claims = claims_of(ledger, incident)
    shown = alone(page)
    printed = pdf(shown) if pdf else None
    line = "incident.pdf      the same, as paper\n" if printed else ""
    files = {
        "README.txt": README.format(heading=incident.id, pdf=line, version=__version__).encode(),
        "CITATION.cff": CITATION.format(id=incident.id, version=__version__).encode(),
        "codebook.csv": "".join(codebook_lines()).encode(),
        "incident.html": shown,
        "incident.json": encode_json(incident).encode(),
        "claims.jsonl": _lines(claims),
        "reports.jsonl": _lines(_sources(ledger, [claim.document for claim in claims])),
        "revisions.jsonl": _lines(list_revisions(ledger, incident.id)),
        "decisions.jsonl": _lines(list_decisions(ledger, incident.id)),
        **({"incident.pdf": printed} if printed else {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        write_bundle(archive, files)
    return buffer.getvalue()


def _sources(ledger: Ledger, documents: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The appearances of the reports, each with when it was captured."""
    retrieved = {id: coding.document.retrieved for id in sorted(set(documents)) if (coding := ledger.coding(id)) is not None}
    for row in captures_of(ledger, sorted(retrieved)):
        yield {**to_builtins(row), "retrieved": retrieved[row.document]}


def alone(page: bytes) -> bytes:
    """A page as it can stand without its server and without whoever looked at it: no head of the site, no scripts, no links but its own."""
    page = re.sub(
        rb'<header class="top">.*?</header>|<script[^>]*></script>|<link rel="icon"[^>]*>|<button[^>]*>.*?</button>', b"", page, flags=re.S
    )
    style = resources.files("onrecord.web").joinpath("static", "page.css").read_bytes()
    page = re.sub(rb'<link rel="stylesheet" href="/static/page.css">', lambda _: b"<style>\n" + style + b"</style>", page)
    return re.sub(rb"""<link[^>]*href="/[^>]*>| (?:href|data-[a-z]+)="/[^"]*\"""", b"", page)


def _lines(records: Iterable[Any]) -> bytes:
    return "".join(json_lines(records)).encode()
