"""The page: what it shows is what the ledger says, escaped, with nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from onrecord.ingest import read_documents
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.query.incidents import list_incidents
from onrecord.lexicon import Lexicon
from onrecord.pipeline import Options, build_pipeline
from onrecord.records import Capture, Coding
from onrecord.web import create_app
from onrecord.web.highlight import Found, cut

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = """Shelling hits market & <script>alert("x")</script>
Two people were killed when soldiers shelled <img src=x onerror=alert(1)> a market in Idlib on Monday, officials said.
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("page")
    hostile = folder / "hostile.txt"
    hostile.write_text(HOSTILE)
    paths = [*sorted((ROOT / "examples").glob("0*.txt")), hostile]
    with open_ledger(folder / "page.db", create=True) as ledger:
        captures = list(read_documents(paths))
        for capture, coding in zip(captures, build_pipeline(Options(lexicon=ROOT / "examples/lexicon")).code(captures), strict=True):
            assert isinstance(capture, Capture)
            assert isinstance(coding, Coding)
            ledger.append(coding, capture)
        link_ledger(ledger, Lexicon())
        client = TestClient(create_app(ledger))
        client.ledger = ledger  # type: ignore[attr-defined]
        yield client


def addresses(page: TestClient) -> list[str]:
    ledger = page.ledger  # type: ignore[attr-defined]
    found = [
        "/",
        "/articles",
        "/incidents",
        "/claims",
        "/sources",
        "/actors",
        "/places",
        "/tallies",
        "/agreements",
        "/search?text=market",
        "/api",
    ]
    found += [f"/articles/{id}" for id in ledger.document_ids()]
    return found + [f"/incidents/{incident.id}" for incident in list_incidents(ledger)]


def test_every_page_answers_and_asks_for_nothing_from_outside(page: TestClient) -> None:
    for address in addresses(page):
        response = page.get(address)
        assert response.status_code == 200, address
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", response.text) == []
        assert re.findall(r"<script(?! src=)", response.text) == []


def test_every_page_links_only_to_pages_that_answer(page: TestClient) -> None:
    links = {
        unescape(link).partition("#")[0] for address in addresses(page) for link in re.findall(r'href="([^"]*)"', page.get(address).text)
    }
    assert [link for link in sorted(links - {""}) if page.get(link).status_code != 200] == []


def test_article_shows_the_text_of_the_report_and_its_claims(page: TestClient) -> None:
    ledger = page.ledger  # type: ignore[attr-defined]
    for id in ledger.document_ids():
        coding = ledger.coding(id)
        html = page.get(f"/articles/{id}").text
        body = html.partition("<article")[2].partition(">")[2].partition("</article>")[0]
        labels = r'<a class="label".*?</a>|<span class="label says">.*?</span>|<sup class="loaded".*?</sup>'
        shown = unescape(re.sub(rf"{labels}|<[^>]*>", "", body))
        sentences = "".join(coding.document.text[slice(*sentence.span)] for sentence in coding.sentences)
        assert "".join(shown.split()) == "".join(sentences.split())


def test_json_is_what_the_ledger_has(page: TestClient) -> None:
    ledger = page.ledger  # type: ignore[attr-defined]
    id = ledger.document_ids()[0]
    assert page.get(f"/articles/{id}.json").json()["document"]["id"] == id
    answer = page.get("/incidents.json?size=500").json()
    assert [row["id"] for row in answer["items"]] == [incident.id for incident in list_incidents(ledger)]
    assert (answer["total"], answer["next"]) == (len(answer["items"]), None)


@pytest.mark.parametrize("address", ["/articles/doc-none", "/incidents/inc-none", "/nothing", "/articles/%3Cscript%3E"])
def test_unknown_address_gets_a_page_that_says_so(page: TestClient, address: str) -> None:
    response = page.get(address)
    assert response.status_code == 404
    assert "Not found" in response.text
    assert re.findall(r"<script(?! src=)", response.text) == []


MARKS = st.lists(
    st.builds(
        lambda start, length, kind, id: Found(start=start, end=start + length, kind=kind, id=id),
        st.integers(0, 39), st.integers(1, 20), st.sampled_from(["claim", "source", "cue", "content"]), st.sampled_from(["c1", "c2", "c3"]),
    ),
    max_size=6,
)  # fmt: skip


@given(MARKS, st.integers(0, 20), st.integers(21, 40))
def test_segments_cover_the_span_and_know_their_claims(marks: list[Found], start: int, end: int) -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(41))
    segments = list(cut(text, (start, end), marks))
    assert "".join(segment.text for segment in segments) == text[start:end]
    at = start
    for segment in segments:
        over = [mark for mark in marks if mark.start <= at < mark.end]
        assert set(segment.claims) == {mark.id for mark in over if mark.kind == "claim"}
        assert set(segment.kinds) == {mark.kind for mark in over} - {"claim"}
        at += len(segment.text)
