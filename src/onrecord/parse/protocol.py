"""What every parser does: documents in, parses out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from onrecord.records import Document, Parse


class Parser(Protocol):
    """Turns documents into Universal Dependencies parses, one for each document and in their order.

    A parser is named by ``name``, which ends up in ``Parse.parser`` and in the hashes of what is coded from it.
    """

    @property
    def name(self) -> str: ...

    def parse(self, documents: Iterable[Document]) -> Iterator[Parse]: ...
