"""Reports in JSON: an object a line, or one value in which they are found by its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.feeds import is_json_feed, parse_json_feed, read_items
from onrecord.ingest.lines import Line, read_lines
from onrecord.ingest.messages.signal import Chat, is_message
from onrecord.ingest.messages.telegram import is_export, read_export
from onrecord.ingest.ninjs import is_item, read_item
from onrecord.ingest.reading import Read, Reading, failure, item_path
from onrecord.ingest.rows import Rows, pick
from onrecord.ingest.sources import MAX_WHOLE_BYTES, Opened

# Under these names services list their articles.
LISTS = ("articles", "items", "documents", "results", "data", "rows", "news")


def read_jsonl(opened: Opened, reading: Reading) -> Read:
    """The reports of JSON Lines; messages of one file belong to one chat."""
    rows = Rows(reading)
    chat = Chat(opened, reading)
    for line in read_lines(opened):
        if not isinstance(line, Line):
            yield line
            continue
        if not line.text.strip():
            continue
        place = item_path(opened.path, line.number)
        try:
            record = msgspec.json.decode(line.text)
        except (msgspec.DecodeError, RecursionError) as error:
            yield failure(place, InputError(f"{place}: no JSON ({error}); one object a line"))
            continue
        if isinstance(record, dict) and is_message(record):
            chat.add(record, place)
        else:
            yield from _read_record(record, place, rows, reading)
    yield from chat.read()


def read_json(opened: Opened, reading: Reading) -> Read:
    """The reports of one JSON value: an export of messages, a feed, a news item, a list of articles."""
    raw = opened.read_whole(MAX_WHOLE_BYTES, what="JSON value")
    try:
        loaded = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{opened.place}: no JSON ({error}); save or export it again") from None
    if isinstance(loaded, dict) and is_export(loaded):
        yield from read_export(loaded, opened, reading)
    elif isinstance(loaded, dict) and is_json_feed(loaded):
        yield from read_items(parse_json_feed(loaded), opened, reading)
    elif records := _records(loaded):
        rows, chat = Rows(reading), Chat(opened, reading)
        for number, record in enumerate(records, start=1):
            place = item_path(opened.path, number)
            if isinstance(record, dict) and is_message(record):
                chat.add(record, place)
            else:
                yield from _read_record(record, place, rows, reading)
        yield from chat.read()
    else:
        raise InputError(f"{opened.place}: JSON without anything that is known to be a report; give an object a line, with a 'text'")


def _records(loaded: Any) -> Sequence[Any]:
    """The list in a value that holds the reports; the value itself when it is one."""
    if isinstance(loaded, list):
        return loaded
    if not isinstance(loaded, dict):
        return ()
    nested = next((loaded[name] for name in LISTS if isinstance(loaded.get(name), list) and loaded[name]), None)
    return nested if nested is not None else [loaded] if loaded else ()


def _read_record(record: Any, place: str, rows: Rows, reading: Reading) -> Read:
    if not isinstance(record, Mapping):
        yield failure(place, InputError(f"{place}: no object; write one with a 'text'"))
    elif is_item(record):
        yield from read_item(record, place, reading)
    else:
        inner = record.get("document")  # what this program writes for a report
        yield from rows.read(pick(inner if isinstance(inner, Mapping) else record, reading.columns), place)
