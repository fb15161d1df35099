"""Learns the weights of ``onrecord.scale.prefilter``: which word forms of the frames tell reports of conflict from other news.

    python -m training.prefilter [--check | --code]
writes ``src/onrecord/data/prefilter.json``. --check: only the tables, each text scored by what was learned on the other four parts of five.
--code: codes the general news (a quarter of an hour) and writes how many claims of each type our program finds in which article into
``training/prefilter_claims.json``, which the rest goes by. The sets are read from ``$ONRECORD_DATA`` and never copied.

Two numbers for each form. Its weight: logistic regression by stochastic gradient, of texts that tell of conflict against others, both with
equal weight together; an article of general news tells of conflict where such claims stand densely. Its worth: how many claims of conflict
one occurrence is good for, by expectation maximisation over the articles, each type counted by what it is worth and by how rare it is.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from onrecord.lexicon import Lexicon
from onrecord.scale.prefilter import FEW_FORMS, frame_forms

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/onrecord/data/prefilter.json"
CLAIMS = ROOT / "training/prefilter_claims.json"
DATA = Path(os.environ.get("ONRECORD_DATA", ROOT / "../shared/data"))
THRESHOLD = -1.25  # with DENSITY loses two reports of conflict in a thousand of all sets, and of each at most one in a hundred
DENSITY, WIDE_DENSITY = 1.9, 0.8  # lets through a sixth of the words of general news, and two fifths
EPOCHS, RATE, DECAY, PARTS = 15, 0.5, 2e-5, 5
UNREST = frozenset(("KILL", "ARREST", "FORCE"))
GENERAL = {"PolNeAR": ("attribution/polnear_train", "doc_id"), "LGL": ("places/lgl", "doc_id"), "MEANTIME": ("time/meantime_dev", "doc_id")}
WORTH = {"ASSAULT": 3.0, "PROTEST": 3.0, "COERCE": 1.0, "MOBILIZE": 1.0, "SANCTION": 1.0, "THREATEN": 1.0}  # what is material or hostile
DENSE = 0.014  # claims of these types a word, from which on an article of general news tells of conflict
ROUNDS, PRIOR_RATE, PRIOR_TIMES = 8, 0.1, 3.0
WORD = re.compile(r"[^\W_]+")

Forms = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Places = Sequence[int] | Forms


# ── The texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Texts(NamedTuple):
    """What is learned on. Per text: its set, the numbers of the forms that it has and how often, its words, the claims of conflict in it
    (texts × ``WORTH``; counted in general news only), and whether it tells of conflict. counts: all types of general news.
    """

    sets: list[str]
    forms: list[Forms]
    times: list[Forms]
    words: Floats
    claims: Floats
    counts: list[Mapping[str, int]]
    labels: npt.NDArray[np.bool_]


def read_sets() -> Iterator[tuple[str, str, Mapping[str, int] | None]]:
    """Name of the set, text, and for general news how many claims of each type are in it; of the rest None: it tells of conflict."""
    for row in rows_of("events/muc4_train_dev"):
        if any(row["roles"].values()):
            yield "MUC-4", row["text"], None
    for row in rows_of("events/satp_train_dev"):
        yield "SATP", row["text"], None
    for row in rows_of("events/acled_subevents_dev"):
        yield "ACLED", row["text"], None
    for row in rows_of("events/indiapolice_docs_train_dev"):
        if UNREST & set(row["labels"]):
            yield "IndiaPoliceEvents", row["text"], None
    coded = json.loads(CLAIMS.read_text(encoding="utf-8"))
    for name, (file, key) in GENERAL.items():
        for row in rows_of(file):
            yield name, row["text"], coded[name].get(str(row[key]), {})


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a set."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_texts(number: Mapping[str, int]) -> Texts:
    """The texts of all sets. number: of each form."""
    rows = list(read_sets())
    found = [Counter(number[word] for word in WORD.findall(text.lower()) if word in number) for _, text, _ in rows]
    words = np.array([max(1, len(text.split())) for _, text, _ in rows], dtype=np.float64)
    claims = np.array([[(counts or {}).get(kind, 0) for kind in WORTH] for _, _, counts in rows], dtype=np.float64)
    dense = claims.sum(axis=1) >= DENSE * words
    return Texts(
        sets=[name for name, _, _ in rows],
        forms=[np.array(sorted(one), dtype=np.int64) for one in found],
        times=[np.array([one[form] for form in sorted(one)], dtype=np.int64) for one in found],
        words=words,
        claims=claims,
        counts=[counts or {} for _, _, counts in rows],
        labels=np.array([counts is None for _, _, counts in rows]) | dense,
    )


def count_claims(sets: Mapping[str, tuple[str, str]] = GENERAL) -> dict[str, dict[str, dict[str, int]]]:
    """How many codable claims of each type our program finds in each article of some sets, by set and id.

    sets: by name, the file and the column with the id.
    """
    from onrecord.ingest import Given, read_text
    from onrecord.pipeline import code_documents
    from onrecord.records import Coding

    counts: dict[str, dict[str, dict[str, int]]] = {}
    for name, (file, key) in sets.items():
        rows = list(rows_of(file))
        captures = (read_text(row["text"].encode(), path=None, given=Given(language="en")) for row in rows)
        types = (
            Counter(str(claim.event.type) for claim in coding.claims if claim.event and claim.event.codable)
            if isinstance(coding, Coding)
            else Counter[str]()
            for coding in code_documents(captures)
        )
        counts[name] = {str(row[key]): dict(sorted(found.items())) for row, found in zip(rows, types, strict=True)}
    return counts


# ── What is learned ───────────────────────────────────────────────────────────────────────────────────────────────────


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


def form_types(lexicon: Lexicon, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Forms × ``WORTH``: whether a frame that the form is the head of codes the type."""
    heads = [{pattern.frame.event for words in (lexicon.verbs, lexicon.nouns) for pattern in words.patterns(name)} for name in names]
    return np.array([[kind in events for kind in WORTH] for events in heads])


def learn_worth(found: Texts, chosen: Places, types: npt.NDArray[np.bool_]) -> Floats:
    """Of each form, by how many times the average of general news one occurrence makes a text of one word denser in claims of conflict."""
    general = [at for at in chosen if found.sets[at] in GENERAL]
    times = np.zeros(len(types))
    for at in general:
        times[found.forms[at]] += found.times[at]
    rates = np.where(types, PRIOR_RATE, 0.0)
    for _ in range(ROUNDS):
        shares = np.zeros(rates.shape)
        for at in general:
            expected = found.times[at][:, None] * rates[found.forms[at]]
            total = expected.sum(axis=0)
            shares[found.forms[at]] += expected * (found.claims[at] / np.where(total > 0, total, 1.0))
        usual = shares.sum(axis=0) / np.maximum(1.0, (types * times[:, None]).sum(axis=0))
        rates = np.where(types, (shares + PRIOR_TIMES * usual) / (times[:, None] + PRIOR_TIMES), 0.0)
    per_word = found.claims[general].sum(axis=0) / found.words[general].sum()
    worth = np.array(list(WORTH.values()))
    return rates @ (worth / worth.sum() / np.maximum(per_word, 1e-9))


def score(found: Forms, weights: Floats, bias: float) -> float:
    """What the prefilter would weigh."""
    return float(weights[found].sum() / np.sqrt(max(FEW_FORMS, len(found))) + bias)


class Scores(NamedTuple):
    """Of each text, its log-odds and its density."""

    odds: Floats
    density: Floats

    def passes(self, density: float = DENSITY) -> npt.NDArray[np.bool_]:
        """Which texts are worth parsing."""
        return (self.odds >= THRESHOLD) | (self.density >= density)


def held_out_scores(found: Texts, types: npt.NDArray[np.bool_]) -> Scores:
    """Of each text, what is made of it by what was learned on the four parts of five that it is not in."""
    odds, density = np.zeros(len(found.forms)), np.zeros(len(found.forms))
    part = np.random.default_rng(1).integers(0, PARTS, len(found.forms))
    for held_out in range(PARTS):
        rest = np.flatnonzero(part != held_out)
        weights, bias = learn([found.forms[at] for at in rest], found.labels[rest], len(types), seed=held_out)
        worth = learn_worth(found, rest, types)
        for at in np.flatnonzero(part == held_out):
            odds[at] = score(found.forms[at], weights, bias)
            density[at] = (worth[found.forms[at]] * found.times[at]).sum() / found.words[at]
    return Scores(odds, density)


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def say_passed(found: Texts, scores: Scores) -> None:
    """Of each set, which share passes."""
    strict, wide = scores.passes(), scores.passes(WIDE_DENSITY)
    print(f"{'set':20}{'texts':>7}{'pass':>8}{'words':>8}{'wide':>8}{'words':>8}")
    for name in dict.fromkeys(found.sets):
        own = np.array([one == name for one in found.sets])
        shares = [share for kept in (strict, wide) for share in (kept[own].mean(), found.words[own & kept].sum() / found.words[own].sum())]
        print(f"{name:20}{own.sum():>7}" + "".join(f"{share:>8.1%}" for share in shares))


def say_kept(articles: Iterable[tuple[Mapping[str, int], bool, bool]]) -> None:
    """Of the claims that our program finds in general news, which share is in articles that pass, by type.

    articles: how many claims of each type are in it, whether it passes, and whether it does when more is let through.
    """
    total, strict, wide = Counter[str](), Counter[str](), Counter[str]()
    for counts, kept, kept_wide in articles:
        total.update(counts)
        strict.update(counts if kept else {})
        wide.update(counts if kept_wide else {})
    print(f"{'general news':20}{'claims':>7}{'kept':>8}{'wide':>8}")
    for kind, number in total.most_common():
        print(f"{kind:20}{number:>7}{strict[kind] / number:>8.1%}{wide[kind] / number:>8.1%}")


def main(arguments: list[str]) -> int:
    if "--code" in arguments:
        CLAIMS.write_text(_by_line(count_claims()), encoding="utf-8")
        return 0
    lexicon = Lexicon()
    names = sorted(frame_forms(lexicon))
    types = form_types(lexicon, names)
    found = read_texts({name: at for at, name in enumerate(names)})
    scores = held_out_scores(found, types)
    say_passed(found, scores)
    say_kept(zip(found.counts, scores.passes(), scores.passes(WIDE_DENSITY), strict=True))
    if "--check" in arguments:
        return 0
    weights, bias = learn(found.forms, found.labels, len(names))
    worth = learn_worth(found, range(len(found.forms)), types)
    content = {
        "threshold": THRESHOLD,
        "density": DENSITY,
        "wide_density": WIDE_DENSITY,
        "bias": round(bias, 2),
        "forms": {name: [round(float(weights[at]), 2), round(float(worth[at]), 1)] for at, name in enumerate(names)},
    }
    TARGET.write_text(_by_line(content), encoding="utf-8")
    print(f"{TARGET.name}: {len(names)} forms")
    return 0


def _by_line(content: Mapping[str, Any]) -> str:
    """As JSON, an entry a line, down to the second level."""
    lines = []
    for name, value in content.items():
        inner = (
            [f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(one)}" for key, one in value.items()] if isinstance(value, dict) else None
        )
        lines.append(f"{json.dumps(name)}: " + (json.dumps(value) if inner is None else "{\n" + ",\n".join(inner) + "\n}"))
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
