"""Reports as references: BibTeX for LaTeX, CSL JSON for Zotero and Pandoc."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.export.writing import encode_json
from onrecord.records import Coding, Document

NOTES = ("A reference per report: what its source says of itself. The key is the id of the report.",)
# What TeX reads as a command; a backslash first, so that those put in stay.
_TEX = (
    ("\\", "\\textbackslash "),
    ("{", "\\{"),
    ("}", "\\}"),
    ("$", "\\$"),
    ("&", "\\&"),
    ("#", "\\#"),
    ("%", "\\%"),
    ("_", "\\_"),
    ("~", "\\textasciitilde "),
    ("^", "\\textasciicircum "),
)


def bibtex_lines(codings: Iterable[Coding]) -> Iterator[str]:
    """An ``@online`` entry per report (biblatex; classic styles take it for ``@misc``)."""
    for coding in codings:
        document = coding.document
        fields = {
            "title": _tex(_title(document)),
            "organization": _tex(document.outlet) if document.outlet else None,
            "date": document.published[:10] if document.published else None,
            "url": _address(document.url) if document.url else None,
            "urldate": document.retrieved[:10] if document.retrieved else None,
            "langid": document.language,
            "note": f"SHA-256 of the text: {document.sha256}",
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        yield f"@online{{{document.id},\n{lines}}}\n"


def _tex(text: str) -> str:
    """The text on one line, with what TeX would read as a command made harmless."""
    text = " ".join(text.split())
    text = text.replace("\\", "\0")
    for letter, safe in _TEX[1:]:
        text = text.replace(letter, safe)
    return text.replace("\0", _TEX[0][1])


def _address(url: str) -> str:
    return re.sub(r"[{}\\\s%]", lambda found: f"%{ord(found[0]):02X}" if found[0] != "%" else "\\%", url)


def csl_lines(codings: Iterable[Coding]) -> Iterator[str]:
    """An array of CSL items, one a line."""
    yield "["
    for number, coding in enumerate(codings):
        yield f"{',' if number else ''}\n{encode_json(csl_item(coding.document))}"
    yield "\n]\n"


def csl_item(document: Document) -> dict[str, Any]:
    """A report as a CSL item; what is not known is left out."""
    item = {
        "id": document.id,
        "type": "webpage" if document.url else "article-newspaper",
        "title": _title(document),
        "container-title": document.outlet,
        "issued": _date(document.published),
        "accessed": _date(document.retrieved),
        "URL": document.url,
        "language": document.language,
        "note": f"SHA-256 of the text: {document.sha256}",
    }
    return {name: value for name, value in item.items() if value}


def _date(day: str | None) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in day[:10].split("-")]]} if day else None


def _title(document: Document) -> str:
    return document.title or document.path or document.id
