"""Events that only the language model sees: how often class and both sides are right, by how sure of the class it must be.

usage: python -m evaluation.learned [--errors N]
The sentences of ``cameo_roles_train`` kept from the model's training, with their class from ``cameo_class_train``, coded as if there were
no frames, since they leave too few of them to count. A side is right when the word that heads it lies in a span of its role.
"""

from __future__ import annotations

import sys
from typing import Any

from evaluation.board import say
from evaluation.roles import gold_spans
from evaluation.texts import is_held_out, parse_texts, pipeline, read_rows, resolved
from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.learned import FRAMES, SURE_CLASS, add_learned
from onrecord.claims.repairs import repair
from onrecord.claims.syntax import Syntax
from onrecord.records import Parse

THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def learned_drafts(parse: Parse) -> tuple[list[Draft], Syntax]:
    """What the model alone makes of a parse."""
    syntax, lexicon = Syntax(repair(parse)), pipeline().lexicon
    return add_learned([], syntax, Fillers(syntax, resolved(parse), lexicon), lexicon), syntax


def sides_right(draft: Draft, syntax: Syntax, row: dict[str, Any]) -> bool:
    """Whether the heads of every actor and recipient lie in gold spans of their role."""
    gold = gold_spans(row)
    for role, name in (("actor", "SOURCE"), ("recipient", "TARGET")):
        heads = [syntax.tokens[filler.index].span for filler in draft.roles.get(role)]
        if not all(any(start <= head[0] and head[1] <= end for start, end in gold[name]) for head in heads):
            return False
    return True


def main(arguments: list[str]) -> int:
    classes = {row["text"]: row["label"] for row in read_rows("events/cameo_class_train.jsonl.gz")}
    rows = [row for row in read_rows("events/cameo_roles_train.jsonl.gz") if row["text"] in classes and is_held_out(str(row["text"]))]
    made: list[tuple[float, bool, bool]] = []
    wrong: list[str] = []
    for row, parse in zip(rows, parse_texts([row["text"] for row in rows]), strict=True):
        drafts, syntax = learned_drafts(parse)
        for draft in drafts:
            sentence = syntax.tokens[draft.main.token].sentence
            sure = max(parse.signals.sentence_class[sentence]) if parse.signals is not None else 0.0
            kind, sides = FRAMES.index(draft.main.frame.id) == classes[row["text"]], sides_right(draft, syntax, row)
            made.append((sure, kind, sides))
            if not (kind and sides):
                heads = {r: [syntax.tokens[f.index].text for f in found] for r, found in draft.roles.fillers.items()}
                wrong.append(f"- {classes[row['text']]} made {draft.main.frame.id} {heads}: {row['text']}")
    for threshold in THRESHOLDS:
        kept = [(kind, sides) for sure, kind, sides in made if sure >= threshold]
        both = sum(kind and sides for kind, sides in kept)
        print(
            f"class at least {threshold:.1f}: {len(kept)} of {len(rows)} sentences, class right {sum(k for k, _ in kept)}, "
            f"sides right {sum(s for _, s in kept)}, all right {both} ({both / max(1, len(kept)):.2f})"
        )
    sure = [kind and sides for degree, kind, sides in made if degree >= SURE_CLASS]
    say("events: learned only, class and both sides right", sure, lambda items: sum(items) / max(1, len(items)))
    if "--errors" in arguments:
        print("\n".join(wrong[: int(arguments[arguments.index("--errors") + 1])]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
