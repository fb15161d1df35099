"""Folders and object stores: files written whole or not at all, files listed, files read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from onrecord.errors import InputError, UsageError
from onrecord.records import Record

SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
WILDCARD = re.compile(r"[*?\[]")
PIECES = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
LINE_BYTES = 65_536


class Found(Record, frozen=True):
    """A file that is there. ``path`` is its address as people write it; ``size`` is in bytes. problem: why it is not looked into."""

    path: str
    size: int
    problem: str | None = None


class Store:
    """A folder or a bucket, named by a path or an address (``s3://bucket/folder``, ``gs://bucket/folder``).

    Names are relative to it, their parts parted by ``/``. An object appears whole or not at all, and so does a local file: it is
    written under another name, synced and renamed. Raises UsageError for an address that no filesystem answers to.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") or "/"
        self.local = SCHEME.match(address) is None
        self._fs, self._root = _filesystem(self.address)

    def path(self, name: str) -> Path:
        """The local path of a name; only for a local store."""
        return Path(self._root) / name

    def holds(self, path: str) -> bool:
        """Whether a file lies in it."""
        if self.local:
            return not is_remote(path) and Path(self._root).absolute() in Path(path).absolute().parents
        return path.startswith(f"{self.address}/")

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none. Raises OSError when it is there and cannot be read."""
        if not self.exists(name):
            return None
        with self._fs.open_input_stream(self._at(name), compression=None) as stream:
            return bytes(stream.read())

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self._fs.get_file_info(self._at(name)).is_file)

    def write(self, name: str, data: bytes) -> None:
        """Writes a file so that readers see the old one or the new one, never a part. Raises OSError when it cannot."""
        if self.local:
            _write_local(self.path(name), data)
            return
        with self._fs.open_output_stream(self._at(name), compression=None) as stream:
            stream.write(data)

    def remove(self, name: str) -> None:
        """Removes a file, if it is there."""
        if self.exists(name):
            self._fs.delete_file(self._at(name))

    def names(self, folder: str) -> list[str]:
        """The names of all files below a folder, sorted; none where there is no folder."""
        selector = import_module("pyarrow.fs").FileSelector(self._at(folder), recursive=True, allow_not_found=True)
        start = len(self._root.rstrip("/")) + 1
        return sorted(info.path[start:] for info in self._fs.get_file_info(selector) if info.is_file and not _hidden(info.base_name))

    def dataset(self, folder: str) -> Any:
        """The Parquet files below a folder as one Arrow dataset, years and months as columns."""
        arrow = import_module("pyarrow")
        dataset = import_module("pyarrow.dataset")
        months = dataset.partitioning(arrow.schema([("year", arrow.string()), ("month", arrow.string())]), flavor="hive")
        return dataset.dataset(self._at(folder), filesystem=self._fs, format="parquet", partitioning=months)

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def find_files(address: str) -> Iterator[Found]:
    """The files that a path, a folder, a glob (``*``, ``?``, ``**``) or an address of these names, sorted; hidden ones left out.

    Links to folders below a folder are not followed, since they may lead in a circle: they come with that problem.
    Raises: InputError when there is none or the place may not be listed: it names the address and what to do.
    """
    fixed = WILDCARD.split(address, maxsplit=1)[0]
    base = address if fixed == address else fixed.rpartition("/")[0] or ("/" if fixed.startswith("/") else ".")
    below = "" if base == address else address if base == "." else address[len(base) :].lstrip("/")
    filesystem, root = _filesystem(base)
    recursive = not below or "/" in below or "**" in below
    try:
        infos = _listed(filesystem, root, recursive=recursive)
    except OSError as error:
        raise InputError(f"{address}: cannot be listed ({_reason(error)}); check the address and your right to read it") from None
    wanted = re.compile(_pattern(below)) if below else None
    start = len(root.rstrip("/")) + 1
    names = [(info.path[start:], info.size) for info in infos if wanted is None or wanted.fullmatch(info.path[start:])]
    if not names:
        raise InputError(f"{address}: no such file; check the name")
    front = "" if base == "." else base.rstrip("/") + "/"
    for name, size in sorted(names):
        yield Found(path=front + name if name else base, size=size)
    for link in _links_to_folders(root) if recursive and filesystem.type_name == "local" else ():
        path = front + link
        yield Found(path=path, size=0, problem=f"{path}: is a link to a folder and is not followed; name the folder itself")


def read_range(path: str, start: int, end: int) -> bytes:
    """The lines of a file that begin in the half-open range of bytes. Raises OSError when it cannot be read."""
    filesystem, name = _filesystem(path)
    with filesystem.open_input_file(name) as file:
        file.seek(max(0, start - 1))
        data = bytes(file.read(end - max(0, start - 1)))
        if start:  # a line that begins before the range belongs to the range before
            data = data.partition(b"\n")[2] if data[:1] != b"\n" else data[1:]
        while data and not data.endswith(b"\n") and (more := bytes(file.read(LINE_BYTES))):
            head, newline, _ = more.partition(b"\n")
            data += head + newline
    return data


def read_bytes(path: str) -> bytes:
    """The bytes of a file by its path or address. Raises OSError when it cannot be read."""
    filesystem, name = _filesystem(path)
    with filesystem.open_input_stream(name, compression=None) as stream:
        return bytes(stream.read())


def is_remote(path: str) -> bool:
    """Whether it is the address of an object store rather than a local path."""
    return SCHEME.match(path) is not None


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        fs = import_module("pyarrow.fs")
    except ImportError as error:
        raise UsageError("archives need pyarrow: pip install 'onrecord[archives]'") from error
    if SCHEME.match(address) is None:
        return fs.LocalFileSystem(), str(Path(address).absolute())
    try:
        found: tuple[Any, str] = fs.FileSystem.from_uri(address)
    except (ValueError, OSError) as error:
        raise UsageError(f"{address}: no filesystem answers to this address ({_reason(error)}); write s3://BUCKET/… or a path") from None
    return found


def _listed(filesystem: Any, root: str, *, recursive: bool) -> list[Any]:
    info = filesystem.get_file_info(root)
    if info.is_file:
        return [info]
    if filesystem.type_name == "local":
        found = filesystem.get_file_info(
            [path for folder, _, files in _walked(root, recursive=recursive) for path in _below(folder, files)]
        )
        return [one for one in found if one.is_file]
    selector = import_module("pyarrow.fs").FileSelector(root, recursive=recursive, allow_not_found=True)
    inside = len(root.rstrip("/")) + 1
    return [one for one in filesystem.get_file_info(selector) if one.is_file and not any(map(_hidden, one.path[inside:].split("/")))]


def _walked(root: str, *, recursive: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders below a folder with what is in them, as ``os.walk`` gives them: links to folders among the folders, not followed."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            raise error

    for folder, folders, files in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if recursive and not _hidden(name)]
        yield folder, folders, files


def _links_to_folders(root: str) -> list[str]:
    inside = len(root.rstrip("/")) + 1
    return sorted(path[inside:] for folder, folders, _ in _walked(root) for path in _below(folder, folders) if os.path.islink(path))


def _below(folder: str, names: Sequence[str]) -> list[str]:
    return [os.path.join(folder, name) for name in names if not _hidden(name)]


def _pattern(glob: str) -> str:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return "".join(PIECES.get(piece, re.escape(piece)) for piece in pieces)


def _hidden(name: str) -> bool:
    return name.startswith((".", "_"))


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).splitlines()[0].rstrip(".")


def _write_local(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
