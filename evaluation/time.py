"""Scores time expressions on MEANTIME (TIMEX3 on Wikinews): extents, and values given the annotated extents.

usage: python -m evaluation.time [--errors] [FILE]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from evaluation.board import harmonic, ratios, say, say_baseline, say_whole, share_of
from onrecord.lexicon import Lexicon
from onrecord.records import BlockKind, Document, EntityLabel, Mention, MentionKind, Parse, ParsedSentence, Time, Token
from onrecord.resolve.times import resolve_times

DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data")) / "time/meantime_dev.jsonl.gz"
SIGNAL = re.compile(r"^(?:since|from|between|in|on|at|during|over|of|by|until|before|after)\s+", re.IGNORECASE)
ABSOLUTE = re.compile(r"\d{3,4}(?:-.*)?$")
ANNOTATED_LINES = 6
Extents = Callable[[dict[str, Any]], set[tuple[int, int]]]
SENTENCE = re.compile(r"[.!?]['”\"]*\s|\n")


def read_meantime(path: Path) -> Iterator[dict[str, Any]]:
    """The documents of a MEANTIME file whose creation date is known, with ``dct`` as an ISO date."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            document["dct"] = _creation_date(document["dct"])
            if document["dct"] is not None:
                yield document


def _creation_date(written: str | None) -> str | None:
    match = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", written or "")
    written = f"{match[3]}-{match[2]}-{match[1]}" if match else written
    return written if re.fullmatch(r"\d{4}-\d\d-\d\d", written or "") else None


def annotated(document: dict[str, Any]) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Span, type and value of each annotated expression but the creation time itself."""
    for timex in document["timex"]:
        start, end = timex["spans"][0][0], timex["spans"][-1][1]
        if timex["func"] != "CREATION_TIME" and document["text"][start:end] != document["dct"]:
            yield (start, end), timex["type"], timex["value"]


def resolved(text: str, extents: list[tuple[int, int]], published: str, lexicon: Lexicon) -> dict[tuple[int, int], Time | None]:
    """The time of each extent of a text as the resolver gives it, sentences cut at full stops and new lines."""
    mentions = [
        Mention(id=f"m{number}", kind=MentionKind.TIME, label=EntityLabel.DATE, span=span, head=span, text=text[slice(*span)], named=False)
        for number, span in enumerate(sorted(extents), 1)
    ]
    placed = resolve_times(plain_parse(text, published), mentions, lexicon)
    return {mention.span: mention.time for mention in placed}


def plain_parse(text: str, published: str | None) -> Parse:
    """A parse without syntax: words between white space, sentences cut at full stops and new lines."""
    ends = [*(match.end() for match in SENTENCE.finditer(text)), len(text)]
    tokens: list[Token] = []
    sentences: list[ParsedSentence] = []
    start = 0
    for number, end in enumerate(ends):
        first = len(tokens)
        for word in re.finditer(r"\S+", text[start:end]):
            span = (start + word.start(), start + word.end())
            tokens.append(
                Token(index=len(tokens), span=span, text=word[0], lemma=word[0], upos="X", head=-1, deprel="root", sentence=number)
            )
        sentences.append(ParsedSentence(span=(start, end), kind=BlockKind.BODY, paragraph=0, first=first, end=len(tokens)))
        start = end
    document = Document(id="doc", text=text, sha256="", published=published)
    return Parse(document=document, sentences=tuple(sentences), tokens=tuple(tokens))


def annotated_end(text: str) -> int:
    """Where annotation stops: MEANTIME marks times in the title, the date and the first four sentences only, a line each."""
    ends = [match.start() for match in re.finditer(r"\n", text)]
    return ends[ANNOTATED_LINES - 1] if len(ends) >= ANNOTATED_LINES else len(text)


def same_value(expected: str, found: str) -> bool:
    """Whether two values name the same time at the same granularity; a part of the day or a clock time counts as its day."""
    return _comparable(expected) == _comparable(found)


def _comparable(value: str) -> str:
    value = value.removesuffix("-WE").removesuffix("-XX")
    return value[:10] if re.match(r"\d{4}-\d\d-\d\d", value) else value


def score_values(path: Path, lexicon: Lexicon, errors: list[str], hits: list[bool]) -> Counter[str]:
    """Right values of absolute dates and times given their annotated extents, and of all values whatever their kind."""
    counts: Counter[str] = Counter()
    for document in read_meantime(path):
        text = document["text"]
        times = resolved(text, [span for span, _, _ in annotated(document)], document["dct"], lexicon)
        for (start, end), kind, value in annotated(document):
            time = times.get((start, end))
            found = time.value if time is not None else "-"
            right = same_value(value, found)
            counts["all"] += 1
            counts["all_right"] += right
            if kind in ("DATE", "TIME") and ABSOLUTE.match(value):
                counts["absolute"] += 1
                counts["absolute_right"] += right
                hits.append(right)
            if not right:
                errors.append(f"{document['dct']} {kind} {text[start:end]!r} expected {value} found {found}")
    return counts


def dateparser_value(text: str, published: str) -> str:
    """What dateparser makes of an expression: a day, month or year as ISO 8601; "-" where it knows nothing."""
    from dateparser.date import DateDataParser
    from dateparser.search import search_dates

    base = {"RELATIVE_BASE": datetime.fromisoformat(published), "PREFER_DATES_FROM": "past"}
    read = DateDataParser(languages=["en"], settings=base).get_date_data(text)
    if read.date_obj is None:
        found = search_dates(text, languages=["en"], settings=base)
        return found[0][1].date().isoformat() if found else "-"
    return str(read.date_obj.date().isoformat())[: {"year": 4, "month": 7}.get(read.period, 10)]


def dateparser_values(path: Path) -> list[bool]:
    """Whether dateparser gives each absolute date or time its value."""
    return [
        same_value(value, dateparser_value(document["text"][start:end], document["dct"]))
        for document in read_meantime(path)
        for (start, end), kind, value in annotated(document)
        if kind in ("DATE", "TIME") and ABSOLUTE.match(value)
    ]


def dateparser_extents(document: dict[str, Any]) -> set[tuple[int, int]]:
    """The stretches of a report that dateparser takes for dates."""
    from dateparser.search import search_dates

    found, at = set(), 0
    for words, _ in search_dates(document["text"], languages=["en"]) or ():
        start = document["text"].find(words, at)
        if start >= 0:
            at = start + len(words)
            found.add((start, at))
    return found


def lexicon_extents(lexicon: Lexicon) -> Extents:
    """The stretches of a report that the program takes for times."""
    return lambda document: {timex.span for timex in lexicon.times.find_timexes(document["text"]) if not timex.outer}


def score_extents(path: Path, extents: Extents, errors: list[str]) -> Counter[str]:
    """Found and annotated extents: exact, and overlapping one to one; signal words ("since", "in") are left out on both sides."""
    counts: Counter[str] = Counter()
    for document in read_meantime(path):
        text = document["text"]
        creation = [(t["spans"][0][0], t["spans"][-1][1]) for t in document["timex"] if t["func"] == "CREATION_TIME"]
        expected = {_peeled(text, span) for span, _, _ in annotated(document)}
        found = {_peeled(text, span) for span in extents(document)}
        until = annotated_end(text)
        found = {span for span in found if span[1] <= until and not any(span[0] < end and start < span[1] for start, end in creation)}
        counts["expected"] += len(expected)
        counts["found"] += len(found)
        counts["exact"] += len(expected & found)
        matched = [span for span in sorted(found) if any(span[0] < end and start < span[1] for start, end in expected)]
        covered = [span for span in sorted(expected) if any(span[0] < end and start < span[1] for start, end in found)]
        counts["overlap_found"] += len(matched)
        counts["overlap_expected"] += len(covered)
        errors.extend(_around(text, "missed", span) for span in sorted(expected - found))
        errors.extend(_around(text, "extra", span) for span in sorted(found - expected))
    return counts


def _around(text: str, what: str, span: tuple[int, int]) -> str:
    before, after = text[max(0, span[0] - 30) : span[0]], text[span[1] : span[1] + 20]
    return f"{what} extent {before!r} [{text[slice(*span)]!r}] {after!r}"


def _peeled(text: str, span: tuple[int, int]) -> tuple[int, int]:
    match = SIGNAL.match(text[slice(*span)])
    return (span[0] + match.end(), span[1]) if match else span


def _overlap_f1(counts: Counter[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 where what was found and what was annotated are right apart from each other."""
    precision = counts["overlap_found"] / max(1, counts["found"])
    recall = counts["overlap_expected"] / max(1, counts["expected"])
    return precision, recall, harmonic(precision, recall)


def score(path: Path = DATA, errors: list[str] | None = None) -> dict[str, float]:
    """All figures of the task, by name."""
    lexicon, listed = Lexicon(), errors if errors is not None else []
    hits: list[bool] = []
    values = score_values(path, lexicon, listed, hits)
    say("times: MEANTIME, values given extents", hits, share_of)
    say_baseline("times: MEANTIME, values given extents", "dateparser", share_of(dateparser_values(path)))
    extents = score_extents(path, lexicon_extents(lexicon), listed)
    _, _, exact = ratios(extents["exact"], extents["found"], extents["expected"])
    precision, recall, overlap = _overlap_f1(extents)
    say_whole("times: MEANTIME, extents F1", overlap, extents["expected"])
    say_baseline("times: MEANTIME, extents F1", "dateparser", _overlap_f1(score_extents(path, dateparser_extents, []))[2])
    return {
        "value_accuracy": round(values["absolute_right"] / values["absolute"], 4),
        "values": values["absolute"],
        "value_accuracy_all_kinds": round(values["all_right"] / values["all"], 4),
        "values_all_kinds": values["all"],
        "extents_precision": round(precision, 4),
        "extents_recall": round(recall, 4),
        "extents_f1": round(overlap, 4),
        "extents_f1_exact": round(exact, 4),
        "extents": extents["expected"],
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="list what went wrong")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        print(f"{options.file}: not there; set ONRECORD_DATA to the folder of development data", file=sys.stderr)
        return 3
    errors: list[str] = []
    for name, figure in score(options.file, errors).items():
        print(f"{name}\t{figure}")
    if options.errors:
        print(*errors, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
