"""Random work on two ledgers at once, one in SQLite and one in PostgreSQL: the same answers, the same rows, the same exports."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from evaluation.reports import report
from onrecord.ceasefire import Declaration, Statement, StatementKind, parse_declaration
from onrecord.errors import OnrecordError
from onrecord.export import Account, write_export
from onrecord.ledger import Ledger, decide, link_ledger, open_ledger, upkeep
from onrecord.ledger.audit import audit, take_checkpoint
from onrecord.ledger.database import tables
from onrecord.ledger.decisions.agreements import declare, log_statement
from onrecord.ledger.decisions.chain import list_decisions, list_queue
from onrecord.ledger.decisions.redaction import redact
from onrecord.ledger.query import bulk
from onrecord.ledger.query.claims import list_claims
from onrecord.ledger.query.counts import basis_of, count_days, count_published, extent_of
from onrecord.ledger.query.figures import list_tallies
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.history import list_changes, list_revisions
from onrecord.ledger.query.incidents import latest_incidents, list_incidents
from onrecord.ledger.query.parties import list_parties
from onrecord.ledger.query.places import list_places
from onrecord.ledger.query.reports import list_reports
from onrecord.ledger.query.sources import list_sources
from onrecord.ledger.query.violations import list_violations
from onrecord.ledger.review.drafts import keep_draft
from onrecord.ledger.review.forms import Action, Form, submit, undo
from onrecord.ledger.review.missed import add_missed
from onrecord.ledger.review.queue import Queue, count_items, list_items, refresh_queue, take_next
from onrecord.ledger.review.report import list_reviewed
from onrecord.ledger.review.team import default_team
from onrecord.records import Coding, Decision
from tests.postgres import find_programs, running_server

AT = "2021-06-01T10:00:00+00:00"
PEOPLE = ("amina", "Boris", "çağla")
# Names that a language's alphabet, upper case and the bytes put in three different orders.
TOWNS = (
    {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"},
    {"name": "ar-Rastan", "kind": "populated", "lat": 34.93, "lon": 36.73, "country": "SYR", "admin1": "Homs"},
    {"name": "Çobanbey", "kind": "populated", "lat": 36.62, "lon": 37.47, "country": "SYR", "admin1": "Aleppo"},
    None,
)
OUTLETS = ("Coastal Times", "agency 24", "Öffentliche Stimme", None)
SIDES = (("SYR MIL", "SYR REB"), ("SYR REB", "SYR CVL"), ("TUR MIL", "act-ypg=SYR REB"))
TRUCE: dict[str, Any] = {
    "id": "agr-1",
    "name": "Truce of Ariha",
    "parties": [{"name": "Government", "codes": ["SYR MIL"]}, {"name": "Front", "codes": ["SYR REB"]}],
    "signed": "2021-05-01",
    "valid_from": "2021-05-02T00:00",
    "zone": "Asia/Damascus",
    "area": {"countries": ["SYR"]},
    "articles": [{"number": "1", "text": "No attacks by anybody.", "prohibits": ["ASSAULT"]}],
    "source": "a report",
}


def told(town: int, day: int, killed: int, sides: int, outlet: int, address: int, version: int, retracts: bool) -> Coding:
    """A report of an attack, one of some hundreds. A higher version codes the same words anew; one address has several texts."""
    where, (who, whom), name = TOWNS[town], SIDES[sides], OUTLETS[outlet]
    claim = {"type": "ASSAULT", "who": [who], "whom": [whom], "where": where, "when": f"2021-05-{day + 2:02}", "killed": killed + version}
    quoted = f"{killed} people died{' in ' + str(where['name']) if where else ''} on {day + 2} May, said {name or 'a witness'}."
    return report(
        f"r{address}",
        text=f"{'RETRACTED: ' if retracts else ''}{quoted} The market was open.",
        claims=[] if retracts else [claim, {**claim, "type": "ACCUSE", "killed": f"~{killed}", "when": None}],
        outlet=name,
        published=f"2021-05-{day + 3:02}",
        url=f"https://{address}.example/1" if address else None,
        relations=[] if retracts else [("c1", "same_event", "c2")],
        version=f"0.{version + 1}.0",
    )


class Twins(RuleBasedStateMachine):
    """What people and programs do with a ledger, done to both; every answer and, at the end, all that can be read of them is compared."""

    template: ClassVar[Path]
    ledgers: ClassVar[tuple[Ledger, Ledger]]

    def __init__(self) -> None:
        super().__init__()
        file, server = self.ledgers
        file.close()
        for suffix in ("-wal", "-shm"):
            Path(file.address + suffix).unlink(missing_ok=True)
        shutil.copy(self.template, file.address)
        empty_postgres(server)
        self.documents: list[str] = []
        self.claims: list[str] = []

    def both(self, work: Callable[[Ledger], Any]) -> Any:
        """The answer of both, which is the same: a refusal too."""
        first, second = (answer(work, ledger) for ledger in self.ledgers)
        assert first == second
        return first

    @rule(
        coding=st.builds(
            told,
            town=st.integers(0, 3),
            day=st.integers(0, 3),
            killed=st.integers(1, 3),
            sides=st.integers(0, 2),
            outlet=st.integers(0, 3),
            address=st.integers(0, 3),
            version=st.integers(0, 2),
            retracts=st.sampled_from([False] * 7 + [True]),
        )
    )
    def append(self, coding: Coding) -> None:
        self.both(lambda ledger: ledger.append(coding))
        self.documents = list(self.both(lambda ledger: ledger.document_ids()))
        self.claims = list(dict.fromkeys((*self.claims, *(claim.hash for claim in coding.claims))))

    @rule(policy=st.sampled_from([None, None, None, "airwars", "no such"]), everything=st.booleans())
    def link(self, policy: str | None, everything: bool) -> None:
        self.both(lambda ledger: link_ledger(ledger, policy=policy, everything=everything))

    @rule(most=st.sampled_from([1, 50]))
    def queue(self, most: int) -> None:
        self.both(lambda ledger: refresh_queue(ledger, default_team(), most=most))

    @rule(by=st.sampled_from(PEOPLE), queue=st.sampled_from(Queue))
    def take(self, by: str, queue: Queue) -> None:
        self.both(lambda ledger: take_next(ledger, queue, by, AT))

    @precondition(lambda self: self.claims)
    @rule(
        number=st.integers(0, 30),
        other=st.integers(0, 30),
        by=st.sampled_from(PEOPLE),
        action=st.sampled_from(Action),
        killed=st.integers(0, 9),
        reason=st.sampled_from(["wrong_figure", ""]),
        seen=st.sampled_from([None, None, 0, 1]),
        form=st.integers(0, 99),
    )
    def send(self, number: int, other: int, by: str, action: Action, killed: int, reason: str, seen: int | None, form: int) -> None:
        target, second = self.claims[number % len(self.claims)], self.claims[other % len(self.claims)]
        sent = Form(
            form=f"f{form}",
            target=target,
            by=by,
            at=AT,
            action=action,
            seen=seen,
            values={"killed_best": float(killed)} if killed else None,
            reason=reason,
            other=second,
        )
        self.both(lambda ledger: submit(ledger, sent))

    @rule(by=st.sampled_from(PEOPLE))
    def take_back(self, by: str) -> None:
        self.both(lambda ledger: undo(ledger, by=by, at=AT))

    @precondition(lambda self: self.claims)
    @rule(number=st.integers(0, 30), by=st.sampled_from(PEOPLE))
    def begin(self, number: int, by: str) -> None:
        claim = self.claims[number % len(self.claims)]
        self.both(lambda ledger: keep_draft(ledger, claim, {"who": "SYR MIL"}, by=by, at=AT))

    @rule(
        number=st.integers(0, 9), state=st.sampled_from(["accepted", "rejected", "reopened", "no such"]), by=st.sampled_from((*PEOPLE, ""))
    )
    def judge(self, number: int, state: str, by: str) -> None:
        found = self.both(latest_ids)
        target = found[number % len(found)] if found else "inc-none"
        decision = Decision(id="", by=by, at=AT, target=target, before=None, after={"state": state}, reason="seen there")
        self.both(lambda ledger: decide(ledger, decision))

    @precondition(lambda self: self.documents)
    @rule(number=st.integers(0, 30), start=st.integers(0, 90), by=st.sampled_from(PEOPLE))
    def find(self, number: int, start: int, by: str) -> None:
        document, span = self.documents[number % len(self.documents)], (start, start + 10)
        self.both(lambda ledger: add_missed(ledger, document, span, {"type": "PROTEST"}, form=f"m{number}", by=by, at=AT, reason="missed"))

    @precondition(lambda self: self.documents)
    @rule(number=st.integers(0, 30))
    def take_words_out(self, number: int) -> None:
        document = self.documents[number % len(self.documents)]
        self.both(lambda ledger: redact(ledger, document, by="amina", at=AT, reason="asked for"))

    @rule(name=st.sampled_from(["Truce of Ariha", "Second truce"]), id=st.sampled_from(["agr-1", "agr-B", "agr-é"]))
    def agree(self, name: str, id: str) -> None:
        declaration: Declaration = parse_declaration({**TRUCE, "id": id, "name": name}, "the test")
        self.both(lambda ledger: declare(ledger, [declaration], by="amina", at=AT))

    @rule(number=st.integers(0, 9), kind=st.sampled_from(StatementKind))
    def complain(self, number: int, kind: StatementKind) -> None:
        found = self.both(list_violations)
        violation = found[number % len(found)].id if found else "vio-none"
        statement = Statement(violation=violation, kind=kind, party="Front", text="We were not there.")
        self.both(lambda ledger: log_statement(ledger, statement, by="amina", at=AT))

    @rule(words=st.sampled_from(["market", "people died", "MARKET öffentliche", "nothing of it", "'"]))
    def search(self, words: str) -> None:
        self.both(lambda ledger: ledger.search(words))

    def teardown(self) -> None:
        for look in LOOKS:
            self.both(look)
        self.both(lambda ledger: upkeep.check(ledger))
        assert self.both(lambda ledger: audit(ledger).breaks) == ()
        self.both(rows_of)
        self.both(lambda ledger: exports_of(ledger, self.template.parent))


def answer(work: Callable[[Ledger], Any], ledger: Ledger) -> Any:
    """What the work returns, or what it refuses with, without the ledger's own address."""
    try:
        return work(ledger)
    except OnrecordError as error:
        return type(error).__name__, str(error).removeprefix(ledger.name)


def latest_ids(ledger: Ledger) -> list[str]:
    return [incident.id for incident in latest_incidents(ledger, 10)]


LOOKS: tuple[Callable[[Ledger], Any], ...] = (
    take_checkpoint,
    list_incidents,
    lambda ledger: list_incidents(ledger, Filters(country="SYR", words="market", limit=3, offset=1)),
    lambda ledger: list_incidents(ledger, Filters(since="2021-05-03", until="2021-05-05", who="REB", place="AR")),
    list_claims,
    lambda ledger: list_claims(ledger, Filters(words="people died", outlet="ÖFFENT", limit=5)),
    list_reports,
    list_sources,
    list_parties,
    list_places,
    list_tallies,
    list_violations,
    list_decisions,
    list_queue,
    lambda ledger: list(list_reviewed(ledger)),
    lambda ledger: list_changes(ledger, 0),
    lambda ledger: [list_revisions(ledger, id) for id in latest_ids(ledger)],
    lambda ledger: [count_items(ledger, by) for by in PEOPLE],
    lambda ledger: [list_items(ledger, queue, "Boris") for queue in Queue],
    lambda ledger: (extent_of(ledger, Filters()), basis_of(ledger, Filters()), count_days(ledger, Filters(), "country")),
    count_published,
)


def rows_of(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the order in which they lie there; numbers that a database gives are counted without gaps."""
    with ledger.reading() as connection:
        coding = {seq: rank for rank, seq in enumerate(connection.scalars(sa.select(tables.coding.c.seq).order_by("seq")))}
        found = {}
        for table in tables.metadata.sorted_tables:
            rows = [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
            for number, row in enumerate(rows):
                if table.primary_key.columns.keys() == ["seq"]:
                    row["seq"] = number
                if "coding" in row:
                    row["coding"] = coding.get(row["coding"])
            found[table.name] = sorted(rows, key=repr)
        return found


def exports_of(ledger: Ledger, folder: Path) -> dict[str, bytes]:
    """The files that leave a ledger, by table and format."""
    found = {}
    for table, format in (("incidents", "csv"), ("incidents", "acled_like"), ("claims", "jsonl"), ("reports", "csv")):
        if table == "incidents":
            records: Iterator[Any] = (Account(incident, claims) for incident, claims in bulk.stream_incidents(ledger))
        else:
            records = bulk.stream_claims(ledger) if table == "claims" else bulk.stream_codings(ledger)
        write_export(records, folder / "out", format=format, table=table, policy="all")
        found[f"{table} as {format}"] = (folder / "out").read_bytes()
    return found


def empty_postgres(ledger: Ledger) -> None:
    """A database as it was when it was made."""
    kept = ("setting", "migration")
    emptied = ", ".join(f'"{table.name}"' for table in tables.metadata.sorted_tables if table.name not in kept)
    with ledger.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {emptied} RESTART IDENTITY")
        connection.exec_driver_sql("DELETE FROM setting WHERE key <> 'salt'")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Twins]]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or newer here: install the system's package")
    folder = tmp_path_factory.mktemp("twins")
    open_ledger(folder / "empty.db", create=True, salt="twins").close()
    shutil.copy(folder / "empty.db", folder / "l.db")
    with (
        running_server(programs) as server,
        open_ledger(folder / "l.db") as file,
        open_ledger(f"{server}/postgres", create=True, salt="twins") as database,
    ):

        class Placed(Twins):
            template = folder / "empty.db"
            ledgers = (file, database)

        yield Placed


def work_at_random(twins: type[Twins], sequences: int) -> None:
    """So many sequences of up to 15 steps, the same every time; the first that shows a difference is printed as a program."""
    checks = (HealthCheck.too_slow, HealthCheck.data_too_large)
    about = settings(max_examples=sequences, stateful_step_count=15, derandomize=True, suppress_health_check=checks)
    # To make a failing sequence smaller takes minutes: it is short already.
    run_state_machine_as_test(twins, settings=settings(about, deadline=None, phases=(Phase.generate,)))


@pytest.mark.slow
def test_both_databases_answer_and_keep_the_same(twins: type[Twins]) -> None:
    work_at_random(twins, 40)


@pytest.mark.soak
def test_both_databases_answer_and_keep_the_same_over_two_thousand_sequences(twins: type[Twins]) -> None:
    work_at_random(twins, 2_000)
    print("2,000 random sequences of up to 15 steps on SQLite and PostgreSQL: the same answers, rows and exports")
