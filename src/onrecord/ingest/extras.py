"""Libraries that only some readers need, and that are installed on request."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from onrecord.errors import InputError


def needed(module: str, extra: str, place: str) -> Any:
    """The module; raises InputError with the command that installs it where it is missing."""
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        raise InputError(f"{place}: reading it needs {library}; install it with: pip install 'onrecord[{extra}]'") from None
