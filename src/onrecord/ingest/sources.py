"""Where reports come from: files, standard input, uploaded bytes. Opened with their first bytes at hand, read within bounds."""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec

from onrecord.errors import InputError

STANDARD_INPUT = "-"
HEAD_BYTES = 65_536

# A long report has some 20,000 characters; ten million bytes are a collection, or no text at all.
MAX_BYTES = 10_000_000
# What must be held in memory as a whole to be read: an export of messages, a table of a spreadsheet program, a PDF.
MAX_WHOLE_BYTES = 200_000_000
# What is compressed a thousandfold was made to be: a bomb. Text shrinks to a tenth, at the very best to a hundredth.
MAX_RATIO = 200
MIN_BOMB_BYTES = 32_000_000
# Up to here a copy of standard input is held in memory, beyond it in a temporary file.
SPOOL_BYTES = 32_000_000
MAX_SPOOL_BYTES = 4_000_000_000

GZIP_MAGIC = b"\x1f\x8b"
BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"


class Upload(msgspec.Struct, frozen=True):
    """Bytes with the name that they came under: an upload, a member of an archive, a page from the network."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Opened:
    """A source, open at its beginning. ``place`` names it to people; ``path`` is what documents record, None for standard input.

    ``folder``: where it lies, for lists that name files beside them; None for what came as bytes, which must name no files.
    """

    place: str
    path: str | None
    file: BinaryIO
    head: bytes
    folder: Path | None = None

    @classmethod
    def of(cls, file: BinaryIO, place: str, path: str | None, folder: Path | None = None) -> Opened:
        """A seekable file as a source. Raises InputError when it is blank."""
        file.seek(0)
        head = file.read(HEAD_BYTES)
        file.seek(0)
        if not head.strip(BLANK) and len(head) < HEAD_BYTES:
            raise InputError(f"{place}: empty; nothing to code")
        return cls(place, path, file, head, folder)

    def read_whole(self, limit: int = MAX_BYTES, *, what: str = "report") -> bytes:
        """All its bytes. Raises InputError beyond the limit, saying that it should be split."""
        self.file.seek(0)
        raw = self.file.read(limit + 1)
        if len(raw) > limit:
            raise InputError(f"{self.place}: longer than {limit // 1_000_000} MB, too long for one {what}; split it, one {what} a file")
        return raw


@contextmanager
def open_source(source: str | Path | Upload, stdin: BinaryIO) -> Iterator[Opened]:
    """A source, open and seekable.

    Raises: InputError when there is no such file, it is a folder, may not be read, or is empty.
    """
    if isinstance(source, Upload):
        yield Opened.of(cast(BinaryIO, io.BytesIO(source.content)), shown(source.name), source.name)
        return
    path = str(source)
    if path == STANDARD_INPUT:
        with _spooled(stdin, shown(path)) as copy:
            yield Opened.of(copy, shown(path), None)
        return
    with _open_file(path) as file:
        yield Opened.of(file, shown(path), path, Path(path).parent)


def shown(path: str) -> str:
    """The name of an input as people know it, on one line and printable."""
    if path == STANDARD_INPUT:
        return "standard input"
    return "".join(character if character.isprintable() else "?" for character in path)


def is_url(source: object) -> bool:
    """Whether a source is given by its address on the web."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def inflate(file: BinaryIO, place: str) -> Iterator[bytes]:
    """The content of a gzip file, member after member, piece by piece.

    Raises: InputError for what is damaged or cut off (after the pieces that were whole) and for a bomb.
    """
    unpacker = zlib.decompressobj(wbits=31)
    taken = given = 0
    rest = b""
    while piece := rest or file.read(1 << 16):
        rest = b""
        taken += len(piece)
        try:
            out = unpacker.decompress(piece, 1 << 20)
        except zlib.error as error:
            raise InputError(f"{place}: damaged gzip after {given:,} bytes of content ({error}); fetch it again") from None
        taken -= len(unpacker.unconsumed_tail) + len(unpacker.unused_data)
        given += len(out)
        if given > MIN_BOMB_BYTES and given > MAX_RATIO * taken:
            raise InputError(f"{place}: unpacks to more than {MAX_RATIO} times its size, as bombs do; unpack it yourself if you trust it")
        yield out
        rest = unpacker.unconsumed_tail
        if unpacker.eof:
            rest = unpacker.unused_data.lstrip(b"\0")
            unpacker = zlib.decompressobj(wbits=31)
            if not rest and not (rest := file.read(1 << 16)):
                return
    raise InputError(f"{place}: the gzip file is cut off after {given:,} bytes of content; what was whole is read, fetch the rest again")


def _open_file(path: str) -> BinaryIO:
    place = shown(path)
    try:
        if Path(path).is_dir():
            raise InputError(f"{place}: a folder; name the reports in it, for example {place.rstrip('/')}/*.txt")
        file = Path(path).open("rb")  # noqa: SIM115 - closed by open_source
        return file if file.seekable() else _copied(file, place)
    except FileNotFoundError:
        raise InputError(f"{place}: no such file; check the name") from None
    except PermissionError:
        raise InputError(f"{place}: may not be read; check its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{place}: cannot be read ({reason}); check the file and the disk") from None


@contextmanager
def _spooled(stream: BinaryIO, place: str) -> Iterator[BinaryIO]:
    with _copied(stream, place) as copy:
        yield copy


def _copied(stream: BinaryIO, place: str) -> BinaryIO:
    """A seekable copy of a stream: what can only be read once cannot be recognised first."""
    copy: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed by the caller
    try:
        while piece := stream.read(1 << 20):
            copy.write(piece)
            if copy.tell() > MAX_SPOOL_BYTES:
                raise InputError(f"{place}: more than {MAX_SPOOL_BYTES // 1_000_000_000} GB on a stream; save it to a file and name that")
    except OSError as error:
        raise InputError(f"{place}: cannot be read ({error.strerror}); check what feeds it") from None
    copy.seek(0)
    return cast(BinaryIO, copy)
