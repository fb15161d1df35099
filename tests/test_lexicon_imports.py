"""PETRARCH dictionaries and Wikidata extracts become entries."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import DataError, UsageError
from onrecord.lexicon import Lexicon, actors
from onrecord.lexicon.imports import read_petrarch
from onrecord.lexicon.petrarch import import_petrarch, split_code
from onrecord.lexicon.petrarch_verbs import import_verbs, read_pattern
from onrecord.lexicon.source import encode_pack
from onrecord.lexicon.wikidata import import_wikidata
from onrecord.ontology import load_ontology

RUNNER = CliRunner()

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
    assert [by_name[name].kind for name in ("Frogland", "King Tadpole")] == ["body", "group"]


VERBS = """
&POND_TREATY
+PACTS
+REED_ACCORD
+ACCORD_

--- RIBBIT [145] ---
RIBBIT {RIBBITTED}   # a comment
+SPLASH_OUT [1384]
+CROAK_AND_CROAK
KILL
- * &POND_TREATY        [1246]  # no more pact
- TADPOLE * (AT +)      [111]
- * (WITH +)            [193:193]
- * LEG                 [---]
- * {LONG LEGS}         [190]
- * SPEECH              [010]
- * (BEFORE COURT)      [:173]
- * IN +                [1831]

--- NOTHING [---] ---
HOP
"""


def test_import_petrarch_reads_verbs() -> None:
    frames, left_out = import_verbs(VERBS.splitlines(), load_ontology().of_cameo, lambda verb: verb == "kill")
    told = [(frame.words, frame.event, frame.mode, frame.cameo) for frame in frames]
    assert told == [
        ("ribbit", "PROTEST", ("riot",), ("145",)),
        ("splash +out", "THREATEN", ("violence",), ("1384",)),
        ("ribbit [pact|accord], splash +out [pact|accord], kill [pact|accord]", "REJECT", ("yield",), ("1246",)),
        ("<[tadpole] ribbit at, <[tadpole] splash +out at, <[tadpole] kill at", "ACCUSE", ("disapprove",), ("111",)),
        ("ribbit with, splash +out with, kill with", "ASSAULT", ("firearms",), ("193",)),
        ("ribbit [leg], splash +out [leg], kill [leg]", None, (), ()),
        ("ribbit before:[court], splash +out before:[court], kill before:[court]", "COERCE", ("arrest",), ("173",)),
        ("ribbit in, splash +out in, kill in", "ASSAULT", ("suicide-attack",), ("1831",)),
    ]
    assert [frame.roles.get("recipient") for frame in frames[3:8]] == ["at", "with", None, "subject", "in"]
    assert [frame.mutual for frame in frames[3:5]] == [False, True]
    assert left_out == [
        "ribbit: 'kill' has an event already",
        "ribbit: '* {LONG LEGS}': 'LONG LEGS' is one word too many",
        "ribbit: code 010 is no event of PLOVER",
    ]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("DIRECT OBJECT", "one verb"), ("A OLD * LEG", "before the verb"), ("* (IN NEAR FUTURE)", "one noun"), ("* &NOSUCH", "too many")],
)
def test_a_pattern_that_cannot_be_said_is_left_out(pattern: str, why: str) -> None:
    found = read_pattern(pattern, {})
    assert isinstance(found, str)
    assert why in found


def test_imported_verbs_code_reports(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text(VERBS)
    (tmp_path / "report.txt").write_text("Syrian rebels ribbited the accord on Monday.")
    command = ["lexicon", "import", "--format", "petrarch", str(tmp_path / "v.txt"), "-o", str(tmp_path / "own")]
    assert RUNNER.invoke(app, command).exit_code == 0
    assert RUNNER.invoke(app, ["lexicon", "check", str(tmp_path / "own")]).exit_code == 0
    command = ["code", str(tmp_path / "report.txt"), "--lexicon", str(tmp_path / "own"), "--published", "2020-03-01", "--format", "jsonl"]
    result = RUNNER.invoke(app, command)
    assert result.exit_code == 0, result.output
    coded = [claim["event"] for claim in json.loads(result.stdout)["claims"]]
    assert [(event["type"], event["mode"], event["cameo"]) for event in coded] == [("REJECT", ["yield"], ["1246"])]


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


def test_import_petrarch_writes_a_folder_that_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ACTORS + "CROAK_ARMY [FRGXYZREB]\nBROKEN [FR1]\n")
    (tmp_path / "b.txt").write_text(AGENTS + "GANDER [~GOV]\nGOOSE [~GOV]\n")
    result = RUNNER.invoke(
        app, ["lexicon", "import", "--format", "petrarch", *map(str, (tmp_path / "a.txt", tmp_path / "b.txt")), "-o", str(tmp_path / "own")]
    )
    assert result.exit_code == 0, result.output
    own = Lexicon(tmp_path / "own")
    assert [alias.entry.country for alias in own.actors.lookup("Froglander")] == ["FRG"]
    assert own.actors.lookup("Hezbollah")
    goose, gander = own.agents.lookup("geese"), own.agents.lookup("gander")
    assert goose is not None
    assert goose.sectors == ("REB",)
    assert gander is not None
    assert gander.sectors == ("GOV",)
    assert RUNNER.invoke(app, ["lexicon", "check", str(tmp_path / "own")]).exit_code == 0


def test_import_wikidata_writes_packs(tmp_path: Path) -> None:
    lines = [
        item("Q1", "Frogland", P298=[{"mainsnak": {"datavalue": {"value": "FRG"}}}]),
        item("Q2", "rebel group"),
        item("Q4", "Pond Front", P31=[link("Q2")], P17=[link("Q1")]),
    ]
    (tmp_path / "items.jsonl").write_text("\n".join(lines))
    command = ["lexicon", "import", "--format", "wikidata", "--pack", str(tmp_path / "items.jsonl"), "-o", str(tmp_path / "own")]
    result = RUNNER.invoke(app, command)
    assert result.exit_code == 0, result.output
    assert [alias.entry.id for alias in Lexicon(tmp_path / "own").actors.lookup("Pond Front")] == ["act-q4"]
    assert isinstance(RUNNER.invoke(app, command).exception, DataError)  # nothing is overwritten


def test_import_leaves_out_what_would_not_pass_the_check(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("HEIR\n    [FRGOPP 20100101-20090101]\nKING [FRGGOV]\n")
    found, left_out = read_petrarch([tmp_path / "a.txt"], Lexicon().verbs, load_ontology().of_cameo)
    assert [entry.name for entry in found["actors"]] == ["King"]
    assert len(left_out) == 1
    assert "is not after" in left_out[0]


@pytest.mark.parametrize(("content", "message"), [(b"\xff\xfe", "not UTF-8"), (None, "No such file")])
def test_import_names_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_petrarch([tmp_path / "a.txt"], Lexicon().verbs, load_ontology().of_cameo)


def test_import_of_another_format_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("only words\n")
    result = RUNNER.invoke(app, ["lexicon", "import", "--format", "petrarch", str(tmp_path / "a.txt"), "-o", str(tmp_path / "own")])
    assert isinstance(result.exception, UsageError)
    assert not (tmp_path / "own").exists()


def test_a_pack_stands_beside_yaml_which_wins(tmp_path: Path) -> None:
    (tmp_path / "actors.json").write_text(
        '[{"id":"act-a","name":"Pond Army","sectors":["REB"]},\n{"id":"act-b","name":"Reed Front","sectors":["REB"]}]'
    )
    (tmp_path / "actors").mkdir()
    (tmp_path / "actors" / "own.yaml").write_text("- {id: act-b, name: Reed Front, sectors: [MIL]}\n")
    index = Lexicon(tmp_path).actors
    assert [index.lookup(name)[0].entry.sectors for name in ("Pond Army", "Reed Front")] == [("REB",), ("MIL",)]


@pytest.mark.parametrize(
    ("pack", "line"),
    [('[{"id":"act-a","name":"A"},\n{"id":"act-b","nam":"B"}]', 2), ('{"id":"act-a"}', 1), ('[{"id":"act-a","name":"A"},\n\n{]', 3)],
)
def test_a_wrong_pack_is_named_with_its_line(tmp_path: Path, pack: str, line: int) -> None:
    (tmp_path / "actors.json").write_text(pack)
    with pytest.raises(DataError, match=rf"actors\.json:{line}: .*a pack is a JSON list of entries"):
        _ = Lexicon(tmp_path).actors


def test_check_reads_packs_too(tmp_path: Path) -> None:
    (tmp_path / "actors.json").write_text('[{"id":"act-a","name":"A","sectors":["REP"]}]')
    with pytest.raises(DataError, match=r"actors\.json entry 1.*REP"):
        RUNNER.invoke(app, ["lexicon", "check", str(tmp_path)], catch_exceptions=False)


@pytest.mark.slow
def test_a_pack_of_a_million_aliases_loads_in_seconds(tmp_path: Path) -> None:
    entries = (
        actors.Entry(id=f"act-{n}", name=f"Front {n} of Reed", sectors=("REB",), aliases=tuple(f"Pond {n} number {m}" for m in range(19)))
        for n in range(50_000)
    )
    (tmp_path / "actors.json").write_bytes(encode_pack(tuple(entries)))
    started = time.process_time()
    index = Lexicon(tmp_path).actors
    loaded = time.process_time() - started
    assert [alias.entry.id for alias in index.lookup("Pond 77 number 5")] == ["act-77"]
    assert loaded < 6  # three seconds on an idle core


def test_check_lists_what_is_unverified_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "actors").mkdir()
    (tmp_path / "actors" / "own.yaml").write_text(
        "- {id: act-a, name: Pond Army, sectors: [REB]}\n- {id: act-b, name: Reed, sectors: [REB], source: Gazette 7}\n"
    )
    result = RUNNER.invoke(app, ["lexicon", "check", str(tmp_path), "--unverified"])
    assert "2 entries, 1 unverified" in result.output
    assert "  actors/own.yaml:1: act-a is unverified" in result.output
    assert "act-b" not in result.output


def test_a_code_for_several_actors_keeps_them_all() -> None:
    (entry,) = import_petrarch(["BALTIC_STATES [EST/LVA/LTU]"])[0]
    assert (entry.country, entry.members) == ("EST", ("LVA", "LTU"))
