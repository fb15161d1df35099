"""One report a row: rows of tables and objects of JSON, with their text or with the address where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.columns import FIELDS, squeeze
from onrecord.ingest.dates import date_in_url, parse_moment
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.markup import as_text
from onrecord.ingest.reading import Read, Reading, attempt, failure, merged
from onrecord.records import Capture

EXTRACTOR = "ingest.rows.v1"
# Seconds since 1970: from 1990 to 2100; larger numbers count milliseconds.
EPOCH_SECONDS = range(631_152_000, 4_102_444_800)


class Rows:
    """Reads the rows of one container; an address that several rows point to is fetched once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._fetched: set[str] = set()

    def read(self, fields: Mapping[str, Any], place: str) -> Read:
        """The report of a row: its text, or the page that its address points to. Fields as in ``columns.FIELDS``."""
        text, url = _text(fields.get("text")), _text(fields.get("url"))
        if text:
            yield attempt(place, lambda: read_row(fields, text, place, self._reading))
        elif not url:
            yield failure(place, InputError(f"{place}: a row with neither text nor address; name their columns with --column text=NAME"))
        elif self._reading.fetch is None:
            yield failure(place, InputError(f"{place}: points to {url[:300]} and has no text; fetch such pages with --follow"))
        elif url not in self._fetched:
            self._fetched.add(url)
            yield from self._reading.fetch(url, self._reading)


def read_row(fields: Mapping[str, Any], text: str, place: str, reading: Reading) -> Capture:
    """The capture of a row with a text. Raises InputError."""
    own = row_facts(fields)
    body = as_text(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if own.title and not body.lstrip().startswith(own.title):
        body = f"{own.title}\n\n{body}"
    raw = msgspec.json.encode({name: value for name, value in fields.items() if value is not None}, enc_hook=str)
    origin = Origin(raw=raw, place=place, path=place, encoding="utf-8", extractor=EXTRACTOR)
    return build_capture(body, given=reading.given, facts=merged(own, reading.facts), origin=origin)


def row_facts(fields: Mapping[str, Any]) -> Facts:
    """What the fields of a row say of its report; a date that is none is noted."""
    written = fields.get("published")
    day, moment = read_date(written)
    unread = written not in (None, "") and day is None and not date_in_url(_text(fields.get("url")) or "")
    return Facts(
        published=day,
        published_at=moment,
        outlet=_text(fields.get("outlet")),
        url=_text(fields.get("url")),
        title=_text(fields.get("title")),
        notes=(f"date '{str(written)[:60]}' not understood; write it as YYYY-MM-DD",) if unread else (),
    )


def read_date(written: Any) -> tuple[str | None, str | None]:
    """The day and the moment of a cell: a date, a text, seconds or milliseconds since 1970 (UTC)."""
    if isinstance(written, datetime):
        return written.date().isoformat(), written.isoformat()
    if isinstance(written, date):
        return written.isoformat(), None
    if isinstance(written, str) and written.strip().isdigit():
        digits = written.strip()
        return parse_moment(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}") if len(digits) in (8, 14) else _since_1970(int(digits[:15]))
    if isinstance(written, int | float) and not isinstance(written, bool):
        return _since_1970(written)
    return parse_moment(written) if isinstance(written, str) and written.strip() else (None, None)


def pick(record: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an object by the names that people give them, or as the user maps them."""
    names = {squeeze(name): name for name in record if isinstance(name, str)}
    found: dict[str, Any] = {}
    for field, likely in FIELDS.items():
        wanted = [columns[field]] if field in columns else [names[key] for name in likely if (key := squeeze(name)) in names]
        found[field] = next((record[name] for name in wanted if name in record and record[name] not in (None, "")), None)
    return found


def _since_1970(number: float) -> tuple[str | None, str | None]:
    seconds = number / 1000 if number >= EPOCH_SECONDS.stop else number
    if not EPOCH_SECONDS.start <= seconds < EPOCH_SECONDS.stop:
        return None, None
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    return moment.date().isoformat(), moment.isoformat()


def _text(value: Any) -> str | None:
    """A cell as text; of an object its name ({"name": "Example Wire"}), None for nothing."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("value")
    return value.strip() or None if isinstance(value, str) else None
