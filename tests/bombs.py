"""Files built to exhaust whoever reads them. ``python -m tests.bombs`` reads each and prints what it cost, a line of JSON each."""

from __future__ import annotations

import gzip
import io
import json
import resource
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable

from onrecord.ingest import Upload, read_documents
from tests.ingest_samples import MORE, PAGE, RSS, TEXT, TITLE, docx, pdf, samples, warc_record, xlsx, zipped

LINE = f"{TEXT}\n"


def nested(raw: bytes, levels: int, wrap: Callable[[bytes], bytes]) -> bytes:
    for _ in range(levels):
        raw = wrap(raw)
    return raw


def many_members(count: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"x")
    return target.getvalue()


def overlapping(count: int) -> bytes:
    """A ZIP file whose directory names one compressed member of 20 MB so many times."""
    packed = zlib.compress(b"0" * 20_000_000, 9)[2:-4]
    checksum = zlib.crc32(b"0" * 20_000_000)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, checksum, len(packed), 20_000_000, 5, 0) + b"a.txt" + packed
    central = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, checksum, len(packed), 20_000_000, 5, 0, 0, 0, 0, 0, 0) + b"a.txt"
        for _ in range(count)
    )
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), len(local), 0)


def understated(size: int) -> bytes:
    """A ZIP file that says its member is ten bytes long when it unpacks to much more."""
    raw = bytearray(zipped({"a.txt": b"0" * size}))
    for at, sign in ((22, b"PK\3\4"), (24, b"PK\1\2")):
        start = raw.find(sign)
        raw[start + at : start + at + 4] = struct.pack("<L", 10)
    return bytes(raw)


def laughs(levels: int, times: int) -> str:
    inner = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * times}">' for n in range(1, levels))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{inner}]>'


def feed(doctype: str, inside: str) -> str:
    return RSS.replace("<rss", f"{doctype}<rss").replace(TITLE, inside)


def flate_pdf(size: int) -> bytes:
    """A PDF whose page unpacks to so many bytes of text operators."""
    packed = zlib.compress(b"(a) Tj " * (size // 7), 9)
    raw = pdf("a").replace(b"/Length 36 >>\nstream\nBT /F1 12 Tf 72 720 Td (a) Tj ET\nendstream", b"@@")
    return raw.replace(b"@@", f"/Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")


def endless_pdf() -> bytes:
    """A PDF whose page tree holds itself."""
    return pdf(TEXT).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")


def mail(parts: int, depth: int) -> str:
    head = f"From: a@wire.example\nSubject: {TITLE}\nDate: Tue, 07 Jun 2022 23:10:00 +0300\nMIME-Version: 1.0\n"
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    texts = "".join(f"Content-Type: text/plain\n\n{TEXT}\n--b{depth - 1}\n" for _ in range(parts))
    return head + opened + texts


def html_mail(inside: str) -> str:
    return samples()["mail"].decode().partition("Content-Type")[0] + f"Content-Type: text/html; charset=utf-8\n\n{in_page(inside)}\n"


def sheet(dimension: str, rows: str) -> bytes:
    """A workbook whose one sheet has other rows than it was written with."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(["url", "title", "text"])))
    members: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    members["xl/worksheets/sheet1.xml"] = f'<worksheet {space}><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    return zipped(members)


def in_page(inside: str) -> str:
    return f"<html><head><title>{TITLE}</title></head><body><p>{TEXT}</p>{inside}</body></html>"


FAR_CELL = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>a</t></is></c></row>'

BOMBS: dict[str, Callable[[], str | bytes]] = {
    # unpacking
    "gzip of 300 MB of zeros": lambda: gzip.compress(b"0" * 300_000_000),
    "gzip in gzip in gzip": lambda: nested(b"0" * 100_000_000, 5, gzip.compress),
    "50,000 gzip members": lambda: gzip.compress(LINE.encode(), mtime=0) * 50_000,
    "zip of 300 MB of zeros": lambda: zipped({"a.txt": b"0" * 300_000_000}),
    "zip in zip in zip": lambda: nested(zipped({"a.txt": TEXT}), 40, lambda raw: zipped({"a.zip": raw, "b.zip": raw})[:200_000]),
    "zip of 120,000 members": lambda: many_members(120_000),
    "zip that names one member 2,000 times": lambda: overlapping(2_000),
    "zip that understates a member": lambda: understated(100_000_000),
    "docx of 300 MB of zeros": lambda: zipped({"word/document.xml": b"0" * 300_000_000}),
    "docx with a million paragraphs": lambda: docx(*["a"] * 1_000_000),
    "odt of spaces": lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b" " * 300_000_000}),
    "wacz of 300 MB of zeros": lambda: zipped({"datapackage.json": "{}", "archive/data.warc.gz": gzip.compress(b"0" * 300_000_000)}),
    # lengths that lie
    "warc record of a quadrillion bytes": lambda: warc_record(PAGE, length=10**15),
    "warc record of minus one byte": lambda: warc_record(PAGE, length=-1),
    "warc of 10,000 empty records": lambda: warc_record("") * 10_000,
    "warc record of 100 MB of tags": lambda: gzip.compress(warc_record("<p>" * 30_000_000)),
    # XML
    "entities that laugh": lambda: feed(laughs(10, 10), "&l9;"),
    "entities, one long one often": lambda: feed(f'<!DOCTYPE a [<!ENTITY x "{"ha" * 50_000}">]>', "&x;" * 50_000),
    "entities from a file": lambda: feed('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///dev/zero">]>', "&x;"),
    "entities from a site": lambda: feed('<!DOCTYPE a SYSTEM "http://10.0.0.1/a.dtd">', "a"),
    "feed nested 200,000 deep": lambda: feed("", "<a>" * 200_000),
    "feed of 300,000 items": lambda: RSS.replace("</channel>", "<item><title>a</title></item>" * 300_000 + "</channel>"),
    "docx with entities that laugh": lambda: zipped({"word/document.xml": f"{laughs(10, 10)}<a>&l9;</a>"}),
    # pages
    "page nested 20,000 deep": lambda: in_page("<div>" * 20_000 + TEXT),
    "page of formatting left open": lambda: in_page("<b><i>" * 100_000),
    "page with an attribute of 9 MB": lambda: in_page(f'<p class="{"a" * 9_000_000}">{MORE}</p>'),
    "page of a million attributes": lambda: in_page(f"<p {' '.join(f'a{n}=1' for n in range(500_000))}>{MORE}</p>"),
    "page with a quoted attribute of 9 MB": lambda: in_page(f'<p class=">{"a" * 9_000_000}">{MORE}</p>'),
    "page of attributes with ends of tags in them": lambda: in_page("<p " + "".join(f' a{n}=">"' for n in range(300_000)) + f">{MORE}</p>"),
    "page of comments left open": lambda: in_page("<!--" * 1_000_000),
    "page of a million references": lambda: in_page("&amp;&#x1F600;&notit;" * 150_000),
    "page of tables in tables": lambda: in_page("<table><tr><td>" * 5_000),
    "page with 100,000 links": lambda: in_page("<a href='/x'>a</a> " * 100_000),
    "page with JSON-LD nested 100,000 deep": lambda: in_page(f'<script type="application/ld+json">{"[" * 100_000}</script>'),
    # other texts
    "JSON nested 500,000 deep": lambda: '{"text": ' + "[" * 500_000,
    "JSON with a number of a million digits": lambda: f'[{{"text": "{TEXT}", "published": {"9" * 1_000_000}}}]',
    "JSON lines, one of 60 MB": lambda: json.dumps({"text": TEXT}) + '\n{"text": "' + "a" * 60_000_000 + '"}\n',
    "table with a quotation left open": lambda: 'url,title,text\n1,a,"' + LINE * 200_000,
    "table with 300,000 columns": lambda: ",".join(f"text{n}" for n in range(300_000)) + "\n" + "a," * 300_000 + "\n",
    "workbook of 17 billion cells": lambda: sheet("A1:XFD1048576", FAR_CELL),
    "workbook of wide rows": lambda: sheet("A1:XFD300", "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 300))),
    "PDF of 100 MB of text in a page": lambda: flate_pdf(100_000_000),
    "PDF that holds itself": endless_pdf,
    "mail nested 2,000 deep": lambda: mail(1, 2_000),
    "mail of 10,000 parts": lambda: mail(10_000, 1),
    "mail of a page nested 20,000 deep": lambda: html_mail("<div>" * 20_000 + TEXT),
    "mail of a page of a million attributes": lambda: html_mail("<p " + " ".join(f"a{n}" for n in range(500_000)) + ">" + MORE),
    "mail with a header of 5 MB": lambda: samples()["mail"].replace(b"Subject: ", b"Subject: " + b"=?utf-8?q?a?= " * 300_000),
    "chat of 40,000 authors": lambda: "".join(f"07/06/2022, 23:10 - Omar {n}: {TEXT}\n" for n in range(40_000)),
    "subtitles of 200,000 cues": lambda: "WEBVTT\n\n" + "00:00:01.000 --> 00:00:02.000\na\n\n" * 200_000,
    # patterns that could stall
    "text of spaces": lambda: LINE + " " * 5_000_000 + "x",
    "text of line ends": lambda: LINE + "\n \n" * 1_500_000,
    "text of digits and dots": lambda: LINE + "1." * 2_000_000,
    "text like a chat that never is one": lambda: "07/06/2022, 23:10 " * 300_000,
    "text of addresses": lambda: "http://a.b/c?d=" * 300_000,
    "text of marks above letters": lambda: LINE + "a" + "\u0301" * 3_000_000,
    "text of quotation marks": lambda: LINE + "“" * 2_000_000,
    "text of capitals and colons": lambda: "Aa: " * 1_500_000,
}  # fmt: skip


def main(names: list[str]) -> None:
    for name, make in BOMBS.items():
        if names and name not in names:
            continue
        raw = make()
        content = raw if isinstance(raw, bytes) else raw.encode()
        del raw
        started, rows, first = time.process_time(), 0, ""
        for found in read_documents([Upload("a file", content)], keep_names=True):
            rows += 1
            first = first or getattr(found, "message", "read")
        seconds = time.process_time() - started
        print(
            json.dumps({"name": name, "bytes": len(content), "rows": rows, "seconds": round(seconds, 2), "first": first[:150]}), flush=True
        )
    print(json.dumps({"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
