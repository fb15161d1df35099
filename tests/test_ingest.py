import io
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import InputError, UsageError
from onrecord.ingest import Given, read_documents, read_text
from onrecord.ingest.dates import date_in_text, date_in_url, parse_date
from onrecord.ingest.decoding import decode
from onrecord.ingest.sources import MAX_BYTES
from onrecord.records import Capture, Failure, PublishedBasis

REPORT = "Bridge destroyed in raid\nHAMA\nA bridge over the river was destroyed in a night raid, the officials said on Sunday.\n"


def read(text, **given):
    raw = text if isinstance(text, bytes) else text.encode()
    return read_text(raw, path="report.txt", given=Given(**given))


def one(paths, **options):
    (found,) = read_documents(paths, **options)
    return found


def test_read_documents_keeps_what_is_given(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT)
    found = one([path], published="2021-03-07", outlet="Example Wire", url="https://example.org/a", title="Bridge")
    document = found.document
    assert isinstance(found, Capture)
    assert (document.published, document.published_basis) == ("2021-03-07", PublishedBasis.GIVEN)
    assert (document.outlet, document.url, document.title) == ("Example Wire", "https://example.org/a", "Bridge")
    assert document.text == REPORT
    assert found.raw == REPORT.encode()
    assert document.id.startswith("doc-")
    assert document.dateline.text == "HAMA"


def test_read_documents_reads_standard_input():
    found = one(["-"], stdin=io.BytesIO(REPORT.encode()))
    assert found.document.text == REPORT
    assert found.document.path is None


def test_read_documents_same_input_same_id(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(REPORT)
    first, second = read_documents([tmp_path / "a.txt", tmp_path / "b.txt"])
    other = one([tmp_path / "a.txt"], outlet="Example Wire")
    assert first.document.id == second.document.id
    assert first.document.id != other.document.id, "two outlets that print the same words are two documents"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty; nothing to code"),
        (b"  \n\t ", "empty"),
        (b"%PDF-1.7 ...", "a damaged PDF"),
        (b"PK\x03\x04....", "damaged ZIP archive"),
        (b"\x00\x01\x02\x03" * 40, "binary"),
        (b"<!DOCTYPE html><html><body><img src=a></body></html>", "without a main text"),
        (b"published: 2021-02-30\n---\nText of the report.", "published '2021-02-30' is no date"),
        (b"# only a header\n---\n\n", "nothing below its header"),
        ("Dos soldados murieron en un ataque contra un puesto del ejército cerca de la frontera.".encode(), "written in Spanish"),
        ("قتل ثلاثة جنود في هجوم قرب المدينة مساء الخميس".encode(), "written in Arabic"),
        ("قتل ثلاثة جنود في هجوم قرب المدينة مساء الخميس".encode("cp1256"), "written in Arabic"),
        (b"x" * (MAX_BYTES + 1), "longer than 10 MB"),
    ],
)
def test_read_documents_bad_input_is_one_line_and_the_rest_goes_on(tmp_path, raw, words):
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    bad.write_bytes(raw)
    good.write_text(REPORT)
    failure, capture = read_documents([bad, good])
    assert isinstance(failure, Failure)
    assert words in failure.message
    assert "bad.txt" in failure.message
    assert "\n" not in failure.message
    assert isinstance(capture, Capture)


def test_read_documents_missing_and_folder(tmp_path):
    missing, folder, nul = read_documents([tmp_path / "no.txt", tmp_path, "a\0b"])
    assert "no such file" in missing.message
    assert "a folder" in folder.message
    assert "cannot be read" in nul.message


def test_a_file_that_breaks_off_while_it_is_read_is_a_failure(tmp_path):
    good = tmp_path / "good.txt"
    good.write_text(REPORT)
    broken, capture = read_documents(["/proc/self/mem", good])
    assert "cannot be read" in broken.message
    assert isinstance(capture, Capture)


def test_read_documents_wrong_date_is_a_usage_error_before_reading():
    with pytest.raises(UsageError, match=r"2020-02-30.*YYYY-MM-DD"):
        read_documents(["never read"], published="2020-02-30")


def test_read_documents_forced_language_is_noted():
    found = read("Dos soldados murieron en un ataque contra un puesto del ejército cerca de la frontera.", force_language=True)
    assert found.document.language == "es"
    assert "forced" in found.notes[0]


@pytest.mark.parametrize("text", ["Rebels seize Aleppo", "Boko Haram kills 12 in Borno", "ISTANBUL", "34", "Taliban kill 3 in Kunduz"])
def test_read_text_short_english_is_never_refused(text):
    assert read(text).document.language == "en"


@pytest.mark.parametrize(
    ("encoding", "letters", "noted"),
    [
        ("utf-8", "Kılıç – “x”", False),
        ("utf-8-sig", "Kılıç – “x”", False),
        ("utf-16", "Kılıç – “x”", False),
        ("utf-16-le", "Kılıç – “x”", True),
        ("utf-16-be", "Kılıç – “x”", True),
        ("utf-32", "Kılıç – “x”", False),
        ("cp1252", "café – “x”", True),
        ("cp1256", "المدينة الجيش", True),
    ],
)
def test_decode_encodings(encoding, letters, noted):
    text = f"The army said that {letters} was in the town. " * 3
    decoded = decode(text.encode(encoding), "a.txt")
    assert decoded.text == text
    assert bool(decoded.notes) == noted


def test_decode_damaged_utf8_keeps_the_good_part():
    raw = "“The army” — said “no” — and “left” — at once".encode() + b"\xff."
    decoded = decode(raw, "a.txt")
    assert decoded.text.endswith("once\ufffd.")
    assert "U+FFFD" in decoded.notes[0]


def test_decode_newlines_and_nul():
    assert decode(b"a\r\nb\rc\0d", "x").text == "a\nb\nc\ufffdd"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_decode_utf8_is_verbatim(text):
    assert decode(b"\xef\xbb\xbf. " + text.encode(), "x").text == ". " + text


@given(st.binary(max_size=300))
def test_read_text_never_fails_otherwise(raw):
    with suppress(InputError):
        found = read_text(raw, path="x", given=Given(language="en"))
        assert all(found.document.text[slice(*block.span)].strip() for block in found.document.blocks)


def test_read_text_header_gives_metadata_and_stays_outside_the_text():
    found = read(
        "# Written for the project: fiction.\npublished: 2021-03-07\noutlet: 'Example Wire'\nurl: https://e.org/1\ntitle: T\n---\n" + REPORT
    )
    document = found.document
    assert document.text == REPORT
    assert (document.published, document.published_basis, document.outlet) == ("2021-03-07", PublishedBasis.METADATA, "Example Wire")
    assert document.blocks[0].span == (0, 24)


def test_read_text_unknown_header_key_is_noted():
    assert "'publishd' is not a key" in read("outlet: X\npublishd: 2021-03-07\n---\n" + REPORT).notes[0]


def test_read_text_a_report_with_a_colon_has_no_header():
    text = "Syria: bridge destroyed\nThe bridge fell at night, the officials said.\n---\nMore text that they said."
    assert read(text).document.text == text


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        ({}, REPORT, (None, "unknown")),
        ({"url": "https://e.org/2020/02/29/bridge"}, REPORT, ("2020-02-29", "url")),
        ({"url": "https://e.org/2020/02/29/b", "published": "2020-03-01"}, REPORT, ("2020-03-01", "given")),
        ({}, REPORT.replace("HAMA", "HAMA, June 2, 2021"), ("2021-06-02", "text")),
        ({"url": "https://e.org/2020/02/29/b"}, "published: 2020-03-02\n---\n" + REPORT, ("2020-03-02", "metadata")),
    ],
)
def test_read_text_publication_date_surest_first(given, text, expected):
    document = read(text, **given).document
    assert expected == (document.published, document.published_basis)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/world/2020/2/9/title", "2020-02-09"),
        ("https://e.org/2020-02-29-title", "2020-02-29"),
        ("https://e.org/20200229/title", "2020-02-29"),
        ("https://e.org/article/1820200", None),
        ("https://e.org/2020/02/title", None),
        ("https://e.org/2021/02/30/title", None),
        ("https://e.org/2020/02/29/from-2019/01/01/", None),
    ],
)
def test_date_in_url(url, expected):
    assert expected == date_in_url(url)


@given(st.dates(min_value=date(1700, 1, 1), max_value=date(2199, 12, 31)))
def test_parse_date_reads_every_day(day):
    assert parse_date(day.isoformat()) == day.isoformat()
    assert date_in_text(f"{day:%A}, {day.day} {day:%B} {day.year}") == day.isoformat()


@pytest.mark.parametrize("written", ["2020-02-30", "29.2.2020", "yesterday", "", "0202-02-29", "2020-2-9"])
def test_parse_date_refuses(written):
    assert parse_date(written) is None
