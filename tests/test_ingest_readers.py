"""Readers of every kind of file: recognised by content, what they say of themselves, and what bad ones come to."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from onrecord.errors import UsageError
from onrecord.ingest import Upload, read_documents
from onrecord.ingest.columns import parse_columns
from onrecord.ingest.kinds import recognise
from onrecord.ingest.mail import MAX_PARTS
from onrecord.ingest.metadata import read_metadata
from onrecord.ingest.offsets import spans_in_page, trace_offsets
from onrecord.ingest.rows import read_date
from onrecord.records import BlockKind, Capture, Failure, PublishedBasis
from tests.bombs import mail, overlapping
from tests.ingest_samples import (
    MORE,
    NINJS,
    PAGE,
    ROW,
    RSS,
    TEXT,
    TITLE,
    docx,
    gdelt_row,
    odt,
    pdf,
    samples,
    warc_record,
    xlsx,
    zipped,
)

# fmt: off
KINDS = {
    "text": "text", "html": "html", "rss": "feed", "atom": "feed", "json feed": "json", "sitemap": "sitemap", "warc": "warc",
    "warc.gz": "warc", "warc.zst": "warc", "wacz": "wacz", "warc list": "warc-list", "gzip": "gzip", "zip": "zip", "xlsx": "xlsx",
    "docx": "docx", "odt": "odt", "parquet": "parquet", "pdf": "pdf", "mail": "email", "json list": "json", "json lines": "jsonl",
    "ninjs": "json", "csv": "csv", "gdelt": "csv", "whatsapp": "whatsapp", "telegram": "json", "signal": "json", "vtt": "subtitles",
}
# fmt: on
JSON_LD = '<script type="application/ld+json">'
POINTERS = ("sitemap", "warc list", "gdelt")


def read(content: str | bytes, name: str = "a file", **options: Any) -> list[Any]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read_documents([Upload(name, raw)], **{"keep_names": True, **options}))


def one(content: str | bytes, **options: Any) -> Capture:
    (found,) = read(content, **options)
    assert isinstance(found, Capture), found
    return found


def refused(content: str | bytes, **options: Any) -> str:
    (found,) = read(content, **options)
    assert isinstance(found, Failure)
    assert "\n" not in found.message
    return found.message


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_is_recognised_by_content(name: str) -> None:
    raw = samples()[name]
    assert recognise(raw[:65536], io.BytesIO(raw)) == KINDS[name]


@pytest.mark.parametrize("name", sorted(set(KINDS) - set(POINTERS)))
def test_every_kind_gives_its_report(name: str) -> None:
    first = read(samples()[name])[0]
    assert TEXT in first.document.text
    if name not in ("docx", "odt", "pdf", "vtt"):  # these say nothing of themselves
        assert (first.document.published, first.document.published_basis) == ("2022-06-07", PublishedBasis.METADATA)


@pytest.mark.parametrize(
    "text", [f"{TITLE}, and more\n{TEXT}", f"text: {TEXT}", f"[Analysis] {TEXT}", f"1\n{TEXT}", f"From: the north\n\n{TEXT}"]
)
def test_a_report_is_not_taken_for_another_kind(text: str) -> None:
    assert recognise(text.encode(), io.BytesIO()) == "text"


def test_a_kind_can_be_given_and_must_exist() -> None:
    assert one(PAGE, kind="html").document.title == TITLE
    with pytest.raises(UsageError, match="no such kind"):
        read_documents([], kind="docs")


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_keeps_its_bytes_and_every_character_points_into_them() -> None:
    page = PAGE.replace("office", "<b>off</b>ice").replace("“We", "&ldquo;We").replace(TEXT[:8], f"{TEXT[:3]}\n   {TEXT[3:8]}")
    found = one(page)
    assert found.raw == page.encode()
    document = found.document
    assert document.text == f"{TITLE}\n\n{TEXT}\n\n{MORE}"
    assert sum(length for _, _, length in found.offsets) >= 0.98 * len(document.text.replace("\n", ""))
    for start, source, length in found.offsets:
        pair = document.text[start : start + length], page[source : source + length]
        assert "".join(pair[0].split()) == "".join(pair[1].split()) or pair == ("“", "&")
    at = document.text.index("market in Dara, the")
    assert "".join(page[slice(*span)] for span in spans_in_page(found.offsets, (at, at + 19))) == "market in Dara, the"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_offsets_point_into_the_page_as_its_encoding_decodes_it(encoding: str) -> None:
    raw = PAGE.replace("\n", "\r\n").replace("twelve", "“twelve”").replace('charset="utf-8"', "").encode(encoding)
    found = one(raw, kind="html")
    page = raw.decode(found.encoding, "replace")
    assert "“twelve” people" in found.document.text
    at = found.document.text.index("people were killed")
    (span,) = spans_in_page(found.offsets, (at, at + 18))
    assert page[slice(*span)] == "people were killed"


def test_offsets_leave_out_what_is_not_in_the_page() -> None:
    assert trace_offsets("<p>one two three four</p>", "other words that are not there") == ()
    assert trace_offsets("<script>one two three four</script>", "one two three four") == ()


def test_a_page_says_when_and_by_whom_it_was_published() -> None:
    document = one(PAGE).document
    assert (document.title, document.outlet, document.url) == (TITLE, "Plains Wire", "https://wire.example/2022/06/07/market")
    assert (document.published, document.published_at) == ("2022-06-07", "2022-06-07T23:10:00+03:00")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:published_time" content="2022-06-07T01:00:00+03:00">', ("2022-06-07", "metadata")),
        ('<meta name="date" content="June 7, 2022">', ("2022-06-07", "metadata")),
        ('<link rel="canonical" href="https://e.org/2022/06/07/a">', ("2022-06-07", "url")),
        (f'{JSON_LD}{{"@graph":[{{"@type":"WebPage"}},{{"@type":["NewsArticle"],"datePublished":"2022-06-07"}}]}}</script>',
         ("2022-06-07", "metadata")),
        ('<script type="application/ld+json">{broken</script>', (None, "unknown")),
        ('<meta name="date" content="tomorrow">', (None, "unknown")),
    ],
)  # fmt: skip
def test_publication_date_of_a_page_surest_first(head: str, expected: tuple[str | None, str]) -> None:
    page = f"<html><head>{head}</head><body><article><p>{TEXT}</p><p>{MORE}</p></article></body></html>"
    document = one(page).document
    assert (document.published, document.published_basis) == expected
    assert one(page, published="2022-06-09").document.published_basis == PublishedBasis.GIVEN


def test_a_dateline_in_the_page_data_is_read_where_the_text_has_none() -> None:
    page = PAGE.replace('"headline"', '"dateline": "DARA, June 7", "headline"')
    found = one(page).document
    assert found.dateline is not None
    assert found.dateline.text == "DARA, June 7"
    written = page.replace(f"<p>{TEXT}", f"<p>DARA, June 7 (Plains Wire) - {TEXT}")
    assert one(written).document.text.count("DARA") == 1


def test_title_without_the_outlet() -> None:
    assert (
        read_metadata('<title>Bridge falls | Example Wire</title><meta property="og:site_name" content="Example Wire">').title
        == "Bridge falls"
    )
    assert read_metadata("<title>Ghouta | eight years on</title>").title == "Ghouta | eight years on"


def test_pages_in_old_encodings() -> None:
    page = "<html><head><meta charset={}></head><body><p>{} The fighters of İsmet Şahin’s group left Ağrı on Friday.</p></body></html>"
    found = one(page.format("iso-8859-9", TEXT).replace("’", "'").encode("iso-8859-9"))
    assert "İsmet Şahin" in found.document.text
    assert found.encoding == "cp1254"


@pytest.mark.parametrize("page", ["<div>" * 20_000 + TEXT, "<b>" * 100_000, "<html><body>" + "<x>" * 30_000, "<p>" * 300_000])
def test_pages_built_to_stall_parsers_are_refused(page: str) -> None:
    assert "elements" in refused(f"<html><body>{page}", kind="html")


# ── Archives ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_warc_captures_have_address_time_and_place() -> None:
    raw = samples()["warc.gz"]
    first, second = read(raw.replace(b"canonical", b"canonical"), name="a.warc.gz")
    assert first.document.retrieved == "2022-06-08T10:00:00Z"
    assert (first.document.path, second.document.path[:10]) == ("a.warc.gz:0", "a.warc.gz:")
    assert "captured as <urn:uuid:000000000000>" in first.notes
    assert first.raw == PAGE.encode()


def test_warc_leaves_out_what_is_no_page_and_counts_other_languages() -> None:
    spanish = "<html><body><p>Dos soldados murieron en un ataque contra un puesto del ejército cerca de la frontera.</p></body></html>"
    records = [
        warc_record(PAGE),
        warc_record("gone", status="404 Not Found"),
        warc_record("x", kind="image/png"),
        *[warc_record(spanish)] * 3,
    ]
    capture, failure = read(b"".join(records))
    assert isinstance(capture, Capture)
    assert "3 pages left out" in failure.message
    assert "Spanish" in failure.message


@pytest.mark.parametrize("pack", [bytes, lambda raw: gzip.compress(raw)], ids=["plain", "gzip"])
@pytest.mark.parametrize("length", [10, 3_000, 10**6, 10**9, 10**15])
def test_a_record_of_a_wrong_length_does_not_hide_those_behind_it(pack: Any, length: int) -> None:
    pages = [PAGE.replace("twelve", word).replace("/market", f"/{word}") for word in ("ten", "eleven", "thirteen", "fourteen")]
    records = [warc_record(page, number, length=length if number == 1 else None) for number, page in enumerate(pages)]
    found = read(b"".join(map(pack, records)))
    words = " ".join(item.document.text for item in found if isinstance(item, Capture))
    assert [word in words for word in ("ten", "thirteen", "fourteen")] == [True] * 3
    assert any(isinstance(item, Failure) and "damaged record" in item.message for item in found)


def test_a_cut_off_archive_gives_what_is_whole() -> None:
    *captures, failure = read(samples()["warc.gz"][:-200])
    assert len(captures) == 1
    assert "damaged record" in failure.message
    assert [type(item) for item in read(samples()["gzip"][:-30])] == [Capture, Failure]


def test_a_list_of_archives_reads_those_beside_it_only(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(samples()["warc.gz"])
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "warc.paths"
    path.write_text("crawl-data/x/a.warc.gz\n../a.warc.gz\n/etc/a.warc.gz\n")
    assert [type(item) for item in read_documents([path])] == [Failure] * 3
    (tmp_path / "inner" / "a.warc.gz").write_bytes(samples()["warc.gz"])
    assert [type(item) for item in read_documents([path])] == [Capture, Capture, Failure, Failure]
    assert "data.commoncrawl.org" in refused("crawl-data/x/a.warc.gz\n")


def test_zip_refuses_links_paths_out_of_it_and_bombs(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.txt", f"{TITLE}\n{TEXT}\n")
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../out.txt", TEXT)
        archive.writestr("/abs.txt", TEXT)
        archive.writestr("bomb.txt", b"0" * 60_000_000)
        archive.writestr("__MACOSX/._good.txt", "x")
    found = read(target.getvalue(), name="r.zip")
    assert [item.document.path for item in found if isinstance(item, Capture)] == ["r.zip/good.txt"]
    reasons = " ".join(item.message for item in found if isinstance(item, Failure))
    assert all(words in reasons for words in ("symbolic link", "leads out of the archive", "as bombs do"))
    assert list(tmp_path.iterdir()) == []


def test_archives_in_archives_end() -> None:
    nested: bytes = zipped({"a.txt": TEXT})
    for _ in range(5):
        nested = zipped({"inner.zip": nested})
    assert "one inside the other" in refused(nested)


def test_gzip_bomb_is_refused() -> None:
    assert "as bombs do" in read(gzip.compress(b"0" * 100_000_000))[-1].message


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps(ROW).encode() + b"\n" + b'{"text": "')
        file.seek(1_000_000_000, 1)  # a sparse file: nothing is written to the disk
        file.write(b'"}\n' + json.dumps({**ROW, "url": "https://wire.example/2"}).encode() + b"\n")
    first, failure, last = read_documents([path])
    assert isinstance(first, Capture)
    assert "a line of more than 10 MB" in failure.message  # type: ignore[union-attr]
    assert isinstance(last, Capture)


# ── Tables, JSON, feeds ───────────────────────────────────────────────────────────────────────────────────────────────


def test_tables_by_the_names_of_columns_or_as_mapped() -> None:
    table = f"Ref;Story;When;Who\n1;{TEXT};7 June 2022;Plains Wire\n"
    found = one(table, columns=parse_columns(["text=Story", "published=When", "outlet=Who"])).document
    assert (found.text, found.published, found.outlet) == (TEXT, "2022-06-07", "Plains Wire")
    assert "there is no such column" in refused(table, columns={"text": "Body"}, kind="csv")
    with pytest.raises(UsageError, match="FIELD=NAME"):
        parse_columns(["story"])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (datetime(2022, 6, 7, 18, 30, tzinfo=UTC), "2022-06-07"),
        (date(2022, 6, 7), "2022-06-07"),
        ("20220607", "2022-06-07"),
        ("20220607183000", "2022-06-07"),
        (1_654_560_000, "2022-06-07"),
        (1_654_560_000_000.0, "2022-06-07"),
        ("1654560000", "2022-06-07"),
        ("7 June 2022", "2022-06-07"),
        (17, None),
        (True, None),
        ("soon", None),
        (None, None),
    ],
)
def test_read_date_takes_what_cells_hold(written: object, day: str | None) -> None:
    assert read_date(written)[0] == day


def test_a_row_of_another_kind_among_rows_of_gdelt_is_left_out_by_name() -> None:
    first, odd, last = read("\n".join((gdelt_row(), "not\ta row", gdelt_row("https://wire.example/2"))) + "\n")
    assert isinstance(odd, Failure)
    assert "not a row of GDELT events" in odd.message
    assert all(isinstance(found, Failure) and "--follow" in found.message for found in (first, last))


def test_a_table_without_texts_is_said_to_be_one() -> None:
    polecat = ["Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Source", "Publication Date"]
    rows = "\n".join(
        "\t".join(row) for row in (polecat, *[["1", "2022-06-07", "ASSAULT", "aerial", "-9.0", "Plains Wire", "2022-06-08"]] * 3)
    )
    assert "no column of texts or addresses among Event ID" in refused(rows)


def test_rows_of_polecat_point_to_pages_where_somebody_added_addresses() -> None:
    rows = [["Event ID", "Event Date", "Event Type", "Source", "Publication Date", "URL"]]
    rows += [[str(n), "2022-06-07", "ASSAULT", "Plains Wire", "2022-06-08", f"https://wire.example/{n}"] for n in range(2)]
    found = read("\n".join("\t".join(row) for row in rows))
    assert [type(item) for item in found] == [Failure, Failure]
    assert "points to https://wire.example/1 and has no text; fetch such pages with --follow" in found[1].message


def test_rows_that_are_broken_do_not_stop_the_table() -> None:
    rows = [["url", "title", "text"], ["https://e.org/1", "A", TEXT], ["", "", ""], ["https://e.org/2", "B", MORE]]
    found = read("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))
    assert [type(item) for item in found] == [Capture, Capture]
    assert found[1].document.path == "a file:4"
    lines = [json.dumps(ROW), "{broken", "[1]", json.dumps({"id": 3}), json.dumps({**ROW, "text": MORE})]
    found = read("\n".join(lines), kind="jsonl")
    assert [type(item) for item in found] == [Capture, Failure, Failure, Failure, Capture]
    assert found[1].path == "a file:2"


def test_spreadsheets_with_dates_and_several_sheets() -> None:
    found = read(xlsx(["Date", "Headline", "Text"], ["2022-06-07", TITLE, TEXT], ["", "", ""], ["x", "B", MORE]))
    assert [item.document.published for item in found] == ["2022-06-07", None]
    assert "not understood" in found[1].notes[0]
    assert "no sheet names a column" in refused(xlsx(["a", "b"], ["1", "2"]))


def test_what_onrecord_writes_is_read_again() -> None:
    document = {
        "document": {"id": "doc-1", "text": f"{TITLE}\n\n{TEXT}", "title": TITLE, "published": "2022-06-07", "outlet": "Plains Wire"}
    }
    assert one(json.dumps(document)).document.text == f"{TITLE}\n\n{TEXT}"


def test_ninjs_in_both_versions_and_withdrawn() -> None:
    second = {
        **NINJS,
        "headlines": [{"value": TITLE}],
        "bodies": [{"contentType": "text/html", "value": f"<p>{TEXT}</p>"}],
        "located": "Dara",
    }
    second = {name: value for name, value in second.items() if name not in ("headline", "body_text")}
    document = one(json.dumps(second)).document
    assert document.dateline is not None
    assert (document.dateline.text, document.outlet) == ("DARA", "Plains Wire")
    assert one(json.dumps({**NINJS, "pubstatus": "canceled"})).document.title == f"Withdrawn: {TITLE}"
    assert "withheld" in refused(json.dumps({**NINJS, "pubstatus": "withheld"}))


def test_feeds_mix_encodings_and_keep_the_local_day() -> None:
    raw = RSS.encode().replace(b"market in Dara, the", b"caf\xe9 in Dara, the") + "<!-- ü -->".encode()
    document = one(raw).document
    assert "café in Dara" in document.text
    assert document.published == "2022-06-07", "the day of its outlet, not of Greenwich"


LAUGHS = '<!DOCTYPE a [<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, OUTSIDE.replace("file:", "http:")])
def test_xml_bombs_are_refused(doctype: str) -> None:
    assert "entities of its own" in refused(RSS.replace("<rss", f"{doctype}<rss").replace(TITLE, "&l9;&x;"))
    assert "damaged document" in refused(zipped({"word/document.xml": f"{doctype}<a>&l9;&x;</a>"}))
    odt_bomb = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"{doctype}<a>&l9;&x;</a>"}
    assert "damaged document" in refused(zipped(odt_bomb))


def test_damaged_feeds_are_read_as_far_as_they_go() -> None:
    assert one(RSS.replace("</rss>", "").replace("</channel>", "")).document.title == TITLE
    teaser = RSS.replace(MORE, "")
    assert "only what the feed carries" in one(teaser).notes[0]


# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pdf_pages_without_text_are_said_to_be_scanned() -> None:
    assert one(pdf(TEXT, "", "")).notes[0] == "pages without a text layer, probably scanned: 2, 3"
    assert "2 scanned pages" in refused(pdf("", ""))


def test_office_documents_by_paragraph() -> None:
    assert one(docx(TITLE, TEXT)).document.text == f"{TITLE}\n\n{TEXT}"
    note = "<text:note><text:p>A note that is not the report.</text:p></text:note>"
    found = one(odt(TITLE, f"{TEXT}{note}", "one<text:line-break/>two")).document
    assert found.text == f"{TITLE}\n\n{TEXT}\n\none\ntwo"
    assert found.blocks[0].kind == BlockKind.HEADLINE


def test_mail_in_html_with_attachments() -> None:
    head = f'From: "Plains Wire" <desk@wire.example>\nSubject: {TITLE}\nDate: Tue, 07 Jun 2022 23:10:00 +0300\nMIME-Version: 1.0\n'
    parts = f'--b\nContent-Type: text/html\n\n<p>{TEXT}</p>\n--b\nContent-Disposition: attachment; filename="a.pdf"\n\nx\n--b--\n'
    found = one(f"{head}Content-Type: multipart/mixed; boundary=b\n\n{parts}")
    assert (found.document.outlet, found.document.text) == ("Plains Wire", f"{TITLE}\n\n{TEXT}")
    assert found.notes[0] == "attachments not read: a.pdf"


def test_mail_of_more_parts_than_any_message_has_is_refused() -> None:
    assert TEXT in one(mail(parts=MAX_PARTS - 10, depth=1)).document.text
    assert f"more than {MAX_PARTS} parts; save its text" in refused(mail(parts=MAX_PARTS + 10, depth=1))


def test_an_archive_whose_files_lie_one_over_the_other_is_refused() -> None:
    assert "one over the other" in refused(overlapping(2))


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [("warc", "fastwarc.warc", "archives"), ("xlsx", "openpyxl", "office"), ("pdf", "pypdf", "office"), ("parquet", "pyarrow", "parquet")],
)
def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str) -> None:
    raw = samples()[name]
    monkeypatch.setitem(sys.modules, module, None)
    assert f"pip install 'onrecord[{extra}]'" in refused(raw)
