"""The language model's files and sessions: verified, loaded once per process, run in batches of one length.

A sentence only shares a batch with sentences of as many pieces, and the graphs treat every row by itself, so its result is the same bits
whatever stands beside it. Nothing is padded but words.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from onrecord.errors import ModelError
from onrecord.parse.boundaries import BoundaryModel
from onrecord.parse.lemmas import LemmaTable
from onrecord.parse.pieces import Encoded, PieceTable
from onrecord.parse.spans import best_tags
from onrecord.parse.trees import best_tree, is_tree

FORMAT = 1
MODEL_DIR = Path(__file__).parent.parent / "data" / "model"
BATCH_PIECES = 512  # in a batch: larger ones are slower, they leave the cache
PARSER_FILES = ("parser.onnx", "relations.onnx", "tokenizer.json", "labels.json", "lemmas.json", "boundaries.npy")
SIGNALS_FILE = "signals.onnx"
WEIGHTS = ("full", "clean")
SPAN_HEADS = ("entity", "nested", "source", "cue", "content", "role")

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence or window to read. quoted: per piece, 1 inside quotation marks."""

    encoded: Encoded
    quoted: list[int]

    @property
    def words(self) -> int:
        return len(self.encoded.first) - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the networks say of one sample. heads: 1-based, 0 the root.  relations: label numbers.  outputs: per head, over words.

    tags: per head that marks spans, a tag number per word.
    """

    heads: list[int]
    relations: list[int]
    outputs: dict[str, Array]
    tags: dict[str, list[int]]


class LanguageModel:
    """The networks in a folder. Raises ModelError if a file is missing, damaged or of another format."""

    def __init__(self, folder: Path, *, threads: int, weights: str) -> None:
        self.manifest = read_manifest(folder)
        names = PARSER_FILES + ((SIGNALS_FILE,) if weights == "full" and SIGNALS_FILE in self.manifest["files"] else ())
        for name in names:
            verify(folder, name, self.manifest["files"].get(name))
        self.labels: dict[str, list[str]] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.pieces = PieceTable(folder / "tokenizer.json")
        self.lemmas = LemmaTable(folder / "lemmas.json", self.pieces)
        self.boundaries = BoundaryModel(np.load(folder / "boundaries.npy").astype(np.float32))
        self._parser = _session(folder / "parser.onnx", threads)
        self._relations = _session(folder / "relations.onnx", threads)
        self._signals = _session(folder / SIGNALS_FILE, threads) if SIGNALS_FILE in names else None
        self.name = f"{self.manifest['name']}/{weights if self._signals else 'clean'}"

    @property
    def has_signals(self) -> bool:
        """Whether attribution, roles and sentence classes are there."""
        return self._signals is not None

    def read(self, samples: Sequence[Sample]) -> list[Reading]:
        """One reading per sample, in order."""
        readings: list[Reading | None] = [None] * len(samples)
        for group in _groups(samples):
            for at, reading in zip(group, self._read_batch([samples[at] for at in group]), strict=True):
                readings[at] = reading
        return [reading for reading in readings if reading is not None]

    def _read_batch(self, samples: list[Sample]) -> Iterator[Reading]:
        inputs = _arrays(samples)
        outputs = _run(self._parser, inputs)
        if self._signals is not None:
            outputs |= _run(self._signals, inputs | {"trunk": outputs["trunk"]})
        heads = np.zeros((len(samples), inputs["first"].shape[1] - 1), np.int64)
        for row, sample in enumerate(samples):
            heads[row, : sample.words] = _heads(outputs["arcs"][row, : sample.words, : sample.words + 1])
        relations = _run(self._relations, {"dependent": outputs["dependent"], "head": outputs["head"], "heads": heads})["relation"]
        spans = {name: outputs[name] for name in SPAN_HEADS if name in outputs}
        tags = best_tags(spans, self.labels, [sample.words for sample in samples])
        kept = [name for name in outputs if name not in ("trunk", "arcs", "dependent", "head")]
        for row, sample in enumerate(samples):
            size = sample.words
            own = {name: outputs[name][row] if name == "class" else outputs[name][row, :size] for name in kept}
            own_tags = {name: numbers[row, :size].tolist() for name, numbers in tags.items()}
            yield Reading(heads[row, :size].tolist(), relations[row, :size].tolist(), own, own_tags)


@cache
def load_model(folder: Path, threads: int, weights: str) -> LanguageModel:
    """The model of a folder, loaded once per process."""
    return LanguageModel(folder, threads=threads, weights=weights)


def read_manifest(folder: Path) -> dict[str, Any]:
    """MANIFEST.json of a model folder."""
    path = folder / "MANIFEST.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path}: no language model here; reinstall onrecord or name a folder that training.export wrote") from None
    except ValueError as error:
        raise ModelError(f"{path}: not readable as JSON ({error}); reinstall onrecord") from None
    if manifest.get("format") != FORMAT:
        raise ModelError(f"{path}: model format {manifest.get('format')}, this version reads {FORMAT}; reinstall onrecord")
    return manifest


def verify(folder: Path, name: str, expected: str | None) -> None:
    """Raises ModelError unless the file has the hash that the manifest states."""
    path = folder / name
    if not path.is_file():
        raise ModelError(f"{path}: missing; expected sha256 {expected}; reinstall onrecord")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ModelError(f"{path}: sha256 is {found}, expected {expected}; the file is damaged or of another version: reinstall onrecord")


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # a plan per input shape would be kept, and there is one for every length of sentence
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    slower = ["BiasGeluFusion"]  # than the addition and the activation apart
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=slower)


def _run(session: onnxruntime.InferenceSession, inputs: dict[str, Array]) -> dict[str, Array]:
    wanted = {each.name for each in session.get_inputs()}
    outputs = session.run(None, {name: array for name, array in inputs.items() if name in wanted})
    return dict(zip((each.name for each in session.get_outputs()), outputs, strict=True))


def _groups(samples: Sequence[Sample]) -> Iterator[list[int]]:
    by_length: dict[int, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        by_length[len(sample.encoded.ids)].append(at)
    for length, members in sorted(by_length.items()):
        size = max(1, BATCH_PIECES // length)
        for start in range(0, len(members), size):
            yield members[start : start + size]


def _arrays(samples: Sequence[Sample]) -> dict[str, Array]:
    width = max(sample.words for sample in samples) + 1
    arrays = {
        "ids": np.array([sample.encoded.ids for sample in samples], np.int64),
        "shapes": np.array([sample.encoded.shapes for sample in samples], np.int64),
        "quotes": np.array([sample.quoted for sample in samples], np.int64),
    }
    arrays["mask"] = np.ones_like(arrays["ids"])
    arrays |= {name: np.zeros((len(samples), width), np.int64) for name in ("first", "last")}
    for row, sample in enumerate(samples):
        arrays["first"][row, : sample.words + 1] = sample.encoded.first
        arrays["last"][row, : sample.words + 1] = sample.encoded.last
    return arrays


def _heads(arcs: Array) -> list[int]:
    """Heads of a sentence from its arc scores [words, words + 1]."""
    size = arcs.shape[0]
    arcs[np.arange(size), np.arange(1, size + 1)] = -np.inf
    heads: list[int] = arcs.argmax(1).tolist()
    if is_tree(heads):
        return heads
    arcs[np.arange(size), np.arange(1, size + 1)] = -1e9
    return best_tree(arcs)
