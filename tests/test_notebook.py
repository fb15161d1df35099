"""onrecord from Python: records that notebooks show, data frames, a spaCy component."""

from __future__ import annotations

import pytest

import onrecord
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
