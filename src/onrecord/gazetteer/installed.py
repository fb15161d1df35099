"""The packs that a user has added: where they stand, adding, listing and removing them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from onrecord.errors import DataError, UsageError
from onrecord.gazetteer.build import MANY_SHARDS, PackWriter
from onrecord.gazetteer.names import fold
from onrecord.gazetteer.pack import Meta, Pack
from onrecord.gazetteer.readers import BadRow, Codes, Source
from onrecord.records import Record

ORDER = "order.json"  # names of packs in the order in which they were added
REJECTED = "rejected.tsv"
MAX_REJECTED = 10_000  # rows that are written down one by one; the others are counted
CHECKPOINT_ROWS = 200_000
_LARGE = 8 << 20  # bytes of source; beyond, names go to many tries
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}\Z")

Progress = Callable[[int, int, int], None]  # bytes read, bytes in all, places so far


def user_folder() -> Path:
    """Where added packs stand: $ONRECORD_GAZETTEER, or ``onrecord/gazetteer`` in the user's data folder."""
    chosen = os.environ.get("ONRECORD_GAZETTEER")
    if chosen:
        return Path(chosen)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "onrecord" / "gazetteer"


def installed_packs(folder: Path | None = None) -> tuple[Path, ...]:
    """Folders of the packs added, in the order in which they were added: the last wins."""
    folder = folder or user_folder()
    order = folder / ORDER
    if not order.is_file():
        return ()
    try:
        names = msgspec.json.decode(order.read_bytes(), type=list[str])
    except msgspec.DecodeError as error:
        raise DataError(f"{order}: cannot be read ({error}); remove it and add the packs again") from error
    return tuple(folder / name for name in names)


class Added(Record, frozen=True):
    """What adding a file came to. ``rejected``: all rows left out; ``shown``: the first of them."""

    meta: Meta
    rejected: int
    shown: tuple[BadRow, ...]


def add_pack(path: Path, base: Pack, *, name: str | None = None, folder: Path | None = None, progress: Progress | None = None) -> Added:
    """Makes a pack of a file of places and puts it on top of those that are there.

    An interrupted run goes on where it was when the same file is added again. Raises DataError for a file that is none of places, or when
    no row of it can be read; UsageError for a bad name.
    """
    folder = folder or user_folder()
    name = name or pack_name(path)
    if not _NAME.match(name) or name == "base":
        raise UsageError(f"pack name '{name}' must be lower-case letters, digits, '-' and '_', and not 'base'; give one with --name")
    codes = _codes(base)
    source = Source(path, codes, name)
    folder.mkdir(parents=True, exist_ok=True)
    shards = MANY_SHARDS if source.size > _LARGE else 1
    writer = PackWriter(folder / name, base.countries, base.divisions, shards=shards, resume=_same(folder / name, source))
    shown, rejected = _fill(writer, source, progress)
    if not len(writer):
        writer.discard()
        reason = f"; line {shown[0].line}: {shown[0].reason}" if shown else ""
        raise DataError(f"{path}: no row could be read as a place{reason}")
    meta = writer.finish(
        name=name, source=path.name, licence=_LICENCES.get(source.kind, "the user's own"),
        attribution=_ATTRIBUTIONS.get(source.kind, f"Places: {name}, added by the user."), prefix=name, rejected=rejected,
    )  # fmt: skip
    _write_rejected(folder / name, shown)
    _set_order(folder, [*(pack.name for pack in installed_packs(folder) if pack.name != name), name])
    return Added(meta=meta, rejected=rejected, shown=tuple(shown))


_LICENCES = {"geonames": "CC-BY-4.0"}
_ATTRIBUTIONS = {"geonames": "Places: GeoNames (geonames.org), CC BY 4.0."}


def _fill(writer: PackWriter, source: Source, progress: Progress | None) -> tuple[list[BadRow], int]:
    state = writer.reader_state or {"read": 0, "line": 0, "rejected": 0}
    rejected: int = state["rejected"]
    shown: list[BadRow] = [msgspec.convert(row, BadRow) for row in state.get("shown", ())]
    for read, line, row in source.rows(start=state["read"], line=state["line"]):
        if isinstance(row, BadRow):
            rejected += 1
            if len(shown) < MAX_REJECTED:
                shown.append(row)
        else:
            writer.add(row)
        if line % CHECKPOINT_ROWS == 0:
            at = {"read": read, "line": line, "rejected": rejected, "shown": msgspec.to_builtins(shown)}
            writer.reader_state = {**_identity(source), **at}
            writer.checkpoint()
        if progress is not None and line % 1000 == 0:
            progress(read, source.size, len(writer))
    if progress is not None:
        progress(source.size, source.size, len(writer))
    return shown, rejected


def _identity(source: Source) -> dict[str, int | str]:
    return {"source": source.path.name, "size": source.size, "changed": source.path.stat().st_mtime_ns}


def _same(pack: Path, source: Source) -> bool:
    """Whether an interrupted build beside a pack's folder was of the same file."""
    path = pack.with_name(f".{pack.name}.partial") / "state.json"
    if not path.is_file():
        return False
    try:
        state = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError:
        return False
    return all(state.get("reader", {}).get(key) == value for key, value in _identity(source).items())


def pack_name(path: Path) -> str:
    """The name of a pack by default: that of its file, in lower case."""
    return re.sub(r"[^a-z0-9_-]+", "-", path.name.split(".")[0].lower()).strip("-") or "places"


def remove_pack(name: str, folder: Path | None = None) -> None:
    """Takes a pack away, or what an interrupted build left of it; UsageError if there is none."""
    folder = folder or user_folder()
    found = False
    for path in (folder / name, folder / f".{name}.partial"):
        if _NAME.match(name) and path.is_dir():
            shutil.rmtree(path)
            found = True
    names = [pack.name for pack in installed_packs(folder)]
    if name in names:
        _set_order(folder, [other for other in names if other != name])
        found = True
    if not found:
        raise UsageError(f"no pack '{name}' in {folder}; `onrecord gazetteer info` lists what is there")


def _set_order(folder: Path, names: list[str]) -> None:
    temporary = folder / f"{ORDER}.new"
    temporary.write_bytes(msgspec.json.encode(names))
    temporary.replace(folder / ORDER)


def _write_rejected(pack: Path, rows: list[BadRow]) -> None:
    if rows:
        (pack / REJECTED).write_text("".join(f"{row.line}\t{row.reason}\n" for row in rows), encoding="utf-8")


def _codes(base: Pack) -> Codes:
    """The base pack's codes; ISO 3166-1 alpha-3 by alpha-2 is read off its divisions ("SY.12" of SYR)."""
    return Codes(
        alpha3={division.code.partition(".")[0]: division.country for division in base.divisions},
        countries=frozenset(division.country for division in base.divisions),
        divisions=frozenset(division.code for division in base.divisions),
        named={(division.country, fold(division.name)): division.code for division in base.divisions},
    )
