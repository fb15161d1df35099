"""Training from end to end on sentences of our own, with a tiny random encoder that one setting puts in the place of the real one."""

from __future__ import annotations

import gzip
import json
import lzma
import re
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from onrecord.parse import OnnxParser
from onrecord.records import Document, text_sha256
from training import export, train
from training.agreement import interval, twice_marked, word_counts
from training.base import SETTING, BaseError, find_base
from training.model import Network, Shape
from training.restore import restore_signals
from training.spans import TextSentence, bio_labels, text_sentences

ROOT = Path(__file__).resolve().parent.parent
CONFIG = {
    "model_type": "bert", "hidden_act": "gelu", "hidden_size": 24, "num_attention_heads": 2, "intermediate_size": 48,
    "num_hidden_layers": 3, "max_position_embeddings": 256, "layer_norm_eps": 1e-12,
}  # fmt: skip
PIECES = [
    "[PAD]",
    "[UNK]",
    "[SEP]",
    "[CLS]",
    "the",
    "killed",
    *"abcdefghijklmnopqrstuvwxyz0123456789.,",
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
]
SENTENCE = "Two soldiers were killed near Dorran."


def random_bert(folder: Path, **changes: object) -> Path:
    """A BERT of random weights in Hugging Face's form, its tensors named as with a head on top."""
    config = CONFIG | {"vocab_size": len(PIECES)} | changes
    width, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    sizes: dict[str, tuple[Any, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), width), "embeddings.position_embeddings.weight": (256, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,), "embeddings.LayerNorm.bias": (width,),
    }  # fmt: skip
    for number in range(3):
        parts = {f"attention.self.{each}": (width, width) for each in ("query", "key", "value")}
        parts |= {"attention.output.dense": (width, width), "intermediate.dense": (inner, width), "output.dense": (width, inner)}
        for name, size in parts.items():
            sizes |= {f"encoder.layer.{number}.{name}.weight": size, f"encoder.layer.{number}.{name}.bias": size[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            sizes |= {f"encoder.layer.{number}.{name}.{kind}": (width,) for kind in ("weight", "bias")}
    torch.manual_seed(1)
    folder.mkdir()
    save_file({f"bert.{name}": torch.randn(*size) * 0.1 for name, size in sizes.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer = Tokenizer(models.WordPiece({piece: at for at, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def small_data(folder: Path) -> Path:
    """Our conflict sentences in the place of the treebanks, and invented ones in the place of the marked texts."""
    text = (ROOT / "evaluation/gold/ud/conflict.conllu").read_text(encoding="utf-8")
    blocks = re.sub("# new(doc|par).*\n", "", text).strip().split("\n\n")
    for name in ("ud", "factuality", "entities", "attribution", "events"):
        (folder / name).mkdir(parents=True)
    for bank, ids in (("ewt", ("weblog-a", "newsgroup-b")), ("gum", ("GUM_news_a",))):
        text = "\n\n".join(f"# newdoc id = {each}\n" + "\n\n".join(blocks[start::2][:12]) for start, each in enumerate(ids)) + "\n\n"
        for part in ("train", "dev"):
            (folder / f"ud/{bank}_{part}.conllu.xz").write_bytes(lzma.compress(text.encode()))
    event = {"sent_id": "conflict-1", "text": "Government forces shelled the outskirts", "pred": [18, 25], "value": 3.0}
    for part in ("train", "dev"):
        (folder / f"factuality/uds_ih2_{part}.jsonl.gz").write_bytes(gzip.compress(json.dumps(event).encode()))
    marked = [{"type": "Location", "span": [30, 36]}, {"type": "Quantity", "span": [0, 3]}]
    reports = [{"collection": "a", "doc_id": str(number), "text": SENTENCE, "entities": marked} for number in range(4)]
    said = "The mayor said the bridge was hit."
    attributions = [{"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 33]]}]
    roles = [
        {"id": str(at), "text": f"Rebels of band {at} freed him.", "spans": [{"role": "SOURCE", "start": 0, "end": 6}]} for at in range(12)
    ]
    rows: dict[str, list[Any]] = {
        "entities/re3d_train_dev": reports,
        "attribution/polnear_train": [{"doc_id": "a", "text": said, "attributions": attributions}],
        "attribution/polnear_dev": [{"doc_id": "b", "text": said, "attributions": attributions}],
        "events/cameo_roles_train": roles,
        "events/cameo_class_train": [{"id": each["id"], "text": each["text"], "label": 2} for each in roles],
    }
    for name, records in rows.items():
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, main: Any, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["training", *map(str, arguments)])
    main()


@pytest.mark.slow
def test_another_encoder_takes_the_place_of_minilm_by_one_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "tiny-bert")))
    monkeypatch.setenv("ONRECORD_DATA", str(small_data(tmp_path / "data")))
    checkpoint, folder = tmp_path / "parser.pt", tmp_path / "model"
    run(monkeypatch, train.main, "parser", "--layers", 3, "--frozen", 1, "--epochs", 1, "--float32", "--out", checkpoint)
    run(monkeypatch, export.main, checkpoint, "--out", folder, "--name", "tiny-1")
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    assert manifest["base"] == {"name": "tiny-bert", "sha256": find_base().sha256}
    (parse,) = OnnxParser(model_dir=folder, weights="clean").parse([Document(id="doc-1", text=SENTENCE, sha256=text_sha256(SENTENCE))])
    assert parse.parser == "tiny-1/clean"
    assert [token.text for token in parse.tokens] == ["Two", "soldiers", "were", "killed", "near", "Dorran", "."]
    assert sum(token.head < 0 for token in parse.tokens) == 1


@pytest.mark.slow
def test_all_heads_train_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "tiny-bert")))
    monkeypatch.setenv("ONRECORD_DATA", str(small_data(tmp_path / "data")))
    checkpoint = tmp_path / "joint.pt"
    run(monkeypatch, train.main, "joint", "--layers", 3, "--frozen", 1, "--epochs", 1, "--float32", "--out", checkpoint)
    network = train.load_network(checkpoint)
    assert {"upos", "deprel", "entity", "event", "cue", "role", "class"} <= network.shape.labels.keys()
    assert network.shape.quotes


def test_branch_of_the_parser_begins_the_signals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "tiny-bert")))
    parser = Network(Shape(layers=3, frozen=1, labels={"upos": ["NOUN"]}, encoder=find_base().sizes))
    torch.nn.init.ones_(parser.branch.case_below.weight)
    options = Namespace(start=None, branch=tmp_path / "parser.pt", out=tmp_path / "parser.pt", layers=3, frozen=1, rate=0.1, new_rate=0.1)
    train.save(parser, train.make_optimizer(parser, options), 1, options)
    task = Namespace(quotes=True, labels={"cue": bio_labels(["cue"])})
    signals = train.new_network(task, options)  # type: ignore[arg-type]
    found = signals.branch.state_dict()
    assert all(torch.equal(found[name], array) for name, array in parser.branch.state_dict().items())
    assert found["quote.weight"].shape == (2, 24)


@pytest.mark.parametrize(("mode", "near"), [("float", 1e-6), ("weights", 0.01), ("rows", 0.02)])
def test_restore_signals_gives_back_what_was_exported(mode: str, near: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "tiny-bert")))
    labels = {layer: bio_labels([layer]) for layer in ("source", "cue", "content")} | {"role": bio_labels(["actor"]), "class": ["a", "b"]}
    network = Network(Shape(layers=3, frozen=1, quotes=True, labels=labels, encoder=find_base().sizes)).eval()
    export.export_signals(network, tmp_path, mode)
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    expected, found = network.state_dict(), restore_signals(tmp_path, frozen=1).state_dict()
    assert expected.keys() == found.keys()
    assert all(torch.allclose(found[name], array, atol=near) for name, array in expected.items())


def test_find_base_refuses_another_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "roberta", model_type="roberta")))
    with pytest.raises(BaseError, match="model_type is roberta, not bert"):
        find_base()


def test_find_base_names_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path))
    with pytest.raises(BaseError, match=r"config\.json: missing"):
        find_base()


def test_train_refuses_more_layers_than_the_base_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(random_bert(tmp_path / "tiny-bert")))
    with pytest.raises(SystemExit, match="the base has 3 layers, --layers asks for 6"):
        train.new_network(Namespace(quotes=False, labels={}), Namespace(start=None, layers=6, frozen=2))  # type: ignore[arg-type]


def test_agreement_counts_what_two_articles_mark_in_the_same_sentence() -> None:
    def marked(document: str, *cues: str) -> TextSentence:
        text = "The mayor said on Monday that the bridge had been hit ."
        (sentence,) = text_sentences(document, text, None)
        sentence.gold["cue"] = [("cue", text.index(cue), text.index(cue) + len(cue)) for cue in cues]
        return sentence

    short = text_sentences("c", "He said so .", None)
    sentences = [marked("a", "said"), marked("a", "hit"), marked("b", "said on", "hit"), *short, *text_sentences("d", "He said so .", None)]
    ((one, other),) = twice_marked(sentences)
    assert (one.document, other.document) == ("a", "b")
    assert word_counts((one, other), "cue") == (2, 4)
    assert interval([(2, 4)] * 5) == (0.5, 0.5, 0.5)
