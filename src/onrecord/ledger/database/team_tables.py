"""The tables of the people who review: accounts, the queue, what is half written, what waits to be coded.

review                     per claim, what the decisions about it come to: always to be made again from ``decision``
account, session, token    who may come in; secrets are kept as hashes only
draft, presence, exposure  what a person has not finished, has open, has chosen to see
submission                 forms that were received: the same form twice is one decision
upload                     reports that wait for the program to code them
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from onrecord.ledger.database.tables import Sequence, metadata

review = Table(
    "review",
    metadata,
    Column("claim", Text, primary_key=True),
    Column("document", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("number", Integer, nullable=False),  # how many verdicts were given; a form that has seen fewer is stale
    Column("first", Text),
    Column("second", Text),
    Column("settled", Text),  # what holds in place of the machine's proposal; NULL: nothing
    Column("flagged", Boolean, nullable=False),
    Column("sampled", Boolean, nullable=False),  # a second person codes it without seeing the first
    Column("priority", Float, nullable=False),
    Column("why", Text, nullable=False),  # reasons for the priority, a line each
    Column("graphic", Text),  # the word for which the passage is folded
)
Index("review_order", review.c.state, review.c.priority, review.c.claim)

queued = Table("queued", metadata, Column("coding", Sequence, primary_key=True, autoincrement=False))

draft = Table(
    "draft",
    metadata,
    Column("by", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("entries", Text, nullable=False),
    PrimaryKeyConstraint("by", "target"),
)

presence = Table(
    "presence",
    metadata,
    Column("target", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("target", "by"),
)

exposure = Table(
    "exposure",
    metadata,
    Column("by", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("by", "target"),
)

submission = Table(
    "submission",
    metadata,
    Column("form", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("decision", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password", Text),  # Argon2; NULL: signs in elsewhere
    Column("subject", Text, unique=True),  # "issuer subject" of OpenID Connect
    Column("created", Text, nullable=False),
    Column("removed", Text),
)

session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False, index=True),
    Column("created", Text, nullable=False),
    Column("expires", Text, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("expires", Text, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Text, nullable=False, index=True),
)

upload = Table(
    "upload",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("given", Text, nullable=False),  # what the person says of it: date, outlet, address, title
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("message", Text),
    Column("document", Text),
    Column("content", LargeBinary),  # NULL once it is coded
)

TEAM = (review, queued, draft, presence, exposure, submission, account, session, token, attempt, upload)
