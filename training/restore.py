"""Networks out of a model folder, to train on from what was shipped: 8-bit weights times their scales, as floats again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from training.base import find_base
from training.model import Network, Shape

PRODUCTS = ("MatMul", "MatMulIntegerToFloat")
PRODUCT_NAME = re.compile(r"/(?P<module>.+)/MatMul(?:_\d+)?_output_0(?:\.sums)?")
SIGNALS_HEADS = ("source", "cue", "content", "role", "class")

Arrays = dict[str, NDArray[Any]]


def restore_signals(folder: Path, *, frozen: int) -> Network:
    """The signals network of a folder that ``training.export`` wrote. frozen: layers of its trunk, the base's own."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    arrays = graph_arrays(folder / "signals.onnx")
    layers = {int(name.split(".")[2]) for name in arrays if name.startswith("branch.layers.")}
    heads = {head: labels[head] for head in SIGNALS_HEADS}
    network = Network(Shape(layers=frozen + len(layers), frozen=frozen, quotes=True, labels=heads, encoder=find_base().sizes))
    state = {name: torch.tensor(array) for name, array in arrays.items()}
    missing, unknown = network.load_state_dict(state, strict=False)
    wrong = [*unknown, *(name for name in missing if not name.startswith("trunk."))]
    if wrong:
        raise ValueError(f"{folder}: signals.onnx does not fit the network: {', '.join(wrong)}; it was exported by another version")
    return network


def graph_arrays(path: Path) -> Arrays:
    """The trained arrays of an exported graph by their names in the network, matrices as [out, in]."""
    graph = onnx.load(path).graph
    stored: Arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    found = {name.removeprefix("network."): array for name, array in _full(stored).items() if name.startswith("network.")}
    for node in graph.node:
        named = PRODUCT_NAME.fullmatch(node.output[0]) if node.op_type in PRODUCTS else None
        matrix = _matrix(stored, node.input[1]) if named else None
        if named and matrix is not None:
            module = named["module"].replace("/", ".")
            found[f"{module if '.' in module else f'tags.{module}'}.weight".removeprefix("network.")] = matrix.T
    return found


def _full(stored: Arrays) -> Arrays:
    """Stored arrays as 32-bit floats under their own names."""
    ends = (".int8", ".half")
    names = {name.removesuffix(".int8").removesuffix(".half") for name in stored if name.endswith(ends) or stored[name].dtype == np.float32}
    return {name: _matrix(stored, name) for name in names if not name.endswith(".scale")}  # type: ignore[misc]


def _matrix(stored: Arrays, name: str) -> NDArray[np.float32] | None:
    """An array by the name that a product has for it, whichever way it is stored; None if it is no stored array."""
    base = name.removesuffix(".int8").removesuffix(".float")
    if f"{base}.int8" in stored:
        return stored[f"{base}.int8"].astype(np.float32) * stored[f"{base}.scale"]
    if f"{base}.half" in stored:
        return stored[f"{base}.half"].astype(np.float32)
    return stored.get(base)
