"""Parses and codings of bare texts for the scorers, kept between runs because parsing is the slow part.

Parses lie under ``ONRECORD_CACHE`` (default: a folder in the system's temporary directory), by parser and text; nothing else is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from onrecord.pipeline import Pipeline, build_pipeline
from onrecord.records import Block, BlockKind, Coding, Document, Failure, Mention, Parse, content_id, text_sha256

DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data"))
CACHE = Path(os.environ.get("ONRECORD_CACHE", Path(tempfile.gettempdir()) / "onrecord-evaluation"))
BATCH = 32
HELD_OUT = 8


def read_rows(name: str) -> list[dict[str, Any]]:
    """The rows of a development file below the data folder (``events/satp_train_dev.jsonl.gz``); exits with a line if it is not there."""
    path = DATA / name
    if not path.is_file():
        raise SystemExit(f"{path} is not there: nothing measured (set ONRECORD_DATA)")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    """The default pipeline, built once."""
    return build_pipeline()


def document(text: str, *, published: str | None = None) -> Document:
    """A document of one body paragraph per blank-line-parted piece of text."""
    blocks, start = [], 0
    for number, piece in enumerate(text.split("\n\n")):
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            blocks.append(Block(span=(left, left + len(piece.strip())), kind=BlockKind.BODY, paragraph=number))
        start += len(piece) + 2
    sha = text_sha256(text)
    return Document(id=content_id("doc-", sha), text=text, sha256=sha, published=published, blocks=tuple(blocks))


def parse_texts(texts: Sequence[str], *, published: str | None = None) -> list[Parse]:
    """The parses of texts, in order, from the cache where they are known."""
    documents = [document(text, published=published) for text in texts]
    names = [CACHE / _parser_id() / hashlib.sha256(repr((doc.sha256, published)).encode()).hexdigest()[:24] for doc in documents]
    missing = [number for number, name in enumerate(names) if not name.is_file()]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        for number, parse in zip(batch, pipeline().parser.parse([documents[n] for n in batch]), strict=True):
            names[number].parent.mkdir(parents=True, exist_ok=True)
            names[number].write_bytes(msgspec.msgpack.encode(parse))
    return [msgspec.msgpack.decode(name.read_bytes(), type=Parse) for name in names]


def resolved(parse: Parse) -> tuple[Mention, ...]:
    """The resolved mentions of a parse."""
    line = pipeline()
    return line.resolve_mentions(parse, line.find_mentions(parse, line.lexicon, line.gazetteer), line.lexicon, line.gazetteer)


def is_held_out(text: str) -> bool:
    """Whether a CAMEO sentence was kept from the language model's training (the same rule as ``training/spans.py``)."""
    letters = "".join(filter(str.isalnum, text)).lower()
    return zlib.crc32(letters.encode()) % HELD_OUT == 0


def code_texts(texts: Sequence[str], *, published: str | None = None) -> Iterator[Coding]:
    """The codings of texts, in order and a batch of parses in memory at a time; raises on a text that fails."""
    for start in range(0, len(texts), BATCH):
        for parse in parse_texts(texts[start : start + BATCH], published=published):
            yield code_parse(parse)


def code_parse(parse: Parse) -> Coding:
    """The coding of one parse by the default pipeline."""
    coding = pipeline().code_parse(parse, ())
    if isinstance(coding, Failure):
        raise RuntimeError(coding.message)
    return coding


@lru_cache(maxsize=1)
def _parser_id() -> str:
    """Names the parser's code and model, so that a new one does not meet old parses."""
    source = Path(__file__).resolve().parent.parent / "src/onrecord"
    files = sorted([*source.glob("data/model/*"), *source.glob("parse/*.py")])
    stamp = [(path.name, path.stat().st_size, int(path.stat().st_mtime)) for path in files]
    return hashlib.sha256(repr(stamp).encode()).hexdigest()[:16]


def print_wrong(
    arguments: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    gold: Sequence[Any],
    made: Sequence[Any],
    codings: Sequence[Coding],
    shown: Callable[[Any], object] = str,
) -> None:
    """With ``--errors N`` among the arguments, the first N reports whose label differs, with the rules of their first claims."""
    if "--errors" not in arguments:
        return
    most = int(arguments[arguments.index("--errors") + 1])
    wrong = [(row, want, got, coding) for row, want, got, coding in zip(rows, gold, made, codings, strict=True) if want != got]
    for row, want, got, coding in wrong[:most]:
        rules = [(claim.origin_rule.rpartition("/")[2], bool(claim.event and claim.event.codable)) for claim in coding.claims][:6]
        print(f"- {shown(want)} got {shown(got)}: {row['text'][:300]!r}\n    {rules}")
