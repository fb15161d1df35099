"""The ledger's tables, the same on SQLite and PostgreSQL.

document 1─* appearance        one text; where and when it was seen
document 1─* coding 1─* claim  what one version of the program says about it
                    1─* mention, attribution, relation, figure
claim    *─1 incident          what linking makes of the claims of the current codings
                    1─* revision, party
agreement, decision            what people declare and decide: appended, never changed
seal                           hashes of codings and appearances, chained in the order in which they came
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData()
# SQLite numbers rows by itself only in a column of type INTEGER.
Sequence = BigInteger().with_variant(Integer(), "sqlite")

setting = Table("setting", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

migration = Table(
    "migration",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("program", Text, nullable=False),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary),  # NULL once redacted: the hash stays
)

document = Table(
    "document",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text),  # NULL once redacted
    Column("own", Text, nullable=False),  # spans of its own words, without bylines and boilerplate: "12 80 84 310"
    Column("shingles", Integer, nullable=False),
    Column("redacted", Text),  # why
)

appearance = Table(
    "appearance",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("document", Text, ForeignKey("document.id"), nullable=False, index=True),
    Column("raw_sha256", Text),
    Column("path", Text),
    Column("url", Text, index=True),
    Column("outlet", Text),
    Column("title", Text),
    Column("credit", Text),
    Column("published", Text),
    Column("published_basis", Text, nullable=False),
    Column("encoding", Text),
    Column("extractor", Text),
    Column("notice", Text),  # "correction" or "retraction", when the report says that it is one
)

coding = Table(
    "coding",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("document", Text, ForeignKey("document.id"), nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("rank", Text, nullable=False),  # sorts versions: the highest coding of a document is the current one
    Column("outlet", Text),
    Column("published", Text),
    Column("claims", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("current", Boolean, nullable=False),
)
Index("coding_current", coding.c.document, sqlite_where=coding.c.current, postgresql_where=coding.c.current, unique=True)

claim = Table(
    "claim",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("hash", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("type", Text),
    Column("mode", Text),
    Column("codable", Boolean, nullable=False),
    Column("linkable", Boolean, nullable=False),
    Column("who", Text),
    Column("whom", Text),
    Column("place", Text),
    Column("place_id", Text),
    Column("admin1", Text),
    Column("country", Text),
    Column("lat", Float),
    Column("lon", Float),
    Column("radius_km", Float),
    Column("time_start", Text),
    Column("time_end", Text),
    Column("speaker", Text),
    Column("polarity", Text, nullable=False),
    Column("certainty", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("coding", "position"),
)
# The window in which linking looks for neighbours.
claim_window = Index("claim_window", claim.c.time_start, sqlite_where=claim.c.linkable, postgresql_where=claim.c.linkable)

# The claims of a coding as columns, made from their records for those who read very many; without a row they are made when asked for.
cells = Table(
    "cells",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),
    Column("columns", LargeBinary, nullable=False),
)

mention = Table(
    "mention",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("refers_to", Text),
    Column("means", Text),
    PrimaryKeyConstraint("coding", "position"),
)

attribution = Table(
    "attribution",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("source", Text),
    Column("cue", Text),
    Column("cue_class", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("confidence", Float, nullable=False),
    PrimaryKeyConstraint("coding", "position"),
)

relation = Table(
    "relation",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("type", Text, nullable=False),
    PrimaryKeyConstraint("coding", "position"),
)

figure = Table(
    "figure",
    metadata,
    Column("coding", Sequence, ForeignKey("coding.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("claim", Text, nullable=False, index=True),
    Column("of", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("who", Text),
    Column("low", Float),
    Column("best", Float),
    Column("high", Float),
    Column("exactness", Text, nullable=False),
    Column("scope", Text, nullable=False),
    PrimaryKeyConstraint("coding", "position"),
)
Index("figure_scope", figure.c.scope, sqlite_where=figure.c.scope != "incident", postgresql_where=figure.c.scope != "incident")

shingle = Table(
    "shingle",
    metadata,
    Column("value", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("value", "document"),
    sqlite_with_rowid=False,
)
Index("shingle_document", shingle.c.document)

voice = Table(
    "voice",
    metadata,
    Column("document", Text, ForeignKey("document.id"), primary_key=True),
    Column("voice", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("affiliation", Text),
    Column("credit", Text),
)

# What linking last saw of each document; what differs from it is to be linked.
seen = Table(
    "seen",
    metadata,
    Column("document", Text, ForeignKey("document.id"), primary_key=True),
    Column("coding", Sequence, nullable=False),
    Column("standing", Text, nullable=False),
    Column("voice", Text, nullable=False),
)

linked = Table(
    "linked",
    metadata,
    Column("claim", Text, primary_key=True),
    Column("document", Text, nullable=False, index=True),
    Column("component", Text, nullable=False, index=True),
    Column("incident", Text, index=True),
    Column("denies", Boolean, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text),
    Column("mode", Text),
    Column("time_start", Text, index=True),
    Column("time_end", Text),
    Column("place", Text),
    Column("place_id", Text, index=True),
    Column("place_kind", Text),
    Column("admin1", Text),
    Column("country", Text, index=True),
    Column("lat", Float),
    Column("lon", Float),
    Column("who", Text),
    Column("whom", Text),
    Column("killed_low", Float),
    Column("killed_best", Float),
    Column("killed_high", Float),
    Column("injured_low", Float),
    Column("injured_best", Float),
    Column("injured_high", Float),
    Column("grade", Text),
    Column("voices", Integer),
    Column("claims", Integer),
    Column("denials", Integer),
    Column("state", Text, nullable=False),
    Column("merged_into", Text),
    Column("ended", Text),  # why it is no longer current; the id is never given again
    Column("changed", Integer, index=True),  # number of the change of the ledger that made it what it is
    Column("record", LargeBinary),
)

# Everything that maps, timelines and filters count, so that they need not read the records.
incident_counts = Index(
    "incident_counts",
    *(incident.c[name] for name in ("time_start", "time_end", "lat", "lon", "place_kind", "type", "country", "grade", "state")),
    *(incident.c[name] for name in ("killed_low", "killed_best", "killed_high", "id")),
    sqlite_where=incident.c.ended.is_(None),
    postgresql_where=incident.c.ended.is_(None),
)

# Who takes part in the current incidents; ``actor`` is the id of a known one, for others the code.
party = Table(
    "party",
    metadata,
    Column("incident", Text, nullable=False),
    Column("side", Text, nullable=False),  # "by" or "to"
    Column("actor", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False),
    PrimaryKeyConstraint("incident", "side", "actor"),
)

# What an incident said before it changed; the one that stands now is in ``incident`` and has the next number.
revision = Table(
    "revision",
    metadata,
    Column("incident", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("changed", Integer, nullable=False),  # number of the change that made it so
    Column("until", Integer, nullable=False),  # number of the change that replaced it
    Column("why", Text, nullable=False),  # it was replaced
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("incident", "number"),
)

violation = Table(
    "violation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agreement", Text, nullable=False, index=True),
    Column("incident", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("local_time", Text),
    Column("record", LargeBinary, nullable=False),
)

agreement = Table(
    "agreement",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("record", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text, nullable=False),
    Column("supersedes", Text),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# What was appended, chained by hash: of a coding with all its rows, and of where a report was seen, one row each.
seal = Table(
    "seal",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # "coding" or "appearance"
    Column("target", Text, nullable=False, index=True),
    Column("cause", Text, nullable=False),  # "added", "found" when the chain began, "redacted"
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# Which claim of a newer coding stands for one that people decided about.
carried = Table(
    "carried",
    metadata,
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),  # "" when the newer coding has no such claim
    Column("document", Text, ForeignKey("document.id"), nullable=False),
    Column("queued", Text),  # why a person must look again; NULL: what was decided holds
    PrimaryKeyConstraint("before", "after"),
)

APPEND_ONLY = ("decision", "agreement", "seal")
