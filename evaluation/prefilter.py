"""Measures which gold claims the prefilter of archives loses, of reports that its weights never saw, and which choosing sentences would.

usage: python -m evaluation.prefilter [--general]
Whole reports: the share of gold claims whose report passes, in our own reports and the seed; of the sets that the weights were learned
on, the share of reports of conflict that pass under weights learned on the other four parts of five. Sentences: the share of gold claims
that lie in a sentence that has a form of a word of the frames, in the sentence before or after one, or in the headline.
--general: the claims that our program finds in news that nothing was learned on, and the share of them in articles that pass; a minute.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from evaluation.board import say
from evaluation.own_reports import REPORTS
from evaluation.seed import DATA
from onrecord.evaluate import read_reports
from onrecord.lexicon import Lexicon
from onrecord.scale.prefilter import SENTENCE_END, Prefilter, frame_forms
from training.prefilter import GENERAL, WIDE_DENSITY, count_claims, form_types, held_out_scores, read_texts, rows_of, say_kept

UNSEEN = {"PolNeAR, dev": ("attribution/polnear_dev", "doc_id"), "TR-News": ("places/trnews", "doc_id")}
BREAK = re.compile(rf"{SENTENCE_END.pattern}|\n+")
WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


class Told(NamedTuple):
    """A report and where each of its gold claims begins."""

    text: str
    claims: tuple[int, ...]


def told_reports() -> Iterator[tuple[str, Told]]:
    """The reports whose claims are annotated one by one, by the name of their set; the seed is among those of the dev half."""
    for one in read_reports([REPORTS]):
        yield (
            f"own reports, {one.split}",
            Told(one.text, tuple(one.text.find(claim.words.partition("#")[0].strip()) for claim in one.claims)),
        )
    seed = DATA / "seed/gold.json"
    if seed.is_file():
        gold = json.loads(seed.read_text(encoding="utf-8"))
        yield (
            "own reports, dev",
            Told((DATA / "seed/report.txt").read_text(encoding="utf-8"), tuple(one["evidence"][0][0] for one in gold["claims"])),
        )


def kept_sentences(text: str, forms: frozenset[str]) -> tuple[list[int], list[bool]]:
    """Where the sentences of a report begin, and which would be kept."""
    starts = [0, *(match.end() for match in BREAK.finditer(text) if match.end() < len(text))]
    ends = [*starts[1:], len(text)]
    hit = [any(word in forms for word in WORD.findall(text[start:end].lower())) for start, end in zip(starts, ends, strict=True)]
    return starts, [at == 0 or any(hit[max(0, at - 1) : at + 2]) for at in range(len(hit))]


def share(found: Sequence[tuple[int, int]]) -> float:
    """Of counts of kept and of all, the share that is kept."""
    return sum(kept for kept, _ in found) / sum(count for _, count in found)


def say_reports(sets: dict[str, list[Told]]) -> None:
    """The share of claims whose report passes."""
    prefilter = Prefilter()
    for name, reports in sets.items():
        found = [(len(one.claims) if prefilter.passes(one.text) else 0, len(one.claims)) for one in reports if one.claims]
        say(f"prefilter, {name}: claims in reports that pass", found, share)


def say_sentences(sets: dict[str, list[Told]], forms: frozenset[str]) -> None:
    """The share of claims in sentences that would be kept, and of sentences."""
    for name, reports in sets.items():
        claims, sentences = [], []
        for text, begins in reports:
            starts, kept = kept_sentences(text, forms)
            sentences.append((sum(kept), len(kept)))
            if begins:
                claims.append((sum(kept[bisect_right(starts, at) - 1] for at in begins), len(begins)))
        say(f"prefilter, {name}: claims in sentences with triggers around", claims, share)
        print(f"  sentences that would be kept: {share(sentences):.3f} of {sum(count for _, count in sentences)}")


def say_learned(lexicon: Lexicon) -> None:
    """The share of reports of conflict that pass under weights that were learned on others, and what is kept of general news."""
    names = sorted(frame_forms(lexicon))
    found = read_texts({name: at for at, name in enumerate(names)})
    scores = held_out_scores(found, form_types(lexicon, names))
    rows = [(name, (int(kept), 1)) for name, kept in zip(found.sets, scores.passes(), strict=True) if name not in GENERAL]
    for name in dict.fromkeys(one for one, _ in rows):
        print(f"  {name}: reports of conflict that pass: {share([counts for one, counts in rows if one == name]):.3f}")
    say("prefilter, learned sets: reports of conflict that pass", [counts for _, counts in rows], share)
    say_kept(zip(found.counts, scores.passes(), scores.passes(WIDE_DENSITY), strict=True))


def say_unseen_general() -> None:
    """What is kept of general news that nothing was learned on, by type of claim and in words."""
    counts = count_claims(UNSEEN)
    rows = [(row["text"], counts[name][str(row[key])]) for name, (file, key) in UNSEEN.items() for row in rows_of(file)]
    strict, wide = Prefilter(), Prefilter(wide=True)
    passed = [(strict.passes(text), wide.passes(text)) for text, _ in rows]
    say_kept((found, *kept) for (_, found), kept in zip(rows, passed, strict=True))
    words = [len(text.split()) for text, _ in rows]
    for name, at in (("words", 0), ("words, wide", 1)):
        print(f"{name}: {share([(number * kept[at], number) for number, kept in zip(words, passed, strict=True)]):.1%} of {sum(words):,}")


def main(arguments: list[str]) -> int:
    if "--general" in arguments:
        say_unseen_general()
        return 0
    sets: dict[str, list[Told]] = {}
    for name, told in told_reports():
        sets.setdefault(name, []).append(told)
    lexicon = Lexicon()
    say_reports(sets)
    say_sentences(sets, frame_forms(lexicon))
    if Path(DATA / "events").is_dir():
        say_learned(lexicon)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
