"""The gold of figures is sound, and how it is scored."""

from __future__ import annotations

from evaluation.figures import pick, read_gold, value_of, wrong_fields
from onrecord.records import Exactness, Quantity, QuantityOf, Scope, Unit

FIGURE = Quantity(
    span=(0, 2), number_span=(0, 2), text="34", of=QuantityOf.KILLED, unit=Unit.PEOPLE, group=None, low=34, low_conservative=None, best=34,
    high=34, exactness=Exactness.EXACT, scope=Scope.INCIDENT,
)  # fmt: skip


def test_gold_spans_slice_to_their_text() -> None:
    sentences = read_gold()
    assert len(sentences) >= 200
    for sentence in sentences:
        for figure in sentence["figures"]:
            assert sentence["text"][slice(*figure["span"])] == figure["text"]
            assert figure["part_of"] is None or figure["part_of"] in [other["span"] for other in sentence["figures"]]


def test_gold_values_are_in_their_sets() -> None:
    for sentence in read_gold():
        for figure in sentence["figures"]:
            QuantityOf(figure["of"]), Unit(figure["unit"]), Scope(figure["scope"]), Exactness(figure["exactness"])


def test_wrong_fields_names_what_differs() -> None:
    expected = {
        "low": 34, "low_conservative": None, "best": 34, "high": None, "exactness": "at_least", "of": "killed", "unit": "people",
        "scope": "incident", "additive": False, "part_of": None, "group": None,
    }  # fmt: skip
    assert wrong_fields(expected, FIGURE) == {"high", "exactness"}


def test_value_of_and_pick_without_figures() -> None:
    assert value_of(FIGURE) == 34
    assert pick([]) is None
