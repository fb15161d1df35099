"""Smaller and faster graphs whose results still do not depend on what stands beside a sentence in its batch.

mode ``rows``: products of the transformer layers are taken in 8-bit integers, with one scale per output column for the weights and one per
row for the activations, worked out from that row alone. Integer sums are exact, so a row gives the same bits whatever else is in the batch.
(The usual dynamic quantisation takes one scale for the whole batch, so neighbours change a parse.) Weights keep to ±63, so that processors
whose 8-bit products saturate at 16 bits (before VNNI) give the same sums.
mode ``weights``: weights are stored in 8 bits and turned into floats when the graph is loaded.
mode ``float``: nothing is changed.
In the first two, the embedding table is stored in 8 bits with a scale per row, and other large tensors as 16-bit floats.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from training.base import Sizes

MODES = ("rows", "weights", "float")
ROW_LIMIT, WEIGHT_LIMIT = 63, 127
LARGE = 2048  # elements from which a tensor is worth storing in fewer bits


def quantize(path: Path, mode: str, sizes: Sizes) -> None:
    """Rewrites the graph in a file by the mode. sizes: of the encoder, whose layers' products go by them."""
    if mode != "float":
        _Rewriter(onnx.load(path), mode, {sizes.width, 3 * sizes.width, sizes.feed_forward}).save(path)


class _Rewriter:
    def __init__(self, model: onnx.ModelProto, mode: str, widths: set[int]) -> None:
        self.model, self.mode, self.widths = model, mode, widths
        self.initializers = {each.name: each for each in model.graph.initializer}
        self.nodes: list[NodeProto] = []
        self.dropped: set[str] = set()
        self.rows: dict[str, tuple[str, str]] = {}
        self.floats: dict[str, str] = {}

    def save(self, path: Path) -> None:
        graph = self.model.graph
        for node in graph.node:
            self._rewrite(node)
        kept = [each for name, each in self.initializers.items() if name not in self.dropped]
        del graph.initializer[:], graph.node[:]
        graph.initializer.extend(kept)
        graph.node.extend(self.nodes)
        if self.mode == "rows":
            self.model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        onnx.checker.check_model(self.model)
        onnx.save(self.model, path)

    def _rewrite(self, node: NodeProto) -> None:
        matrix = self._matrix(node.input[1]) if node.op_type == "MatMul" else None
        if matrix is not None and set(matrix.shape) <= self.widths:
            self._product(node, matrix)
        elif node.op_type == "Gather" and self._is_large(node.input[0]):
            self._look_up(node)
        else:
            for at, name in enumerate(node.input):
                if self._is_large(name):
                    node.input[at] = self._half(name)
            self.nodes.append(node)

    def _matrix(self, name: str) -> NDArray[np.float32] | None:
        if name not in self.initializers:
            return None
        array = numpy_helper.to_array(self.initializers[name])
        return array if array.ndim == 2 and array.dtype == np.float32 else None

    def _is_large(self, name: str) -> bool:
        each = self.initializers.get(name)
        return each is not None and each.data_type == TensorProto.FLOAT and int(np.prod(each.dims)) >= LARGE

    def _add(self, name: str, array: NDArray[np.generic]) -> str:
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: int) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _product(self, node: NodeProto, matrix: NDArray[np.float32]) -> None:
        limit = ROW_LIMIT if self.mode == "rows" else WEIGHT_LIMIT
        scale = np.maximum(np.abs(matrix).max(0), 1e-12) / limit
        whole = np.clip(np.round(matrix / scale), -limit, limit).astype(np.int8)
        name, output = node.input[1], node.output[0]
        self.dropped.add(name)
        weights, scales = self._add(f"{name}.int8", whole), self._add(f"{name}.scale", scale.astype(np.float32))
        if self.mode == "weights":
            full = self._node("Cast", [weights], f"{name}.cast", to=TensorProto.FLOAT)
            self._node("MatMul", [node.input[0], self._node("Mul", [full, scales], f"{name}.float")], output)
            return
        row, row_scale = self._quantized_rows(node.input[0])
        one, middle = self._add("quantize.one", np.array(1, np.float32)), self._add("quantize.middle", np.array(128, np.uint8))
        sums = f"{output}.sums"  # scaled by column; the row's scale comes after
        inputs = [row, weights, one, scales, middle]
        self.nodes.append(helper.make_node("MatMulIntegerToFloat", inputs, [sums], domain="com.microsoft"))
        self._node("Mul", [sums, row_scale], output)

    def _quantized_rows(self, source: str) -> tuple[str, str]:
        """The rows of a tensor as unsigned bytes around 128, and their scales [batch, pieces, 1]."""
        if source not in self.rows:
            axes = self._add("quantize.axes", np.array([-1], np.int64))
            top = self._node("ReduceMax", [source, axes], f"{source}.top", keepdims=1)
            low = self._node("Neg", [self._node("ReduceMin", [source, axes], f"{source}.low", keepdims=1)], f"{source}.depth")
            largest = self._node("Max", [top, low, self._add("quantize.least", np.array(1e-7, np.float32))], f"{source}.largest")
            scale = self._node("Mul", [largest, self._add("quantize.part", np.array(1 / 127, np.float32))], f"{source}.scale")
            self.rows[source] = self._quantize(source, scale), scale
        return self.rows[source]

    def _quantize(self, source: str, scale: str) -> str:
        """Row-wise QuantizeLinear: it takes a scale per row of a matrix, so the tensor is flattened around it."""
        shape = self._node("Shape", [source], f"{source}.shape")
        width = self._node("Gather", [shape, self._add("quantize.axes", np.array([-1], np.int64))], f"{source}.width", axis=0)
        rest = self._add("quantize.rest", np.array([-1], np.int64))
        matrix = self._node("Concat", [rest, width], f"{source}.matrix", axis=0)
        flat = self._node("Reshape", [source, matrix], f"{source}.flat")
        scales = self._node("Reshape", [scale, rest], f"{source}.scales")
        middle = self._add("quantize.middle", np.array(128, np.uint8))
        middles = self._node("Expand", [middle, self._node("Shape", [scales], f"{source}.rows")], f"{source}.middles")
        whole = self._node("QuantizeLinear", [flat, scales, middles], f"{source}.whole", axis=0)
        return self._node("Reshape", [whole, shape], f"{source}.bytes")

    def _look_up(self, node: NodeProto) -> None:
        """An embedding table in bytes with a scale per row."""
        name, output = node.input[0], node.output[0]
        table = numpy_helper.to_array(self.initializers[name])
        scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-12) / WEIGHT_LIMIT
        whole = self._add(f"{name}.int8", np.round(table / scale).astype(np.int8))
        scales = self._add(f"{name}.scale", scale.astype(np.float32))
        self.dropped.add(name)
        found = self._node("Gather", [whole, node.input[1]], f"{output}.bytes", axis=0)
        found_scale = self._node("Gather", [scales, node.input[1]], f"{output}.scale", axis=0)
        self._node("Mul", [self._node("Cast", [found], f"{output}.floats", to=TensorProto.FLOAT), found_scale], output)

    def _half(self, name: str) -> str:
        """A tensor stored as 16-bit floats; the runtime folds the cast when it loads the graph."""
        if name not in self.floats:
            self._add(f"{name}.half", numpy_helper.to_array(self.initializers[name]).astype(np.float16))
            self.dropped.add(name)
            self.floats[name] = self._node("Cast", [f"{name}.half"], f"{name}.float", to=TensorProto.FLOAT)
        return self.floats[name]
