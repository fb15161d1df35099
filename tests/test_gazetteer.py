"""The gazetteer: keys of names, packs and their stack, sources of a user's own places, geometry."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from onrecord.errors import DataError, UsageError
from onrecord.gazetteer import Gazetteer, Match, Pack, base_pack, load_gazetteer
from onrecord.gazetteer import installed as installed_module
from onrecord.gazetteer.build import NewPlace, PackWriter
from onrecord.gazetteer.cells import division_cells
from onrecord.gazetteer.geometry import distance_km, inside, middle_of
from onrecord.gazetteer.installed import add_pack, installed_packs, remove_pack
from onrecord.gazetteer.names import fold, skeleton
from onrecord.gazetteer.pack import Division
from onrecord.gazetteer.readers import MAX_LINE
from onrecord.gazetteer.types import Feature
from onrecord.gazetteer.typewords import bare_division_name, without_type
from onrecord.records import PlaceKind


@pytest.fixture(scope="module")
def base() -> Pack:
    return base_pack()


@pytest.fixture(scope="module")
def gazetteer(base: Pack) -> Gazetteer:
    return Gazetteer(base)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ma‘arrat an Nu‘mān", "maarrat an numan"),
        ("U.S.", "us"),
        ("Washington, D.C.", "washington dc"),
        ("St. Louis", "st louis"),
        ("Saint Louis", "st louis"),
        ("Port-au-Prince", "port au prince"),
        ("Łódź", "lodz"),
        ("إدلب", "ادلب"),
        ("  Idlib ", "idlib"),
        ("", ""),
    ],
)
def test_fold(name: str, key: str) -> None:
    assert key == fold(name)


@given(st.text(max_size=40))
def test_fold_is_stable(name: str) -> None:
    assert fold(name) == fold(fold(name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Khan Sheikhoun", "Khān Shaykhūn"),
        ("Maaret al-Numan", "Ma‘arrat an Nu‘mān"),
        ("Jisr al-Shughour", "Jisr ash-Shughur"),
        ("Deir Hafer", "Dayr Ḩāfir"),
        ("Stanytsia Luhanska", "Stanytsya Luhanska"),
    ],
)
def test_skeleton_is_alike_for_transliterations(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) != ""


def test_skeleton_needs_enough_consonants() -> None:
    assert [skeleton(name) for name in ("Gao", "Aiya", "إدلب")] == [""] * 3


def test_type_words_are_taken_off() -> None:
    assert ("idlib", (PlaceKind.ADMIN1, PlaceKind.ADMIN2)) in without_type("idlib province")
    assert ("aleppo", (PlaceKind.POPULATED,)) in without_type("city of aleppo")
    assert [bare_division_name(name) for name in ("Idlib Governorate", "Al Jazirah State", "Central African Republic")] == [
        "Idlib",
        "Al Jazirah",
        "Central African Republic",
    ]


# ── The base pack ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_base_pack_is_the_one_that_was_written(base: Pack) -> None:
    base.verify()
    assert sum(size for size, _ in base.meta.files.values()) <= 20_000_000


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Syria", "country", "SYR"),
        ("DR Congo", "country", "COD"),
        ("U.S.", "country", "USA"),
        ("Kosovo", "country", "KOS"),
        ("Idlib", "admin1", "SYR"),
        ("Saraqib", "populated", "SYR"),
        ("Donbas", "region", "UKR"),
        ("the Idlib de-escalation zone", "zone", "SYR"),
        ("Tigray", "admin1", "ETH"),
        ("North Kivu", "admin1", "COD"),
        ("Gaza Strip", "admin1", "PSE"),
        ("Golan Heights", "region", "SYR"),
        ("Red Sea", "region", None),
        ("Euphrates", "line", None),
    ],
)
def test_lookup_finds_what_is_likely_first(gazetteer: Gazetteer, name: str, kind: str, country: str | None) -> None:
    first = gazetteer.lookup(name)[0]
    assert (kind, country) == (first.kind, first.country) or any((kind, country) == (p.kind, p.country) for p in gazetteer.lookup(name)[:3])


def test_lookup_matches_by_type_word_and_by_consonants(gazetteer: Gazetteer) -> None:
    assert Match.VARIANT is gazetteer.lookup("Saraqib village")[0].match
    assert gazetteer.lookup("Maaret al-Numaan") == ()
    assert Match.SKELETON is gazetteer.lookup("Maaret al-Numaan", loose=True)[0].match


def test_lookup_of_nothing_is_empty(gazetteer: Gazetteer) -> None:
    assert [gazetteer.lookup(name) for name in ("", "  ", "Xyzzyqab")] == [()] * 3


def test_airport_codes_are_no_names(gazetteer: Gazetteer) -> None:
    assert "CUB" not in {place.country for place in gazetteer.lookup("Gao")}


def test_place_by_id_and_border(gazetteer: Gazetteer) -> None:
    assert gazetteer.place("gn:169389").name == "Idlib"  # type: ignore[union-attr]
    assert gazetteer.place("or:donbas").name == "Donbas"  # type: ignore[union-attr]
    assert gazetteer.place("gn:1") is None
    assert gazetteer.border("TUR", "SYR") == gazetteer.border("SYR", "TUR")
    assert gazetteer.border("SYR", "FRA") is None


def test_contains_tests_points(gazetteer: Gazetteer) -> None:
    assert gazetteer.contains("gn:163843", 35.93, 36.63) is True
    assert gazetteer.contains("gn:163843", 39.92, 32.85) is False
    assert gazetteer.contains("or:idlib-deescalation-zone", 35.86, 36.8) is True
    assert gazetteer.contains("or:donbas", 50.45, 30.52) is False
    assert gazetteer.contains("or:nowhere", 0, 0) is None
    assert gazetteer.shape("or:idlib-deescalation-zone")["approximate"] is True  # type: ignore[index]


def test_division_cells_hold_their_towns(base: Pack) -> None:
    cells = division_cells(base, "SYR")
    assert len(cells) == 14
    assert all(cell["approximate"] for cell in cells.values())
    assert [code for code, cell in cells.items() if inside(cell, 35.93, 36.63)] == ["SY.12"]
    assert division_cells(base, "XXX") == {}


# ── A user's own places ───────────────────────────────────────────────────────────────────────────────────────────────


def geonames_row(number: int, name: str, *, lat: str = "35.7", lon: str = "36.5", code: str = "PPL", alternates: str = "") -> str:
    values = [
        str(number),
        name,
        name,
        alternates,
        lat,
        lon,
        "P",
        code,
        "SY",
        "",
        "12",
        "",
        "",
        "",
        "100",
        "",
        "",
        "Asia/Damascus",
        "2024-01-01",
    ]
    return "\t".join(values) + "\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONRECORD_GAZETTEER", str(tmp_path / "packs"))
    return tmp_path


def test_add_geonames_file_overrides_rough_entries(folder: Path, base: Pack) -> None:
    (folder / "SY.txt").write_text(geonames_row(1, "Balyun", alternates="Baluon,QZX") + geonames_row(2, "New Hamlet"), encoding="utf-8")
    added = add_pack(folder / "SY.txt", base)
    assert (added.meta.places, added.rejected, added.meta.name) == (2, 0, "sy")
    gazetteer = load_gazetteer()
    assert gazetteer.lookup("New Hamlet")[0].admin1 == "Idlib"
    assert [place.id for place in gazetteer.lookup("Balyun")] == ["gn:1"]
    assert gazetteer.exact("qzx") == ()
    assert len(gazetteer.attributions) == 2


def test_add_counts_bad_rows_with_their_lines(folder: Path, base: Pack) -> None:
    rows = [
        geonames_row(1, "Good"),
        "three\tcolumns\tonly\n",
        geonames_row(3, "Off", lat="135.0"),
        geonames_row(4, "Odd", lat="x"),
        geonames_row(5, ""),
    ]
    (folder / "SY.txt").write_text("".join(rows), encoding="utf-8")
    added = add_pack(folder / "SY.txt", base)
    assert (added.meta.places, added.rejected) == (1, 4)
    assert [row.line for row in added.shown] == [2, 3, 4, 5]
    assert "2\t3 columns, not 19" in (folder / "packs" / "sy" / "rejected.tsv").read_text()


def test_add_csv_with_pins_and_aliases(folder: Path, base: Pack) -> None:
    (folder / "mine.csv").write_text(
        "name,lat,lon,country,admin1,kind,aliases,pin\nParis,35.7,36.5,SY,Idlib,populated,Little Paris|Al-Baris,yes\nNo point,,,SY,,,,\n"
        "Bad kind,1,1,SY,,castle,,\nBad country,1,1,Q7,,,,\n", encoding="utf-8")  # fmt: skip
    added = add_pack(folder / "mine.csv", base)
    assert [row.line for row in added.shown] == [3, 4, 5]
    first = load_gazetteer().lookup("Paris")[0]
    assert (first.id, first.country, first.admin1, first.pinned) == ("mine:2", "SYR", "Idlib", True)
    assert load_gazetteer().lookup("al-Baris")[0].id == "mine:2"


def test_add_table_of_divisions_with_pcodes(folder: Path, base: Pack) -> None:
    (folder / "syr_adm2.csv").write_text(
        "ADM0_PCODE;ADM1_EN;ADM1_PCODE;ADM2_EN;ADM2_PCODE;lat;lon\nSY;Idleb;SY07;Harim;SY0703;36.2;36.5\nSY;Idleb;SY07;;;36;36.5\n",
        encoding="utf-8",
    )
    added = add_pack(folder / "syr_adm2.csv", base)
    assert added.meta.places == 2
    place = load_gazetteer().lookup("SY0703")[0]
    assert (place.name, place.kind, place.country, place.id) == ("Harim", PlaceKind.ADMIN2, "SYR", "syr_adm2:SY0703")


def test_add_geojson_polygon(folder: Path, base: Pack) -> None:
    ring = [[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 36.0], [36.0, 35.0]]
    zone = {"name": "Test zone", "id": "z1", "country": "SYR"}
    features = [
        {"type": "Feature", "properties": zone, "geometry": {"type": "Polygon", "coordinates": [ring]}},
        {"type": "Feature", "properties": {"name": "Nowhere"}, "geometry": None},
        {"type": "Feature", "properties": {"name": "Swapped"}, "geometry": {"type": "Point", "coordinates": [36, 135]}},
    ]  # fmt: skip
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    added = add_pack(folder / "zones.geojson", base)
    assert [row.line for row in added.shown] == [2, 3]
    gazetteer = load_gazetteer()
    assert PlaceKind.ZONE is gazetteer.lookup("Test zone")[0].kind
    assert [gazetteer.contains("zones:z1", 35.5, lon) for lon in (36.5, 37.5)] == [True, False]


def test_add_zip_and_refuse_a_bomb(folder: Path, base: Pack) -> None:
    with zipfile.ZipFile(folder / "SY.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "x" * 10)
        archive.writestr("SY.txt", geonames_row(1, "Zipped Hamlet"))
    assert add_pack(folder / "SY.zip", base).meta.places == 1
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"\0" * 20_000_000)
    with pytest.raises(DataError, match="zip bomb"):
        add_pack(folder / "bomb.zip", base)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty"),
        ("prose.txt", b"Not a table at all.\n", "neither a GeoNames file"),
        ("bad.geojson", b"{", "not JSON"),
        ("list.json", b"[]", "not a GeoJSON"),
        ("all_bad.csv", b"name,lat,lon\nx,,\n", "no row could be read"),
        ("zip.zip", b"PK\x05\x06" + b"\0" * 18, "holds no"),
    ],
)
def test_add_refuses_what_is_no_file_of_places(folder: Path, base: Pack, name: str, content: bytes, message: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        add_pack(folder / name, base)
    assert installed_packs() == ()


def test_add_refuses_an_endless_line(folder: Path, base: Pack) -> None:
    (folder / "SY.txt").write_bytes(geonames_row(1, "Good").encode() + b"x" * (MAX_LINE + 5))
    with pytest.raises(DataError, match=r"SY.txt:2: a line of more than"):
        add_pack(folder / "SY.txt", base)


@pytest.mark.parametrize("header", ["name,lat,lon", "ADM0_PCODE,ADM1_EN,ADM1_PCODE,lat,lon"])
def test_add_refuses_an_endless_line_of_a_table(folder: Path, base: Pack, header: str) -> None:
    (folder / "mine.csv").write_bytes(header.encode() + b"\n" + b"x" * (MAX_LINE + 5))
    with pytest.raises(DataError, match=r"mine.csv:2: a line of more than"):
        add_pack(folder / "mine.csv", base)


def test_an_open_quote_costs_its_rows_and_no_more(folder: Path, base: Pack) -> None:
    rows = [f"Hamlet {number},35.7,36.5" for number in range(20_000)]
    rows[3] = '"Open,35.7,36.5'
    (folder / "mine.csv").write_text("name,lat,lon\n" + "\n".join(rows), encoding="utf-8")
    csv.field_size_limit(1 << 30)  # as the reader of reports leaves it
    added = add_pack(folder / "mine.csv", base)
    assert added.rejected == 1
    assert added.shown[0].reason.startswith("lines 5 to ")
    assert "Hamlet 19999" in {place.name for place in load_gazetteer().lookup("Hamlet 19999")}


@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_a_zip_cut_short_is_refused(folder: Path, base: Pack, kept: float) -> None:
    with zipfile.ZipFile(folder / "SY.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SY.txt", "".join(geonames_row(n, f"Hamlet {n}") for n in range(500)))
    whole = (folder / "SY.zip").read_bytes()
    (folder / "SY.zip").write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(DataError, match=r"SY\.zip: "):
        add_pack(folder / "SY.zip", base)
    assert installed_packs() == ()


def test_a_zip_with_a_damaged_middle_is_refused(folder: Path, base: Pack) -> None:
    with zipfile.ZipFile(folder / "SY.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SY.txt", "".join(geonames_row(n, f"Hamlet {n}") for n in range(500)))
    damaged = bytearray((folder / "SY.zip").read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 40] = bytes(40)
    (folder / "SY.zip").write_bytes(bytes(damaged))
    with pytest.raises(DataError, match="not a whole zip file"):
        add_pack(folder / "SY.zip", base)
    assert installed_packs() == ()


@pytest.mark.parametrize("file", ["meta.json", "places.bin", "labels.bin", "admin.json", "names-00.marisa"])
@pytest.mark.parametrize("harm", ["missing", "empty", "half"])
def test_a_half_written_pack_is_refused(folder: Path, base: Pack, file: str, harm: str) -> None:
    (folder / "SY.txt").write_text(geonames_row(1, "Hamlet"), encoding="utf-8")
    add_pack(folder / "SY.txt", base)
    path = folder / "packs" / "sy" / file
    data = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes(b"" if harm == "empty" else data[: len(data) // 2])
    with pytest.raises(DataError, match=r"onrecord gazetteer (remove|add)"):
        load_gazetteer()


def hamlets_csv() -> str:
    rows = (f'"Hamlet\n{n}",36,37,SYR\n' if n % 7 == 0 else f"Hamlet {n},36,37,SYR\n" for n in range(1, 101))
    return "name,lat,lon,country\n" + "".join(rows) + "bad,,,\n"


def hamlets_geojson() -> str:
    rows = [{"properties": {"name": f"Hamlet {n}"}, "geometry": {"type": "Point", "coordinates": [37, 36]}} for n in range(1, 101)]
    return json.dumps({"type": "FeatureCollection", "features": [*rows, {}]})


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("SY.txt", "".join(geonames_row(n, f"Hamlet {n}") for n in range(1, 101)) + "bad\n"),
        ("mine.csv", hamlets_csv()),
        ("mine.geojson", hamlets_geojson()),
    ],
)
def test_add_goes_on_after_an_interruption(folder: Path, base: Pack, monkeypatch: pytest.MonkeyPatch, file: str, content: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    whole = add_pack(folder / file, base).meta
    monkeypatch.setattr(installed_module, "CHECKPOINT_ROWS", 10)
    rows = iter(range(55))
    taken = []
    real_add = PackWriter.add

    def add(writer: PackWriter, place: NewPlace) -> None:
        next(rows)
        taken.append(place)
        real_add(writer, place)

    monkeypatch.setattr(PackWriter, "add", add)
    with pytest.raises(StopIteration):
        add_pack(folder / file, base)
    rows = iter(range(101))
    again = add_pack(folder / file, base).meta
    assert {**whole.files} == {**again.files}
    assert again.rejected == 1
    assert 100 < len(taken) < 120


def test_broken_pack_is_refused_with_the_command_that_repairs_it(folder: Path, base: Pack) -> None:
    (folder / "SY.txt").write_text(geonames_row(1, "Hamlet"), encoding="utf-8")
    add_pack(folder / "SY.txt", base)
    (folder / "packs" / "sy" / "places.bin").write_bytes(b"")
    with pytest.raises(DataError, match="onrecord gazetteer remove sy"):
        load_gazetteer()
    remove_pack("sy")
    assert installed_packs() == ()
    with pytest.raises(UsageError, match="no pack 'sy'"):
        remove_pack("sy")


def test_pack_name_is_checked(folder: Path, base: Pack) -> None:
    (folder / "SY.txt").write_text(geonames_row(1, "Hamlet"), encoding="utf-8")
    with pytest.raises(UsageError, match="pack name"):
        add_pack(folder / "SY.txt", base, name="../evil")


def test_same_places_give_the_same_bytes(tmp_path: Path) -> None:
    places = [NewPlace(name=n, kind=PlaceKind.POPULATED, feature=Feature.TOWN, lat=1, lon=2, number=i) for i, n in enumerate("ABCA", 1)]
    metas = []
    for name in ("one", "two"):
        writer = PackWriter(tmp_path / name, [Division(code="SYR", name="Syria", country="SYR")], [])
        for place in places:
            writer.add(place)
        metas.append(writer.finish(name="x", source="", licence="", attribution=""))
    assert metas[0].files == metas[1].files


# ── Geometry and commands ─────────────────────────────────────────────────────────────────────────────────────────────


def test_geometry_with_a_hole() -> None:
    outer = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
    polygon = {"type": "Polygon", "coordinates": [outer, hole]}
    assert [inside(polygon, *point) for point in ((0.5, 0.5), (2, 2), (5, 5))] == [True, False, False]
    assert middle_of({"type": "Polygon", "coordinates": [outer]}) == (2.0, 2.0)
    assert distance_km(0, 0, 0, 1) == pytest.approx(111.19, abs=0.1)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distance_is_symmetric_and_bounded(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    there, back = distance_km(lat, lon, other_lat, other_lon), distance_km(other_lat, other_lon, lat, lon)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_020


def test_commands(folder: Path) -> None:
    from onrecord.cli import app

    runner = CliRunner()
    (folder / "SY.txt").write_text(geonames_row(1, "New Hamlet") + "bad\n", encoding="utf-8")
    added = runner.invoke(app, ["gazetteer", "add", str(folder / "SY.txt")])
    assert added.exit_code == 0
    assert "line 2" in added.stderr
    assert "New Hamlet  populated in Idlib, SYR" in runner.invoke(app, ["gazetteer", "search", "New Ham"]).stdout
    found = map(json.loads, runner.invoke(app, ["gazetteer", "search", "New Ham", "--json"]).stdout.splitlines())
    assert ("New Hamlet", "Idlib") in {(place["name"], place["admin1"]) for place in found}
    assert "CC-BY-4.0" in runner.invoke(app, ["gazetteer", "info"]).stdout
    assert runner.invoke(app, ["gazetteer", "remove", "sy"]).exit_code == 0
    assert "New Hamlet" not in runner.invoke(app, ["gazetteer", "search", "New Ham"]).stdout
