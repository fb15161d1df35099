"""Scores what the pipeline says of reports against what people annotated in them: ``onrecord evaluate``."""

from __future__ import annotations

from onrecord.evaluate.gold import GoldClaim, GoldReport, read_reports
from onrecord.evaluate.scoring import FIELDS, Comparison, Measure, compare, interval, summarise
from onrecord.evaluate.whole import summarise_whole

__all__ = [
    "FIELDS",
    "Comparison",
    "GoldClaim",
    "GoldReport",
    "Measure",
    "compare",
    "interval",
    "read_reports",
    "summarise",
    "summarise_whole",
]
