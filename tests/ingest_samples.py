"""A small valid file of every kind that is read, each with one report or more; all words are invented."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache

TITLE = "Shells hit market in Dara"
TEXT = "At least twelve people were killed on Tuesday when shells hit a market in Dara, the office of the governor said."
MORE = "The army said that it did not fire on the town. “We counted three shells,” said a trader who was there."
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} | Plains Wire</title>
<meta property="og:site_name" content="Plains Wire"><link rel="canonical" href="https://wire.example/2022/06/07/market">
<script type="application/ld+json">
{{"@type": "NewsArticle", "headline": "{TITLE}", "datePublished": "2022-06-07T23:10:00+03:00"}}</script></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>{TITLE}</h1><p>{TEXT}</p><p>{MORE}</p></article></body></html>"""
RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Plains Wire</title><item><guid>1</guid><title>{TITLE}</title><link>https://wire.example/1</link>
<pubDate>Tue, 07 Jun 2022 23:10:00 +0300</pubDate>
<content:encoded><![CDATA[<p>{TEXT}</p><p>{MORE}</p>]]></content:encoded></item></channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Plains Wire</title><entry><id>tag:1</id>
<title>{TITLE}</title><link rel="alternate" href="https://wire.example/1"/><published>2022-06-07T23:10:00+03:00</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT}</p><p>{MORE}</p></div></content></entry></feed>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://wire.example/1</loc></url></urlset>"""
MAIL = f"""From: Plains Wire <desk@wire.example>
To: readers@wire.example
Subject: {TITLE}
Date: Tue, 07 Jun 2022 23:10:00 +0300
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{TEXT}

{MORE}
"""
CHAT = f"07/06/2022, 23:10 - Omar: {TEXT}\n13/06/2022, 23:11 - Leila: {MORE}\n"
VTT = f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Omar>{TEXT}\n"
ROW = {"url": "https://wire.example/1", "title": TITLE, "text": f"{TEXT}\n\n{MORE}", "published": "2022-06-07", "source": "Plains Wire"}
NINJS = {
    "uri": "https://wire.example/1",
    "versioncreated": "2022-06-07T23:10:00+03:00",
    "pubstatus": "usable",
    "headline": TITLE,
    "body_text": f"{TEXT}\n\n{MORE}",
    "infosource": [{"name": "Plains Wire"}],
}
TELEGRAM = {
    "name": "Aid north",
    "type": "private_group",
    "messages": [{"id": 1, "type": "message", "date": "2022-06-07T23:10:00", "from": "Omar", "text": TEXT}],
}
SIGNAL = {"envelope": {"sourceName": "Omar", "timestamp": 1654632600000, "dataMessage": {"message": TEXT}}}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Plains Wire",
    "items": [
        {
            "id": "1",
            "url": "https://wire.example/1",
            "title": TITLE,
            "content_text": f"{TEXT}\n\n{MORE}",
            "date_published": "2022-06-07T23:10:00+03:00",
        }
    ],
}


def warc_record(body: str | bytes, number: int = 0, *, length: int | None = None, status: str = "200 OK", kind: str = "text/html") -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n".encode() + raw
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:012}>\r\nWARC-Target-URI: https://wire.example/{number}\r\n"
        "WARC-Date: 2022-06-08T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def warc(count: int = 2) -> bytes:
    return b"".join(gzip.compress(warc_record(PAGE, number), mtime=0) for number in range(count))


def warc_zstd() -> bytes:
    from fastwarc.stream_io import ZstdWriter

    target = io.BytesIO()
    writer = ZstdWriter(target)
    writer.write(warc_record(PAGE))
    writer.close()
    return target.getvalue()


def zipped(members: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2022, 6, 8, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def docx(*paragraphs: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return zipped({"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>"})


def odt(*paragraphs: str) -> bytes:
    space = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    content = f"<office:document-content {space}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def xlsx(*rows: list[str]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parquet(*rows: dict[str, str]) -> bytes:
    import pyarrow
    from pyarrow import parquet as files

    target = io.BytesIO()
    files.write_table(pyarrow.Table.from_pylist(list(rows)), target)
    return target.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF whose pages show one line of text each; an empty one is a page without a text layer."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} /Contents {5 + 2 * at} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")


def gdelt_row(url: str = "https://wire.example/1") -> str:
    return "\t".join(["910", "20220607", *[""] * 57, "20220608", url])


@cache
def samples() -> dict[str, bytes]:
    """Kind of file → the bytes of one."""
    made: dict[str, str | bytes | Callable[[], bytes]] = {
        "text": f"published: 2022-06-07\noutlet: Plains Wire\n---\n{TITLE}\n{TEXT}\n{MORE}\n",
        "html": PAGE,
        "rss": RSS,
        "atom": ATOM,
        "json feed": json.dumps(JSON_FEED),
        "sitemap": SITEMAP,
        "warc": b"".join(warc_record(PAGE, number) for number in range(2)),
        "warc.gz": warc,
        "warc.zst": warc_zstd,
        "wacz": zipped({"datapackage.json": "{}", "archive/data.warc.gz": warc()}),
        "warc list": "crawl-data/CC-NEWS/2022/06/CC-NEWS-20220608-00001.warc.gz\n",
        "gzip": gzip.compress(PAGE.encode(), mtime=0),
        "zip": zipped({"a.html": PAGE, "b.txt": f"{TITLE}\n{TEXT}\n"}),
        "xlsx": lambda: xlsx(list(ROW), list(ROW.values())),
        "docx": docx(TITLE, TEXT, MORE),
        "odt": odt(TITLE, TEXT, MORE),
        "parquet": lambda: parquet(ROW),
        "pdf": pdf(TEXT),
        "mail": MAIL,
        "json list": json.dumps([ROW]),
        "json lines": "\n".join(json.dumps(row) for row in (ROW, {**ROW, "url": "https://wire.example/2"})),
        "ninjs": json.dumps(NINJS),
        "csv": f'url,title,text,published\nhttps://wire.example/1,{TITLE},"{TEXT} ""{MORE}""",2022-06-07\n',
        "gdelt": gdelt_row() + "\n" + gdelt_row("https://wire.example/2") + "\n",
        "whatsapp": CHAT,
        "telegram": json.dumps(TELEGRAM, indent=1),
        "signal": json.dumps(SIGNAL),
        "vtt": VTT,
    }
    return {name: found if isinstance(found, bytes) else found() if callable(found) else found.encode() for name, found in made.items()}
