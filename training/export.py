"""Checkpoints to what ``onrecord.parse`` ships: ``python -m training.export PARSER.pt SIGNALS.pt --out src/onrecord/data/model``.

Three graphs: ``parser.onnx`` (trunk, parser branch, heads), ``relations.onnx`` (labels of chosen arcs), ``signals.onnx`` (signals branch
and heads over the trunk's vectors). Weights are stored in 8 bits or as 16-bit floats; see ``training.quantize``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from onrecord.parse.lemmas import LemmaTable
from onrecord.parse.pieces import PieceTable
from training.base import find_base, tokenizer_path
from training.boundaries import boundary_model
from training.encoder import attention_bias
from training.model import Network
from training.quantize import MODES, quantize
from training.train import load_network
from training.ud import read_treebank

OPSET = 18
PARSER_INPUTS = ("ids", "shapes", "mask", "first", "last")
SIGNALS_INPUTS = ("trunk", "shapes", "quotes", "mask", "first", "last")
TAGS, PROBABILITIES, RAW = ("upos", "feats", "script", "noun"), ("entity", "nested", "source", "cue", "content", "role"), ("event",)
TREEBANKS = ["UD English EWT 2.15 (CC BY-SA 4.0)", "UD English GUM 2.16, open genres (CC BY 4.0)"]
RULED, OPEN = ("VERB", "NOUN", "ADJ", "ADV"), ("PROPN", "NUM", "SYM")
CLEAN = [*TREEBANKS, "re3d (open licences per collection)", "UDS-IH2 (CC BY-SA 4.0)"]
UNSTATED = ["PolNeAR (licence not stated)", "cameo_roles, cameo_class (licence not stated)"]


class ParserGraph(nn.Module):
    """ids … last -> trunk, arc scores, relation vectors, one tag per word for TAGS, probabilities, events."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.heads = [name for name in (*TAGS, *PROBABILITIES, *RAW) if name in network.tags]

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor, first: Tensor, last: Tensor) -> tuple[Tensor, ...]:
        network, bias = self.network, attention_bias(mask)
        trunk = network.trunk(ids, bias)
        words = network.branch.words(network.branch(trunk, bias, shapes, shapes), shapes, first, last)
        assert network.biaffine is not None
        dependent, head = network.biaffine.relation_vectors(words)
        return (trunk, network.biaffine.arcs(words), dependent, head, *_head_outputs(network, self.heads, words))


class SignalsGraph(nn.Module):
    """trunk … last -> probabilities per word, and of the sentence's classes."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.heads = [name for name in PROBABILITIES if name in network.tags]

    def forward(self, trunk: Tensor, shapes: Tensor, quotes: Tensor, mask: Tensor, first: Tensor, last: Tensor) -> tuple[Tensor, ...]:
        network = self.network
        hidden = network.branch(trunk, attention_bias(mask), shapes, quotes)
        words = network.branch.words(hidden, shapes, first, last)
        return (*_head_outputs(network, self.heads, words), torch.softmax(self._classes(hidden, mask), -1))

    def _classes(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The network's sentence scores, in operations whose last bit does not depend on how many sentences there are."""
        layer = self.network.sentence
        assert layer is not None
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (weights.transpose(1, 2) @ hidden).squeeze(1) / weights.sum(1)
        return (mean.unsqueeze(1) * layer.weight).sum(-1) + layer.bias


class RelationsGraph(nn.Module):
    """Relation vectors and heads -> the label of every arc."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        assert network.biaffine is not None
        self.biaffine = network.biaffine

    def forward(self, dependent: Tensor, head: Tensor, heads: Tensor) -> Tensor:
        labels, width, _ = self.biaffine.relation.shape
        chosen = head.gather(1, heads.unsqueeze(-1).expand(-1, -1, width))
        flat = self.biaffine.relation.permute(1, 0, 2).reshape(width, labels * width)
        halves = (dependent @ flat).reshape(*dependent.shape[:2], labels, width)
        return (halves * chosen.unsqueeze(2)).sum(-1).argmax(-1).int()


def _head_outputs(network: Network, heads: list[str], words: Tensor) -> list[Tensor]:
    outputs = []
    for name in heads:
        scores = network.tags[name](words[:, 1:])
        if name in TAGS:
            outputs.append(scores.argmax(-1).int())
        else:
            outputs.append(torch.softmax(scores, -1) if name in PROBABILITIES else scores)
    return outputs


def sample_inputs(width: int) -> dict[str, Tensor]:
    """Two short sentences, to trace the graphs with. width: of the encoder."""
    ids = torch.tensor([[1, 2, 3, 4, 5, 0], [1, 4, 3, 2, 6, 5]])
    places = torch.tensor([[0, 1, 3], [0, 1, 2]])
    mask = (ids > 0).long()
    return {
        "ids": ids, "shapes": mask, "quotes": mask, "mask": mask, "first": places, "last": places,
        "trunk": torch.zeros(2, 6, width), "heads": torch.tensor([[0, 1], [2, 0]]),
    }  # fmt: skip


def _export(graph: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path) -> None:
    names = {0: "batch", 1: "length"}
    axes = {name: {0: "batch", 1: f"{name}_{names[1]}"} for name in (*inputs, *outputs) if name != "class"}
    axes |= {"class": {0: "batch"}} if "class" in outputs else {}
    if "arcs" in axes:
        axes["arcs"][2] = "heads"
    torch.onnx.export(
        graph.eval(), tuple(inputs.values()), str(path), input_names=list(inputs), output_names=outputs,
        dynamic_axes=axes, opset_version=OPSET, dynamo=False,
    )  # fmt: skip


def export_parser(network: Network, out: Path, mode: str) -> None:
    """Writes parser.onnx and relations.onnx."""
    sample = sample_inputs(network.shape.encoder.width)
    graph = ParserGraph(network)
    inputs = {name: sample[name] for name in PARSER_INPUTS}
    with torch.no_grad():
        _, _, dependent, head, *_ = graph.eval()(*inputs.values())
    _export(graph, inputs, ["trunk", "arcs", "dependent", "head", *graph.heads], out / "parser.onnx")
    _export(RelationsGraph(network), {"dependent": dependent, "head": head, "heads": sample["heads"]}, ["relation"], out / "relations.onnx")
    quantize(out / "parser.onnx", mode, network.shape.encoder)
    quantize(out / "relations.onnx", mode, network.shape.encoder)


def export_signals(network: Network, out: Path, mode: str) -> None:
    """Writes signals.onnx."""
    sample = sample_inputs(network.shape.encoder.width)
    graph = SignalsGraph(network)
    _export(graph, {name: sample[name] for name in SIGNALS_INPUTS}, [*graph.heads, "class"], out / "signals.onnx")
    quantize(out / "signals.onnx", mode, network.shape.encoder)


def lemma_table(pieces: PieceTable, path: Path) -> None:
    """Writes the lemmas that rules would get wrong, and those that rules may choose from. Unsure forms are left to the network."""
    counts: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for name in ("ewt_train", "gum_train"):
        for paragraph in read_treebank(name):
            for sentence in paragraph.sentences:
                columns = zip(sentence.words, sentence.upos, sentence.feats, sentence.lemmas, strict=True)
                for form, upos, feats, lemma in columns:
                    if " " not in form and "Typo" not in feats and not (upos == "NUM" and not form.isalpha()):
                        counts[form, upos][lemma, feats] += 1
                        if upos in RULED:
                            seen[upos][lemma] += 1
    known = {upos: {lemma for lemma in lemmas if lemmas[lemma] >= lemmas[lemma.capitalize()]} for upos, lemmas in sorted(seen.items())}
    lists = {upos: sorted(lemmas) for upos, lemmas in known.items()}
    path.write_text(json.dumps({"exceptions": {}, "known": lists}), encoding="utf-8")
    rules, exceptions = LemmaTable(path, pieces), {}
    for (form, upos), readings in sorted(counts.items()):
        lemmas: Counter[str] = Counter()
        for (lemma, _), count in readings.items():
            lemmas[lemma] += count
        (lemma, count), total = min(lemmas.items(), key=lambda item: (-item[1], item[0])), sum(lemmas.values())
        feats = max(readings, key=lambda each: (readings[each], each))[1]
        if count < 0.8 * total or (upos in OPEN and total < 2) or upos in ("PUNCT", "X"):
            continue
        by_rule = rules.by_rule(form, upos, feats)
        if total < 2 and by_rule is not None and pieces.is_piece(by_rule):
            continue  # one reading against a rule that gives a common word: a slip of the annotators
        if by_rule != lemma:
            exceptions[f"{form}\t{upos}"] = lemma
    path.write_text(json.dumps({"exceptions": exceptions, "known": lists}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def write_manifest(out: Path, facts: dict[str, Any]) -> None:
    """MANIFEST.json: the hash of every file, and where the weights come from."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir()) if path.name != "MANIFEST.json"}
    (out / "MANIFEST.json").write_text(json.dumps(facts | {"files": files}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parser", type=Path)
    parser.add_argument("signals", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mode", choices=MODES, default="rows")
    parser.add_argument("--name", default="onrecord-en-1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    labels: dict[str, list[str]] = {}
    network = load_network(options.parser)
    export_parser(network, options.out, options.mode)
    labels |= network.shape.labels
    if options.signals:
        signals = load_network(options.signals)
        if signals.shape.frozen != network.shape.frozen:
            raise SystemExit("the two networks have trunks of different depth")
        export_signals(signals, options.out, options.mode)
        labels |= signals.shape.labels
    shutil.copyfile(tokenizer_path(), options.out / "tokenizer.json")
    (options.out / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    lemma_table(PieceTable(tokenizer_path()), options.out / "lemmas.json")
    np.save(options.out / "boundaries.npy", boundary_model().weights.astype(np.float16))
    base = find_base()
    facts = {
        "name": options.name, "format": 1, "quantization": options.mode, "licence": "CC-BY-SA-4.0",
        "base": {"name": base.name, "sha256": base.sha256},
        "data": {
            "parser.onnx": CLEAN, "relations.onnx": TREEBANKS, "lemmas.json": TREEBANKS, "boundaries.npy": TREEBANKS,
            "signals.onnx": UNSTATED,
        },
        "clean": ["parser.onnx", "relations.onnx"],
    }  # fmt: skip
    write_manifest(options.out, facts)


if __name__ == "__main__":
    main()
