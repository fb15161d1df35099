"""Learns the weights of ``onrecord.resolve.places.ranking`` from news with gold toponyms, by Newton's method: a conditional logit.

    python -m training.places.fit [SET…]        # default: all of trnews, lgl
writes ``src/onrecord/data/gazetteer/weights.json``. The sets are read from ``$ONRECORD_DATA/places`` and never copied.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from evaluation.places_sets import GoldDocument, read_set, same_place
from onrecord.gazetteer import load_gazetteer
from onrecord.lexicon import Lexicon
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.peoples import peoples_of
from onrecord.resolve.places.ranking import FEATURES, NO_PROFILE, Profile, Ranker, Weights, learn_profile, make_profile

TARGET = Path(__file__).parent.parent.parent / "src" / "onrecord" / "data" / "gazetteer" / "weights.json"
PENALTY = 1.0  # of the squared weights
# Where the text speaks of the province, a name is rather that of the province than of its town: coarse is better than wrong. News of towns
# in peace, which the sets are, have too few such cases to learn it from.
LEAST = {"as_division": 4.0, "as_town": 2.0}
Floats = npt.NDArray[np.float64]


def examples(documents: Iterable[GoldDocument], ranker: Ranker, profiles: Mapping[str, Profile]) -> Iterator[tuple[Floats, int]]:
    """Per gold toponym whose place is among several candidates: their features (candidates × FEATURES) and which one is right."""
    for document in documents:
        ranked = ranker.rank(document.text, document.names, profiles.get(document.id, NO_PROFILE))
        for toponym in document.toponyms:
            answer = ranked[toponym.name]
            candidates = answer.name.candidates
            right = [at for at, candidate in enumerate(candidates) if same_place(candidate.place, toponym)]
            if right and len(candidates) > 1:
                rows = [(*candidate.features, *row) for candidate, row in zip(candidates, answer.features, strict=True)]
                yield np.array(rows), right[0]


def learn(documents: Sequence[GoldDocument], cache: NameCache, profiles: Mapping[str, Profile] | None = None) -> Weights:
    """The weights of both rounds; those of an outlet's profile only if profiles are given."""
    free = [name for name in FEATURES if profiles or not name.startswith("outlet")]
    given = profiles or {}
    first = fit(list(examples(documents, Ranker(cache, Weights({}, {}), rounds=1), given)), free=free)
    second = fit(list(examples(documents, Ranker(cache, Weights(first, {})), given)), free=free)
    return Weights(first, second)


def fit(found: Sequence[tuple[Floats, int]], *, rounds: int = 30, free: Sequence[str] = FEATURES) -> dict[str, float]:
    """Weights by feature that make the right candidates likeliest; features not in ``free`` get 0."""
    columns = [FEATURES.index(name) for name in free]
    most = max(len(rows) for rows, _ in found)
    values = np.zeros((len(found), most, len(columns)))
    hidden = np.full((len(found), most), -1e9)
    for at, (rows, _) in enumerate(found):
        values[at, : len(rows)] = rows[:, columns]
        hidden[at, : len(rows)] = 0.0
    right = values[np.arange(len(found)), [right for _, right in found]]
    weights = np.zeros(len(columns))
    for _ in range(rounds):
        gradient, curvature = _derivatives(values, hidden, right, weights)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return {name: round(max(float(weight), LEAST.get(name, float(weight))), 4) for name, weight in zip(free, weights, strict=True)}


def _derivatives(values: Floats, hidden: Floats, right: Floats, weights: Floats) -> tuple[Floats, Floats]:
    scores = values @ weights + hidden
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    means = np.einsum("nk,nkf->nf", shares, values)
    gradient = means.sum(axis=0) - right.sum(axis=0) + PENALTY * weights
    squares = np.einsum("nk,nkf,nkg->fg", shares, values, values, optimize=True)
    curvature = squares - means.T @ means + PENALTY * np.eye(len(weights))
    return gradient, curvature


def outlet_profiles(documents: Sequence[GoldDocument], ranker: Ranker) -> dict[str, Profile]:
    """By document, the profile of its outlet from the outlet's other documents; no gold label is looked at."""
    own = {document.id: learn_profile(ranker.rank(document.text, document.names).values()) for document in documents}
    outlets: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: {"countries": Counter(), "divisions": Counter()})
    for document in documents:
        for part, counts in own[document.id].items():
            outlets[document.domain][part].update(counts)
    return {
        document.id: make_profile({part: counts - Counter(own[document.id][part]) for part, counts in outlets[document.domain].items()})
        for document in documents
    }


def main(names: Sequence[str]) -> None:
    gazetteer = load_gazetteer()
    cache = NameCache(gazetteer, peoples_of(Lexicon(), gazetteer))
    documents = [document for name in names or ("trnews", "lgl") for document in read_set(name)]
    plain = learn(documents, cache)
    outlet = learn(documents, cache, outlet_profiles(documents, Ranker(cache, plain)))
    weights = {"plain": plain._asdict(), "outlet": outlet._asdict()}
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")
    print(weights)


if __name__ == "__main__":
    main(sys.argv[1:])
