"""Reports as newspapers print them. MUC-4's came over the wire in capitals, in which the parser reads a text twice."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from onrecord.parse import Parser
from onrecord.parse.casing import in_small_letters, with_capitals
from onrecord.records import Capture


def in_print(parser: Parser, taken: Sequence[Capture]) -> list[Capture]:
    """The reports with capitals for names and first words only."""
    parses = parser.parse([in_small_letters(capture.document) for capture in taken])
    printed = [with_capitals(parse) for parse in parses]
    return [msgspec.structs.replace(capture, document=document) for capture, document in zip(taken, printed, strict=True)]
