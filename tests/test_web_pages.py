"""The pages over a small made-up ledger: filters, formats, tombstones, history, and text that wants to be a page of its own."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import msgspec
import psycopg
import pytest
from starlette.testclient import TestClient

from evaluation.reports import report
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.decisions import redaction
from onrecord.ledger.decisions.chain import decide
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import find_incident, list_incidents
from onrecord.ledger.store.incidents import end_incidents
from onrecord.records import Coding, Decision, Fate, Victim, VictimStatus, Wording
from onrecord.web import create_app
from tests.postgres import find_programs, running_server

ARIHA = {"name": "Ariha", "id": "gn:172481", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}
IDLIB = {"name": "Idlib", "id": "gn:169387", "kind": "admin1", "lat": 35.75, "lon": 36.66, "country": "SYR", "admin1": "Idlib"}
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def strike(outlet: str, *, day: str = "2021-05-03", killed: int = 3, where: object = ARIHA, text: str = "", **about: object) -> Coding:
    claim = {"type": "ASSAULT", "mode": ["aerial"], "who": ["SYR MIL"], "whom": ["SYR CVL"], "where": where, "when": day, "killed": killed}
    told = text or f"{outlet}: {killed} people were killed in Ariha on {day}, officials said."
    words = f"{told} {' '.join(f'{outlet[:5]}{number}' for number in range(40))}."  # so that none is a copy of another
    return report(outlet, text=words, claims=[{**claim, "quote": told, **about}], published="2021-05-04", outlet=outlet)


def hostile() -> Coding:
    """A report every text of which would be a page of its own if it were let."""
    place = {**ARIHA, "name": f"Town {HOSTILE}", "id": None}
    coding = strike(
        f"Paper {HOSTILE}", day="2021-07-01", where=place, text=f"Seven people were killed. {HOSTILE} said so.", who=[f"X {HOSTILE}"]
    )
    claim = coding.claims[0]
    text = coding.document.text
    victim = Victim(
        span=(0, 12), name=f"Name {HOSTILE}", age=None, sex=None, status=VictimStatus.CIVILIAN, fate=Fate.KILLED, claim=claim.id
    )
    loaded = Wording(span=(0, 5), text=f"Word {HOSTILE}", plain=f"plain {HOSTILE}", reason=f"reason {HOSTILE}")
    document = msgspec.structs.replace(coding.document, title=f"Title {HOSTILE}", url=f"javascript:alert(1)//{HOSTILE}")
    assert text[0:5] == "Seven"
    return msgspec.structs.replace(coding, document=document, victims=(victim,), wording=(loaded,), notes=(f"Note {HOSTILE}",))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new, empty database."""
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("site") / "l.db")
        return
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or newer here: install the system's package")
    with running_server(programs) as server:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE site")
        yield f"{server}/site"


@pytest.fixture(scope="module")
def site(address: str) -> Iterator[tuple[TestClient, Ledger]]:
    with open_ledger(address, create=True) as ledger:
        for coding in (
            strike("One"),
            strike("Two", killed=5),
            strike("Three", day="2021-05-20", killed=2),
            strike("Four", day="2021-06-20", where=IDLIB, killed=9),
            strike("Five", day="2021-05-09", killed=9),
            hostile(),
        ):
            ledger.append(coding)
        link_ledger(ledger)
        slip = Decision(
            id="", by="R", at="2021-05-30", target=strike("Three", day="2021-05-20", killed=2).claims[0].hash, before=None,
            after={"same_as": strike("Five", day="2021-05-09", killed=9).claims[0].hash}, reason="a misprint",
        )  # fmt: skip
        decide(ledger, slip)
        link_ledger(ledger)
        yield TestClient(create_app(ledger)), ledger


def plain_text(html: str) -> str:
    """The page without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def ids(ledger: Ledger, **filters: object) -> list[str]:
    return [incident.id for incident in list_incidents(ledger, Filters(**filters))]  # type: ignore[arg-type]


class Running(HTMLParser):
    """Collects whatever of a page a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.found.append("script")
        self.found += [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]

    @classmethod
    def found_in(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        return parser.found


def gone(page: TestClient) -> dict[str, object]:
    (change,) = [change for change in page.get("/changes?since=0").json()["changes"] if change["incident"] is None]
    return dict(change)


# ── Filters ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("since=2021-06", {"since": "2021-06-01"}),
        ("until=2021-06", {"until": "2021-06-01"}),
        ("place=idlib", {"place": "idlib"}),
        ("place_id=gn:172481", {"place_id": "gn:172481"}),
        ("country=syr", {"country": "SYR"}),
        ("actor=SYR+MIL", {"actor": "SYR MIL"}),
        ("who=SYR", {"who": "SYR"}),
        ("type=ASSAULT", {"type": "ASSAULT"}),
        ("grade=single_source", {"grade": "single_source"}),
        ("status=proposed", {"state": "proposed"}),
        ("box=36.6,35.8,36.62,35.82", {"box": (36.6, 35.8, 36.62, 35.82)}),
    ],
)
def test_incidents_filter_alike_in_every_format(site: tuple[TestClient, Ledger], query: str, filters: dict[str, object]) -> None:
    page, ledger = site
    expected = ids(ledger, **filters)
    assert expected != []
    assert [item["id"] for item in page.get(f"/incidents.json?{query}").json()["items"]] == expected
    assert [row["id"] for row in csv.DictReader(io.StringIO(page.get(f"/incidents.csv?{query}").text))] == expected
    assert [feature["id"] for feature in page.get(f"/incidents.geojson?{query}").json()["features"]] == expected
    feed = ElementTree.fromstring(page.get(f"/incidents.atom?{query}").content)
    assert [entry.text for entry in feed.iterfind("{*}entry/{*}id")] == [f"urn:onrecord:{id}" for id in expected]
    shown = re.findall(r'<td><a href="/incidents/(inc-[0-9a-f]+)">', page.get(f"/incidents?{query}").text)
    assert shown == expected


def test_incidents_filter_by_the_words_of_their_claims_and_by_source(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    said = page.get("/incidents.json?text=9+killed+2021-06-20").json()["items"]
    assert [item["id"] for item in said] == ids(ledger, since="2021-06-01", until="2021-07-01")
    (source,) = [row for row in page.get("/sources.json").json()["items"] if row["name"] == "Four"]
    assert [item["id"] for item in page.get(f"/incidents.json?source={source['id']}").json()["items"]] == [item["id"] for item in said]
    assert re.findall(r'<td><a href="/incidents/(inc-[0-9a-f]+)">', page.get("/incidents?text=9+killed+2021-06-20").text) == [said[0]["id"]]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("grade=sure", "contested"),
        ("since=yesterday", "2020-02-27"),
        ("since=2021-13", "2020-02-27"),
        ("until=2021-2-3", "2020-02-27"),
        ("country=Syria", "alpha-3"),
        ("type=BOMB", "ASSAULT"),
        ("status=done", "proposed"),
        ("box=1,2,3", "west,south,east,north"),
        ("box=9,9,1,1", "West must lie before east"),
        ("page=0", "whole number"),
        ("page=x", "whole number"),
        ("size=100000", "from 1 to 500"),
        ("colour=red", "There is no filter colour"),
        ("since=<script>alert(1)</script>", "2020-02-27"),
    ],
)
def test_filter_that_cannot_be_meant_says_which_and_what_is_allowed(site: tuple[TestClient, Ledger], query: str, says: str) -> None:
    page, _ = site
    answer = page.get(f"/incidents?{query}")
    assert answer.status_code == 400
    assert says in answer.text
    assert query.partition("=")[0] in answer.text
    assert "<script>" not in answer.text
    assert says in page.get(f"/incidents.json?{query}").json()["error"]


def test_lists_go_on_from_page_to_page(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    address, seen = "/incidents.json?size=1", []
    while address:
        answer = page.get(address).json()
        seen += [item["id"] for item in answer["items"]]
        address = answer["next"]
    assert seen == ids(ledger)
    assert page.get("/incidents?page=99").status_code == 404


# ── Permanence ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_merged_incident_leads_on_and_keeps_its_history(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    change = gone(page)
    answer = page.get(f"/incidents/{change['id']}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/incidents/{change['merged_into']}")
    assert page.get(f"/incidents/{change['id']}/revisions/1").status_code == 200
    assert page.get(f"/incidents/{change['id']}/revisions/9").status_code == 404


def test_ended_incident_says_why(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "other.db", create=True) as other:
        other.append(strike("One"))
        link_ledger(other)
        (id,) = ids(other)
        with other.writing() as connection:
            end_incidents(connection, {id: None})
        answer = TestClient(create_app(other)).get(f"/incidents/{id}")
        assert answer.status_code == 410
        assert "no claim is left of it" in answer.text


def test_changes_brings_a_copy_up_to_date(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    copy: dict[str, object] = {}
    since, more = 0, True
    while more:
        answer = page.get(f"/changes?since={since}").json()
        for change in answer["changes"]:
            copy.pop(change["id"], None)
            if change["incident"] is not None:
                copy[change["id"]] = change["incident"]
        since, more = answer["next"], answer["more"]
    assert sorted(copy) == sorted(ids(ledger))
    assert page.get(f"/changes?since={since}").json()["changes"] == []
    assert page.get("/changes?since=now").status_code == 400


def test_revision_shows_what_was_said_before(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    merged = str(gone(page)["merged_into"])
    states = page.get(f"/incidents/{merged}/revisions.json").json()
    assert [state["number"] for state in states] == [1, 2]
    assert "1 more: claims" in page.get(f"/incidents/{merged}/revisions/2").text
    assert page.get(f"/incidents/{merged}/revisions/1.json").json() == states[0]


# ── What the pages say ────────────────────────────────────────────────────────────────────────────────────────────────


def test_incident_page_says_what_its_counts_rest_on(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    (id,) = ids(ledger, until="2021-05-04")
    incident = find_incident(ledger, id)
    html = page.get(f"/incidents/{id}").text
    assert incident is not None
    assert incident.grade_reason in html
    assert "2 reports of 2 voices" in html
    assert "languages: en" in html
    assert "printed on 1 day" in html
    assert html.count('class="mark"') >= 2
    assert "no affiliation known" in html


def test_map_draws_a_province_as_an_area_and_a_town_with_its_reach(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    (province,) = ids(ledger, place="idlib", since="2021-06-01", until="2021-07-01")
    (town,) = ids(ledger, until="2021-05-04")
    (area,) = page.get(f"/incidents/{province}.geojson").json()["features"]
    assert area["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert not area["properties"]["exact"]
    assert '<path class="area"' in page.get(f"/incidents/{province}").text
    (spot,) = page.get(f"/incidents/{town}.geojson").json()["features"]
    assert spot["properties"]["radius_km"] > 0
    assert '<circle class="area' in page.get(f"/incidents/{town}").text
    (pin,) = [f for f in page.get("/incidents.geojson").json()["features"] if f["id"] == province]
    assert pin["geometry"] is None


def test_bins_count_every_incident_with_a_place(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    found = page.get("/incidents/bins.geojson").json()["features"]
    placed = [incident for incident in list_incidents(ledger) if incident.place and incident.place.lat is not None]
    assert sum(feature["properties"]["incidents"] for feature in found) == len(placed)
    assert sum(feature["properties"]["exact"] for feature in found) == len(placed) - 1
    names = {incident.place.name for incident in placed if incident.place}
    assert {feature["properties"]["name"] for feature in found} <= {*names, None}
    assert {feature["properties"]["name"] for feature in found if feature["properties"]["id"]} <= names


def test_explorer_has_a_table_for_every_chart(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    html = page.get("/incidents").text
    charts = len(re.findall(r'<svg class="chart histogram"', html)) - len(re.findall(r"<figure><figcaption>", html))
    tables = html.count("The same as a table")
    assert tables >= charts + 1  # and the map's
    assert "Rests on 6 reports" in html
    assert "nothing can be said" in html  # a day without a report is no quiet day


def test_counts_that_are_kept_give_way_to_new_reports(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        page = TestClient(create_app(ledger))
        seen = []
        for coding in (strike("One"), strike("Two", killed=5), strike("Four", day="2021-06-20", where=IDLIB, killed=9)):
            ledger.append(coding)
            link_ledger(ledger)
            seen.append([re.findall(r"Rests on (\d+) reports?", page.get("/incidents").text) for _ in range(2)])
    assert seen == [[["1"]] * 2, [["2"]] * 2, [["3"]] * 2]


def test_search_finds_reports_and_claims(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    found = page.get("/search.json?text=Killed+2021-06-20").json()
    assert [hit["report"]["outlet"] for hit in found["reports"]] == ["Four"]
    assert [claim["outlet"] for claim in found["claims"]] == ["Four"]
    assert ["killed", True] in found["reports"][0]["extract"]
    assert "No report has all of these words" in page.get('/search?text="OR+NEAR(').text


def test_relations_of_a_claim_are_sentences_with_the_words_of_the_other(tmp_path: Path) -> None:
    coding = report(
        "related",
        text="Shells hit Ariha. The attack killed three, officials said.",
        claims=[
            {"type": "ASSAULT", "quote": "Shells hit Ariha", "where": ARIHA, "when": "2021-05-03"},
            {"type": "ASSAULT", "quote": "The attack killed three", "killed": 3, "where": ARIHA, "when": "2021-05-03"},
        ],
        relations=[("c2", "same_event", "c1")],
        published="2021-05-04",
    )
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        ledger.append(coding)
        page = TestClient(create_app(ledger))
        first, second = (plain_text(page.get(f"/claims/{claim.hash}").text) for claim in coding.claims)
    assert "The attack killed three tells the same event as this claim" in first
    assert "This claim tells the same event as Shells hit Ariha" in second


@pytest.mark.parametrize(
    ("path", "way"), [("/incidents?since=foo", "incidents"), ("/claims/clm-none", "claims"), ("/tallies?page=x", "figures")]
)
def test_a_page_that_refuses_leads_back(site: tuple[TestClient, Ledger], path: str, way: str) -> None:
    page, _ = site
    answer = page.get(path)
    assert answer.status_code in (400, 404)
    assert f'">Back to {way}</a>' in answer.text


def test_names_lead_to_their_incidents(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    row = next(row for row in page.get("/actors.json").json()["items"] if row["id"] == "SYR MIL")
    assert row["did"] == len(ids(ledger, actor="SYR MIL"))
    assert page.get("/actors/SYR%20MIL").status_code == page.get("/actors/SYR%20MIL.json").status_code == 200
    assert page.get("/places/gn:172481.json").json()["incidents"] == len(ids(ledger, place_id="gn:172481"))
    assert page.get("/places/gn:172481").status_code == 200
    for path in ("/actors/nobody", "/places/gn:1", "/sources/voi-none", "/agreements/none", "/claims/clm-none"):
        assert page.get(path).status_code == 404


def test_bundle_holds_what_the_page_shows_and_is_the_same_each_time(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    (id,) = ids(ledger, until="2021-05-04")
    first, second = (page.get(f"/incidents/{id}.zip").content for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        claims = [json.loads(line) for line in archive.read("claims.jsonl").splitlines()]
        reports = [json.loads(line) for line in archive.read("reports.jsonl").splitlines()]
        shown = archive.read("incident.html").decode()
        assert json.loads(archive.read("incident.json"))["id"] == id
        assert set(archive.namelist()) >= {
            "incident.html",
            "codebook.csv",
            "CITATION.cff",
            "README.txt",
            "SHA256SUMS",
            "decisions.jsonl",
            "revisions.jsonl",
        }
    assert re.findall(r'(?:href|src|action)="/', shown) == []  # nothing of it needs the server
    assert "<script" not in shown
    assert 'class="top"' not in shown  # nor says who looked at it
    assert "<style>" in shown
    assert "Who says what" in shown
    assert {claim["document"] for claim in claims} == {report["document"] for report in reports}
    assert all(len(report["text_sha256"]) == 64 for report in reports)


def test_api_page_lists_what_openapi_describes(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    described = page.get("/api/openapi.json").json()["paths"]
    html = page.get("/api").text
    for path in ("/incidents.json", "/incidents/{id}.json", "/changes", "/claims.csv", "/incidents.atom", "/places.geojson"):
        assert path in described
        assert path in html
    names = {parameter["name"] for parameter in described["/incidents.json"]["get"]["parameters"]}
    assert names >= {"since", "until", "place", "actor", "type", "grade", "status", "text", "page", "size"}


def test_openapi_says_what_every_answer_of_the_reading_side_is(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    schema = page.get("/api/openapi.json").json()
    tags = {"reports", "claims", "incidents", "sources", "actors", "places", "figures", "agreements", "search", "changes"}
    for path, verbs in schema["paths"].items():
        for about in verbs.values():
            if tags & set(about.get("tags", ())):
                assert about["summary"], path
                (media,) = about["responses"]["200"]["content"].values()
                assert media["schema"] != {}, path
                assert set(about["responses"]) >= {"200", "400", "404", "410"}, path
    store = {**schema, "$ref": "#/components/schemas/Incident"}
    (id, *_) = ids(ledger)
    jsonschema.validate(page.get(f"/incidents/{id}.json").json(), store)
    jsonschema.validate(page.get("/changes").json(), {**schema, "$ref": "#/components/schemas/Changes"})
    jsonschema.validate(page.get("/incidents.json").json(), {**schema, **described(schema, "/incidents.json")})


def described(schema: dict[str, Any], path: str) -> dict[str, Any]:
    return dict(schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"])


def test_report_of_hostile_text_stays_text_on_every_page(site: tuple[TestClient, Ledger]) -> None:
    page, ledger = site
    coding = hostile()
    (incident,) = ids(ledger, since="2021-07-01")
    voice = next(row["id"] for row in page.get("/sources.json").json()["items"] if "script" in row["name"])
    claim = coding.claims[0].hash
    addresses = [
        "/", "/articles", "/incidents", "/claims", "/sources", "/actors", "/places", "/search?text=alert", f"/sources/{voice}",
        f"/articles/{coding.document.id}", f"/incidents/{incident}", f"/incidents/{incident}/revisions/1", f"/claims/{claim}",
        "/incidents.atom", "/articles.atom", "/incidents?place=<script>alert(1)</script>", "/search?text=<script>alert(1)</script>",
    ]  # fmt: skip
    for address in addresses:
        answer = page.get(address)
        assert answer.status_code == 200, address
        assert "<img" not in answer.text, address
        assert Running.found_in(answer.text) == [], address
        assert "script-src 'self'" in answer.headers["content-security-policy"], address
    assert "&lt;script&gt;" in page.get(f"/articles/{coding.document.id}").text


def test_redacted_report_shows_why_and_none_of_its_words(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        coding = strike("One")
        ledger.append(coding)
        link_ledger(ledger)
        redaction.redact(ledger, coding.document.id, by="R", at="2021-05-10", reason="the family asked")
        page = TestClient(create_app(ledger))
        html = page.get(f"/articles/{coding.document.id}").text
        assert "the family asked" in html
        for path in (f"/articles/{coding.document.id}", "/articles", "/claims", "/search?text=officials", f"/incidents/{ids(ledger)[0]}"):
            assert page.get(path).status_code == 200
            assert "officials said" not in page.get(path).text


def test_csv_cells_do_not_run_in_a_spreadsheet(site: tuple[TestClient, Ledger]) -> None:
    page, _ = site
    for path in ("/sources.csv", "/actors.csv", "/places.csv", "/articles.csv"):
        for row in csv.reader(io.StringIO(page.get(path).text)):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
