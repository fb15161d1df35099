"""Bytes from files and standard input, refused early when they cannot be one report."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from onrecord.errors import InputError

STANDARD_INPUT = "-"

# A long report has some 20,000 characters; ten million bytes are a collection, or no text at all.
MAX_BYTES = 10_000_000


def read_bytes(path: str, stdin: BinaryIO) -> bytes:
    """The bytes of one report, at most ``MAX_BYTES`` of them.

    Raises: InputError when there is no such file, it is a folder, may not be read, is empty or is too long.
    """
    raw = _read_stream(stdin, path) if path == STANDARD_INPUT else _read_file(path)
    if len(raw) > MAX_BYTES:
        raise InputError(f"{shown(path)}: longer than {MAX_BYTES // 1_000_000} MB, too long for one report; split it, one report a file")
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{shown(path)}: empty; nothing to code")
    return raw


def shown(path: str) -> str:
    """The name of an input as people know it, on one line and printable."""
    if path == STANDARD_INPUT:
        return "standard input"
    return "".join(character if character.isprintable() else "?" for character in path)


def _read_file(path: str) -> bytes:
    try:
        if Path(path).is_dir():
            raise InputError(f"{shown(path)}: a folder; name the reports in it, for example {shown(path).rstrip('/')}/*.txt")
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{shown(path)}: no such file; check the name") from None
    except PermissionError:
        raise InputError(f"{shown(path)}: may not be read; check its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{shown(path)}: cannot be read ({reason}); check the file and the disk") from None


def _read_stream(stdin: BinaryIO, path: str) -> bytes:
    try:
        return stdin.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror}); check what feeds it") from None
