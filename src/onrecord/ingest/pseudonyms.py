"""Stable stand-ins for people's names: a keyed hash, whose key never enters a ledger.

Who has the key can test whether a name stands behind a pseudonym; who has only the ledger cannot, however short the list of
telephone numbers that they try.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from onrecord.errors import UsageError

KEY_BYTES = 32
KEY_VARIABLE = "ONRECORD_PSEUDONYM_KEY"
PREFIX = "person-"
# Ten letters of base 32 are 50 bits: among a million names two share a pseudonym once in two thousand ledgers.
LETTERS = 10
MAX_BRANCHES = 8

PHONE = re.compile(r"(?<![\w./:-])(?:\+|00)\d(?:[ \u00a0().-]{0,2}\d){7,14}(?![\w/-])|(?<![\w./:-])0\d(?:[ \u00a0-]?\d){7,10}(?![\w/-])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
HANDLE = re.compile(r"(?<![\w@/.])@[\u2068\u200e\u200f]?(?:\+?\d{7,15}|[A-Za-z]\w{3,31})\u2069?")
DIGITS = re.compile(r"\D+")


class Pseudonyms:
    """Pseudonyms under one key: the same name or number gives the same pseudonym in every export read with it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, name: str) -> str:
        """The pseudonym of a person's name, number or handle."""
        digest = hmac.digest(self._key, _normalised(name).encode(), "sha256")
        return PREFIX + base64.b32encode(digest).decode().lower()[:LETTERS]

    def within(self, text: str, names: Names) -> str:
        """The text with telephone numbers, e-mail addresses, handles and the given names replaced by pseudonyms."""
        for pattern in (EMAIL, HANDLE, PHONE):
            text = pattern.sub(lambda match: self.of(match.group().lstrip("@")), text)
        return names.pattern.sub(lambda match: self.of(match.group()), text) if names.pattern else text


class Names:
    """The names of those who write in a chat, to be found again in what the others write."""

    def __init__(self, names: Iterable[str]) -> None:
        # A name of one short word ("Hope", "Ali") is a word of the language or a part of other names.
        self.names = sorted({name.strip() for name in names if len(name.strip()) >= 4 and not PHONE.fullmatch(name.strip())}, key=_longest)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """All the names, the longest first; None without any."""
        if not self.names:
            return None
        return re.compile(rf"(?<!\w){_one_of(self.names)}(?!\w)")


def _one_of(names: list[str]) -> str:
    """A pattern for any of the names, the longest first, branching by their first letters: a chat may have a thousand members."""
    if len(names) <= MAX_BRANCHES or "" in names:
        return f"(?:{'|'.join(map(re.escape, names))})"
    rests: dict[str, list[str]] = {}
    for name in names:
        rests.setdefault(name[0], []).append(name[1:])
    return f"(?:{'|'.join(re.escape(first) + _one_of(rest) for first, rest in rests.items())})"


def load_pseudonyms(path: Path | None = None) -> Pseudonyms:
    """Pseudonyms under the key of a file; one that is not there yet is made, readable by its owner only.

    The file is the one given, else the one that ``ONRECORD_PSEUDONYM_KEY`` names, else ``onrecord/pseudonym.key`` in the user's folder
    of settings.
    Raises: UsageError when the key cannot be read or made, or is too short.
    """
    path = path or Path(os.environ.get(KEY_VARIABLE) or _default_path())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_key(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"{path}: the key for pseudonyms cannot be read or made ({error.strerror}); name another with --key") from None
    if len(key) < KEY_BYTES:
        raise UsageError(f"{path}: a key for pseudonyms has at least {KEY_BYTES} characters; this one has {len(key)}")
    return Pseudonyms(hashlib.sha256(key).digest())


def _make_key(path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def _default_path() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "onrecord" / "pseudonym.key"


def _normalised(name: str) -> str:
    """Numbers by their digits, names without case, marks of direction and doubled spaces."""
    digits = DIGITS.sub("", name)
    if len(digits) >= 7 and not re.search(r"[^\W\d_]", name):
        return digits.removeprefix("00")
    visible = "".join(character for character in unicodedata.normalize("NFKC", name) if unicodedata.category(character) != "Cf")
    return " ".join(visible.casefold().split())


def _longest(name: str) -> tuple[int, str]:
    return -len(name), name
