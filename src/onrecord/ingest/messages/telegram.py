"""Telegram Desktop's JSON export, of one chat or of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from onrecord.ingest.messages.statements import Statement, read_statements
from onrecord.ingest.reading import Read, Reading, Skips
from onrecord.ingest.sources import Opened

EXTRACTOR = "ingest.telegram.v1"
# Kinds of chats in which the chat itself speaks, not a person.
PUBLIC = frozenset(["public_channel", "private_channel"])
MAX_ZONE = timedelta(hours=14)


def is_export(loaded: Mapping[str, Any]) -> bool:
    """Whether a JSON value is such an export."""
    messages = loaded.get("messages")
    one = isinstance(messages, list) and ("type" in loaded or "name" in loaded or any(_is_message(message) for message in messages[:5]))
    chats = loaded.get("chats")
    return one or (isinstance(chats, dict) and isinstance(chats.get("list"), list))


def read_export(loaded: Mapping[str, Any], opened: Opened, reading: Reading) -> Read:
    """The messages of all chats in an export, in their order; service messages and media without a caption are passed over."""
    chats = loaded["chats"]["list"] if isinstance(loaded.get("chats"), dict) else [loaded]
    skips = Skips(opened.path, "messages")
    found = [statement for chat in chats if isinstance(chat, dict) for statement in _statements(chat, skips)]
    yield from read_statements(found, opened.path, EXTRACTOR, reading, skips)


def _statements(chat: Mapping[str, Any], skips: Skips) -> Iterator[Statement]:
    channel = _string(chat.get("name")) or "chat"
    messages = chat.get("messages")
    for position, message in enumerate(messages if isinstance(messages, list) else (), start=1):
        text = message_text(message.get("text")) if _is_message(message) else ""
        if not text.strip():
            skips.pass_over("service message or media")
            continue
        number = message["id"] if isinstance(message.get("id"), int) else position
        person = str(chat.get("type")) not in PUBLIC and not str(message.get("from_id", "")).startswith("channel")
        day, moment, notes = _moment(message)
        yield Statement(
            number=number,
            text=text,
            author=_string(message.get("from")) or _string(message.get("from_id")) or (None if person else channel),
            channel=channel,
            person=person,
            published=day,
            published_at=moment,
            credit=_string(message.get("forwarded_from")),
            credit_person=not str(message.get("forwarded_from_id", "user")).startswith("channel"),
            notes=notes,
        )


def message_text(value: Any) -> str:
    """The text of a message: a string, or strings and marked pieces ({"type": "bold", "text": …}) in turn."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    parts = (part.get("text") if isinstance(part, dict) else part for part in value)
    return "".join(part for part in parts if isinstance(part, str))


def _moment(message: Mapping[str, Any]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The local day and moment; with its offset where the export also has the seconds since 1970."""
    written = message.get("date")
    try:
        local = datetime.fromisoformat(written) if isinstance(written, str) else None
        seconds = int(message["date_unixtime"]) if "date_unixtime" in message else None
        universal = datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None, None, ("its date is not understood",)
    if local is None or local.tzinfo is not None:
        found = local or universal
        return (found.date().isoformat(), found.isoformat(), ()) if found else (None, None, ())
    offset = local - universal.replace(tzinfo=None) if universal else None
    if offset is not None and abs(offset) <= MAX_ZONE and offset.total_seconds() % 900 == 0:
        local = local.replace(tzinfo=timezone(offset))
    return local.date().isoformat(), local.isoformat(), ()


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and message.get("type", "message") == "message" and "text" in message


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
