"""Review in the ledger: what decisions come to, the queue, corrections that linking obeys, drafts, what a team sets."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from evaluation.reports import report
from onrecord.errors import DataError, UsageError
from onrecord.export.writing import csv_of
from onrecord.ledger import Ledger, link_ledger, open_ledger, upkeep
from onrecord.ledger.access.accounts import Role, add_account
from onrecord.ledger.access.sessions import find_session, open_session, sign_in
from onrecord.ledger.database.team_tables import review as review_table
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.review.correction import apply_values
from onrecord.ledger.review.drafts import keep_draft, read_draft
from onrecord.ledger.review.forms import Action, Fate, Form, Outcome, last_decision, read_review, submit, undo
from onrecord.ledger.review.missed import add_missed, list_missed
from onrecord.ledger.review.presence import count_exposure, list_present, note_exposure, open_item
from onrecord.ledger.review.priority import doubts, is_sampled, priority
from onrecord.ledger.review.queue import Queue, count_items, find_previous, list_items, refresh_queue, take_next
from onrecord.ledger.review.report import count_reasons, list_reviewed, measure_fields, table_columns, table_row
from onrecord.ledger.review.team import Team, TeamField, default_team, find_graphic, read_team, template
from onrecord.ledger.review.values import Values, read_entries, values_of
from onrecord.ledger.review.verdicts import Review, fold_review, may_decide
from onrecord.ledger.uploads import About, add_upload, finish_upload, take_upload
from onrecord.records import Claim, Coding, Decision, IncidentState, ParticipantRole
from tests.postgres import find_programs, running_server

TOWN = {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}
AT = "2026-11-22T10:00:00+00:00"
TYPES = ("ASSAULT", "PROTEST")
MACHINE: Values = {"type": "ASSAULT", "killed_best": 3.0}


def strike(name: str, text: str, *, day: str = "2021-05-03", killed: int = 3, **about: str | None) -> Coding:
    claim = {"type": "ASSAULT", "mode": ["aerial"], "whom": ["SYR CVL"], "where": TOWN, "when": day, "killed": killed}
    return report(name, text=text, claims=[claim], published="2021-05-04", **about)  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "l.db", create=True, salt="test")


@pytest.fixture
def claim(ledger: Ledger) -> str:
    ledger.append(strike("a", "Three people were killed in Ariha."))
    refresh_queue(ledger, twice())
    return list_items(ledger, Queue.TODO, "amina")[0].claim


def twice() -> Team:
    return msgspec.structs.replace(default_team(), second_coding=1.0)


def send(
    ledger: Ledger,
    claim: str,
    by: str,
    action: Action,
    values: Values | None = None,
    *,
    form: str = "",
    seen: int | None = None,
    reason: str = "wrong_figure",
    at: str = AT,
    other: str | None = None,
) -> Outcome:
    number = read_number(ledger, claim) if seen is None else seen
    id = form or f"{by}-{action}-{number}"
    return submit(ledger, Form(form=id, target=claim, by=by, at=at, action=action, seen=number, values=values, reason=reason, other=other))


def read_number(ledger: Ledger, claim: str) -> int:
    return state(ledger, claim).number


def state(ledger: Ledger, claim: str) -> Review:
    found = read_review(ledger, claim)
    assert found is not None
    return found[0]


# ── The fold ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def decided(by: str, state: str, *, values: Values | None = None, round_: str = "first", id: str = "") -> Decision:
    after = {"state": state, "round": round_, "values": values or {}}
    return Decision(id=id or f"{by}-{state}", by=by, at=AT, target="clm-1", before=None, after=after, reason="because")


@pytest.mark.parametrize(
    ("decisions", "expected", "why"),
    [
        ([], "proposed", "nobody decided"),
        ([decided("a", "accepted")], "accepted", "one person"),
        ([decided("a", "skipped")], "skipped", "left to somebody else"),
        ([decided("a", "skipped"), decided("b", "rejected")], "rejected", "who comes after a skip is the first"),
        ([decided("a", "accepted"), decided("b", "accepted")], "agreed", "both let it stand"),
        ([decided("a", "accepted"), decided("b", "rejected")], "conflict", "one rejects"),
        ([decided("a", "rejected"), decided("b", "rejected")], "agreed", "both reject"),
        ([decided("a", "accepted"), decided("a", "rejected")], "rejected", "a person may think again"),
        (
            [decided("a", "corrected", values={"killed_best": 4.0}), decided("b", "corrected", values={"killed_best": 4.0})],
            "agreed",
            "the same correction",
        ),
        (
            [decided("a", "corrected", values={"killed_best": 4.0}), decided("b", "corrected", values={"killed_best": 5.0})],
            "conflict",
            "two corrections",
        ),
        (
            [decided("a", "accepted"), decided("b", "corrected", values={"killed_best": 3.0})],
            "agreed",
            "a correction to what stood there is none",
        ),
        (
            [decided("a", "accepted"), decided("b", "rejected"), decided("c", "rejected", round_="adjudication")],
            "adjudicated",
            "a third person settles it",
        ),
        ([decided("a", "accepted"), decided("c", "reopened")], "reopened", "what was decided is void"),
        ([decided("a", "accepted"), decided("c", "reopened"), decided("b", "rejected")], "rejected", "and decided anew"),
    ],
)
def test_fold_review_state(decisions: list[Decision], expected: str, why: str) -> None:
    assert fold_review(decisions, MACHINE).state == expected, why


def test_fold_review_leaves_out_what_was_undone_and_still_counts_it() -> None:
    undone = Decision(id="u", by="a", at=AT, target="clm-1", before=None, after={"undo": "a-accepted"}, reason="undone")
    found = fold_review([decided("a", "accepted"), undone], MACHINE)
    assert (found.state, found.first, found.number) == (IncidentState.PROPOSED, None, 2)


def test_may_decide_refuses_a_third_person_and_who_comes_after_the_adjudicator() -> None:
    two = fold_review([decided("a", "accepted"), decided("b", "rejected")], MACHINE)
    assert may_decide(two, "a") is None
    assert may_decide(two, "c") is not None
    settled = fold_review([decided("a", "accepted"), decided("b", "rejected"), decided("c", "accepted", round_="adjudication")], MACHINE)
    assert may_decide(settled, "a") is not None


# ── The store ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_submit_the_same_form_twice_is_one_decision(ledger: Ledger, claim: str) -> None:
    first = send(ledger, claim, "amina", Action.ACCEPT, form="f1")
    again = send(ledger, claim, "amina", Action.ACCEPT, form="f1", seen=0)
    assert (first.fate, again.fate) == (Fate.APPLIED, Fate.REPEATED)
    assert again.decision == first.decision
    assert read_number(ledger, claim) == 1


def test_submit_refuses_a_form_that_has_not_seen_the_last_decision(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    late = send(ledger, claim, "boris", Action.REJECT, seen=0)
    assert late.fate is Fate.STALE
    assert "amina" in late.message
    assert state(ledger, claim).second is None


@pytest.mark.parametrize("action", [Action.REJECT, Action.CORRECT, Action.ADJUDICATE, Action.REOPEN])
def test_submit_asks_for_a_reason(ledger: Ledger, claim: str, action: Action) -> None:
    with pytest.raises(UsageError, match="say why"):
        send(ledger, claim, "amina", action, reason="  ")
    assert read_number(ledger, claim) == 0


def test_two_coders_disagree_and_an_adjudicator_settles(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    assert send(ledger, claim, "boris", Action.CORRECT, {"killed_best": 4.0, "killed_high": 4.0}).review.state is IncidentState.CONFLICT
    assert send(ledger, claim, "chen", Action.ACCEPT).fate is Fate.REFUSED
    machine = read_review(ledger, claim)[1]  # type: ignore[index]
    settled = send(ledger, claim, "chen", Action.ADJUDICATE, {**machine, "killed_best": 4.0})
    assert settled.review.state is IncidentState.ADJUDICATED
    assert settled.review.adjudicated is not None
    assert settled.review.adjudicated.values == {"killed_best": 4.0}
    assert settled.review.adjudicated.state is IncidentState.CORRECTED
    assert upkeep.check(ledger) == ()


def test_adjudication_needs_two_verdicts(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    assert send(ledger, claim, "chen", Action.ADJUDICATE).fate is Fate.REFUSED


def test_undo_takes_back_one_decision_at_a_time(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.SKIP)
    send(ledger, claim, "amina", Action.ACCEPT)
    assert undo(ledger, by="amina", at=AT) is not None
    assert state(ledger, claim).state is IncidentState.SKIPPED
    undo(ledger, by="amina", at=AT)
    assert state(ledger, claim).state is IncidentState.PROPOSED
    assert undo(ledger, by="amina", at=AT) is None
    assert last_decision(ledger, "amina") is None
    assert upkeep.check(ledger) == ()


def test_undo_is_only_of_ones_own(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    assert undo(ledger, by="boris", at=AT) is None


def test_flag_and_comment_change_no_state_and_make_no_form_stale(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "boris", Action.FLAG, reason="look at the map")
    assert state(ledger, claim).flagged
    assert send(ledger, claim, "amina", Action.ACCEPT, seen=0).fate is Fate.APPLIED
    send(ledger, claim, "boris", Action.UNFLAG, reason="")
    assert not state(ledger, claim).flagged
    assert [note.text for note in state(ledger, claim).notes] == ["look at the map", "unflag"]


def test_the_queue_is_what_the_decisions_say(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    send(ledger, claim, "boris", Action.REJECT)
    with ledger.reading() as connection:
        row = connection.execute(sa.select(review_table).where(review_table.c.claim == claim)).one()
    assert (row.state, row.number, row.first, row.second, row.settled) == ("conflict", 2, "amina", "boris", None)


def test_draft_outlives_the_program_and_goes_with_the_decision(tmp_path: Path, ledger: Ledger, claim: str) -> None:
    keep_draft(ledger, claim, {"who": "SYR MIL", "because": "half"}, by="amina", at=AT)
    ledger.close()
    with open_ledger(tmp_path / "l.db") as again:
        assert read_draft(again, claim, "amina") == {"who": "SYR MIL", "because": "half"}
        assert read_draft(again, claim, "boris") is None
        send(again, claim, "amina", Action.ACCEPT)
        assert read_draft(again, claim, "amina") is None


def test_add_missed_keeps_the_words_and_is_added_once(ledger: Ledger, claim: str) -> None:
    document = ledger.document_ids()[0]
    for _ in range(2):
        add_missed(ledger, document, (0, 12), {"type": "ASSAULT"}, form="m1", by="amina", at=AT, reason="")
    (missed,) = list_missed(ledger, document)
    assert (missed.text, missed.values) == ("Three people", {"type": "ASSAULT"})
    undo(ledger, by="amina", at=AT)
    assert list_missed(ledger) == ()
    with pytest.raises(UsageError, match="outside the text"):
        add_missed(ledger, document, (5, 5000), {}, form="m2", by="amina", at=AT, reason="")


# ── The queue ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_queue_takes_the_most_uncertain_and_important_first(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", killed=3))
    ledger.append(strike("b", "Forty people were killed in Ariha.", killed=40))
    refresh_queue(ledger, default_team())
    items = list_items(ledger, Queue.TODO, "amina")
    assert [item.why[-1] for item in items] == ["40 killed", "3 killed"]
    assert items[0].priority > items[1].priority


def test_who_goes_back_gets_the_item_before(ledger: Ledger) -> None:
    for killed in (3, 12, 40):
        ledger.append(strike(f"r{killed}", f"{killed} people were killed in Ariha.", killed=killed))
    refresh_queue(ledger, default_team())
    first, second, third = (item.claim for item in list_items(ledger, Queue.TODO, "amina"))
    assert find_previous(ledger, Queue.TODO, "amina", third) == second
    assert find_previous(ledger, Queue.TODO, "amina", second) == first
    assert find_previous(ledger, Queue.TODO, "amina", first) is None
    assert find_previous(ledger, Queue.TODO, "amina", "clm-none") is None


def test_priority_grows_with_doubt() -> None:
    (sure,) = strike("a", "Three people were killed in Ariha.").claims
    unsure = msgspec.structs.replace(sure, place=None, time=None)
    assert {"no place", "no date"} <= set(doubts(unsure))
    assert priority(unsure) > priority(sure)


def test_take_next_gives_two_people_two_items_and_tells_who_has_one_open(ledger: Ledger) -> None:
    for number, name in enumerate("ab"):
        ledger.append(strike(name, f"{number + 3} people were killed in Ariha.", killed=number + 3))
    refresh_queue(ledger, default_team())
    first = take_next(ledger, Queue.TODO, "amina", AT)
    second = take_next(ledger, Queue.TODO, "boris", AT)
    assert first is not None
    assert {first, second} == {item.claim for item in list_items(ledger, Queue.TODO, "amina")}
    assert take_next(ledger, Queue.TODO, "chen", AT) is None
    open_item(ledger, first, "chen", AT)
    assert list_present(ledger, first, "chen", AT) == (("amina", AT),)
    assert take_next(ledger, Queue.TODO, "dora", "2026-11-22T10:11:00+00:00") is not None, "who went away loses it"


def test_second_coding_is_offered_to_another_person_only(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    assert take_next(ledger, Queue.TODO, "amina", AT) is None
    assert take_next(ledger, Queue.SECOND, "boris", AT) == claim
    assert count_items(ledger, "boris")[Queue.SECOND] == 1


def test_is_sampled_follows_the_share_and_never_changes() -> None:
    drawn = [is_sampled(f"clm-{number}", "salt", 0.2) for number in range(2000)]
    assert drawn == [is_sampled(f"clm-{number}", "salt", 0.2) for number in range(2000)]
    assert 330 < sum(drawn) < 470
    assert not is_sampled("clm-1", "salt", 0.0)
    assert is_sampled("clm-1", "salt", 1.0)


def test_graphic_passages_are_folded_counted_and_limited(ledger: Ledger) -> None:
    ledger.append(strike("g", "Three charred bodies were found in Ariha."))
    refresh_queue(ledger, default_team())
    (item,) = list_items(ledger, Queue.TODO, "amina")
    assert item.graphic == "charred"
    assert take_next(ledger, Queue.TODO, "amina", AT, graphic=False) is None
    for _ in range(2):
        note_exposure(ledger, "amina", item.claim, AT)
    assert (count_exposure(ledger, "amina", AT).hour, count_exposure(ledger, "amina", AT).day) == (1, 1)
    assert count_exposure(ledger, "amina", "2026-11-22T11:30:00+00:00").hour == 0
    assert count_exposure(ledger, "amina", "2026-11-23T00:00:00+00:00").day == 0


def test_what_was_decided_about_an_older_coding_holds_for_the_same_claim_of_a_newer(ledger: Ledger) -> None:
    text = "Three people were killed in Ariha."
    ledger.append(strike("a", text, version="0.1.0"))
    refresh_queue(ledger, default_team())
    (item,) = list_items(ledger, Queue.TODO, "amina")
    send(ledger, item.claim, "amina", Action.REJECT)
    newer = strike("a", text, version="0.2.0")
    renamed = msgspec.structs.replace(newer, claims=(msgspec.structs.replace(newer.claims[0], hash="clm-newer"),))
    ledger.append(renamed)
    refresh_queue(ledger, default_team())
    assert list_items(ledger, Queue.TODO, "amina") == ()
    assert state(ledger, "clm-newer").state is IncidentState.REJECTED


# ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def only_claim() -> Claim:
    return strike("a", "Three people were killed in Ariha.").claims[0]


def test_values_of_a_claim_changed_by_nothing_change_nothing() -> None:
    claim = only_claim()
    assert values_of(apply_values(claim, {})) == values_of(claim)
    assert apply_values(claim, {}) is claim


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "PROTEST"},
        {"mode": "drone"},
        {"who": "SYR MIL; REB"},
        {"whom": None},
        {"place": "Binnish", "latitude": 35.95, "longitude": 36.71, "country": "SYR"},
        {"place": None, "country": None, "latitude": None, "longitude": None},
        {"from": "2021-05-01T18:00", "to": "2021-05-02T06:00"},
        {"killed_low": 2.0, "killed_best": 3.0, "killed_high": 5.0},
        {"injured_low": 7.0, "injured_best": 7.0, "injured_high": 7.0},
        {"polarity": "negative"},
        {"speaker": "a medic"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_apply_values_makes_the_claim_say_what_was_corrected(changes: Values) -> None:
    claim = only_claim()
    assert values_of(apply_values(claim, changes)) == {**values_of(claim), **changes}


def test_apply_values_reads_codes() -> None:
    claim = apply_values(only_claim(), {"who": "SYR MIL/GOV; REB"})
    assert [(part.actor.country, part.actor.sectors) for part in claim.actors if part.actor] == [("SYR", ("MIL", "GOV")), (None, ("REB",))]
    assert {part.role for part in claim.actors} == {ParticipantRole.ACTOR}


@pytest.mark.parametrize(
    ("entered", "field", "why"),
    [
        ({"killed_low": "many"}, "killed_low", "not a number"),
        ({"killed_low": "5", "killed_best": "3"}, "killed_low", "the lowest comes first"),
        ({"killed_best": "-1"}, "killed_best", "nobody is killed less than once"),
        ({"killed_best": "nan"}, "killed_best", "not a number either"),
        ({"from": "Thursday"}, "from", "not a day"),
        ({"from": "2021-05-03", "to": "2021-05-01"}, "to", "ends before it begins"),
        ({"latitude": "95", "longitude": "10"}, "latitude", "beyond the pole"),
        ({"latitude": "35", "longitude": ""}, "latitude", "half a point"),
        ({"who": "the army"}, "who", "words, not a code"),
        ({"type": "<script>"}, "type", "no such type"),
        ({"polarity": "maybe"}, "polarity", "not one of the choices"),
        ({"country": "Syria"}, "country", "not three letters"),
        ({"speaker": "x" * 501}, "speaker", "too long"),
    ],
)
def test_read_entries_names_the_field_that_is_wrong(entered: dict[str, str], field: str, why: str) -> None:
    assert field in read_entries(entered, default_team(), TYPES, {}).problems, why


def test_read_entries_does_not_question_what_was_there() -> None:
    before: Values = {"who": "the attackers", "killed_best": 3.0}
    read = read_entries({"who": "the attackers", "killed_best": "3"}, default_team(), TYPES, before)
    assert (read.values, read.problems) == (before, {})


# ── Linking obeys ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rejected_claim_leaves_its_incident_and_comes_back_when_undone(ledger: Ledger, claim: str) -> None:
    link_ledger(ledger)
    assert len(list_incidents(ledger)) == 1
    send(ledger, claim, "amina", Action.REJECT)
    link_ledger(ledger)
    assert list_incidents(ledger) == ()
    assert upkeep.check(ledger) == ()
    undo(ledger, by="amina", at=AT)
    link_ledger(ledger)
    assert len(list_incidents(ledger)) == 1


def test_a_corrected_figure_is_what_the_incident_says(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.CORRECT, {"killed_low": 5.0, "killed_best": 5.0, "killed_high": 5.0})
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    assert incident.killed is not None
    assert (incident.killed.low, incident.killed.high) == (5, 5)


def test_a_conflict_settles_nothing(ledger: Ledger, claim: str) -> None:
    send(ledger, claim, "amina", Action.ACCEPT)
    send(ledger, claim, "boris", Action.REJECT)
    link_ledger(ledger)
    assert len(list_incidents(ledger)) == 1


def test_a_decision_after_linking_changes_the_incident_at_the_next(ledger: Ledger, claim: str) -> None:
    link_ledger(ledger)
    send(ledger, claim, "amina", Action.CORRECT, {"killed_low": 5.0, "killed_best": 5.0, "killed_high": 5.0})
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    assert incident.killed is not None
    assert incident.killed.low == 5


# ── What came of it ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_reviewed_shows_machine_coders_and_what_stands(ledger: Ledger, claim: str) -> None:
    team = msgspec.structs.replace(twice(), fields=(TeamField(name="harm", label="Harm"),))
    send(ledger, claim, "amina", Action.CORRECT, {"killed_best": 4.0, "harm": "=1+1"})
    send(ledger, claim, "boris", Action.ACCEPT)
    (one,) = list_reviewed(ledger)
    assert (one.machine["killed_best"], one.first and one.first["killed_best"], one.second and one.second["killed_best"]) == (3, 4, 3)
    assert (one.state, one.final, one.blind) == ("conflict", None, True)
    fields = {row.field: row.agreement for row in measure_fields([one], team)}
    assert (fields["killed_best"].units, fields["verdict"].percent, fields["type"].alpha) == (1, 100, None)
    assert count_reasons([one]) == [("accepted", "wrong_figure", 1), ("corrected", "wrong_figure", 1)]
    row = table_row(one, team)
    assert tuple(row) == table_columns(team)
    assert (row["machine_killed_best"], row["first_killed_best"], row["first_harm"], row["final_type"]) == (3, 4, "=1+1", None)
    head, line = "".join(csv_of([row])).splitlines()
    assert "first_harm" in head
    assert "'=1+1" in line


# ── The team ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_read_team_takes_what_a_file_leaves_out_from_the_template(tmp_path: Path) -> None:
    path = tmp_path / "team.yaml"
    path.write_text(
        "second_coding: 0.25\nkeys: {accept: y}\n"
        "fields: [{name: civilian_harm, label: Civilian harm, kind: choice, choices: [none, likely]}]\n"
    )
    team = read_team(path)
    assert (team.second_coding, team.keys["accept"], team.keys["reject"]) == (0.25, "y", "x")
    assert [field.name for field in team.fields] == ["civilian_harm"]
    path.write_text(template())
    assert read_team(path) == default_team()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keys: {accept: x}", "'x' is both accept and reject"),
        ("keys: {accept: '3'}", "not a digit"),
        ("keys: {dance: q}", "no action 'dance'"),
        ("second_coding: 2", "share from 0 to 1"),
        ("fields: [{name: Civilian Harm, label: x}]", "is not a name"),
        ("fields: [{name: harm, label: x, kind: choice}]", "choice without choices"),
        ("fields: [{name: harm, label: x, colour: red}]", "unknown field `colour`"),
        ("notes: {mood: x}", "there is no field 'mood'"),
        ("a: [", "not valid YAML"),
        ("- 1", "must hold headings"),
    ],
)
def test_read_team_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "team.yaml"
    path.write_text(text)
    with pytest.raises(DataError, match=r"team\.yaml") as found:
        read_team(path)
    assert said in str(found.value)


def test_read_team_says_that_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="review template"):
        read_team(tmp_path / "none.yaml")


def test_find_graphic_takes_whole_words() -> None:
    assert find_graphic(default_team(), "They were Tortured.") == "tortured"
    assert find_graphic(default_team(), "the grapes, a drape") is None


# ── On PostgreSQL ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_review_is_the_same_on_postgres() -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server: sh tools/install_system_packages.sh installs it (as root)")
    with running_server(programs) as address, open_ledger(f"{address}/postgres", create=True, salt="test") as ledger:
        for number, name in enumerate(("a", "b", "g")):
            words = "charred bodies" if name == "g" else "people"
            ledger.append(strike(name, f"{number + 3} {words} were found in Ariha.", killed=number + 3))
        refresh_queue(ledger, twice())
        first = take_next(ledger, Queue.TODO, "amina", AT, graphic=False)
        assert first is not None
        assert take_next(ledger, Queue.TODO, "boris", AT) not in (None, first)
        send(ledger, first, "amina", Action.ACCEPT, form="f1")
        assert send(ledger, first, "amina", Action.ACCEPT, form="f1", seen=0).fate is Fate.REPEATED
        assert send(ledger, first, "boris", Action.REJECT, seen=0).fate is Fate.STALE
        assert send(ledger, first, "boris", Action.REJECT).review.state is IncidentState.CONFLICT
        assert count_items(ledger, "chen")[Queue.CONFLICT] == 1
        undo(ledger, by="boris", at=AT)
        keep_draft(ledger, first, {"who": "SYR MIL"}, by="boris", at=AT)
        assert read_draft(ledger, first, "boris") == {"who": "SYR MIL"}
        note_exposure(ledger, "amina", first, AT)
        assert count_exposure(ledger, "amina", AT).day == 1
        add_account(ledger, "ada", Role.ADMIN, password="three quiet rivers", at=AT)
        assert sign_in(ledger, "ada", "three quiet rivers", address="x", at=AT) is not None
        secret = open_session(ledger, "ada", at=AT)
        assert find_session(ledger, secret, at=AT) is not None
        id = add_upload(ledger, b"text", "pasted", About(), by="ada", at=AT)
        assert take_upload(ledger) is not None
        finish_upload(ledger, id, message="no")
        link_ledger(ledger)
        assert len(list(list_reviewed(ledger))) == 1
        assert upkeep.check(ledger) == ()
