"""Scores figures: the displacement figure of an excerpt picked exactly (IDETECT/IDMC), and the gold of our own.

usage: python -m evaluation.figures [--errors] [--gold] [--displacement] [FILE]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evaluation.baselines import NUMBER, by_word, largest_number
from evaluation.board import Counts, f1_of, say, say_baseline, share_of
from onrecord.lexicon import Lexicon
from onrecord.parse import OnnxParser
from onrecord.records import (
    Block,
    BlockKind,
    Document,
    EntityLabel,
    Mention,
    MentionKind,
    Parse,
    Quantity,
    QuantityOf,
    Unit,
)
from onrecord.resolve.quantities import resolve_quantities
from onrecord.resolve.times import resolve_times

DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data")) / "figures/displacement_dev.jsonl.gz"
GOLD = Path(__file__).parent / "gold/figures.jsonl"
DISPLACED = (QuantityOf.DISPLACED, QuantityOf.HOSTED, QuantityOf.REFUGEES, QuantityOf.RETURNED)
HOUSED = (QuantityOf.BUILDINGS,)
KINDS = by_word(
    {
        "killed": "killed dead died deaths killing kills",
        "injured": "injured wounded hurt injuries injuring wounding",
        "displaced": "displaced fled",
        "missing": "missing",
        "captured": "captured detained arrested",
        "refugees": "refugees",
    }
)
KIND = re.compile(rf"\b(?:{'|'.join(KINDS)})\b", re.IGNORECASE)
SCORED = ("low", "low_conservative", "best", "high", "exactness", "of", "unit", "scope", "additive")


def parse_texts(texts: Iterable[str], published: str | None = None) -> Iterator[Parse]:
    """Each text parsed as a document of one paragraph by the packaged parser."""
    documents = (
        Document(id=f"d{number}", text=text, sha256="", published=published, blocks=(_paragraph(text),))
        for number, text in enumerate(texts)
    )
    return OnnxParser().parse(documents)


def _paragraph(text: str) -> Block:
    return Block(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0)


def figures_of(parse: Parse, lexicon: Lexicon) -> list[Quantity]:
    """The quantities of a report, found and resolved without actors or places."""
    text = parse.document.text
    timexes = lexicon.times.find_timexes(text)
    inner = [timex.span for timex in timexes if not timex.outer]
    found = [(timex.span, timex.span, MentionKind.TIME, timex.label) for timex in timexes]
    numbers = lexicon.units.find_numbers(text, skip=inner)
    found += [(number.span, number.number_span or number.span, MentionKind.QUANTITY, EntityLabel.NUMBER) for number in numbers]
    mentions: tuple[Mention, ...] = tuple(
        Mention(id=f"m{index}", kind=kind, label=label, span=span, head=head, text=text[slice(*span)], named=False)
        for index, (span, head, kind, label) in enumerate(sorted(found, key=lambda item: (item[0][0], -item[0][1])), 1)
    )
    mentions = resolve_quantities(parse, resolve_times(parse, mentions, lexicon), lexicon)
    return [mention.quantity for mention in mentions if mention.quantity is not None]


# ── Displacement ──


def value_of(quantity: Quantity) -> float | None:
    """One number for a quantity: the best, of a range the upper end, of a vague word the lower."""
    return next((value for value in (quantity.best, quantity.high, quantity.low) if value is not None), None)


def pick(quantities: Sequence[Quantity], *, unit: str | None = None, term: str | None = None) -> Quantity | None:
    """The displacement figure of an excerpt: people displaced before homes lost before people of whom nothing is said; wholes before parts.

    With ``unit`` and ``term`` the question is known ("Households", "Destroyed Housing") and figures that answer it come first.
    """

    def rank(quantity: Quantity) -> tuple[int, ...]:
        asked = _answers(quantity, unit, term) if unit is not None else True
        kinds = (DISPLACED, HOUSED, (QuantityOf.BESIEGED, QuantityOf.POPULATION), (QuantityOf.OTHER,))
        kind = next((number for number, kind in enumerate(kinds) if quantity.of in kind), len(kinds))
        people = quantity.unit in (Unit.PEOPLE, Unit.HOUSEHOLDS, Unit.BUILDINGS)
        return (not asked, kind, not people, quantity.part_of is not None, quantity.exactness.value in ("vague", "none", "unspecified"))

    usable = [quantity for quantity in quantities if value_of(quantity) is not None and quantity.unit not in (Unit.PERCENT, Unit.CURRENCY)]
    return min(usable, key=rank, default=None)


def _answers(quantity: Quantity, unit: str | None, term: str | None) -> bool:
    housing = "Housing" in (term or "")
    if housing:
        return quantity.unit in (Unit.BUILDINGS, Unit.HOUSEHOLDS)
    return (quantity.unit in (Unit.HOUSEHOLDS, Unit.BUILDINGS)) == (unit == "Households") and quantity.of in DISPLACED


def read_displacement(path: Path) -> list[dict[str, Any]]:
    """The excerpts with a numeric figure."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def score_displacement(path: Path, lexicon: Lexicon, errors: list[str]) -> dict[str, float]:
    """How often the annotated figure is picked, from the text alone and with the question known, and how often it is found at all."""
    counts: Counter[str] = Counter()
    hits: list[bool] = []
    excerpts = read_displacement(path)
    for excerpt, parse in zip(excerpts, parse_texts(excerpt["text"] for excerpt in excerpts), strict=True):
        expected = float(excerpt["quantity"])
        quantities = figures_of(parse, lexicon)
        values = [value for quantity in quantities for value in (quantity.low, quantity.best, quantity.high)]
        chosen = pick(quantities)
        asked = pick(quantities, unit=excerpt["unit"], term=excerpt["term"])
        counts["excerpts"] += 1
        counts["candidates"] += expected in values
        hits.append(chosen is not None and value_of(chosen) == expected)
        counts["asked"] += asked is not None and value_of(asked) == expected
        if chosen is None or value_of(chosen) != expected:
            listed = [f"{quantity.text} ({quantity.of}, {quantity.unit}{', part' if quantity.part_of else ''})" for quantity in quantities]
            asked_for = f"{expected:g} {excerpt['term']}/{excerpt['unit']}"
            errors.append(f"expected {asked_for}; picked {chosen and chosen.text}; {listed}\n    {excerpt['text'][:400]}")
    total = counts["excerpts"]
    say("figures: displacement, picked from the text alone", hits, share_of)
    largest = [largest_number(excerpt["text"]) == float(excerpt["quantity"]) for excerpt in excerpts]
    say_baseline("figures: displacement, picked from the text alone", "the largest number", share_of(largest))
    return {
        "displacement_pick": round(share_of(hits), 4),
        "displacement_pick_question_known": round(counts["asked"] / total, 4),
        "displacement_candidates": round(counts["candidates"] / total, 4),
        "displacement_excerpts": total,
    }


# ── The gold of our own ──


def read_gold(path: Path = GOLD) -> list[dict[str, Any]]:
    """The sentences with their figures: spans, numbers, meaning; ``group`` where the annotator named one (None: surely nobody)."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def score_gold(lexicon: Lexicon, errors: list[str], path: Path = GOLD) -> dict[str, float]:
    """F1 of figures right in number, bounds and meaning; accuracy of every field on the ones found; share right in everything."""
    counts: Counter[str] = Counter()
    sentences = read_gold(path)
    each: list[Counts] = []
    for sentence, parse in zip(sentences, parse_texts((one["text"] for one in sentences), sentences[0]["published"]), strict=True):
        found = figures_of(parse, lexicon)
        counts["expected"] += len(sentence["figures"])
        counts["found"] += len(found)
        made, before = len(found), counts["core"]
        for expected in sentence["figures"]:
            match = next((quantity for quantity in found if _overlap(quantity.span, expected["span"])), None)
            if match is None:
                errors.append(f"{sentence['id']} missed {expected['text']!r}: {sentence['text']}")
                continue
            found.remove(match)
            wrong = wrong_fields(expected, match)
            counts["core"] += not wrong & {"low", "best", "high", "exactness", "of"}
            counts["whole"] += not wrong
            counts["matched"] += 1
            for field in wrong:
                counts[f"wrong_{field}"] += 1
            if wrong:
                got = {field: str(getattr(match, field)) for field in sorted(wrong) if field != "group"}
                group = f" group {match.group and match.group.text}" if "group" in wrong else ""
                errors.append(f"{sentence['id']} {expected['text']!r} got {got}{group}: {sentence['text']}")
        each.append((counts["core"] - before, made, len(sentence["figures"])))
        errors.extend(f"{sentence['id']} extra {quantity.text!r} {quantity.of}: {sentence['text']}" for quantity in found)
    fields = (*SCORED, "part_of", "group")
    figure = say("figures: own sentences, F1", each, f1_of)
    say_baseline(figure.name, "numbers in digits, kind by the nearest word", f1_of(map(plain_counts, sentences)))
    return {
        "gold_f1": round(figure.value, 4),
        "gold_whole": round(counts["whole"] / counts["expected"], 4),
        "gold_found": round(counts["matched"] / counts["expected"], 4),
        "gold_figures": counts["expected"],
        "gold_sentences": len(sentences),
        **{f"gold_{field}": round(1 - counts[f"wrong_{field}"] / counts["matched"], 4) for field in fields},
    }


def plain_counts(sentence: dict[str, Any]) -> Counts:
    """Right, made and asked figures where every number in digits is exact and counts what the nearest of twenty words says."""
    text, left = sentence["text"], list(sentence["figures"])
    marks = [(found.start(), KINDS[found.group().lower()]) for found in KIND.finditer(text)]
    numbers = list(NUMBER.finditer(text))
    right = 0
    for number in numbers:
        value = float(number.group().replace(",", ""))
        kind = min(marks, key=lambda mark: abs(mark[0] - number.start()), default=(0, "other"))[1]
        match = next((one for one in left if _overlap(number.span(), one["span"])), None)
        if match is not None:
            left.remove(match)
            right += [match[key] for key in ("low", "best", "high", "exactness", "of")] == [value, value, value, "exact", kind]
    return right, len(numbers), len(sentence["figures"])


def wrong_fields(expected: dict[str, Any], found: Quantity) -> set[str]:
    """The fields of a figure that differ from the gold."""
    wrong = {field for field in SCORED if getattr(found, field) != expected[field]}
    if (tuple(expected["part_of"]) if expected["part_of"] else None) != found.part_of:
        wrong.add("part_of")
    if "group" in expected and not _same_group(expected["group"], found):
        wrong.add("group")
    return wrong


def _same_group(expected: list[int] | None, found: Quantity) -> bool:
    if expected is None or found.group is None or found.group.span is None:
        return expected is None and found.group is None
    return _overlap(found.group.span, expected)


def _overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="list what went wrong")
    parser.add_argument("--gold", action="store_true", help="only the gold of our own")
    options = parser.parse_args(arguments)
    lexicon, errors, figures = Lexicon(), [], {}
    if not options.gold and not options.file.is_file():
        print(f"{options.file}: not there; set ONRECORD_DATA to the folder of development data", file=sys.stderr)
    elif not options.gold:
        figures |= score_displacement(options.file, lexicon, errors)
    figures |= score_gold(lexicon, errors)
    for name, figure in figures.items():
        print(f"{name}\t{figure}")
    if options.errors:
        print(*errors, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
