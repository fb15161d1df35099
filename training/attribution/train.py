"""Trains the attribution tagger on PolNeAR (Newell et al. 2018): ``python -m training.attribution.train PARSES OUT``.

PARSES: a file that ``evaluation.attribution parse train`` wrote, so that the tagger learns from the mistakes of our own parser.
OUT: the folder that gets both models. The corpus is not part of this repository; only weights are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pycrfsuite

from evaluation.attribution import Gold, load_gold, load_parses
from onrecord.claims.attribution import propose
from onrecord.claims.tagger import CONTENTS, CUES, Context, content_features, cue_features
from onrecord.lexicon import Lexicon

# c1 and c2 are the weights of both penalties, minfreq cuts features seen less often: chosen on the development set under 8 MB.
CUE_OPTIONS = {"c1": 0.1, "c2": 0.5, "max_iterations": 100, "feature.minfreq": 2}
CONTENT_OPTIONS = {"c1": 0.1, "c2": 0.5, "max_iterations": 100, "feature.minfreq": 3}


def main(arguments: Sequence[str]) -> int:
    parses, out = Path(arguments[0]), Path(arguments[1])
    out.mkdir(parents=True, exist_ok=True)
    cues, contents = pycrfsuite.Trainer(verbose=False), pycrfsuite.Trainer(verbose=False)
    for context, gold in examples(parses, "train"):
        _add_cues(cues, context, gold)
        _add_contents(contents, context, gold)
    for trainer, options, name in ((cues, CUE_OPTIONS, CUES), (contents, CONTENT_OPTIONS, CONTENTS)):
        trainer.set_params(options)
        trainer.train(str(out / name))
        print(f"{name}: {(out / name).stat().st_size:,} bytes", flush=True)
    return 0


def examples(parses: Path, part: str) -> Iterator[tuple[Context, list[Gold]]]:
    """The features' context of every report, with its attributions as token indices."""
    lexicon = Lexicon()
    gold = load_gold(part)
    for parse in load_parses(parses):
        yield propose(parse, lexicon), [one.on(parse) for one in gold[parse.document.id]]


def _add_cues(trainer: pycrfsuite.Trainer, context: Context, gold: Sequence[Gold]) -> None:
    labels = ["O"] * len(context.tokens)
    for one in gold:
        for at in one.cue:
            labels[at] = "I" if at - 1 in one.cue else "B"
    for sentence in context.grammar.parse.sentences:
        if sentence.first < sentence.end:
            trainer.append(cue_features(context, sentence.first, sentence.end), labels[sentence.first : sentence.end])


def _add_contents(trainer: pycrfsuite.Trainer, context: Context, gold: Sequence[Gold]) -> None:
    mask = bytearray(len(context.tokens))
    for one in gold:
        for at in one.cue:
            mask[at] = 1
    for one in gold:
        if one.cue:
            first, features = content_features(context, one.cue, mask)
            trainer.append(features, _roles(one, first, first + len(features)))


def _roles(gold: Gold, first: int, end: int) -> list[str]:
    """K for the cue, B and I with S and C for source and content, O for the rest."""
    roles = ["O"] * (end - first)
    for letter, tokens in (("C", gold.content), ("S", gold.source), ("K", gold.cue)):
        for at in tokens:
            if first <= at < end:
                roles[at - first] = letter
    labels, before = [], "O"
    for role in roles:
        labels.append(role if role in "OK" else ("I" if role == before else "B") + role)
        before = role
    return labels


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
