"""F1 by the two costs of ``onrecord.parse.spans``, on training documents: ``python -m training.decoding [--model DIR]``.

The shipped costs are read off these rows; development scores are in ``training.evaluate``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onrecord.parse import OnnxParser
from onrecord.parse.model import Reading, Sample
from onrecord.parse.pieces import Encoded
from onrecord.parse.spans import best_tags, tag_runs
from training.scores import precision_recall
from training.spans import TextSentence, bio_tags, piece_flags, read_attributions, read_entities, read_roles

TOUCHING = (0.0, 1.0, 2.0, 4.0)
LENIENCE = (0.0, 0.25, 0.5, 0.75)
MOST_SENTENCES = 3000  # of PolNeAR

Found = tuple[TextSentence, Reading]


def read_all(parser: OnnxParser, sentences: Iterable[TextSentence]) -> list[Found]:
    """What the networks say of each sentence."""
    kept = list(sentences)
    encoded = [Encoded(parser.model.pieces, each.words) for each in kept]
    samples = [Sample(one, piece_flags(one, each.quoted)) for one, each in zip(encoded, kept, strict=True)]
    return list(zip(kept, parser.model.read(samples), strict=True))


def scores(found: list[Found], heads: tuple[str, ...], labels: dict[str, list[str]], touching: float, lenience: float) -> dict[str, float]:
    """F1 of exact spans, or of words for attribution."""
    gold: list[set[Any]] = []
    marked: list[set[Any]] = []
    for sentence, reading in found:
        gold.append(set())
        marked.append(set())
        for head in heads:
            outputs = {head: reading.outputs[head][None]}
            (tags,) = best_tags(outputs, labels, [len(sentence.spans)], touching=touching, lenience={head: lenience})[head].tolist()
            own = labels[head]
            numbers = [own.index(tag) for tag in bio_tags(sentence, sentence.gold[head])]
            gold[-1] |= _units(tags=numbers, labels=own, head=head)
            marked[-1] |= _units(tags=tags, labels=own, head=head)
    return precision_recall(gold, marked)


def _units(*, tags: list[int], labels: list[str], head: str) -> set[Any]:
    if head in ("source", "cue", "content"):
        return {(head, at) for at, tag in enumerate(tags) if tag}
    return set(tag_runs(tags, labels))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", type=Path)
    parser = OnnxParser(model_dir=options.parse_args().model)
    model = parser.model
    short = [each for each in read_attributions("polnear_train", model.boundaries) if len(each.spans) <= 100][:MOST_SENTENCES]
    sets = {
        "entities": (read_all(parser, read_entities(model.boundaries)[0]), (("entity", "nested"),)),
        "roles": (read_all(parser, read_roles()[0]), (("role",),)),
        "attribution": (read_all(parser, short), (("source",), ("cue",), ("content",))),
    }
    for name, (found, groups) in sets.items():
        for heads in groups:
            for touching in TOUCHING:
                row = {str(lenience): round(scores(found, heads, model.labels, touching, lenience)["f"], 4) for lenience in LENIENCE}
                print(json.dumps({"set": name, "heads": heads, "touching": touching, "f_by_lenience": row}), flush=True)


if __name__ == "__main__":
    main()
