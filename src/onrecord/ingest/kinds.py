"""What a source is, by its content: names lie, and standard input has none."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Iterable
from enum import StrEnum
from typing import BinaryIO

import msgspec

from onrecord.ingest.columns import MIN_LINES, find_delimiter, is_gdelt_row, is_report_header, is_table
from onrecord.ingest.messages.stamps import read_stamp
from onrecord.ingest.sources import GZIP_MAGIC


class Kind(StrEnum):
    TEXT = "text"
    HTML = "html"
    FEED = "feed"
    SITEMAP = "sitemap"
    XML = "xml"
    WARC = "warc"
    WACZ = "wacz"
    WARC_LIST = "warc-list"
    GZIP = "gzip"
    ZIP = "zip"
    XLSX = "xlsx"
    DOCX = "docx"
    ODT = "odt"
    PARQUET = "parquet"
    PDF = "pdf"
    EMAIL = "email"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    WHATSAPP = "whatsapp"
    SUBTITLES = "subtitles"


ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# Frames to be skipped; archives in .zst begin with one that holds the dictionary.
ZSTD_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")

XML_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\])?[^>]*+>)*+", re.DOTALL | re.IGNORECASE)
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
ROOTS = {
    "rss": Kind.FEED,
    "feed": Kind.FEED,
    "rdf": Kind.FEED,
    "urlset": Kind.SITEMAP,
    "sitemapindex": Kind.SITEMAP,
}
HTML_ROOTS = frozenset(
    "html head body div article section main p h1 h2 h3 table ul ol span meta title link script style nav header".split()
)
DOCTYPE_HTML = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)

JSON_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\]])")
SUBTITLES_START = re.compile(r"\s*(?:WEBVTT(?:[ \t\n]|$)|\d+[ \t]*\n\d{2,}:\d\d:\d\d[,.]\d{1,3}[ \t]+-->)")
MAIL_FIRST = re.compile(r"(?:From \S+ .*|[A-Za-z][A-Za-z0-9-]{1,40}: .*)\n")
MAIL_FIELD = re.compile(r"^(From|Date|Subject|Message-ID|MIME-Version|Received|To|Return-Path):", re.IGNORECASE | re.MULTILINE)
MIN_MAIL_FIELDS = 3
CHAT_LINES = 40
WARC_PATH = re.compile(r"[\w./=-]{1,500}\.warc(?:\.gz|\.zst)?")


def recognise(head: bytes, file: BinaryIO, columns: Iterable[str] = ()) -> Kind:
    """The kind of a source, from its first bytes (of a ZIP archive, from its list of members too).

    columns: the names of columns that the user maps: a table that has them is one, whatever it calls its text.
    """
    return _by_magic(head, file) or _by_text(_peek(head), tuple(columns))


def _by_magic(head: bytes, file: BinaryIO) -> Kind | None:
    if head.startswith(GZIP_MAGIC):
        return Kind.WARC if _inflated_start(head).startswith(b"WARC/") else Kind.GZIP
    if head.startswith((b"WARC/", ZSTD_MAGIC)) or ZSTD_SKIPPABLE.match(head):
        return Kind.WARC
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(file)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    return Kind.PDF if b"%PDF-" in head[:1024] else None


def _inflated_start(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 64)
    except zlib.error:
        return b""


def _zip_kind(file: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            names = frozenset(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as member:  # its beginning only: it may be a bomb
                    if member.read(60).startswith(b"application/vnd.oasis.opendocument.text"):
                        return Kind.ODT
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, EOFError):
        return Kind.ZIP
    finally:
        file.seek(0)
    if "word/document.xml" in names:
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return Kind.WACZ
    return Kind.ZIP


def _peek(head: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    return head.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _by_text(text: str, columns: tuple[str, ...]) -> Kind:
    start = text.lstrip()
    if start.startswith("<"):
        return _markup_kind(start)
    if JSON_START.match(text):
        return _json_kind(start)
    if SUBTITLES_START.match(text):
        return Kind.SUBTITLES
    if _is_chat(start):
        return Kind.WHATSAPP
    if _is_mail(start):
        return Kind.EMAIL
    line = start.partition("\n")[0]
    if WARC_PATH.fullmatch(line):
        return Kind.WARC_LIST
    if is_gdelt_row(line) or is_report_header(line, find_delimiter(line), columns) or is_table(start.split("\n", MIN_LINES)[:MIN_LINES]):
        return Kind.CSV
    return Kind.TEXT


def _markup_kind(text: str) -> Kind:
    prolog = XML_PROLOG.match(text)
    root = ROOT.match(text, prolog.end() if prolog else 0)
    name = root[1].lower() if root else ""
    if name in ROOTS:
        return ROOTS[name]
    if name in HTML_ROOTS or DOCTYPE_HTML.search(text[:4096]):
        return Kind.HTML
    return Kind.XML if text.startswith("<?xml") else Kind.TEXT


def _json_kind(text: str) -> Kind:
    """JSON lines where the first line is a whole object and another follows."""
    line, _, rest = text.partition("\n")
    if not line.startswith("{") or not rest.lstrip().startswith("{"):
        return Kind.JSON
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        # The first line of a file of which a line is damaged: still lines if it looks closed.
        return Kind.JSONL if line.rstrip().endswith("}") else Kind.JSON
    return Kind.JSONL


def _is_chat(text: str) -> bool:
    lines = text.split("\n", CHAT_LINES)[:CHAT_LINES]
    starts = sum(1 for line in lines if read_stamp(line))
    return read_stamp(lines[0]) is not None and (starts >= 2 or len([line for line in lines if line.strip()]) == 1)


def _is_mail(text: str) -> bool:
    if not MAIL_FIRST.match(text):
        return False
    fields = {match[1].lower() for match in MAIL_FIELD.finditer(text.partition("\n\n")[0])}
    return len(fields) >= MIN_MAIL_FIELDS and "from" in fields
