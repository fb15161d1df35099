"""Event factuality on UDS-IH2: mean absolute error, Pearson's r and sign accuracy of the score from -3 to +3, from raw text.

usage: python -m evaluation.factuality [--errors N]
       python -m evaluation.factuality --fit       (writes factuality_worth.json anew from the training half)
The rules read every predicate of the gold as they read an event; what a reading is worth on the scale is what people gave those read
so in the training half, on average. ``model`` is the language model's head where it is there, ``both`` the mean of the two in which the
model counts three times: on training texts it knows the answers, so nothing could be fitted there.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import msgspec

from evaluation.baselines import denied
from evaluation.board import say, say_baseline
from evaluation.texts import parse_texts, pipeline, read_rows
from onrecord.claims.factuality import predicate_factuality
from onrecord.claims.repairs import repair
from onrecord.claims.syntax import Syntax
from onrecord.records import Factuality, Parse

WORTH = Path(__file__).parent / "factuality_worth.json"
SHARE = 0.75  # of the model in the mean of both; between 0.6 and 0.9 all measures stay within 0.01 on either half of the development texts
PRIOR = 10  # readings at the mean of all that are added to those of a kind, so that rare kinds stay near it


def reading(factuality: Factuality) -> str:
    """A factuality as the kind by which it is weighed."""
    return f"{factuality.status.value} {factuality.polarity.value} {factuality.certainty.value}"


@cache
def worths() -> dict[str, float]:
    """What each kind of reading is worth on the scale; under "" the mean of all."""
    return msgspec.json.decode(WORTH.read_bytes(), type=dict[str, float])


def scored(factuality: Factuality) -> float:
    """A factuality as one number on the scale."""
    return worths().get(reading(factuality), worths()[""])


def fitted(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The worth of each kind, from (kind, what people gave)."""
    given: dict[str, list[float]] = defaultdict(list)
    for kind, value in pairs:
        given[kind].append(value)
    mean = sum(value for _, value in pairs) / len(pairs)
    worth = {kind: round((sum(values) + PRIOR * mean) / (len(values) + PRIOR), 2) for kind, values in sorted(given.items())}
    return {"": round(mean, 2)} | worth


def rule_score(parse: Parse, syntax: Syntax, offset: int) -> float:
    """The rules' score of the predicate at an offset."""
    index = parse.token_at(offset)
    return worths()[""] if index is None else scored(predicate_factuality(index, syntax))


def model_score(parse: Parse, offset: int) -> float | None:
    """The head's score there, if any."""
    index = parse.token_at(offset)
    scores = parse.signals.factuality if parse.signals is not None else ()
    return scores[index] if index is not None and index < len(scores) else None


def measures(gold: Sequence[float], made: Sequence[float]) -> tuple[float, float, float]:
    """Mean absolute error, Pearson's r, share of right signs among gold beyond ±0.5."""
    n = max(1, len(gold))
    error = sum(abs(g - m) for g, m in zip(gold, made, strict=True)) / n
    mean_g, mean_m = sum(gold) / n, sum(made) / n
    cross = sum((g - mean_g) * (m - mean_m) for g, m in zip(gold, made, strict=True))
    spread = sqrt(sum((g - mean_g) ** 2 for g in gold) * sum((m - mean_m) ** 2 for m in made))
    clear = [(g, m) for g, m in zip(gold, made, strict=True) if abs(g) > 0.5]
    return error, cross / max(1e-9, spread), sum((g > 0) == (m > 0) for g, m in clear) / max(1, len(clear))


Rows = list[dict[str, Any]]


def read_part(part: str) -> tuple[Rows, dict[str, Parse], dict[str, Syntax]]:
    """The predicates of a half ("train", "dev"), and per text its parse and its syntax."""
    rows = read_rows(f"factuality/uds_ih2_{part}.jsonl.gz")
    texts = list(dict.fromkeys(row["text"] for row in rows))
    parses = dict(zip(texts, parse_texts(texts), strict=True))
    return rows, parses, {text: Syntax(repair(parse)) for text, parse in parses.items()}


def fit() -> None:
    """Writes the worths of the training half."""
    rows, parses, trees = read_part("train")
    placed = ((row, parses[row["text"]].token_at(row["pred"][0])) for row in rows)
    pairs = [(reading(predicate_factuality(at, trees[row["text"]])), float(row["value"])) for row, at in placed if at is not None]
    WORTH.write_bytes(msgspec.json.format(msgspec.json.encode(fitted(pairs)), indent=1) + b"\n")


def main(arguments: list[str]) -> int:
    pipeline()
    if "--fit" in arguments:
        fit()
    rows, parses, trees = read_part("dev")
    gold = [float(row["value"]) for row in rows]
    rules = [rule_score(parses[row["text"]], trees[row["text"]], row["pred"][0]) for row in rows]
    models = [model_score(parses[row["text"]], row["pred"][0]) for row in rows]
    systems = [("rules", rules)]
    if sum(model is not None for model in models) > len(models) / 2:
        filled = [model if model is not None else rule for model, rule in zip(models, rules, strict=True)]
        systems += [("model", filled), ("both", [SHARE * m + (1 - SHARE) * r for m, r in zip(filled, rules, strict=True)])]
    words = measures(gold, [-3.0 if denied(row["text"], row["pred"][0]) else 3.0 for row in rows])
    for name, made in systems:
        pairs = list(zip(gold, made, strict=True))
        say(f"factuality: UDS, Pearson's r, {name}", pairs, lambda some: measures(*zip(*some, strict=True))[1])
        say(f"factuality: UDS, sign, {name}", pairs, lambda some: measures(*zip(*some, strict=True))[2])
        say_baseline(f"factuality: UDS, Pearson's r, {name}", "a word of denial before it", words[1])
        say_baseline(f"factuality: UDS, sign, {name}", "a word of denial before it", words[2])
        print("{:6} {} predicates: MAE {:.3f} r {:.3f} sign {:.3f}".format(name, len(rows), *measures(gold, made)))
    if "--errors" in arguments:
        far = sorted(zip(rows, gold, rules, strict=True), key=lambda item: -abs(item[1] - item[2]))
        for row, want, got in far[: int(arguments[arguments.index("--errors") + 1])]:
            print(f"- {want:+.1f} got {got:+.1f} '{row['pred_text']}': {row['text'][:180]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
