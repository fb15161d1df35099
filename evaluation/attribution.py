"""Scores attributions: on PolNeAR (sources, cues, contents), on MEANTIME (who said which event) and on sentences of our own.

usage: python -m evaluation.attribution polnear [PARSES] [--rules | --tagger] [--errors N]
       python -m evaluation.attribution meantime | gold
       python -m evaluation.attribution parse {train,dev} OUT      (parses a part of PolNeAR once, for training and quick scoring)

Spans are compared as our parser's tokens, punctuation at the edges aside. An attribution is right when its cue overlaps the
annotated one and source and content do. Newell et al. (2018) mark neither nested attributions nor who had a message: those are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from evaluation.baselines import verbs_of_saying
from evaluation.board import Counts, f1_of, harmonic, say, say_baseline, share_of
from onrecord.claims.attribution import find_attributions
from onrecord.claims.chains import build_chains
from onrecord.lexicon import Lexicon
from onrecord.parse import OnnxParser
from onrecord.records import Block, BlockKind, CueClass, Document, LinkRole, Parse, Span, text_sha256

DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data"))
GOLD = Path(__file__).parent / "gold" / "attribution.jsonl"
BATCH = 16
PUNCTUATION = frozenset("“”‘’\"'`,.:;?!()[]-–—―")
# The cue words of talk, as against thought and intent, that the figure "communication_cue" is about.
COMMUNICATION = frozenset(
    """say tell accord add write report claim announce ask argue state note accuse warn deny confirm describe call suggest insist declare
    respond reply tweet quote cite allege blame complain admit acknowledge explain reveal estimate urge promise vow pledge threaten condemn
    criticize denounce demand comment speak testify assert contend conclude find show indicate release statement according""".split()
)
Tokens = tuple[int, ...]


class Gold(msgspec.Struct, frozen=True):
    """An annotated attribution: spans, or after ``on`` token indices."""

    source: tuple[tuple[int, int], ...] | Tokens
    cue: tuple[tuple[int, int], ...] | Tokens
    content: tuple[tuple[int, int], ...] | Tokens

    def on(self, parse: Parse) -> Gold:
        """The same as token indices of a parse."""
        return Gold(tokens_of(parse, self.source), tokens_of(parse, self.cue), tokens_of(parse, self.content))


def tokens_of(parse: Parse, spans: Iterable[Span]) -> Tokens:
    """Every token that a span touches, in text order."""
    starts = [token.span[0] for token in parse.tokens]
    found = set()
    for start, end in spans:
        at = max(0, bisect_left(starts, start) - 1)
        while at < len(starts) and starts[at] < end:
            if parse.tokens[at].span[1] > start:
                found.add(at)
            at += 1
    return tuple(sorted(found))


# ── PolNeAR ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_polnear(part: str) -> Iterator[dict]:
    with gzip.open(DATA / f"attribution/polnear_{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def load_gold(part: str) -> dict[str, list[Gold]]:
    """Per document, its annotated attributions as spans."""
    spans = lambda one, key: tuple(map(tuple, one[key]))  # noqa: E731
    return {
        row["doc_id"]: [Gold(spans(one, "source"), spans(one, "cue"), spans(one, "content")) for one in row["attributions"]]
        for row in read_polnear(part)
    }


def plain_document(name: str, text: str, outlet: str | None = None) -> Document:
    """A document whose paragraphs are its lines."""
    blocks = tuple(
        Block(span=match.span(), kind=BlockKind.BODY, paragraph=number) for number, match in enumerate(re.finditer(r"\S[^\n]*", text))
    )
    return Document(id=name, text=text, sha256=text_sha256(text), outlet=outlet, blocks=blocks)


def parse_polnear(part: str) -> Iterator[Parse]:
    parser = OnnxParser()
    documents = [plain_document(row["doc_id"], row["text"], row["publisher"]) for row in read_polnear(part)]
    for first in range(0, len(documents), BATCH):
        yield from parser.parse(documents[first : first + BATCH])


def save_parses(parses: Sequence[Parse], path: Path) -> None:
    path.write_bytes(msgspec.msgpack.encode(parses))


def load_parses(path: Path) -> list[Parse]:
    return msgspec.msgpack.decode(path.read_bytes(), type=list[Parse])


System = Callable[[Parse], list[Gold]]
BASELINE = "subjects and clauses of verbs of saying"


def baseline(parse: Parse) -> list[Gold]:
    """Attributions as rules of thumb find them."""
    return [Gold(*roles) for roles in verbs_of_saying(parse, COMMUNICATION)]


def final_system(lexicon: Lexicon) -> System:
    def run(parse: Parse) -> list[Gold]:
        found = find_attributions(parse, (), lexicon)
        access = {one.id for one in found if one.cue_class is CueClass.ACCESS}
        outermost = (one for one in found if (one.within is None or one.within in access) and one.id not in access)
        return [Gold(one.source, one.cue, one.content).on(parse) for one in outermost]

    return run


def score_polnear(parses: Sequence[Parse], gold: dict[str, list[Gold]], system: System) -> dict[str, float]:
    """The figures of a system: see :class:`Score`."""
    score, each = Score(), []
    seconds = 0.0
    for parse in parses:
        began = time.process_time()
        produced = system(parse)
        seconds += time.process_time() - began
        own = _score(produced, parse, gold)
        score.join(own)
        each.append(own)
    say_polnear(each, [_score(baseline(parse), parse, gold) for parse in parses])
    figures = score.figures()
    figures["tokens_per_second"] = round(sum(len(parse.tokens) for parse in parses) / max(seconds, 1e-9))
    return figures


def _score(produced: Sequence[Gold], parse: Parse, gold: dict[str, list[Gold]]) -> Score:
    score = Score()
    score.add(parse, produced, [one.on(parse) for one in gold[parse.document.id]])
    return score


def say_polnear(documents: Sequence[Score], baselines: Sequence[Score]) -> None:
    measures: dict[str, tuple[Callable[[Score], Sequence[int]], Callable[[Sequence[Any]], float]]] = {
        "source and content": (lambda one: (one.all[1], one.all[3], one.all[4]), f1_of),
        "talk cues": (lambda one: one.communication, communication_f1),
        "exact source": (lambda one: one.exact["source"], f1_of),
        "exact cue": (lambda one: one.exact["cue"], f1_of),
        "exact content": (lambda one: one.exact["content"], f1_of),
    }
    for name, (counts, measure) in measures.items():
        say(f"attribution: PolNeAR, {name}", [counts(one) for one in documents], measure)
        say_baseline(f"attribution: PolNeAR, {name}", BASELINE, measure([counts(one) for one in baselines]))


def communication_f1(counts: Sequence[Sequence[int]]) -> float:
    """F1 of (annotated found, annotated, produced right, produced) summed over documents."""
    found, asked, right, said = (sum(column) for column in zip(*counts, strict=True))
    precision, recall = right / max(said, 1), found / max(asked, 1)
    return harmonic(precision, recall)


class Score:
    """Counts over documents. exact: both edges of a role right; overlap: the role shares a word; j50: contents share half."""

    def __init__(self) -> None:
        self.exact = {role: [0, 0, 0] for role in ("source", "cue", "content")}
        self.all = [0, 0, 0, 0, 0]  # matched cues, source and content overlap, source and half of content, produced, annotated
        self.communication = [0, 0, 0, 0]  # annotated found, annotated, produced right, produced
        self.source_right = [0, 0]

    def join(self, other: Score) -> None:
        """Adds the counts of another."""
        pairs = [(counts, other.exact[role]) for role, counts in self.exact.items()]
        pairs += [(self.all, other.all), (self.communication, other.communication), (self.source_right, other.source_right)]
        for own, more in pairs:
            own[:] = [one + another for one, another in zip(own, more, strict=True)]

    def add(self, parse: Parse, produced: Sequence[Gold], gold: Sequence[Gold]) -> None:
        for role, counts in self.exact.items():
            made = {edges(parse, getattr(one, role)) for one in produced} - {None}
            true = {edges(parse, getattr(one, role)) for one in gold} - {None}
            for at, number in enumerate((len(made & true), len(made), len(true))):
                counts[at] += number
        self.all[3] += len(produced)
        self.all[4] += len(gold)
        for one in gold:
            match = next((other for other in produced if set(one.cue) & set(other.cue)), None)
            if match is not None:
                self._match(one, match)
        self._communication(parse, produced, gold)

    def _match(self, gold: Gold, made: Gold) -> None:
        source = (not gold.source and not made.source) or bool(set(gold.source) & set(made.source))
        shared, union = len(set(gold.content) & set(made.content)), len(set(gold.content) | set(made.content))
        self.all[0] += 1
        self.all[1] += source and shared > 0
        self.all[2] += source and shared * 2 >= union > 0
        self.source_right[0] += source
        self.source_right[1] += 1

    def _communication(self, parse: Parse, produced: Sequence[Gold], gold: Sequence[Gold]) -> None:
        cued = set().union(*(one.cue for one in gold)) if gold else set()
        made = set().union(*(one.cue for one in produced)) if produced else set()
        for one in gold:
            if one.cue and is_communication(parse, one):
                self.communication[1] += 1
                self.communication[0] += bool(made & set(one.cue))
        for one in produced:
            if is_communication(parse, one):
                self.communication[3] += 1
                self.communication[2] += bool(cued & set(one.cue))

    def figures(self) -> dict[str, float]:
        found, asked, right, said = self.communication
        figures = {f"exact_{role}": f1(*counts) for role, counts in self.exact.items()}
        for name, at in (("cue_overlap", 0), ("attribution", 1), ("attribution_j50", 2)):
            figures[name] = f1(self.all[at], self.all[3], self.all[4])
        precision, recall = right / max(said, 1), found / max(asked, 1)
        figures["communication_cue"] = round(communication_f1([self.communication]), 3)
        figures |= {"communication_precision": round(precision, 3), "communication_recall": round(recall, 3)}
        figures["source_of_found"] = round(self.source_right[0] / max(self.source_right[1], 1), 3)
        return figures | {"produced": self.all[3], "annotated": self.all[4]}


def f1(right: int, made: int, true: int) -> float:
    return round(2 * right / max(made + true, 1), 3)


def edges(parse: Parse, tokens: Sequence[int]) -> tuple[int, int] | None:
    """First and last word of a role, punctuation aside."""
    words = [at for at in tokens if parse.tokens[at].text.strip("".join(PUNCTUATION))]
    return (words[0], words[-1]) if words else None


def is_communication(parse: Parse, one: Gold) -> bool:
    return any(parse.tokens[at].lemma.lower() in COMMUNICATION or parse.tokens[at].text.lower() in COMMUNICATION for at in one.cue)


def print_errors(parses: Sequence[Parse], gold: dict[str, list[Gold]], system: System, limit: int) -> None:
    """For people: what was missed, made up or cut wrongly."""
    text = lambda parse, tokens: " ".join(parse.tokens[at].text for at in tokens)  # noqa: E731
    shown = 0
    for parse in parses:
        produced = system(parse)
        true = [one.on(parse) for one in gold[parse.document.id]]
        for one in true:
            match = next((other for other in produced if set(one.cue) & set(other.cue)), None)
            same = match is not None and all(
                edges(parse, getattr(one, r)) == edges(parse, getattr(match, r)) for r in ("source", "content")
            )
            if not same and shown < limit:
                shown += 1
                print(f"GOLD [{text(parse, one.source)}] <{text(parse, one.cue)}> [{text(parse, one.content)[:200]}]")
                if match is not None:
                    print(f"MADE [{text(parse, match.source)}] <{text(parse, match.cue)}> [{text(parse, match.content)[:200]}]")
                print()


# ── MEANTIME ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def score_meantime(lexicon: Lexicon) -> dict[str, float]:
    """Source links (SLINK): a cue of ours that is an annotated event, linked to the annotated events of its content.

    A link is right when MEANTIME has it. In ``main`` figures a content counts only by the events that hang on no other of its events,
    since MEANTIME links what is said, not what that mentions.
    """
    counts = {"all": [0, 0], "main": [0, 0]}
    asked = 0
    documents: list[Counts] = []
    plain: list[Counts] = []
    parser = OnnxParser()
    with gzip.open(DATA / "time/meantime_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = list(map(json.loads, lines))
    for row, parse in zip(rows, parser.parse([plain_document(row["doc_id"], row["text"]) for row in rows]), strict=True):
        events = {event["id"]: tokens_of(parse, [tuple(span) for span in event["spans"]]) for event in row["events"]}
        links = {(source, target) for source, target in row["slinks"] if {source, target} <= events.keys()}
        asked += len(links)
        attributions = [Gold(one.source, one.cue, one.content).on(parse) for one in find_attributions(parse, (), lexicon)]
        for name, pick in (("all", lambda _, found: found), ("main", _main_events)):
            pairs = _linked(attributions, events, lambda found, pick=pick, parse=parse: pick(parse, found))
            counts[name][0] += len(pairs & links)
            counts[name][1] += len(pairs)
            documents += [(len(pairs & links), len(pairs), len(links))] if name == "all" else []
        pairs = _linked(baseline(parse), events, list)
        plain.append((len(pairs & links), len(pairs), len(links)))
    say("attribution: MEANTIME, source links", documents, f1_of)
    say_baseline("attribution: MEANTIME, source links", BASELINE, f1_of(plain))
    figures: dict[str, float] = {"links": asked}
    for name, (right, made) in counts.items():
        figures |= {f"precision_{name}": round(right / max(made, 1), 3), f"recall_{name}": round(right / max(asked, 1), 3)}
        figures |= {f"f1_{name}": f1(right, made, asked), f"proposed_{name}": made}
    return figures


def _linked(
    attributions: Iterable[Gold], events: dict[str, Tokens], pick: Callable[[dict[str, Tokens]], list[str]]
) -> set[tuple[str, str]]:
    """Pairs of an event in a cue and a chosen one of its content."""
    return {
        (source, target)
        for one in attributions
        for source in _events_in(events, one.cue)
        for target in pick({key: events[key] for key in _events_in(events, one.content)})
    }


def _events_in(events: dict[str, Tokens], tokens: Tokens) -> list[str]:
    inside = set(tokens)
    return [key for key, event in events.items() if inside & set(event)]


def _main_events(parse: Parse, found: dict[str, Tokens]) -> list[str]:
    """The events that hang on no other of those found."""
    return [
        key
        for key, event in found.items()
        if event and not any(set(parse.ancestors(event[0])) & set(other) for name, other in found.items() if name != key)
    ]


# ── Sentences of our own ──────────────────────────────────────────────────────────────────────────────────────────────


class Case(msgspec.Struct, frozen=True):
    """A text of ours with what each claim's chain should be.

    claims: trigger words of the text (with "#2" for the second occurrence) -> the chain, as "role:text" without the publisher.
    """

    id: str
    text: str
    claims: dict[str, list[str]]
    outlet: str = "Example Wire"
    kind: BlockKind = BlockKind.BODY


def load_cases(path: Path = GOLD) -> list[Case]:
    return [msgspec.json.decode(line, type=Case) for line in path.read_bytes().splitlines() if line.strip()]


def score_gold(parses: Sequence[Parse], cases: Sequence[Case], lexicon: Lexicon, *, show: bool = False) -> dict[str, float]:
    """source: claims whose first link (or the outlet's own voice) is right; chain: those whose whole chain is."""
    source = chain = asked = made_up = silent = 0
    hits: list[tuple[bool, bool]] = []
    plain: list[tuple[bool, bool]] = []
    for parse, case in zip(parses, cases, strict=True):
        chains = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon))
        for trigger, wanted in case.claims.items():
            produced = [(link.role, link.text or "") for link in chains.chain(trigger_span(case.text, trigger))][:-1]
            expected = [(LinkRole(part.partition(":")[0]), part.partition(":")[2]) for part in wanted]
            first = same_links(produced[:1], expected[:1])
            whole = same_links(produced, expected)
            asked, source, chain = asked + 1, source + first, chain + whole
            hits.append((first, whole))
            guess = _guessed(parse, trigger_span(case.text, trigger))
            plain.append((same_links(guess, expected[:1]), same_links(guess, expected)))
            silent += not expected
            made_up += not expected and bool(produced)
            if show and not whole:
                print(
                    f"{'chain ' if first else 'SOURCE'} {case.id} {trigger!r}: {case.text}\n    expected {wanted}\n    produced {produced}"
                )
    for at, name in enumerate(("source", "whole chain")):
        say(f"attribution: own sentences, {name}", [one[at] for one in hits], share_of)
        say_baseline(f"attribution: own sentences, {name}", BASELINE, share_of([one[at] for one in plain]))
    figures = {"source": round(source / asked, 3), "chain": round(chain / asked, 3), "claims": asked}
    return figures | {"outlet_voice_given_a_speaker": made_up, "outlet_voice": silent}


def _guessed(parse: Parse, trigger: Span) -> list[tuple[LinkRole, str]]:
    """The speaker that the baseline gives a claim: that of the shortest content around it."""
    at = set(tokens_of(parse, [trigger]))
    around = min((one for one in baseline(parse) if at & set(one.content)), key=lambda one: len(one.content), default=None)
    source = around.source if around is not None else ()
    return [(LinkRole.SPEAKER, parse.text_of((parse.tokens[source[0]].span[0], parse.tokens[source[-1]].span[1])))] if source else []


def same_links(produced: Sequence[tuple[LinkRole, str]], expected: Sequence[tuple[LinkRole, str]]) -> bool:
    """Same roles in the same order, each text holding the other (articles and appositions aside)."""
    if [role for role, _ in produced] != [role for role, _ in expected]:
        return False
    return all(_same_text(one, other) for (_, one), (_, other) in zip(produced, expected, strict=True))


def _same_text(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return one.casefold() in other.casefold() or other.casefold() in one.casefold()


def trigger_span(text: str, trigger: str) -> Span:
    """Where a trigger stands; "#2" after it asks for its second occurrence as a whole word."""
    word, _, number = trigger.partition("#")
    found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
    return found[int(number or 1) - 1]


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("task", choices=("polnear", "meantime", "gold", "parse"))
    options.add_argument("rest", nargs="*")
    options.add_argument("--errors", type=int, default=0)
    asked = options.parse_args(arguments)
    lexicon = Lexicon()
    if asked.task == "parse":
        part, out = asked.rest
        save_parses(list(parse_polnear(part)), Path(out))
    elif asked.task == "polnear":
        parses = load_parses(Path(asked.rest[0])) if asked.rest else list(parse_polnear("dev"))
        gold = load_gold("dev")
        print_errors(parses, gold, final_system(lexicon), asked.errors)
        print(json.dumps(score_polnear(parses, gold, final_system(lexicon))))
    elif asked.task == "meantime":
        print(json.dumps(score_meantime(lexicon)))
    else:
        cases = load_cases()
        parses = list(OnnxParser().parse([_case_document(case) for case in cases]))
        print(json.dumps(score_gold(parses, cases, lexicon, show=bool(asked.errors))))
    return 0


def _case_document(case: Case) -> Document:
    document = plain_document(case.id, case.text, case.outlet)
    blocks = tuple(msgspec.structs.replace(block, kind=case.kind) for block in document.blocks)
    return msgspec.structs.replace(document, blocks=blocks)


if __name__ == "__main__":
    sys.exit(main())
