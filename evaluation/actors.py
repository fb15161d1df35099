"""How often actors get the right country and sectors: on the seed report's gold mentions and on a gold of our own.

usage: python -m evaluation.actors [seed|gold|found|speed] [--errors]
Gold spans are given in ``seed`` and ``gold``, so that finding mentions is not scored there; in ``found`` the program finds the mentions:
the one with the gold's head answers, and one that it misses is silence. A missing actor, or UNK, is silence: counted as not right, but
apart from errors. ``strict``: the code is equal. ``lenient``: the expected code is among the candidates, too.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from evaluation.baselines import by_word
from evaluation.board import say, say_baseline, share_of
from onrecord.gazetteer import Gazetteer, load_gazetteer
from onrecord.lexicon import Lexicon
from onrecord.mentions import find_mentions
from onrecord.parse import OnnxParser
from onrecord.records import Actor, Block, BlockKind, Coding, Document, EntityLabel, Mention, MentionKind, Parse, Span, text_sha256
from onrecord.resolve.actors import resolve_actors
from onrecord.resolve.places import resolve_places

DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data"))
GOLD = Path(__file__).parent / "gold" / "actors.jsonl"
_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]*)\]")
_PRONOUNS = frozenset(["he", "she", "it", "they", "him", "her", "them", "his", "its", "their", "we", "us", "our", "i"])
PLAIN = by_word(
    {
        "MIL": "army military troops soldiers soldier forces warplanes navy",
        "GOV": "government president minister ministry officials authorities parliament",
        "COP": "police officers",
        "REB": "rebels militants fighters insurgents gunmen",
        "CVL": "civilians people residents villagers children women",
        "OPP": "protesters demonstrators",
    }
)


class Answer(NamedTuple):
    """One gold mention with the expected code ("" for none) and what was found."""

    document: str
    text: str
    expected: str
    found: Actor | None

    @property
    def code(self) -> str:
        return "" if self.found is None or self.found.sectors == ("UNK",) else self.found.code

    @property
    def strict(self) -> bool:
        return self.code == self.expected

    @property
    def lenient(self) -> bool:
        return self.strict or (self.found is not None and any(other.code == self.expected for other in self.found.candidates))


def read_gold(path: Path = GOLD) -> Iterator[tuple[dict[str, Any], Document, list[tuple[Span, str]]]]:
    """The gold's reports: their row, the document, and the spans of its mentions with their codes.

    A row has ``id``, ``set``, ``conflict``, ``published`` and ``text``, in which "[Turkish soldiers|TUR MIL]" marks a mention; one with an
    empty code must stay unresolved. Paragraphs are lines; the first is the headline.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, spans = unmark(row["text"])
        yield row, _document(row, text), spans


def unmark(marked: str) -> tuple[str, list[tuple[Span, str]]]:
    """The text without marks, and each marked span with its code."""
    parts: list[str] = []
    spans: list[tuple[Span, str]] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        parts.append(marked[at : match.start()])
        length += match.start() - at
        spans.append(((length, length + len(match[1])), match[2].strip()))
        parts.append(match[1])
        length += len(match[1])
        at = match.end()
    return "".join([*parts, marked[at:]]), spans


def _document(row: dict[str, Any], text: str) -> Document:
    blocks = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        blocks.append(Block(span=(at, at + len(line)), kind=BlockKind.BODY if number else BlockKind.HEADLINE, paragraph=number))
        at += len(line) + 1
    return Document(id=row["id"], text=text, sha256=text_sha256(text), published=row.get("published"), blocks=tuple(blocks))


def mention_at(parse: Parse, number: int, span: Span, *, named: bool | None = None, label: EntityLabel | None = None) -> Mention:
    """A mention for a gold span: head by the parse, label by the model's entity where it covers the head."""
    tokens = parse.tokens_in(span)
    inside = {token.index for token in tokens}
    head = next((token for token in tokens if token.head not in inside), tokens[-1])
    return Mention(
        id=f"m{number}",
        kind=MentionKind.ACTOR,
        label=label or _label(parse, inside),
        span=span,
        head=head.span,
        text=parse.text_of(span),
        named=any(token.upos == "PROPN" for token in tokens) if named is None else named,
    )


def _label(parse: Parse, inside: set[int]) -> EntityLabel:
    for entity in parse.signals.entities if parse.signals else ():
        if inside & set(range(entity.first, entity.end)) and entity.label in EntityLabel.__members__:
            return EntityLabel(entity.label)
    return EntityLabel.OTHER


def gold_answers(parser: OnnxParser, lexicon: Lexicon, chosen: str) -> list[Answer]:
    """Answers on one set of the gold: "first" or "second", in the order of writing."""
    answers: list[Answer] = []
    for row, document, spans in read_gold():
        if row["set"] != chosen:
            continue
        parse = next(iter(parser.parse([document])))
        mentions = tuple(mention_at(parse, number, span) for number, (span, _) in enumerate(spans, start=1))
        mentions = _with_coreference(parse, mentions, lexicon)
        found = resolve_actors(parse, mentions, lexicon)
        answers += [
            Answer(row["id"], parse.text_of(span), code, mention.actor) for (span, code), mention in zip(spans, found, strict=False)
        ]
    return answers


def found_answers(parser: OnnxParser, lexicon: Lexicon, gazetteer: Gazetteer) -> list[Answer]:
    """Answers on the whole gold with mentions, places and coreference as the program finds them."""
    answers: list[Answer] = []
    for row, document, spans in read_gold():
        parse = next(iter(parser.parse([document])))
        mentions = resolve_places(parse, find_mentions(parse, lexicon, gazetteer), lexicon, gazetteer)
        found = [mention for mention in resolve_actors(parse, mentions, lexicon) if mention.kind is MentionKind.ACTOR]
        for number, (span, code) in enumerate(spans):
            answers.append(Answer(row["id"], parse.text_of(span), code, _answer(mention_at(parse, number, span), found)))
    return answers


def _answer(gold: Mention, found: Sequence[Mention]) -> Actor | None:
    """The actor of the mention with the gold's head, else of the first whose head lies in the gold's span ("thousands of [civilians]")."""
    same = [mention for mention in found if mention.head == gold.head]
    inside = [mention for mention in found if gold.span[0] <= mention.head[0] and mention.head[1] <= gold.span[1]]
    return next((mention.actor for mention in [*same, *inside]), None)


def _with_coreference(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Mention, ...]:
    """Pronouns go to the gold mention nearest before them in the same or the last sentence: what any coreference would give at least."""
    linked: list[Mention] = []
    for mention in mentions:
        if mention.text.casefold() in _PRONOUNS and linked:
            mention = msgspec.structs.replace(mention, refers_to=linked[-1].id, named=False)
        linked.append(mention)
    return tuple(linked)


def seed_answers(parser: OnnxParser, lexicon: Lexicon) -> list[Answer]:
    """The seed report's gold mentions of kind actor; kinds, spans, heads and coreference are the gold's."""
    gold = msgspec.json.decode((DATA / "seed/gold.json").read_bytes(), type=Coding)
    document = msgspec.structs.replace(gold.document, published="2020-02-29")
    parse = next(iter(parser.parse([document])))
    mentions = tuple(msgspec.structs.replace(mention, actor=None) for mention in gold.mentions)
    found = resolve_actors(parse, mentions, lexicon)
    return [
        Answer("seed", expected.text, expected.actor.code if expected.actor else "", got.actor)
        for expected, got in zip(gold.mentions, found, strict=True)
        if expected.kind is MentionKind.ACTOR
    ]


def plain_code(text: str) -> str:
    """What anybody could do: the first country, people or capital among the words, and the sector of the first of thirty common nouns."""
    words = text.split()
    country = next((senses[0].entry.country or "" for _, _, senses in _lexicon().countries.matches(words)), "")
    sector = next((PLAIN[word] for word in map(str.lower, words) if word in PLAIN), "")
    return f"{country} {sector}".strip()


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon()


def report(name: str, answers: Sequence[Answer], *, errors: bool) -> None:
    """Prints shares right, lenient, silent and wrong; with ``errors`` a line for each that is not strictly right."""
    counts: Counter[str] = Counter()
    for answer in answers:
        counts["strict"] += answer.strict
        counts["lenient"] += answer.lenient
        counts["silent"] += not answer.code and bool(answer.expected)
        counts["wrong"] += bool(answer.code) and not answer.strict
    total = len(answers)
    shares = "  ".join(f"{key} {counts[key] / total:.3f}" for key in ("strict", "lenient", "silent", "wrong"))
    print(f"{name}: {total} mentions  {shares}")
    say(f"actors: {name}", [answer.strict for answer in answers], share_of)
    say_baseline(f"actors: {name}", "country named and thirty nouns", share_of([one.expected == plain_code(one.text) for one in answers]))
    if errors:
        for answer in answers:
            if not answer.strict:
                extra = f"{answer.found.basis} {[other.code for other in answer.found.candidates]}" if answer.found else ""
                print(f"  {answer.document:12} {answer.text[:60]!r:62} {answer.expected or '-':12} {answer.code or '-':12} {extra}")


def speed(parser: OnnxParser, lexicon: Lexicon) -> None:
    """Prints mentions resolved per second of processor time, parses given."""
    work = []
    for _, document, spans in read_gold():
        parse = next(iter(parser.parse([document])))
        work.append((parse, tuple(mention_at(parse, number, span) for number, (span, _) in enumerate(spans, start=1))))
    best = 0.0
    for _ in range(5):
        start = time.process_time()
        for parse, mentions in work:
            resolve_actors(parse, mentions, lexicon)
        best = max(best, sum(len(mentions) for _, mentions in work) / (time.process_time() - start))
    print(f"speed: {best:,.0f} mentions/s")


def main(arguments: list[str]) -> int:
    what = [argument for argument in arguments if not argument.startswith("-")] or ["seed", "gold", "found", "speed"]
    parser, lexicon = OnnxParser(), Lexicon()
    errors = "--errors" in arguments
    if "seed" in what and (DATA / "seed/gold.json").is_file():
        report("seed", seed_answers(parser, lexicon), errors=errors)
    if "gold" in what:
        for chosen in ("first", "second", "third"):
            report(f"gold, {chosen} set", gold_answers(parser, lexicon, chosen), errors=errors)
    if "found" in what:
        report("gold, mentions found", found_answers(parser, lexicon, load_gazetteer()), errors=errors)
    if "speed" in what:
        speed(parser, lexicon)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
