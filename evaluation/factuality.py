"""Event factuality on UDS-IH2: mean absolute error, Pearson's r and sign accuracy of the score from -3 to +3, from raw text.

usage: python -m evaluation.factuality [--errors N]
The rules score every predicate of the gold as they score an event; ``model`` is the language model's head where it is there,
``both`` the mean of the two.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from math import sqrt

from evaluation.baselines import denied
from evaluation.board import say, say_baseline
from evaluation.texts import parse_texts, pipeline, read_rows
from onrecord.claims.factuality import predicate_factuality
from onrecord.claims.repairs import repair
from onrecord.claims.syntax import Syntax
from onrecord.records import Certainty, Factuality, Parse, Polarity, Status

# What a status is worth on the scale when it is positive: annotators rate plans and purposes a little above zero.
WORTH = {
    Status.PLANNED: 0.6, Status.PLEDGED: 0.8, Status.THREATENED: 0.0, Status.REQUESTED: 0.0, Status.HYPOTHETICAL: -0.2,
    Status.PURPOSE: 0.9, Status.DEONTIC: 0.0, Status.HABITUAL: 2.6, Status.ONGOING: 2.7, Status.OCCURRED: 2.75,
}  # fmt: skip


def scored(factuality: Factuality) -> float:
    """A factuality as one number on the scale."""
    worth = WORTH[factuality.status]
    if factuality.certainty is Certainty.PROBABLE:
        worth = min(worth, 1.5)
    if factuality.certainty is Certainty.POSSIBLE:
        worth = min(worth, 0.2)
    return (
        -abs(worth) - 0.3
        if factuality.polarity is Polarity.NEGATIVE and worth > 1
        else -1.2
        if factuality.polarity is Polarity.NEGATIVE
        else worth
    )


def rule_score(parse: Parse, syntax: Syntax, offset: int) -> float:
    """The rules' score of the predicate at an offset."""
    index = parse.token_at(offset)
    return scored(predicate_factuality(index, syntax)) if index is not None else 2.0


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


def main(arguments: list[str]) -> int:
    pipeline()
    rows = read_rows("factuality/uds_ih2_dev.jsonl.gz")
    texts = list(dict.fromkeys(row["text"] for row in rows))
    parses = dict(zip(texts, parse_texts(texts), strict=True))
    trees = {text: Syntax(repair(parse)) for text, parse in parses.items()}
    gold = [float(row["value"]) for row in rows]
    rules = [rule_score(parses[row["text"]], trees[row["text"]], row["pred"][0]) for row in rows]
    models = [model_score(parses[row["text"]], row["pred"][0]) for row in rows]
    systems = [("rules", rules)]
    if sum(model is not None for model in models) > len(models) / 2:
        filled = [model if model is not None else rule for model, rule in zip(models, rules, strict=True)]
        systems += [("model", filled), ("both", [(m + r) / 2 for m, r in zip(filled, rules, strict=True)])]
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
