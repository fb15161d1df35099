"""The evidence for an incident in one file, to hand on: what is said, by whom, with the hashes of what it was read from."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from importlib import resources
from typing import Any

import msgspec

from onrecord import __version__
from onrecord.ledger import Ledger
from onrecord.ledger.browse import claims_of
from onrecord.ledger.directory import captures_of
from onrecord.ledger.history import list_revisions
from onrecord.ledger.people import list_decisions
from onrecord.records import Incident

BEGINNING = (1980, 1, 1, 0, 0, 0)  # a zip cannot say less; the clock would make other bytes each time
README = """{heading}

incident.html     the page, for reading and printing
incident.json     the incident
claims.jsonl      each claim and denial with the words that say it, its report and its voice
reports.jsonl     the reports: where they were seen, when, by which program read, SHA-256 of their bytes and of their text
revisions.jsonl   what the incident said before
decisions.jsonl   what people decided about it, and why
SHA256SUMS        of all of these

A claim is not a fact. Figures are ranges of reported figures. Written by onrecord {version}.
"""


def bundle(ledger: Ledger, incident: Incident, page: bytes) -> bytes:
    """A zip with the incident's page and records; the same ledger gives the same bytes."""
    claims = claims_of(ledger, incident)
    style = resources.files("onrecord.web").joinpath("static", "page.css").read_bytes()
    files = {
        "README.txt": README.format(heading=incident.id, version=__version__).encode(),
        "incident.html": alone(page),
        "page.css": style,
        "incident.json": msgspec.json.encode(incident),
        "claims.jsonl": _lines(claims),
        "reports.jsonl": _lines(captures_of(ledger, [claim.document for claim in claims])),
        "revisions.jsonl": _lines(list_revisions(ledger, incident.id)),
        "decisions.jsonl": _lines(list_decisions(ledger, incident.id)),
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            archive.writestr(zipfile.ZipInfo(name, BEGINNING), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def alone(page: bytes) -> bytes:
    """A page as it can stand without its server and without whoever looked at it: no head of the site, no scripts, no links but its own."""
    page = re.sub(
        rb'<header class="top">.*?</header>|<script[^>]*></script>|<link rel="icon"[^>]*>|<button[^>]*>.*?</button>', b"", page, flags=re.S
    )
    page = page.replace(b'"/static/page.css"', b'"page.css"')
    return re.sub(rb"""<link[^>]*href="/[^>]*>| (?:href|data-[a-z]+)="/[^"]*\"""", b"", page)


def _lines(records: Iterable[Any]) -> bytes:
    return msgspec.json.Encoder().encode_lines(records)
