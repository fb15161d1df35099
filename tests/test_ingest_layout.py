import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onrecord.ingest.layout import find_paragraphs, lay_out

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "ingest_layout.yaml").read_text(encoding="utf-8"))
LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["ISTANBUL", "BEIRUT, Lebanon, June 2 — Guns fell silent today.", "(Reuters)", "By Ann Lee", "", "• point", "Who? Me."]
        ),
    ),
    max_size=12,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_lay_out_tells_the_parts(case):
    layout = lay_out(case["text"])
    shown = [f"{block.kind} {case['text'][slice(*block.span)]}" for block in layout.blocks]
    assert len(case["blocks"]) == len(shown), shown
    for expected, found in zip(case["blocks"], shown, strict=True):
        assert found.startswith(expected)
        assert not expected.startswith("dateline") or found == expected
    assert case.get("dateline") == (layout.dateline.text if layout.dateline else None)
    assert case.get("credit") == layout.credit
    assert str(case.get("date")) == str(layout.date)


@given(LINES.map("\n".join))
def test_lay_out_covers_everything_but_white_space(text):
    layout = lay_out(text)
    end = 0
    for block in layout.blocks:
        assert not text[end : block.span[0]].strip()
        assert block.span[0] < block.span[1]
        assert text[slice(*block.span)] == text[slice(*block.span)].strip()
        end = block.span[1]
    assert not text[end:].strip()
    assert [block.paragraph for block in layout.blocks] == sorted(block.paragraph for block in layout.blocks)


@given(LINES.map("\n".join))
def test_lay_out_dateline_slices_to_its_text(text):
    dateline = lay_out(text).dateline
    assert dateline is None or dateline.text == text[slice(*dateline.span)]


def test_find_paragraphs_keeps_short_lines_apart():
    text = "Roses are red\nViolets are blue\nSugar is sweet and so are the lines that nobody wrapped"
    assert len(find_paragraphs(text)) == 3


@pytest.mark.parametrize(
    "piece", ["A", "ab cd, ", "(", "AL-", "Al-", "Ab-", "Ab ", "Ab, ", "— ", "BEIRUT, ", "By Ab ", ". (Reporting by ", "\n", "1. "]
)
def test_lay_out_stays_linear_on_long_lines(piece):
    started = time.perf_counter()
    lay_out("Title\n" + piece * (200_000 // len(piece)) + "\nAn end.")
    assert time.perf_counter() - started < 2


def test_lay_out_seed_report_has_the_blocks_of_the_gold(data_folder):
    text = (data_folder / "seed" / "report.txt").read_text(encoding="utf-8")
    gold = json.loads((data_folder / "seed" / "gold.json").read_text(encoding="utf-8"))
    expected = {}
    for sentence in gold["sentences"]:
        start, end = sentence["span"]
        kind, first, _ = expected.get(sentence["paragraph"], (sentence["kind"], start, end))
        expected[sentence["paragraph"]] = (kind, first, end)
    found = {block.paragraph: (str(block.kind), *block.span) for block in lay_out(text).blocks}
    assert expected == found
