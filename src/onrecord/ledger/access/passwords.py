"""Passwords, of which hashes are kept.

Argon2id with the memory that OWASP names as the least (19 MiB, two passes), so that a small server can take several at once.
Source: OWASP Password Storage Cheat Sheet; OWASP ASVS 5.0 chapter 6.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from onrecord.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to compare with when there is no such account, so that it takes as long."""
    return _hasher().hash("nobody has this password")


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; without a hash it is none, after as long a look."""
    from argon2.exceptions import VerificationError

    try:
        right = _hasher().verify(hashed or _nobody(), password[:LONGEST_PASSWORD])
    except VerificationError:
        return False
    return right and bool(hashed)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def check_password(password: str, name: str) -> None:
    """Raises UsageError for a password that is too short, too long or the name itself; there are no other rules."""
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"the password has {len(password)} characters; it needs {SHORTEST_PASSWORD} or more (a few words will do)")
    if len(password) > LONGEST_PASSWORD:
        raise UsageError(f"the password has more than {LONGEST_PASSWORD} characters")
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        raise UsageError("the password is easily guessed: leave your name out, and do not repeat few characters")
