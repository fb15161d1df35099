"""PLOVER codes and crosswalks: quad class, CAMEO, ACLED, UCDP."""

from __future__ import annotations

import msgspec
import pytest

from onrecord.claims import extract_claims
from onrecord.coding import code_claim
from onrecord.lexicon.frames import MODES
from onrecord.ontology import AcledRow, CameoRow, Tables, check_tables, load_ontology
from onrecord.records import Claim, EventCode, Polarity
from tests.claim_trees import mentions, tree
from tests.test_claims import CASES, LEXICON

ONTOLOGY = load_ontology()
ACLED_SUB_EVENTS = {
    "Government regains territory", "Non-state actor overtakes territory", "Armed clash", "Excessive force against protesters",
    "Protest with intervention", "Peaceful protest", "Violent demonstration", "Mob violence", "Chemical weapon", "Air/drone strike",
    "Suicide bomb", "Shelling/artillery/missile attack", "Remote explosive/landmine/IED", "Grenade", "Sexual violence", "Attack",
    "Abduction/forced disappearance", "Agreement", "Arrests", "Change to group/activity", "Disrupted weapons use",
    "Headquarters or base established", "Looting/property destruction", "Non-violent transfer of territory", "Other",
}  # fmt: skip


def claim_of(why: str) -> Claim:
    case = next(case for case in CASES if case["why"] == why)
    found = extract_claims(tree(case["text"], case["tree"]), mentions(case["text"], case["mentions"]), LEXICON)
    return code_claim(found.claims[0], ONTOLOGY)


def event_of(claim: Claim) -> EventCode:
    assert claim.event is not None
    return claim.event


@pytest.mark.parametrize(
    ("why", "quad", "cameo", "sub_events", "ucdp"),
    [
        ("a harm verb joins the attack by participle", 4, ("194",), ["Shelling/artillery/missile attack"], 3),
        ("arrest with a figure", 4, ("173",), ["Arrests"], None),
        ("protest", 4, ("141",), ["Peaceful protest"], None),
        ("withdrawal", 2, ("0874",), ["Change to group/activity"], None),
        ("mediation", 1, ("045",), [], None),
        ("to vow an attack is to threaten", 3, ("138",), [], None),
    ],
)
def test_code_claim_completes_the_codes(why: str, quad: int, cameo: tuple[str, ...], sub_events: list[str], ucdp: int | None) -> None:
    event = event_of(claim_of(why))
    assert (quad, cameo, sub_events, ucdp) == (event.quad, event.cameo, [a.sub_event_type for a in event.acled], event.ucdp_violence)


def test_code_claim_gives_no_acled_or_ucdp_code_to_what_did_not_happen() -> None:
    claim = claim_of("a harm verb joins the attack by participle")
    event = msgspec.structs.replace(event_of(claim), acled=(), ucdp_violence=None)
    denied = msgspec.structs.replace(claim, event=event, factuality=msgspec.structs.replace(claim.factuality, polarity=Polarity.NEGATIVE))
    assert (event_of(code_claim(denied, ONTOLOGY)).acled, event_of(code_claim(denied, ONTOLOGY)).ucdp_violence) == ((), None)


def test_code_claim_leaves_a_claim_without_event_alone() -> None:
    claim = msgspec.structs.replace(claim_of("protest"), event=None)
    assert claim is code_claim(claim, ONTOLOGY)


def test_ontology_has_the_types_and_modes_that_the_frames_use() -> None:
    assert {name: tuple(event.modes) for name, event in ONTOLOGY.types.items()} == {k: tuple(v) for k, v in sorted(MODES.items())}
    assert all(event.definition and event.examples for event in ONTOLOGY.types.values())


def test_acled_crosswalk_names_every_sub_event_of_the_codebook() -> None:
    assert {row.sub_event_type for row in ONTOLOGY.tables.acled} == ACLED_SUB_EVENTS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1831", ("ASSAULT", "suicide-attack")),  # a row of its own
        ("1384", ("THREATEN", "violence")),  # the row of 138
        ("173", ("COERCE", "arrest")),  # a conviction, too, but 17 is at home in COERCE
        ("180", ("ASSAULT", None)),  # only its root
        ("0253", ("REQUEST", None)),  # an appeal
        ("012", None),  # a statement
        ("903", None),
        ("---", None),
    ],
)
def test_of_cameo_gives_type_and_mode(code: str, expected: tuple[str, str | None] | None) -> None:
    assert ONTOLOGY.of_cameo(code) == expected


def test_every_mode_has_a_cameo_code() -> None:
    assert all(ONTOLOGY.cameo(name, (mode,), ()) for name, event in ONTOLOGY.types.items() for mode in event.modes)


def test_check_tables_names_unknown_codes_and_double_rows() -> None:
    bad = Tables(
        types=ONTOLOGY.tables.types,
        contexts=ONTOLOGY.tables.contexts,
        cameo=(*ONTOLOGY.tables.cameo, CameoRow(event="ASSAULT", cameo="190"), CameoRow(event="ASSAULT", mode="seize", cameo="1")),
        acled=(AcledRow(event_type="Battles", sub_event_type="Armed clash", event="FIGHT"),),
        ucdp=(),
    )
    problems = "\n".join(check_tables(bad))
    assert "'FIGHT' is not a PLOVER type" in problems
    assert "'seize' is not a mode of ASSAULT" in problems
    assert "stands twice" in problems
