"""Compressed files and archives of files: unpacked in memory or to a nameless temporary file, never to paths of their own naming."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import BinaryIO, cast

from onrecord.errors import InputError
from onrecord.ingest.reading import Read, Reading, failure, item_path, read_inside
from onrecord.ingest.sources import MAX_RATIO, MAX_SPOOL_BYTES, MAX_WHOLE_BYTES, MIN_BOMB_BYTES, SPOOL_BYTES, Opened, Upload, inflate, shown
from onrecord.records import Failure

MAX_MEMBERS = 100_000
ENCRYPTED = 0x1
LOCAL_HEADER = 30  # bytes of the fixed part, PKWARE APPNOTE 4.3.7
# What damaged archives raise from the standard library's readers.
ZIP_ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
# Members that no report is in, left out without a word: what systems put beside people's files.
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read_gzip(opened: Opened, reading: Reading) -> Read:
    """What a gzip file holds; of one that is damaged or cut off, what was whole, with a Failure for the rest."""
    damage: InputError | None = None
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        try:
            for piece in inflate(opened.file, opened.place):
                spool.write(piece)
                if spool.tell() > MAX_SPOOL_BYTES:
                    raise InputError(f"{opened.place}: unpacks to more than {MAX_SPOOL_BYTES // 1_000_000_000} GB; split it")
        except InputError as error:
            damage = error
        if damage is None or spool.tell():
            spool.seek(0)
            name = opened.path.removesuffix(".gz") if opened.path else None
            yield from read_inside(Opened.of(cast(BinaryIO, spool), opened.place, name, opened.folder), reading)
    if damage is not None:
        yield failure(opened.path, damage)


def read_zip(opened: Opened, reading: Reading) -> Read:
    """What every file in a ZIP archive holds."""
    with open_zip(opened) as archive:
        members, refused = check_members(archive, opened.path)
        yield from refused
        for member in members:
            place = item_path(opened.path, member.filename)
            try:
                content = _content(archive, member)
            except ZIP_ERRORS as error:
                yield failure(place, InputError(f"{shown(place)}: damaged ({error}); fetch the archive again"))
                continue
            if content.strip():
                yield from read_inside(Upload(place, content), reading)


@contextmanager
def open_zip(opened: Opened) -> Iterator[zipfile.ZipFile]:
    """The archive. Raises InputError when it is damaged, has more members than any collection of reports, or members over one another."""
    try:
        archive = zipfile.ZipFile(opened.file)
    except ZIP_ERRORS as error:
        raise InputError(f"{opened.place}: a damaged ZIP archive ({error}); fetch it again") from None
    with archive:
        if len(archive.infolist()) > MAX_MEMBERS:
            raise InputError(f"{opened.place}: more than {MAX_MEMBERS:,} files in one archive; split it")
        if _overlap(archive.infolist()):
            raise InputError(
                f"{opened.place}: files in the archive lie one over the other, as in bombs; unpack it yourself if you trust it"
            )
        yield archive


def _overlap(members: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether a member begins before the one in front of it, its own header of 30 bytes and more included, has ended."""
    spans = sorted((member.header_offset, member.header_offset + LOCAL_HEADER + member.compress_size) for member in members)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def check_members(
    archive: zipfile.ZipFile, path: str | None, *, largest: int = MAX_WHOLE_BYTES, total: int = MAX_SPOOL_BYTES
) -> tuple[list[zipfile.ZipInfo], list[Failure]]:
    """The members that may be read, in their order, and the Failures of those that may not: links, paths out of the archive,
    encrypted ones, bombs.

    largest: how many bytes one may unpack to.  total: how many all of them may.
    """
    members, refused, unpacked = [], [], 0
    for member in archive.infolist():
        if not member.filename or member.filename.endswith("/") or any(part in member.filename for part in CLUTTER):
            continue
        reason = _why_refused(member, largest)
        unpacked += member.file_size
        if reason is None and unpacked > total:
            reason = f"beyond the {total // 1_000_000_000} GB that one archive may unpack to; split it"
        if reason is None:
            members.append(member)
        else:
            place = item_path(path, member.filename)
            refused.append(failure(place, InputError(f"{shown(place)}: {reason}")))
    return members, refused


def _why_refused(member: zipfile.ZipInfo, largest: int) -> str | None:
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a symbolic link; put the file itself into the archive"
    if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/") or ":" in member.filename[:3]:
        return "a path that leads out of the archive; left out"
    if member.flag_bits & ENCRYPTED:
        return "encrypted; unpack it and give the file"
    if member.file_size > MIN_BOMB_BYTES and member.file_size > MAX_RATIO * max(1, member.compress_size):
        return f"unpacks to more than {MAX_RATIO} times its size, as bombs do; unpack it yourself if you trust it"
    if member.file_size > largest:
        return f"longer than {largest // 1_000_000} MB; unpack it and give the file"
    return None


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, no more of them than its header says."""
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) > member.file_size:
        raise zipfile.BadZipFile("it holds more than it says")
    return content
