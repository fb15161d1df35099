"""What is left out before it costs anything, and what must never be."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from onrecord.errors import UsageError
from onrecord.ingest import Given, read_documents, read_text
from onrecord.records import Capture, Document
from onrecord.scale.cascade import Cascade
from onrecord.scale.prefilter import Prefilter
from onrecord.scale.where import fulfils, read_conditions

ROOT = Path(__file__).resolve().parent.parent
WAR = "Two people were killed and nine wounded when rebels shelled the market of the besieged town on Monday, a hospital said."
CALM = """Cake wins prize at county fair

The home team won the race for the best cake and got a record number of votes from visitors, the county fair said on its website. The baker,
who runs a small shop near the school, said she would see whether the bill for sugar and butter left any money to open a second shop.
"""


def capture(text: str, **changes: object) -> Capture:
    found = read_text(text.encode(), path=None, given=Given(language="en"))
    return msgspec.structs.replace(found, document=msgspec.structs.replace(found.document, **changes))


@pytest.fixture(scope="module")
def cascade() -> Cascade:
    return Cascade(where=("published>=2019-01", "outlet!=Dull Daily"))


@pytest.mark.parametrize(
    ("text", "known", "reason"),
    [
        (WAR, {}, None),
        (CALM, {}, "trigger"),
        ("Rebels attacked.", {}, "short"),
        (WAR, {"url": "https://news.test/sport/2020/match"}, "section"),
        (WAR, {"url": "https://news.test/uk/football/match"}, "section"),
        (WAR, {"url": "https://news.test/world/sports-hall-shelled"}, None),
        (WAR, {"published": "2018-12-31"}, "where"),
        (WAR, {"outlet": "Dull Daily"}, "where"),
    ],
)
def test_objection_asks_the_cheap_questions_first(cascade: Cascade, text: str, known: dict[str, str], reason: str | None) -> None:
    objection = cascade.objection(capture(text, **{"published": "2020-01-01", **known}))
    assert (objection.reason if objection else None) == reason


def test_without_the_prefilter_only_the_users_own_conditions_hold() -> None:
    cascade = Cascade(where=("url!~*/opinion/*",), prefilter=False)
    assert cascade.objection(capture(CALM, url="https://news.test/sport/cake")) is None
    objection = cascade.objection(capture(WAR, url="https://news.test/opinion/war"))
    assert objection is not None
    assert objection.reason == "where"


def test_words_of_ones_own_frames_decide(tmp_path: Path) -> None:
    (tmp_path / "verbs").mkdir()
    frame = ["- id: assault.zonk", "  words: zonk", "  event: ASSAULT", "  roles: {actor: subject, recipient: object}"]
    (tmp_path / "verbs/own.yaml").write_text("\n".join(frame) + "\n")
    text = CALM.replace("won the race", "zonked the team")
    assert not Prefilter().passes(text)
    assert Prefilter(tmp_path).passes(text)


PROTEST = """Thousands march in capital against fuel prices

Thousands of people marched through the capital on Saturday in protest at fuel prices. Demonstrators blocked two bridges and the police
dispersed a rally outside the parliament, the broadcaster said.
"""


def test_where_claims_of_conflict_stand_densely_a_report_passes_whatever_it_weighs() -> None:
    prefilter = Prefilter()
    assert prefilter.passes(PROTEST)
    assert not prefilter.passes("\n\n".join([PROTEST, *[CALM] * 40]))


def test_wide_lets_through_more_and_never_less() -> None:
    strict, wide = Prefilter(), Prefilter(wide=True)
    in_passing = "\n\n".join([*[CALM] * 12, PROTEST])
    assert [(strict.passes(text), wide.passes(text)) for text in (WAR, in_passing, CALM)] == [(True, True), (False, True), (False, False)]


def test_forms_are_whole_words_in_any_case() -> None:
    prefilter = Prefilter()
    assert prefilter.weigh("KILLED") == prefilter.weigh("killed") != prefilter.weigh("overkilledness")
    assert prefilter.weigh("") == prefilter.weigh("İİ qqqq")


def test_no_report_of_ours_is_left_out() -> None:
    prefilter = Prefilter()
    texts = {
        item.document.path: item.document.text
        for item in read_documents(sorted(map(str, (ROOT / "examples").glob("*.txt"))))
        if isinstance(item, Capture)
    }
    assert len(texts) >= 18
    assert [path for path, text in texts.items() if not prefilter.passes(text)] == []


def test_the_seed_is_not_left_out(data_folder: Path) -> None:
    assert Prefilter().passes((data_folder / "seed/report.txt").read_text())


def test_gold_of_conflict_keeps_its_claims(data_folder: Path) -> None:
    """The sets that the weights were learned on; `python -m training.prefilter --check` scores texts that they were not."""
    from training.prefilter import read_sets

    prefilter = Prefilter()
    passed: dict[str, list[bool]] = {}
    for name, text, counts in read_sets():
        if counts is None:
            passed.setdefault(name, []).append(prefilter.passes(text))
    assert sum(map(sum, passed.values())) / sum(map(len, passed.values())) >= 0.995
    assert sorted(passed) == ["ACLED", "IndiaPoliceEvents", "MUC-4", "SATP"]


# ── Conditions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("outlet=Example Wire", True),
        ("outlet != Example Wire", False),
        ("published>=2020-02", True),
        ("published<2020-02-29", False),
        ("published<=2020-02-29", True),
        ("published>2020", True),
        ("url~*/world/*", True),
        ("url!~*/sport/*", True),
        ("title=", True),
        ("language=en", True),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    document = Document(id="doc-1", text="", sha256="", outlet="Example Wire", url="https://x.test/World/a", published="2020-02-29")
    assert fulfils(document, read_conditions((condition,))) is holds


@pytest.mark.parametrize("condition", ["outlet", "text=x", "=x", ""])
def test_conditions_that_cannot_be_read_say_how_to_write_them(condition: str) -> None:
    with pytest.raises(UsageError, match="write FIELD OP VALUE"):
        read_conditions((condition,))
