"""Speed of the readers, one process, CPU seconds (the wall clock of a busy machine says little).

usage: python -m benchmarks.readers [PAGES]
The pages are those of ``evaluation/gold/pages`` with reports four times as long, and with the scripts, styles and menus of real ones:
27 KB each, like those of news sites. Prints pages, rows and messages a second.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from collections.abc import Iterable, Sequence

from evaluation.pages import filled_pages
from onrecord.ingest import Upload, read_documents
from onrecord.records import Capture

PAGES = 300
ROWS = 3_000
PAGE_BYTES = 27_000
LENGTH = 4
SCRIPT = "<script>window.dataLayer=window.dataLayer||[];function track(a,b){return dataLayer.push([a,b])}</script>\n"
STYLE = "<style>.menu a{color:#123;padding:0 1em}.teaser h3{font:600 1rem/1.2 serif}</style>\n"


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else PAGES
    pages = page_files(count)
    print(f"{count} pages of {sum(map(len, pages)) / count / 1000:.0f} KB")
    measure("HTML, single pages", "pages", [Upload(f"{number}.html", page) for number, page in enumerate(pages)])
    archive = b"".join(gzip.compress(warc_record(page, number), mtime=0) for number, page in enumerate(pages))
    consume(read_documents([Upload("a.warc.gz", gzip.compress(warc_record(pages[0], 0)))]))  # loads what is loaded once
    measure("WARC, one archive", "pages", [Upload("a.warc.gz", archive)])
    texts = [capture.document.text for capture in read_documents([Upload("a.warc.gz", archive)]) if isinstance(capture, Capture)]
    rows = [{"url": f"https://wire.example/{n}", "text": texts[n % len(texts)], "published": "2022-06-07"} for n in range(ROWS)]
    measure("JSON Lines", "rows", [Upload("a.jsonl", "\n".join(map(json.dumps, rows)).encode())])
    measure("WhatsApp export", "messages", [Upload("chat.txt", chat(texts).encode())])
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


def measure(name: str, items: str, sources: Sequence[Upload]) -> None:
    """Prints how many captures a CPU second gives; what is loaded once is loaded before."""
    consume(read_documents(sources[:1], keep_names=True) if len(sources) > 1 else ())
    started = time.process_time()
    captures = consume(read_documents(sources, keep_names=True))
    seconds = time.process_time() - started
    print(f"{name:22}{captures:7,} {items:9}{seconds:8.2f} s{captures / seconds:9,.0f} {items}/s")


def consume(found: Iterable[object]) -> int:
    """How many of them are captures."""
    return sum(isinstance(one, Capture) for one in found)


def page_files(count: int) -> list[bytes]:
    """Pages in the bytes of files, each as long as a news site's."""
    made = []
    sources = list(filled_pages(length=LENGTH))
    for number in range(count):
        page = sources[number * 7 % len(sources)][1]
        menu = "".join(f'<li><a href="/section/{at}/{number}">Section {at} of the site</a></li>' for at in range(60))
        page = page.replace("<body", f"<!-- {number} --><body", 1).replace("</body>", f'<ul class="menu">{menu}</ul></body>', 1)
        lacking = max(0, PAGE_BYTES - len(page.encode()))
        head = (SCRIPT + STYLE) * (lacking // len(SCRIPT + STYLE))
        made.append(page.replace("</head>", f"{head}</head>", 1).encode())
    return made


def warc_record(page: bytes, number: int) -> bytes:
    """A response record that holds a page."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:012}>\r\nWARC-Date: 2022-06-08T10:00:00Z\r\n"
        f"WARC-Target-URI: https://wire.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def chat(texts: Sequence[str]) -> str:
    """An export of messages, one sentence each."""
    said = [line for text in texts for line in text.split("\n\n") if line][:ROWS]
    return "".join(f"{1 + n % 28:02}/06/2022, 2{n % 4}:{n % 60:02} - Omar {n % 9}: {line}\n" for n, line in enumerate(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
