"""PETRARCH dictionaries and Wikidata extracts become entries."""

from __future__ import annotations

import json

import pytest

from onrecord.errors import DataError
from onrecord.lexicon import Lexicon, actors
from onrecord.lexicon.petrarch import import_petrarch, split_code
from onrecord.lexicon.wikidata import import_wikidata

ACTORS = """
<!-- a comment -->
FROGLAND  [FRG] # stems and spaces
+FROGLANDER
POND_ALLIANCE_ [IGOPND]
KING_TADPOLE [FRG]
    [FRGGOV 20100101-20141231]
    [FRGREB >20150101]
NOBODY [---]
HEIR
    [FRGOPP <991231]
"""
AGENTS = """
LAWMAKER [~LEG] # note
GOOSE {GEESE} [~REB]
RELIEF_GROUP [NGO~]
!PERSON! = MAN, WOMAN
"""


def test_import_petrarch_reads_names_codes_and_dates() -> None:
    entries, _ = import_petrarch(ACTORS.splitlines())
    by_name = {entry.name: entry for entry in entries}
    assert list(by_name) == ["Frogland", "Pond Alliance", "King Tadpole", "Heir"]
    assert (by_name["Frogland"].country, by_name["Frogland"].aliases) == ("FRG", ("Froglander",))
    king = by_name["King Tadpole"]
    assert [king.at(date).sectors for date in ("2012-05-01", "2016-01-01")] == [("GOV",), ("REB",)]
    assert by_name["Heir"].terms[0].end == "1999-12-31"


def test_import_petrarch_reads_agents() -> None:
    _, agents = import_petrarch([], AGENTS.splitlines())
    assert [(entry.words, entry.sectors, entry.country) for entry in agents] == [
        (("lawmaker",), ("LEG",), None),
        (("goose", "geese"), ("REB",), None),
        (("relief group",), (), "NGO"),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("PSEREBHMS", ("PSE", ("REB",))),
        ("USAGOV", ("USA", ("GOV",))),
        ("---", (None, ())),
        ("ELR/GAL", ("ELR", ())),
        ("SYRMED", ("SYR", ("JRN",))),
    ],
)
def test_split_code(code: str, expected: tuple[str | None, tuple[str, ...]]) -> None:
    assert expected == split_code(code)


def item(number: str, label: str, **claims: object) -> str:
    return json.dumps(
        {"id": number, "labels": {"en": {"value": label}}, "aliases": {"en": [{"value": label + " group"}]}, "claims": claims}
    )


def link(number: str, **qualifiers: str) -> dict[str, object]:
    dated = {name: [{"datavalue": {"value": {"time": time, "precision": 11}}}] for name, time in qualifiers.items()}
    return {"mainsnak": {"datavalue": {"value": {"id": number}}}, "qualifiers": dated}


def test_import_wikidata_explains_items_by_others() -> None:
    lines = [
        item("Q1", "Frogland", P298=[{"mainsnak": {"datavalue": {"value": "FRG"}}}]),
        item("Q2", "rebel group"),
        item("Q3", "prime minister"),
        item("Q4", "Pond Front", P31=[link("Q2")], P17=[link("Q1")]),
        item("Q6", "Ann Newt", P31=[link("Q5")], P27=[link("Q1")], P39=[link("Q3", P580="+2010-01-02T00:00:00Z")]),
        item("Q7", "a lake", P31=[link("Q8")]),
    ]
    front, person = import_wikidata(lines, Lexicon().agents)
    assert (front.id, front.country, front.sectors, front.aliases) == ("act-q4", "FRG", ("REB",), ("Pond Front group",))
    assert (person.kind, person.terms[0].sectors, person.terms[0].start) == (actors.Kind.PERSON, ("GOV",), "2010-01-02")
    assert person.source == "Wikidata Q6"


def test_import_wikidata_says_which_line_is_wrong() -> None:
    with pytest.raises(DataError, match="line 2: not a JSON object"):
        list(import_wikidata([item("Q1", "X"), "{"], Lexicon().agents))
