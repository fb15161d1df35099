"""Reports that wait for the program to code them: taken in by the page, worked off by a process of its own."""

from __future__ import annotations

import secrets
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from onrecord.ledger.database.codec import pack_bytes, unpack_bytes
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.team_tables import upload
from onrecord.ledger.store import Ledger
from onrecord.records import Record

INTERRUPTED = "The program ended while it coded this report: it may need more memory than there is. Add it on the server with onrecord add."


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class About(Record, frozen=True):
    """What a person says of a report; what is None is looked for in the report itself."""

    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None


class Upload(Record, frozen=True):
    """A report on its way. ``step`` says what is being done, ``message`` why it failed, ``document`` what became of it."""

    id: str
    by: str
    at: str
    name: str
    about: About
    state: State
    step: str
    message: str | None
    document: str | None


def add_upload(ledger: Ledger, content: bytes, name: str, about: About, *, by: str, at: str) -> str:
    """Keeps a report until it is coded; returns the id under which to look after it."""
    id = f"upl-{secrets.token_hex(10)}"
    row = {
        "id": id,
        "by": by,
        "at": at,
        "name": name[:200],
        "given": msgspec.json.encode(about).decode(),
        "state": str(State.WAITING),
        "step": "waiting for the program to start",
        "content": pack_bytes(content),
    }
    with ledger.writing(durable=True) as connection:
        connection.execute(upload.insert(), row)
    return id


def find_upload(ledger: Ledger, id: str) -> Upload | None:
    """The upload of that id; None if there is none."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(upload).where(upload.c.id == id)).first()
        return None if row is None else _upload(row)


def list_uploads(ledger: Ledger, by: str, *, limit: int = 20) -> tuple[Upload, ...]:
    """A person's uploads, the newest first."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(upload).where(upload.c.by == by).order_by(upload.c.seq.desc()).limit(limit))
        return tuple(map(_upload, rows))


def _upload(row: sa.Row[tuple[object, ...]]) -> Upload:
    return Upload(
        id=row.id,
        by=row.by,
        at=row.at,
        name=row.name,
        about=msgspec.json.decode(row.given, type=About),
        state=State(row.state),
        step=row.step,
        message=row.message,
        document=row.document,
    )


def take_upload(ledger: Ledger) -> tuple[Upload, bytes] | None:
    """The oldest upload that waits, marked as running, with its bytes; None when none waits."""
    with ledger.writing() as connection:
        take_turn(connection, "upload")
        row = connection.execute(sa.select(upload).where(upload.c.state == str(State.WAITING)).order_by(upload.c.seq).limit(1)).first()
        if row is None:
            return None
        connection.execute(upload.update().where(upload.c.seq == row.seq).values(state=str(State.RUNNING), step="reading"))
        return _upload(row), unpack_bytes(row.content)


def put_back(ledger: Ledger) -> None:
    """Lets uploads wait again whose process died over them, once; whoever calls must be the only one that works them off."""
    again = {"state": str(State.WAITING), "step": "waiting after an interruption", "message": INTERRUPTED}
    given_up = {"state": str(State.FAILED), "step": str(State.FAILED), "content": None}
    with ledger.writing() as connection:
        running = upload.c.state == str(State.RUNNING)
        connection.execute(upload.update().where(running, upload.c.message == INTERRUPTED).values(given_up))
        connection.execute(upload.update().where(running).values(again))


def note_step(ledger: Ledger, id: str, step: str) -> None:
    """Says what is being done."""
    with ledger.writing() as connection:
        connection.execute(upload.update().where(upload.c.id == id).values(step=step))


def finish_upload(ledger: Ledger, id: str, *, document: str | None = None, message: str | None = None) -> None:
    """Marks an upload as done (``document``) or failed (``message``); its bytes are no longer kept here."""
    state = State.DONE if document is not None else State.FAILED
    values = {"state": str(state), "step": str(state), "document": document, "message": message, "content": None}
    with ledger.writing(durable=True) as connection:
        connection.execute(upload.update().where(upload.c.id == id).values(values))
