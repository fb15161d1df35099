"""Five-way sentence class (statement, verbal and material cooperation, verbal and material conflict) on ``cameo_class_train``.

usage: python -m evaluation.quad [--errors N] [--all]      (default: the eighth that is kept from the training of the language model)
Prints accuracy and macro-F1 of the frames alone, of the language model's class head alone, and of both together.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from evaluation.baselines import labels_by_words
from evaluation.board import say, say_baseline
from evaluation.texts import code_parse, is_held_out, parse_texts, read_rows
from onrecord.records import Claim, Coding, Parse, Polarity, RelationType, Status

NAMES = ("statement", "verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
# How the set's CAMEO classes differ from PLOVER's quad classes: 08 "yield" is material cooperation, 16 "reduce relations" verbal conflict,
# appeals (02), denials and responsibility admitted (01) are statements, and what is announced counts as words, not deeds.
YIELDS = ("CONCEDE",)
WORDS_ONLY = (
    "sanction.withdraw",
    "sanction.discontinue",
    "sanction.impose",
    "sanction.abandon",
    "displace",
    "n.displacement",
    "n.sanction",
)
STATEMENTS = ("assault.claim_responsibility",)
APPEALS = ("speech.appeal", "n.appeal")
HOSTILE = (3, 4)


def frame_class(coding: Coding, parse: Parse) -> int:
    """The class of the coding's leading claim; 0 where nothing is codable."""
    claim = leading_claim(coding, parse)
    if claim is None or claim.event is None:
        demanded = any(c.factuality.status is Status.DEONTIC and c.event is not None for c in coding.claims)
        return 3 if demanded else 0
    return claim_class(claim, coding)


def claim_class(claim: Claim, coding: Coding) -> int:
    """The CAMEO class of one claim."""
    event, frame = claim.event, claim.origin_rule.rpartition("/")[2]
    if event is None or frame.startswith(STATEMENTS):
        return 0
    if frame.startswith(APPEALS):
        return 3 if _asks_for_harm(claim, coding) else 0
    plain = 2 if event.type in YIELDS else 3 if frame.startswith(WORDS_ONLY) else event.quad or 0
    return _announced(claim, plain)


def _announced(claim: Claim, plain: int) -> int:
    factuality = claim.factuality
    if plain in (1, 2) and factuality.polarity is Polarity.NEGATIVE:
        return 3
    if factuality.polarity is Polarity.NEGATIVE and factuality.status in (Status.OCCURRED, Status.ONGOING):
        return 0
    if factuality.status is Status.DEONTIC:
        return 3
    if factuality.status in (Status.PLANNED, Status.PLEDGED, Status.THREATENED):
        return 3 if plain in HOSTILE else 1
    return 0 if factuality.status is Status.REQUESTED and plain != 3 else plain


def _asks_for_harm(claim: Claim, coding: Coding) -> bool:
    contents = {r.source for r in coding.relations if r.type is RelationType.CONTENT_OF and r.target == claim.id}
    return any(c.id in contents and c.event is not None and c.event.quad == 4 for c in coding.claims)


def leading_claim(coding: Coding, parse: Parse) -> Claim | None:
    """The claim that a sentence is mainly about: codable, not the content of another, the best supported, the first."""
    contents = {relation.source for relation in coding.relations if relation.type is RelationType.CONTENT_OF}
    codable = [claim for claim in coding.claims if claim.event is not None and claim.event.codable]
    free = [claim for claim in codable if claim.id not in contents] or codable
    return min(free, key=lambda c: (depth(coding, c, parse), -bool(c.actors) - bool(c.recipients), c.evidence[0][0]), default=None)


STEPS = {
    "acl": 1.0,
    "advcl": 1.0,
    "amod": 1.0,
    "nmod": 1.0,
    "obl": 0.5,
    "appos": 1.0,
    "conj": 0.1,
    "ccomp": 0.2,
    "xcomp": 0.2,
    "compound": 1.0,
}


def depth(coding: Coding, claim: Claim, parse: Parse) -> float:
    """How far below the main clause a claim's trigger stands: modifiers weigh more than complements."""
    trigger = next((event.trigger for event in coding.events if event.id == claim.event_id), claim.evidence[0])
    inside = {token.index for token in parse.tokens_in(trigger)}
    if not inside:
        return 9.0
    best = 9.0
    for index in inside:
        path = [index, *parse.ancestors(index)]
        best = min(best, sum(STEPS.get(parse.tokens[at].deprel.partition(":")[0], 0.0) for at in path))
    return round(best, 1)


def model_class(parse: Parse) -> int | None:
    """The class that the language model's head gives the text, or None where the head is left out."""
    rows = parse.signals.sentence_class if parse.signals is not None else ()
    if not rows:
        return None
    total = [sum(row[k] for row in rows) for k in range(len(NAMES))]
    return max(range(len(NAMES)), key=lambda k: (total[k], -k))


def combined(frames: int, model: int | None, probability: float) -> int:
    """The model where it is sure or the frames are silent, else the frames."""
    if model is None:
        return frames
    return model if probability >= 0.5 or frames == 0 else frames


def macro_f1(gold: Sequence[int], made: Sequence[int]) -> tuple[float, float, list[float]]:
    """Accuracy, macro-F1 and the F1 of each class."""
    scores = []
    for k in range(len(NAMES)):
        right = sum(g == m == k for g, m in zip(gold, made, strict=True))
        scores.append(2 * right / max(1, gold.count(k) + list(made).count(k)))
    return sum(g == m for g, m in zip(gold, made, strict=True)) / max(1, len(gold)), sum(scores) / len(scores), scores


def macro_pairs_f1(pairs: Sequence[tuple[int, int]]) -> float:
    """The macro-F1 of (gold, made) pairs."""
    return macro_f1([gold for gold, _ in pairs], [made for _, made in pairs])[1]


def _by_words(asked: Sequence[str]) -> list[int]:
    """Classes by bags of words, learnt from the sentences that are not held out."""
    known = [row for row in read_rows("events/cameo_class_train.jsonl.gz") if not is_held_out(str(row["text"]))]
    made = labels_by_words([row["text"] for row in known], [{row["label"]} for row in known], asked, labels=len(NAMES), one=True)
    return [next(iter(labels)) for labels in made]


def main(arguments: list[str]) -> int:
    rows = read_rows("events/cameo_class_train.jsonl.gz")
    rows = rows if "--all" in arguments else [row for row in rows if is_held_out(str(row["text"]))]
    parses = parse_texts([row["text"] for row in rows])
    gold = [row["label"] for row in rows]
    codings = [code_parse(parse) for parse in parses]
    frames = [frame_class(coding, parse) for coding, parse in zip(codings, parses, strict=True)]
    models = [model_class(parse) for parse in parses]
    report = [("frames", frames)]
    if all(model is not None for model in models):
        sure = [
            max(sum(r[k] for r in p.signals.sentence_class) / len(p.signals.sentence_class) for k in range(5)) if p.signals else 0
            for p in parses
        ]
        report.append(("model", [model or 0 for model in models]))
        report.append(("both", [combined(f, m, s) for f, m, s in zip(frames, models, sure, strict=True)]))
    words = _by_words([str(row["text"]) for row in rows])
    for name, made in report:
        accuracy, macro, each = macro_f1(gold, made)
        say(f"events: sentence class, macro-F1, {name}", list(zip(gold, made, strict=True)), macro_pairs_f1)
        say_baseline(f"events: sentence class, macro-F1, {name}", "bag of words", macro_f1(gold, words)[1])
        print(
            f"{name:7} {len(gold)} sentences: accuracy {accuracy:.3f}, macro-F1 {macro:.3f}; "
            + ", ".join(f"{n} {f:.2f}" for n, f in zip(NAMES, each, strict=True))
        )
    print(
        "confusion (gold: made by frames)",
        {NAMES[k]: dict(sorted(Counter(f for g, f in zip(gold, frames, strict=True) if g == k).items())) for k in range(5)},
    )
    if "--errors" in arguments:
        shown = int(arguments[arguments.index("--errors") + 1])
        wrong = [(row, f, c) for row, f, c in zip(rows, frames, codings, strict=True) if row["label"] != f]
        for row, made, coding in wrong[:shown]:
            claims = [(c.event.type, c.origin_rule.rpartition("/")[2], c.event.codable) for c in coding.claims if c.event]
            print(f"- {row['label']} made {made}: {row['text']}\n    {claims}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
