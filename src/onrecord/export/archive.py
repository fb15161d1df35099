"""Zips that are the same whenever they are made, with the hashes of what is in them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from onrecord.errors import UsageError

BEGINNING = (1980, 1, 1, 0, 0, 0)  # a zip cannot say less; the clock would make other bytes each time
SUMS = "SHA256SUMS"
CHUNK = 1 << 20
MOST_BYTES = 4 << 30  # unpacked; a zip that claims more is not one of ours


def add_file(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Adds a file without a time of its own."""
    archive.writestr(zipfile.ZipInfo(name, BEGINNING), content, zipfile.ZIP_DEFLATED)


def write_bundle(archive: zipfile.ZipFile, files: Mapping[str, bytes]) -> None:
    """Adds the files in order of name, and ``SHA256SUMS``, which ``sha256sum -c`` reads, too."""
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    for name, content in sorted({**files, SUMS: sums.encode()}.items()):
        add_file(archive, name, content)


class Checked(NamedTuple):
    """A file of a bundle. problem: None, or what is wrong with it."""

    name: str
    problem: str | None


def verify_bundle(path: Path) -> Iterator[Checked]:
    """Every file of a bundle, checked against its hash; raises UsageError for what is no bundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _checked(archive, path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise UsageError(f"{path}: cannot be read as a bundle ({error})") from error


def _checked(archive: zipfile.ZipFile, path: Path) -> Iterator[Checked]:
    names = archive.namelist()
    if SUMS not in names:
        raise UsageError(f"{path}: has no {SUMS}; bundles are made by 'onrecord export bundle'")
    if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        raise UsageError(f"{path}: unpacks to more than {MOST_BYTES >> 30} GB, which no bundle does")
    sums = _sums(archive.read(SUMS).decode("utf-8", "replace"))
    for name in sorted({*names, *sums} - {SUMS}):
        yield Checked(name, _problem(archive, name, sums.get(name), names.count(name)))


def _sums(text: str) -> dict[str, str]:
    parts = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in parts if name}


def _problem(archive: zipfile.ZipFile, name: str, expected: str | None, times: int) -> str | None:
    if times != 1:
        return "is missing" if times == 0 else "is there more than once"
    if expected is None:
        return f"is not in {SUMS}: it was added later"
    try:
        return None if _digest(archive, name) == expected else "has been changed: its SHA-256 is another"
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
        return f"cannot be read ({error})"


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    found = hashlib.sha256()
    with archive.open(name) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
