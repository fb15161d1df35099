"""Formats of others: their columns in their order, read back with the programs that will read them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from onrecord.errors import UsageError
from onrecord.export import FORMATS, write_export
from onrecord.export.layout import Layout, LeftOut
from onrecord.export.linguists import brat_lines
from onrecord.export.panels import COUNTRY_MONTHS, GRID_MONTHS, HAPI_LIKE, country_months, grid_months, month_id, months_by_division
from onrecord.export.phoenix import PHOENIX_LIKE, quad_class
from onrecord.export.plover import plover_event
from onrecord.export.polecat import POLECAT_LIKE
from onrecord.export.references import bibtex_lines, csl_item
from onrecord.export.reports import unpack_coding
from onrecord.export.sheets import write_xlsx
from onrecord.export.tables import INCIDENTS
from onrecord.ingest import read_documents
from onrecord.pipeline import Options, build_pipeline
from onrecord.records import AcledType, Coding, PlaceKind
from tests.export_records import account, actor, claim, place, range_of, time

POLECAT_COLUMNS = """Event ID|Event Date|Event Type|Event Mode|Intensity|Quad Code|Contexts|Actor Name|Actor Country|Actor COW|
Primary Actor Sector|Actor Sectors|Actor Title|Actor Name Raw|Wikipedia Actor ID|Recipient Name|Recipient Country|Recipient COW|
Primary Recipient Sector|Recipient Sectors|Recipient Title|Recipient Name Raw|Wikipedia Recipient ID|Placename|City|District|Province|
Country|Latitude|Longitude|GeoNames ID|Raw Placename|Feature Type|Source|Publication Date|Story People|Story Organizations|
Story Locations|Language|Version""".replace("\n", "").split("|")
PHOENIX_COLUMNS = """
EventID Date Year Month Day SourceActorFull SourceActorEntity SourceActorRole SourceActorAttribute TargetActorFull TargetActorEntity
TargetActorRole TargetActorAttribute EventCode EventRootCode QuadClass GoldsteinScore Issues Lat Lon LocationName StateName CountryName
SentenceID URLs NewsSources
""".split()
HAPI_COLUMNS = """
location_code admin1_code admin1_name admin2_code admin2_name event_type events fatalities reference_period_start reference_period_end
fatalities_low fatalities_high sources independent_sources
""".split()
EXAMPLES = Path(__file__).parents[1] / "examples"
MONTH = time("2020-02-27T00:00", "2020-02-28T00:00")


@pytest.fixture(scope="module")
def codings() -> tuple[Coding, ...]:
    pipeline = build_pipeline(Options(lexicon=EXAMPLES / "lexicon"))
    paths = [EXAMPLES / name for name in ("01-wire-market.txt", "05-wire-ambush.txt", "10-wire-airstrike.txt", "02-voice-market.txt")]
    return tuple(coding for coding in pipeline.code(read_documents(paths)) if isinstance(coding, Coding))


@pytest.mark.parametrize(
    ("layout", "columns", "count"),
    [(POLECAT_LIKE, POLECAT_COLUMNS, 40), (PHOENIX_LIKE, PHOENIX_COLUMNS, 26), (HAPI_LIKE, HAPI_COLUMNS, 14)],
)
def test_the_columns_of_others_come_by_name_and_order(layout: Layout[Any], columns: list[str], count: int) -> None:
    assert list(layout.names) == columns
    assert len(columns) == count


# ── Event data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_polecat_row_holds_what_one_report_says() -> None:
    row = POLECAT_LIKE.row(claim())
    assert isinstance(row, dict)
    assert (row["Event Date"], row["Event Type"], row["Event Mode"]) == ("2020-02-27", "ASSAULT", "heavy-weapons")
    assert (row["City"], row["District"], row["GeoNames ID"], row["Country"]) == ("Saraqib", None, 1, "SYR")
    assert (row["Source"], row["Publication Date"]) == ("Example Wire", "2020-02-28")


def test_tab_separated_rows_have_as_many_cells_as_columns(tmp_path: Path) -> None:
    hostile = claim(outlet="=cmd\tx\ny", text="a")
    for name in ("polecat_like", "phoenix_like"):
        write_export([hostile], tmp_path / name, format=name, table="claims")
    lines = (tmp_path / "polecat_like").read_text().splitlines()
    assert [len(line.split("\t")) for line in lines] == [40, 40]
    assert lines[1].split("\t")[POLECAT_COLUMNS.index("Source")] == "'=cmd x y"


def test_phoenix_leaves_out_what_has_no_code_or_side() -> None:
    assert PHOENIX_LIKE.row(claim()) == LeftOut("no CAMEO code")
    assert (quad_class("010"), quad_class("036"), quad_class("070"), quad_class("112"), quad_class("1951")) == (0, 1, 2, 3, 4)


def test_phoenix_rows_of_the_gold(codings: tuple[Coding, ...], tmp_path: Path) -> None:
    found = [claim_in(coding, one) for coding in codings for one in coding.claims]
    rows = [row for one in found if isinstance(row := PHOENIX_LIKE.row(one), dict)]
    assert rows
    assert all(str(row["EventCode"]).startswith(str(row["EventRootCode"])) and row["QuadClass"] in range(5) for row in rows)


def claim_in(coding: Coding, one: Any) -> Any:
    from msgspec.structs import replace

    return replace(claim(), claim=one, document=coding.document.id)


def test_plover_events_keep_what_the_auxiliary_modes_say() -> None:
    event = plover_event(claim())
    assert isinstance(event, dict)
    assert (event["event"], event["date"], event["enddate"]) == (["ASSAULT"], "2020-02-27", "2020-02-27")
    assert event["auxiliary"] == {"polarity": "positive", "certainty": "certain", "status": "occurred"}
    assert event["event_loc"]["name"] == "Saraqib"


# ── Sums ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def panel(layout: Layout[Any], gather: Any, *told: Any) -> tuple[list[dict[str, Any]], Counter[str]]:
    left_out: Counter[str] = Counter()
    return [layout.row(cell) for cell in gather(told, left_out)], left_out  # type: ignore[misc]


def test_a_panel_has_every_month_between_and_no_zero_that_nobody_reports() -> None:
    later = account(id="inc-2", time=time("2020-04-03T00:00", "2020-04-04T00:00"), killed=None)
    rows, _ = panel(COUNTRY_MONTHS, country_months, account(time=MONTH), later)
    assert [(row["isoab"], row["month_id"], row["incidents"]) for row in rows] == [("SYR", 482, 1), ("SYR", 483, 0), ("SYR", 484, 1)]
    assert [(row["ged_sb"], row["ged_sb_low"], row["ged_sb_high"], row["ged_sb_count"]) for row in rows] == [
        (34, 33, 36, 1), (None, None, None, 0), (None, None, None, 0),
    ]  # fmt: skip


def test_a_sum_has_no_highest_figure_where_an_incident_has_none() -> None:
    rows, _ = panel(COUNTRY_MONTHS, country_months, account(time=MONTH), account(id="inc-2", time=MONTH, killed=range_of(24, None, None)))
    assert (rows[0]["ged_sb_low"], rows[0]["ged_sb"], rows[0]["ged_sb_high"]) == (57, 58, None)


def test_panels_leave_out_what_they_cannot_place() -> None:
    told = [
        account(time=None),
        account(time=time("2020-02-01T00:00", "2020-04-01T00:00")),
        account(place=None, time=MONTH),
        account(place=place(PlaceKind.ADMIN1), time=MONTH),
    ]
    assert panel(COUNTRY_MONTHS, country_months, *told)[1] == Counter(
        {"no first day": 1, "it may have been in several months": 1, "no country": 1}
    )
    rows, left_out = panel(GRID_MONTHS, grid_months, *told)
    assert (rows, left_out["no point: the place is an area, a line or unknown"]) == ([], 2)


def test_grid_cells_have_their_middles() -> None:
    rows, _ = panel(GRID_MONTHS, grid_months, account(time=MONTH))
    assert (rows[0]["priogrid_gid"], rows[0]["xcoord"], rows[0]["ycoord"]) == (181154, 36.75, 35.75)
    assert rows[0]["priogrid_gid"] == (rows[0]["row"] - 1) * 720 + rows[0]["col"]


def test_hapi_like_counts_targeting_of_civilians_there_and_in_political_violence() -> None:
    march = AcledType(event_type="Protests", sub_event_type="Peaceful protest")
    told = (
        account(time=MONTH, recipients=(actor("SYR CVL"),)),
        account(claim(acled=(march,)), id="inc-2", time=MONTH, killed=None, recipients=()),
        account(claim(acled=()), id="inc-3", time=MONTH),
    )
    rows, left_out = panel(HAPI_LIKE, months_by_division, *told)
    assert [(row["event_type"], row["events"], row["fatalities"]) for row in rows] == [
        ("civilian_targeting", 1, 34), ("demonstration", 1, None), ("political_violence", 1, 34),
    ]  # fmt: skip
    assert (rows[0]["reference_period_start"], rows[0]["reference_period_end"]) == ("2020-02-01", "2020-02-29")
    assert left_out == Counter({"no event type": 1})


def test_months_count_from_january_1980() -> None:
    assert (month_id("1980-01"), month_id("1989-01"), month_id("2020-01")) == (1, 109, 481)


# ── Other people's models ─────────────────────────────────────────────────────────────────────────────────────────────


def test_followthemoney_takes_every_value(tmp_path: Path) -> None:
    model = pytest.importorskip("followthemoney", reason="needs followthemoney, an extra of dev").model
    told = account(claim(outlet="Wire"), claim(hash="clm-2", outlet="Wire", denies=True))  # ids of reports have no spaces
    write_export([told, told], tmp_path / "e.jsonl", format="ftm")
    entities = [json.loads(line) for line in (tmp_path / "e.jsonl").read_text().splitlines()]
    assert Counter(entity["schema"] for entity in entities) == Counter(
        {"LegalEntity": 2, "Address": 1, "Article": 1, "Event": 1, "Documentation": 2}
    ), "an entity is written once"
    for entity in entities:
        model.get(entity["schema"]).validate(entity)
        proxy = model.get_proxy({"id": entity["id"], "schema": entity["schema"], "properties": {}})
        for name, values in entity["properties"].items():
            for value in values:
                proxy.add(name, value)
        assert {name: len(proxy.get(name)) for name in entity["properties"]} == {
            name: len(values) for name, values in entity["properties"].items()
        }, "the library drops what it does not take"


def test_jsonld_says_who_claims_what_and_rates_only_how_well_it_is_attested(tmp_path: Path) -> None:
    write_export([account(claim(), claim(hash="clm-2", denies=True))], tmp_path / "g.jsonld", format="jsonld")
    document = json.loads((tmp_path / "g.jsonld").read_text())
    assert document["@context"] == "https://schema.org"
    event, review, denial = document["@graph"]
    assert (event["@type"], event["startDate"], event["location"]["geo"]["latitude"]) == ("Event", "2020-02-27", 35.864444)
    assert (review["@type"], review["reviewRating"]["alternateName"]) == ("ClaimReview", "corroborated")
    assert review["itemReviewed"]["author"]["name"] == "a doctor"
    assert denial["reviewRating"]["ratingExplanation"].startswith("denies")


def test_references_are_safe_for_tex(codings: tuple[Coding, ...]) -> None:
    from msgspec.structs import replace

    hostile = replace(
        codings[0].document, title="50% of {x} & \\write18{rm}_#$~^", url="https://a.example/{x}%20 y", published="2020-02-28"
    )
    entry = "".join(bibtex_lines([replace(codings[0], document=hostile)]))
    assert entry.count("{") - entry.count("\\{") == entry.count("}") - entry.count("\\}")
    assert "\\textbackslash write18\\{rm\\}\\_\\#\\$" in entry
    assert csl_item(hostile)["issued"] == {"date-parts": [[2020, 2, 28]]}


# ── For linguists ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_brat_annotations_slice_to_their_words(codings: tuple[Coding, ...], tmp_path: Path) -> None:
    write_export(codings[:4], tmp_path / "b.zip", format="brat", table="reports")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
        assert len(names) == 1 + 2 * 4
        for name in (name for name in names if name.endswith(".ann")):
            text, seen = archive.read(name.replace(".ann", ".txt")).decode(), set()
            for line in archive.read(name).decode().splitlines():
                id, body, *words = line.split("\t")
                assert id not in seen
                seen.add(id)
                if id.startswith("T"):
                    spans = [tuple(map(int, part.split())) for part in body.split(" ", 1)[1].split(";")]
                    assert words == [" ".join(text[start:end] for start, end in spans)]
                else:
                    assert all(part.partition(":")[2] in seen for part in body.split() if part.partition(":")[2][:1] == "T")


def test_brat_parts_a_span_at_line_breaks(codings: tuple[Coding, ...]) -> None:
    from msgspec.structs import replace

    coding = next(coding for coding in codings if coding.mentions)
    mention = coding.mentions[0]
    broken = replace(coding.document, text="ab\ncd" + coding.document.text)
    lines = list(brat_lines(replace(coding, document=broken, mentions=(replace(mention, span=(0, 5)),), attributions=(), claims=())))
    assert lines == [f"T1\t{mention.label} 0 2;3 5\tab cd"]


def test_docbin_is_read_by_spacy(codings: tuple[Coding, ...], tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spaCy, an extra")
    write_export(codings[:4], tmp_path / "d.spacy", format="docbin", table="reports")
    docs = list(spacy.tokens.DocBin().from_disk(tmp_path / "d.spacy").get_docs(spacy.blank("en").vocab))
    assert [doc.text for doc in docs] == [coding.document.text for coding in codings[:4]]
    assert [doc.user_data["id"] for doc in docs] == [coding.document.id for coding in codings[:4]]
    assert {group for doc in docs for group in doc.spans} == {"mentions", "claims", "sources", "cues", "contents"}
    assert any(len(doc.spans["claims"]) for doc in docs)


# ── Read back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_xlsx_is_read_by_openpyxl_with_its_codebook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs openpyxl, of the extra office")
    told = account(claim(title="=1+1"), grade_reason="=cmd()", killed=range_of(24, None, None))
    write_export([told], tmp_path / "i.xlsx", format="xlsx")
    book = openpyxl.load_workbook(tmp_path / "i.xlsx")
    assert book.sheetnames == ["incidents", "codebook", "about"]
    header, row = book["incidents"].iter_rows(values_only=True)
    assert header == INCIDENTS.names
    found = dict(zip(header, row, strict=True))
    assert (found["grade_reason"], found["killed_low"], found["killed_high"]) == ("=cmd()", 24, None)
    assert book["incidents"].cell(2, header.index("grade_reason") + 1).data_type == "s", "text, not a formula"
    assert [line[0] for line in book["codebook"].iter_rows(min_row=2, values_only=True)] == list(INCIDENTS.names)


def test_a_sheet_that_cannot_hold_the_rows_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.export.sheets.MOST_ROWS", 1)
    row = INCIDENTS.cells(account())
    assert isinstance(row, tuple)
    with pytest.raises(UsageError, match="as csv or parquet"):
        write_xlsx(INCIDENTS, [row, row], tmp_path / "i.xlsx")


def test_geoparquet_is_read_by_geopandas(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas", reason="needs geopandas, an extra of dev")
    write_export([account(), account(place=place(PlaceKind.ADMIN1), id="inc-2")], tmp_path / "i.parquet", format="geoparquet")
    frame = geopandas.read_parquet(tmp_path / "i.parquet")
    assert list(frame.columns) == [*INCIDENTS.names, "geometry"]
    assert (frame.crs.to_epsg() in (4326, None), frame.geometry.iloc[0].x, frame.geometry.iloc[1]) == (True, 36.80583, None)


def test_geojson_is_read_by_pyogrio(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio", reason="needs pyogrio, an extra of dev")
    pytest.importorskip("geopandas", reason="needs geopandas, an extra of dev")
    told = [account(), account(place=place(PlaceKind.ADMIN1), id="inc-2")]
    for format, name in (("geojson", "i.geojson"), ("geojsonseq", "i.geojsonl")):
        write_export(told, tmp_path / name, format=format)
        frame = pyogrio.read_dataframe(tmp_path / name)
        assert len(frame) == 2
        assert (frame.geometry.iloc[0].y, frame.geometry.iloc[1]) == (35.864444, None)
        assert frame["killed_best"].tolist() == [34, 34]


@pytest.mark.parametrize(
    "format", [format.name for format in FORMATS.values() if format.mediatype in ("text/csv", "text/tab-separated-values")]
)
def test_tables_are_read_by_pandas_and_duckdb_with_the_columns_of_their_layout(tmp_path: Path, format: str) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas, an extra of dev")
    duckdb = pytest.importorskip("duckdb", reason="needs duckdb, of the extra archives")
    chosen = FORMATS[format]
    table = chosen.tables[0]
    told = account(claim(), time=MONTH)
    path = tmp_path / "t.csv"
    done = write_export(told.claims if table == "claims" else [told], path, format=format, table=table)
    separator = "," if chosen.mediatype == "text/csv" else "\t"
    assert chosen.layout is not None
    names = list(chosen.layout(table).names)
    extra = 1 if format == "csv_hxl" else 0
    assert done.rows == 1 or format == "phoenix_like"
    frame = pandas.read_csv(path, sep=separator)
    assert (list(frame.columns), len(frame)) == (names, done.rows + extra)
    columns = dict.fromkeys(names, "VARCHAR")
    options = f"delim = '{separator}', header = true, auto_detect = false, columns = {columns}"
    answer = duckdb.sql(f"SELECT * FROM read_csv('{path}', {options})")
    assert (answer.columns, len(answer.fetchall())) == (names, done.rows + extra)


R_SCRIPT = """
path <- commandArgs(trailingOnly = TRUE)[1]
read <- if (commandArgs(trailingOnly = TRUE)[2] == "csv") read.csv else function(...) read.delim(..., quote = "")
table <- read(path, check.names = FALSE, encoding = "UTF-8")
cat(names(table), nrow(table), sep = "|")
"""


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here: apt-get install r-base-core")
@pytest.mark.parametrize("format", ["csv", "acled_like", "ucdp_like", "country_month", "polecat_like"])
def test_tables_are_read_by_r_with_the_columns_of_their_layout(tmp_path: Path, format: str) -> None:
    chosen = FORMATS[format]
    table = chosen.tables[0]
    told = account(claim(), time=MONTH)
    done = write_export(told.claims if table == "claims" else [told], tmp_path / "t", format=format, table=table)
    kind = "csv" if chosen.mediatype == "text/csv" else "tsv"
    said = subprocess.run(["Rscript", "-e", R_SCRIPT, str(tmp_path / "t"), kind], capture_output=True, text=True, check=True).stdout
    assert chosen.layout is not None
    assert said.split("|") == [*chosen.layout(table).names, str(done.rows)]


def test_parquet_is_read_by_duckdb_and_pandas(tmp_path: Path, codings: tuple[Coding, ...]) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas, an extra of dev")
    duckdb = pytest.importorskip("duckdb", reason="needs duckdb, of the extra archives")
    write_export([claim()], tmp_path / "c.parquet", format="parquet", table="claims")
    assert duckdb.sql(f"SELECT place, latitude, denies FROM '{tmp_path}/c.parquet'").fetchall() == [("Saraqib", 35.864444, False)]
    assert pandas.read_parquet(tmp_path / "c.parquet")["evidence"].tolist() == ["The army shelled Saraqib"]
    write_export(codings[:2], tmp_path / "m.parquet", format="parquet", table="mentions")
    words = duckdb.sql(f"SELECT document, text FROM '{tmp_path}/m.parquet'").fetchall()
    assert words == [(coding.document.id, mention.text) for coding in codings[:2] for mention in coding.mentions]


def test_reports_in_parquet_hold_the_codings_whole(tmp_path: Path, codings: tuple[Coding, ...]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow, an extra")
    write_export(codings, tmp_path / "r.parquet", format="parquet", table="reports")
    found = parquet.read_table(tmp_path / "r.parquet").column("coding").to_pylist()
    assert tuple(map(unpack_coding, found)) == codings


def test_the_hxl_row_stands_under_the_header(tmp_path: Path) -> None:
    write_export([account()], tmp_path / "h.csv", format="csv_hxl")
    header, tags, row = csv.reader(io.StringIO((tmp_path / "h.csv").read_text()))
    assert tags[header.index("killed_low")] == "#affected+killed+min"
    assert all(tag == "" or tag.startswith("#") for tag in tags)
    assert row[header.index("place")] == "Saraqib"


def test_halves_of_surrogate_pairs_do_not_stop_an_export(tmp_path: Path) -> None:
    told = account(claim(text="a \ud800 b", title="\udc00"), grade_reason="\ud83d")
    for name, format in FORMATS.items():
        for table in format.tables:
            if table in ("incidents", "claims"):
                records = told.claims if table == "claims" else [told]
                write_export(records, tmp_path / "x", format=name, table=table)
                if format.lines is not None:
                    (tmp_path / "x").read_text(encoding="utf-8")
