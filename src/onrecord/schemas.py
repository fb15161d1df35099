"""JSON Schemas, generated from the records."""

from __future__ import annotations

from typing import Any

import msgspec

from onrecord import __version__
from onrecord.errors import UsageError
from onrecord.records import Coding, Decision, Failure, Incident, Tally, Violation, Voice

SCHEMAS: dict[str, type] = {
    "claims": Coding,
    "decisions": Decision,
    "failures": Failure,
    "incidents": Incident,
    "tallies": Tally,
    "violations": Violation,
    "voices": Voice,
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one output: ``claims`` is what ``onrecord code`` writes for a report. Raises UsageError."""
    if name not in SCHEMAS:
        raise UsageError(f"no schema is called '{name}'; there are: {', '.join(SCHEMAS)}")
    schema = msgspec.json.schema(SCHEMAS[name])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"onrecord {name} {__version__}", **schema}
