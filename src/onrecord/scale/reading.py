"""The reports of a shard, one at a time, wherever its files lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import InputError
from onrecord.records import Capture, Failure
from onrecord.registry import component
from onrecord.scale.shards import Input
from onrecord.scale.storage import is_remote, read_bytes, read_range

IN_MEMORY_BYTES = 32_000_000


def read_input(one: Input, given: Mapping[str, Any]) -> Iterator[Capture | Failure]:
    """What one input holds; what cannot be read is one Failure that names it. Raises whatever a reader raises unforeseen."""
    try:
        yield from _read(one, given)
    except OSError as error:
        reason = (error.strerror or str(error)).splitlines()[0].rstrip(".")
        yield _failure(one, f"{one.path}: cannot be read ({reason}); check that it is there and that you may read it", error)
    except InputError as error:
        yield _failure(one, str(error), error)


def _read(one: Input, given: Mapping[str, Any]) -> Iterator[Capture | Failure]:
    if one.problem is not None:
        raise InputError(one.problem)
    read = component("ingest.files.v1")
    upload = _upload_type()
    if one.start is not None and one.end is not None:
        lines = read_range(one.path, one.start, one.end)
        yield from read([upload(name=f"{one.path}@{one.start}", content=lines)], **{**given, "kind": "jsonl"}) if lines.strip() else ()
    elif not is_remote(one.path):
        yield from read([one.path], **given)
    elif one.size <= IN_MEMORY_BYTES:
        yield from read([upload(name=one.path, content=read_bytes(one.path))], **given)
    else:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / one.path.rpartition("/")[2]
            copy.write_bytes(read_bytes(one.path))
            for found in read([copy], **given):
                yield _renamed(found, str(copy), one.path)


def _upload_type() -> type:
    from onrecord.ingest import Upload  # here: the driver of a cluster need not load the readers

    return Upload


def _renamed(found: Capture | Failure, copy: str, path: str) -> Capture | Failure:
    if isinstance(found, Failure):
        return msgspec.structs.replace(found, path=(found.path or copy).replace(copy, path), message=found.message.replace(copy, path))
    document = msgspec.structs.replace(found.document, path=(found.document.path or copy).replace(copy, path))
    return msgspec.structs.replace(found, document=document)


def _failure(one: Input, message: str, error: Exception) -> Failure:
    return Failure(document=None, path=one.path, stage="ingest", error=type(error).__name__, message=message)
