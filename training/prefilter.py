"""Learns the weights of ``onrecord.scale.prefilter``: which word forms of the frames tell reports of conflict from other news.

    python -m training.prefilter [--check]      # --check: only the table of five parts, each scored by weights learned on the others
writes ``src/onrecord/data/prefilter.json``. Logistic regression by stochastic gradient, both kinds of news with equal weight together.
The sets are read from ``$ONRECORD_DATA`` and never copied; what is kept is a number for each form, with two decimals.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onrecord.lexicon import Lexicon
from onrecord.scale.prefilter import FEW_FORMS, frame_forms

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/onrecord/data/prefilter.json"
DATA = Path(os.environ.get("ONRECORD_DATA", ROOT / "../shared/data"))
THRESHOLD = -2.25  # loses one report of conflict in a thousand of all sets, and of each at most one in a hundred
EPOCHS, RATE, DECAY, PARTS = 15, 0.5, 2e-5, 5
UNREST = frozenset(("KILL", "ARREST", "FORCE"))
WORD = re.compile(r"[^\W_]+")

Forms = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def read_sets() -> Iterator[tuple[str, str, bool]]:
    """Name of the set, text, and whether the text tells of conflict."""
    for row in _rows("events/muc4_train_dev"):
        if any(row["roles"].values()):
            yield "MUC-4", row["text"], True
    for row in _rows("events/satp_train_dev"):
        yield "SATP", row["text"], True
    for row in _rows("events/acled_subevents_dev"):
        yield "ACLED", row["text"], True
    for row in _rows("events/indiapolice_docs_train_dev"):
        if UNREST & set(row["labels"]):
            yield "IndiaPoliceEvents", row["text"], True
    for name, file in (("PolNeAR", "attribution/polnear_train"), ("LGL", "places/lgl"), ("MEANTIME", "time/meantime_dev")):
        for row in _rows(file):
            yield name, row["text"], False


def _rows(name: str) -> Iterator[dict[str, object]]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def learn(texts: Sequence[Forms], labels: npt.NDArray[np.bool_], forms: int, *, seed: int = 0) -> tuple[Floats, float]:
    """Weights and bias, averaged over the second half of the epochs."""
    weights, bias = np.zeros(forms), 0.0
    kept, kept_bias, rounds = np.zeros(forms), 0.0, 0
    share = labels.mean()
    order = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        rate = RATE / (1 + epoch)
        for at in order.permutation(len(texts)):
            found = texts[at]
            scale = 1 / np.sqrt(max(FEW_FORMS, len(found)))
            wrong = 1 / (1 + np.exp(-(weights[found].sum() * scale + bias))) - labels[at]
            step = rate * wrong * (0.5 / share if labels[at] else 0.5 / (1 - share))
            weights[found] -= step * scale + rate * DECAY * weights[found]
            bias -= 0.1 * step
        if epoch >= EPOCHS // 2:
            kept, kept_bias, rounds = kept + weights, kept_bias + bias, rounds + 1
    return kept / rounds, kept_bias / rounds


def score(found: Forms, weights: Floats, bias: float) -> float:
    """What the prefilter would weigh."""
    return float(weights[found].sum() / np.sqrt(max(FEW_FORMS, len(found))) + bias)


class Texts(NamedTuple):
    """What is learned on: per text its set, the numbers of the forms that it has, and whether it tells of conflict."""

    sets: list[str]
    forms: list[Forms]
    labels: npt.NDArray[np.bool_]


def read_texts(number: Mapping[str, int]) -> Texts:
    """The texts of all sets. number: of each form."""
    rows = list(read_sets())
    forms = [
        np.array(sorted({number[word] for word in WORD.findall(text.lower()) if word in number}), dtype=np.int64) for _, text, _ in rows
    ]
    return Texts([name for name, _, _ in rows], forms, np.array([truth for _, _, truth in rows]))


def held_out_scores(found: Texts, forms: int) -> Floats:
    """Of each text, what weights make of it that were learned on the four parts of five that it is not in."""
    scores = np.zeros(len(found.forms))
    part = np.random.default_rng(1).integers(0, PARTS, len(found.forms))
    for held_out in range(PARTS):
        rest = np.flatnonzero(part != held_out)
        weights, bias = learn([found.forms[at] for at in rest], found.labels[rest], forms, seed=held_out)
        for at in np.flatnonzero(part == held_out):
            scores[at] = score(found.forms[at], weights, bias)
    return scores


def main(arguments: list[str]) -> int:
    names = sorted(frame_forms(Lexicon()))
    number = {name: at for at, name in enumerate(names)}
    found = read_texts(number)
    scores = held_out_scores(found, len(names))
    print(f"{'set':20}{'texts':>7}{'conflict':>10}{'pass':>8}   (threshold {THRESHOLD})")
    for name in dict.fromkeys(found.sets):
        own = np.array([one == name for one in found.sets])
        print(f"{name:20}{own.sum():>7}{'yes' if found.labels[own].any() else 'no':>10}{(scores[own] >= THRESHOLD).mean():>8.1%}")
    if "--check" in arguments:
        return 0
    weights, bias = learn(found.forms, found.labels, len(names))
    content = {"threshold": THRESHOLD, "bias": round(bias, 2), "forms": {name: round(float(weights[at]), 2) for name, at in number.items()}}
    TARGET.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(names)} forms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
