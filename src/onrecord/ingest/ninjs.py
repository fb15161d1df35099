"""News items in IPTC ninjs, versions 1 and 2: what agencies send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.markup import as_text
from onrecord.ingest.reading import Read, Reading, attempt, failure, merged
from onrecord.ingest.rows import read_date
from onrecord.records import Capture

EXTRACTOR = "ingest.ninjs.v1"
MARKS = (
    "versioncreated",
    "pubstatus",
    "body_text",
    "body_html",
    "body_xhtml",
    "bodies",
    "headlines",
    "infosources",
    "versionCreated",
    "pubStatus",
)


def is_item(record: Mapping[str, Any]) -> bool:
    """Whether an object is a news item: it has a ``uri`` and at least two of the standard's own names."""
    return isinstance(record.get("uri"), str) and sum(name in record for name in MARKS) >= 2


def read_item(record: Mapping[str, Any], place: str, reading: Reading) -> Read:
    """The report of an item. One that was cancelled is headed "Withdrawn", which retracts what came before it at its address."""
    status = record.get("pubstatus") or record.get("pubStatus") or "usable"
    if status == "withheld":
        yield failure(place, InputError(f"{place}: withheld by its publisher (pubstatus); not read"))
    elif not _body(record):
        yield failure(place, InputError(f"{place}: a news item without a text ({record.get('type', 'type not said')}); left out"))
    else:
        yield attempt(place, lambda: _capture(record, place, reading, withdrawn=status == "canceled"))


def _capture(record: Mapping[str, Any], place: str, reading: Reading, *, withdrawn: bool) -> Capture:
    day, moment = read_date(
        _first(record, "firstcreated", "firstCreated", "versioncreated", "versionCreated", "contentcreated", "contentCreated")
    )
    headline = _value(record, "headline", "headlines") or _value(record, "title", "titles")
    title = f"Withdrawn: {headline or record['uri']}" if withdrawn else headline
    text = "\n\n".join(filter(None, (headline, _dateline(record), _body(record))))
    own = Facts(
        published=day,
        published_at=moment,
        outlet=_name(record.get("infosource") or record.get("infosources") or record.get("provider")),
        url=record["uri"],
        title=title,
        notes=("withdrawn by its publisher (pubstatus canceled)",) if withdrawn else (),
    )
    origin = Origin(raw=msgspec.json.encode(record), place=place, path=place, encoding="utf-8", extractor=EXTRACTOR)
    return build_capture(text, given=reading.given, facts=merged(own, reading.facts), origin=origin)


def _body(record: Mapping[str, Any]) -> str:
    text = next((record[name] for name in ("body_text", "body_html", "body_xhtml", "body_nitf") if isinstance(record.get(name), str)), None)
    return as_text((text if text is not None else _value(record, "body", "bodies")) or "").strip()


def _dateline(record: Mapping[str, Any]) -> str | None:
    located = record.get("located")
    return f"{located.upper()} —" if isinstance(located, str) and 0 < len(located) < 60 and "\n" not in located else None


def _value(record: Mapping[str, Any], single: str, several: str) -> str | None:
    """A text, under its name in version 1 or in the list of version 2."""
    if isinstance(record.get(single), str):
        return str(record[single]).strip() or None
    parts = record.get(several)
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("value"), str):
            return str(part["value"]).strip() or None
    return None


def _name(value: Any) -> str | None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return next((name for one in value if (name := _name(one))), None)
    name = value.get("name") or value.get("literal") if isinstance(value, Mapping) else value
    return name.strip() or None if isinstance(name, str) else None


def _first(record: Mapping[str, Any], *names: str) -> Any:
    return next((record[name] for name in names if record.get(name)), None)
