"""Measures near-copy detection: news texts are cut, retitled, edited and set into longer ones, as wire copies are.

python -m evaluation.copies      needs events/muc4_train_dev.jsonl.gz below ONRECORD_DATA; rensa, if installed, is measured beside ours
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from evaluation.board import say, share_of
from onrecord.sources import WORD, find_copies, shingles, words_of

DATA = Path(os.environ.get("ONRECORD_DATA", Path(__file__).parent.parent.parent / "shared/data"))
TEXTS = 600
Pairs = set[tuple[str, str]]
Edit = Callable[[str, random.Random, list[str]], str]


def read_texts(path: Path) -> list[str]:
    """News texts of at least 120 words, no two of them near-copies by our own measure at half its threshold."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [str(record.get("text") or record.get("doctext")) for record in map(json.loads, lines)]
    return [text for text in texts if len(WORD.findall(text)) >= 120][:TEXTS]


def _cut(share: float) -> Edit:
    return lambda text, rng, others: text[: int(len(text) * share)]


def _change(share: float) -> Edit:
    return lambda text, rng, others: " ".join("altered" if rng.random() < share else word for word in text.split())


def _filler(text: str, rng: random.Random, others: list[str]) -> str:
    """As many words as the text has, of another one in another order: a story of its own."""
    words = rng.choice(others).split()
    return " ".join(rng.choices(words, k=len(text.split())))


EDITS: dict[str, Edit] = {
    "cut to a half": _cut(0.5),
    "cut to a quarter": _cut(0.25),
    "retitled, lead cut": lambda text, rng, others: "Desk headline\nBy our correspondent\n" + " ".join(text.split()[20:]),
    "5 % of words changed": _change(0.05),
    "10 % of words changed": _change(0.10),
    "inside a text thrice as long": lambda text, rng, others: f"{_filler(text, rng, others)}\n{text}\n{_filler(text, rng, others)}",
}


def ours(texts: dict[str, str]) -> Pairs:
    return set(find_copies({id: shingles(words_of(text)) for id, text in texts.items()}))


def minhash(texts: dict[str, str]) -> Pairs:
    """The usual way: MinHash with banding on Jaccard similarity of at least a half, by rensa."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    sketches = {}
    for number, (_, text) in enumerate(texts.items()):
        words = words_of(text)
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update([" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))])
        sketches[number] = sketch
        index.insert(number, sketch)
    ids = list(texts)
    return {
        (min(ids[one], ids[other]), max(ids[one], ids[other]))
        for one, sketch in sketches.items()
        for other in index.query(sketch)
        if one < other and sketch.jaccard(sketches[other]) >= 0.5
    }


def trials(texts: list[str]) -> Iterator[tuple[str, dict[str, str], Pairs]]:
    """Per edit: all texts, an edited copy of every second one, and the pairs that should be found."""
    for name, edit in EDITS.items():
        rng = random.Random(5)
        originals = {f"{number:04}": text for number, text in enumerate(texts)}
        hosts = texts[1::2]
        copies = {f"{id}c": edit(text, rng, hosts) for id, text in list(originals.items())[::2]}
        yield name, originals | copies, {(id[:-1], id) for id in copies}


def main() -> None:
    path = DATA / "events/muc4_train_dev.jsonl.gz"
    if not path.exists():
        print(f"no texts at {path}: set ONRECORD_DATA")
        return
    texts = read_texts(path)
    base = ours({f"{number:04}": text for number, text in enumerate(texts)})
    print(f"{len(texts)} texts, of which the set itself repeats {len(base)} pairs")
    systems = {"ours": ours}
    try:
        import rensa  # noqa: F401

        systems["minhash"] = minhash
    except ImportError:
        print("rensa is not installed: only ours is measured")
    for system, find in systems.items():
        begun = time.process_time()
        each: list[bool] = []
        for name, trial, expected in trials(texts):
            found = find(trial)
            repeats = {(one, other) for one, other in found if (one.rstrip("c"), other.rstrip("c")) in base}
            wrong = {(one, other) for one, other in found - expected - repeats if one.rstrip("c") != other.rstrip("c")}
            right = len(found & expected)
            each += [True] * right + [False] * (len(expected) - right)
            print(f"  {system:8}{name:30} recall {right / len(expected):.3f} ({right} of {len(expected)}), false merges {len(wrong)}")
        say(f"copies: {system}, found", each, share_of)
        print(f"  {system:8}{time.process_time() - begun:.1f} s of processor time")


if __name__ == "__main__":
    main()
