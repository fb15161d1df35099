"""onrecord from Python: records that notebooks show, data frames, a spaCy component."""

from __future__ import annotations

from typing import Any

import pytest

import onrecord
from onrecord.errors import InputError, UsageError
from onrecord.export.tables import CLAIMS
from onrecord.notebook import Coded

pytestmark = pytest.mark.slow
TEXT = "Rebels shelled <Ariha> on Thursday, killing 12 people, a doctor said."


@pytest.fixture(scope="module")
def coded() -> Coded:
    return onrecord.code(TEXT, published="2020-02-28", outlet="Example Wire")


def test_code_returns_records(coded: Coded) -> None:
    assert [claim.event.type for claim in coded.claims if claim.event] == ["ASSAULT"]
    assert coded.document.outlet == "Example Wire"


def test_repr_html_marks_the_claims_and_escapes_the_text(coded: Coded) -> None:
    page = coded._repr_html_()
    assert "&lt;Ariha&gt;" in page
    assert "<Ariha>" not in page
    assert page.count("<mark") == sum(bool(claim.evidence) for claim in coded.claims)


def test_rows_have_the_columns_of_the_export(coded: Coded) -> None:
    (row,) = coded.rows()
    assert list(row) == [column.name for column in CLAIMS.columns]
    assert (row["outlet"], row["killed_best"]) == ("Example Wire", 12)


@pytest.mark.parametrize(("module", "method"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("geopandas", "to_geopandas")])
def test_data_frames(coded: Coded, module: str, method: str) -> None:
    pytest.importorskip(module, reason=f"{module} is not installed")
    frame = getattr(coded, method)()
    assert list(frame.columns)[: len(CLAIMS.columns)] == [column.name for column in CLAIMS.columns]
    assert len(frame) == 1


def test_polars_frames_of_several_reports_go_together(coded: Coded) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    other = onrecord.code("Protesters marched in Lagos.")
    both = polars.concat([coded.to_polars(), other.to_polars()])
    assert both["killed_best"].to_list() == [12, None]
    assert both.schema["codable"] == polars.Boolean


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("  ", InputError, "^empty; nothing to code"),
        (["one", "two"], UsageError, "takes the text of one report"),
        ("Les avions ont frappé un marché à Ariha jeudi, tuant au moins douze personnes.", InputError, "^written in French"),
    ],
)
def test_code_says_what_it_cannot_take(text: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        onrecord.code(text)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'cod'"):
        onrecord.cod  # noqa: B018


def test_spacy_component_adds_claims_to_any_pipeline() -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    import onrecord.spacy_component  # noqa: F401

    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord", config={"published": "2020-02-28"})
    doc = nlp(TEXT)
    assert [claim.event.type for claim in doc._.claims] == ["ASSAULT"]
    (span,) = doc.spans["onrecord"]
    assert (span.label_, span.id_) == ("ASSAULT", doc._.claims[0].id)
    assert doc.text[span.start_char : span.end_char].startswith("Rebels shelled")


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("\r\n", "\r\n"), ("\ufeff  ", " \u200b"), ("---\noutlet: Example Wire\n---\n", ""), ("Homs:\rcafe\u0301. ", "\x00")],
    ids=["plain", "line ends", "a mark of byte order", "a header", "odd characters"],
)
def test_spacy_spans_stand_where_the_words_stand(before: str, after: str) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord")
    doc = nlp(f"{before}{TEXT}{after}")
    (span,) = doc.spans["onrecord"]
    ((start, end),) = doc._.claims[0].evidence
    assert doc._.coding.document.text[start:end] in span.text
    assert span.text.strip().startswith("Rebels shelled")


def test_spacy_docs_are_stored_and_sent_with_their_claims_and_empty_ones_stop_nothing() -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord")
    empty, told = nlp.pipe(["", TEXT])
    assert (empty._.claims, empty._.coding) == ((), None)
    (kept,) = spacy.tokens.DocBin(docs=[told], store_user_data=True).get_docs(nlp.vocab)
    assert kept._.coding == told._.coding
    assert [len(doc._.claims) for doc in nlp.pipe([TEXT, TEXT], n_process=2)] == [1, 1]
