"""Messages of Signal in JSON: envelopes as signal-cli prints them, and rows of Signal Desktop's database as its exporters write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from onrecord.ingest.messages.statements import Statement, read_statements
from onrecord.ingest.reading import Read, Reading, Skips
from onrecord.ingest.sources import Opened

EXTRACTOR = "ingest.signal.v1"
FIRST_MS, LAST_MS = 1_300_000_000_000, 4_102_444_800_000


def is_message(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is one message."""
    return isinstance(record.get("envelope"), dict) or ("sent_at" in record and "body" in record)


class Chat:
    """Collects the messages of one file, then reads them: names are only known when all are there."""

    def __init__(self, opened: Opened, reading: Reading) -> None:
        self._path = opened.path
        self._name = PurePath(opened.path or "").stem or "chat"
        self._reading = reading
        self._skips = Skips(opened.path, "messages")
        self._statements: list[Statement] = []

    def add(self, record: Mapping[str, Any], place: str) -> None:
        """Keeps one message for reading; receipts, calls and media without a text are passed over."""
        number = int(place.rpartition(":")[2])
        found = self._envelope(record["envelope"], number) if "envelope" in record else self._row(record, number)
        if found is None:
            self._skips.pass_over("receipt, call or media")
        else:
            self._statements.append(found)

    def read(self) -> Read:
        """The captures of the messages."""
        yield from read_statements(self._statements, self._path, EXTRACTOR, self._reading, self._skips)

    def _envelope(self, envelope: Mapping[str, Any], number: int) -> Statement | None:
        sync = envelope.get("syncMessage")
        data = sync.get("sentMessage") if isinstance(sync, dict) else envelope.get("dataMessage")
        if not isinstance(data, dict) or not isinstance(data.get("message"), str) or not data["message"].strip():
            return None
        group = data.get("groupInfo")
        name = _string(group.get("groupName") or group.get("name") or group.get("groupId")) if isinstance(group, dict) else None
        author = _first(envelope, "sourceName", "sourceNumber", "source", "sourceUuid")
        return self._statement(data["message"], author, name, data.get("timestamp") or envelope.get("timestamp"), number)

    def _row(self, record: Mapping[str, Any], number: int) -> Statement | None:
        if not isinstance(record.get("body"), str) or not record["body"].strip():
            return None
        own = "this account" if record.get("type") == "outgoing" else None
        author = own or _first(record, "sender", "sourceName", "source", "sourceServiceId", "sourceUuid")
        return self._statement(record["body"], author, _first(record, "conversation", "conversationName"), record["sent_at"], number)

    def _statement(self, text: str, author: str | None, channel: str | None, milliseconds: Any, number: int) -> Statement:
        moment = _moment(milliseconds)
        return Statement(
            number=number,
            text=text,
            author=author,
            channel=channel or self._name,
            published=moment.date().isoformat() if moment else None,
            published_at=moment.isoformat() if moment else None,
            notes=("the day is that of Greenwich: Signal's exports have no local time",) if moment else ("its time is not understood",),
        )


def _moment(milliseconds: Any) -> datetime | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or not FIRST_MS <= milliseconds < LAST_MS:
        return None
    return datetime.fromtimestamp(int(milliseconds) // 1000, UTC)


def _first(record: Mapping[str, Any], *names: str) -> str | None:
    return next((value for name in names if (value := _string(record.get(name)))), None)


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
