"""Tags and trees from raw text on the development parts of GUM and EWT (Universal Dependencies), words matched by their characters.

usage: python -m evaluation.trees
Words and sentences are the parser's own, paragraphs the treebank's; relations are compared without subtypes. Baselines: the commonest
tag and relation of a word in EWT's training part, each word hung on the one behind it.
"""

from __future__ import annotations

import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import msgspec

from evaluation.board import Counts, f1_of, say, say_baseline
from evaluation.mentions import read_treebank
from evaluation.places_sets import data_folder
from onrecord.parse import OnnxParser
from onrecord.records import Block, BlockKind, Document, Parse, Span

SETS = {"gum": "GUM dev", "ewt": "EWT dev"}
MEASURES = ("UPOS", "UAS", "LAS")
BASELINES = {
    "UPOS": "the word's commonest tag",
    "UAS": "each word on the next",
    "LAS": "each word on the next, its commonest relation",
}
Word = tuple[str, Span | None, str]  # tag, the head's characters (None: the root), relation


def by_paragraph(gold: Parse) -> Document:
    """The document of a gold parse with a block for each of its paragraphs."""
    blocks = []
    for number, sentences in groupby(gold.sentences, key=lambda sentence: sentence.paragraph):
        spans = [sentence.span for sentence in sentences]
        blocks.append(Block(span=(spans[0][0], spans[-1][1]), kind=BlockKind.BODY, paragraph=number))
    return msgspec.structs.replace(gold.document, blocks=tuple(blocks))


def words_of(parse: Parse) -> dict[Span, Word]:
    """What a parse says of each word, by the word's characters."""
    return {t.span: (t.upos, parse.tokens[t.head].span if t.head >= 0 else None, t.deprel.partition(":")[0]) for t in parse.tokens}


def guessed(gold: Parse) -> dict[Span, Word]:
    """What the baselines say of the gold's words."""
    known = commonest()
    found: dict[Span, Word] = {}
    for token in gold.tokens:
        behind = gold.tokens[token.index + 1] if token.index + 1 < len(gold.tokens) else None
        tag, relation = known.get(token.text.lower(), ("PROPN" if token.text[:1].isupper() else "NOUN", "nmod"))
        found[token.span] = (tag, behind.span if behind is not None and behind.sentence == token.sentence else None, relation)
    return found


@lru_cache(maxsize=1)
def commonest() -> dict[str, tuple[str, str]]:
    """Of each word of EWT's training part its commonest tag and relation; of equally common ones the first in the alphabet."""
    tags: defaultdict[str, Counter[str]] = defaultdict(Counter)
    relations: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with lzma.open(data_folder() / "ud/ewt_train.conllu.xz", "rt", encoding="utf-8") as lines:
        for columns in (line.split("\t") for line in lines):
            if len(columns) == 10 and columns[0].isdigit():
                tags[columns[1].lower()][columns[3]] += 1
                relations[columns[1].lower()][columns[7].partition(":")[0]] += 1
    return {word: (_first(tags[word]), _first(relations[word])) for word in tags}


def _first(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def compare(gold: dict[Span, Word], made: dict[Span, Word]) -> dict[str, Counts]:
    """By measure: right, made and asked words."""
    both = [(gold[span], made[span]) for span in gold.keys() & made.keys()]
    right = {
        "UPOS": sum(one[0] == other[0] for one, other in both),
        "UAS": sum(one[1] == other[1] for one, other in both),
        "LAS": sum(one[1:] == other[1:] for one, other in both),
    }
    return {measure: (right[measure], len(made), len(gold)) for measure in MEASURES}


def score(name: str, parser: OnnxParser) -> Iterator[tuple[dict[str, Counts], dict[str, Counts]]]:
    """For each document of a treebank's development part, the counts of the parser and those of the baselines."""
    golds = list(read_treebank(f"{name}_dev"))
    for gold, parse in zip(golds, parser.parse(by_paragraph(gold) for gold in golds), strict=True):
        wanted = words_of(gold)
        yield compare(wanted, words_of(parse)), compare(wanted, guessed(gold))


def main() -> int:
    if not (data_folder() / "ud").is_dir():
        print(f"{data_folder() / 'ud'}: not there; set ONRECORD_DATA to the folder of development data", file=sys.stderr)
        return 3
    parser = OnnxParser()
    for name, called in SETS.items():
        documents = list(score(name, parser))
        for measure in MEASURES:
            figure = f"trees: {called}, {measure}"
            say(figure, [ours[measure] for ours, _ in documents], f1_of)
            say_baseline(figure, BASELINES[measure], f1_of(baseline[measure] for _, baseline in documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
