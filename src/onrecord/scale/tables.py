"""The tables of an archive, a row for everything, and how they become Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any

from onrecord.export.account import told_claims
from onrecord.export.layout import Column, Row, integer, number, text
from onrecord.export.reports import CODING, MENTION_COLUMNS, mention_row, pack_coding, with_coding
from onrecord.export.tables import CLAIMS
from onrecord.export.writing import arrow_table, parquet_schema
from onrecord.records import Attribution, ClaimInContext, Coding, Document, Failure, words_at

ROWS_OF_A_LEDGER = frozenset(("incident", "denies", "voice"))
UNKNOWN = "__HIVE_DEFAULT_PARTITION__"  # what readers of partitioned folders take for no value
ROWS_AT_ONCE = 2_000
FILE_BYTES = 64_000_000  # of one table in memory; a shard of a large web archive has several files of each


class State(StrEnum):
    """What became of an input: coded; left out by the cascade; not done, for one of three reasons."""

    CODED = "coded"
    SKIPPED = "skipped"
    FAILED = "failed"
    OUT_OF_TIME = "out_of_time"
    QUARANTINED = "quarantined"


NOT_DONE = frozenset((State.FAILED, State.OUT_OF_TIME, State.QUARANTINED))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the input at one position of a shard.

    reason: of a skipped one.  parsed, passed_over: how many sentences the parser saw, and how many the prefilter kept from it.
    """

    position: int
    state: State
    path: str | None = None
    document: Document | None = None
    coding: Coding | None = None
    failure: Failure | None = None
    reason: str | None = None
    parsed: int = 0
    passed_over: int = 0


# ── Layouts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

DOCUMENT_COLUMNS = (
    text("shard", "id of the shard"),
    integer("position", "where in the shard it stands"),
    text("id", "content-hash id of the report; empty where it could not be read"),
    text("path", "where it was read"),
    text("outlet", "who printed it"),
    text("title", "its headline, where that is known apart from the text"),
    text("url", "address of the report"),
    text("language", "ISO 639-1 code"),
    text("published", "day of publication"),
    text("published_basis", "how that day is known: given, metadata, url, text or unknown"),
    text("sha256", "of the text"),
    integer("words", "words of the text"),
    text("state", "coded, skipped, failed, out_of_time or quarantined"),
    text("reason", "why it was skipped: where, section, short, language or trigger"),
    integer("sentences_parsed", "sentences that the parser read"),
    integer("sentences_passed_over", "sentences that the prefilter kept from it"),
    integer("claims", "claims found"),
    text("version", "version of the program"),
)
CLAIM_COLUMNS = tuple(column for column in CLAIMS.columns if column.name not in ROWS_OF_A_LEDGER)
ATTRIBUTION_COLUMNS = (
    text("document", "id of the report"),
    text("id", "id inside the report"),
    text("source", "the words for who says it"),
    text("cue", "the words that say that it is said"),
    text("content", "what is said"),
    text("form", "direct, indirect, mixed or evidence"),
    text("cue_class", "neutral, assert, deny, accuse, confirm, hedge, promise, demand, show or access"),
    text("within", "id of the attribution that reports this one"),
    number("confidence", "0 to 1"),
)
FAILURE_COLUMNS = (
    text("shard", "id of the shard"),
    integer("position", "where in the shard it stands"),
    text("document", "id of the report, where it could be read"),
    text("path", "where it was read"),
    text("state", "failed, out_of_time or quarantined"),
    text("stage", "what failed"),
    text("error", "kind of error"),
    text("message", "what is wrong and what to do"),
    text("trace_id", "the same for the same error of the same report"),
)


def claim_row(claim: ClaimInContext) -> Row:
    """The row of a claim under ``CLAIM_COLUMNS``."""
    row = CLAIMS.row(claim)
    assert isinstance(row, dict)
    return row


def document_row(shard: str, outcome: Outcome) -> Row:
    """The row of an input under ``DOCUMENT_COLUMNS``."""
    document = outcome.document
    return {
        "shard": shard,
        "position": outcome.position,
        "id": document.id if document else None,
        "path": outcome.path,
        "outlet": document.outlet if document else None,
        "title": document.title if document else None,
        "url": document.url if document else None,
        "language": document.language if document else None,
        "published": document.published if document else None,
        "published_basis": str(document.published_basis) if document else None,
        "sha256": document.sha256 if document else None,
        "words": len(document.text.split()) if document else None,
        "state": str(outcome.state),
        "reason": outcome.reason,
        "sentences_parsed": outcome.parsed,
        "sentences_passed_over": outcome.passed_over,
        "claims": len(outcome.coding.claims) if outcome.coding else 0,
        "version": document.version if document else None,
    }


def attribution_row(document: Document, attribution: Attribution) -> Row:
    """The row of an attribution under ``ATTRIBUTION_COLUMNS``."""
    return {
        "document": document.id,
        "id": attribution.id,
        "source": words_at(document.text, attribution.source) or None,
        "cue": words_at(document.text, attribution.cue) or None,
        "content": words_at(document.text, attribution.content) or None,
        "form": str(attribution.form),
        "cue_class": str(attribution.cue_class),
        "within": attribution.within,
        "confidence": attribution.confidence,
    }


def failure_row(shard: str, outcome: Outcome) -> Row:
    """The row of what was not done under ``FAILURE_COLUMNS``."""
    failure = outcome.failure
    return {
        "shard": shard,
        "position": outcome.position,
        "document": failure.document if failure else None,
        "path": outcome.path,
        "state": str(outcome.state),
        "stage": failure.stage if failure else None,
        "error": failure.error if failure else None,
        "message": failure.message if failure else None,
        "trace_id": failure.trace_id if failure else None,
    }


COLUMNS: dict[str, tuple[Column, ...]] = {
    "documents": DOCUMENT_COLUMNS,
    "claims": CLAIM_COLUMNS,
    "mentions": MENTION_COLUMNS,
    "attributions": ATTRIBUTION_COLUMNS,
    "failures": FAILURE_COLUMNS,
}

# ── Into Parquet ──────────────────────────────────────────────────────────────────────────────────────────────────────

Month = tuple[str, str]


@dataclass
class Tables:
    """Collects the rows of a shard by table and month; what waits is held as Arrow, which takes a tenth of what rows take.

    full: whether it is time to take the files, so that memory does not grow with the shard.
    """

    shard: str
    documents: int = 0
    full: bool = False
    _taken: int = 0
    _rows: dict[tuple[str, Month], list[Row]] = field(default_factory=dict)
    _waiting: int = 0
    _tables: dict[tuple[str, Month], list[Any]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Adds the rows of one input."""
        self.documents += 1
        month = month_of(outcome.document)
        row = document_row(self.shard, outcome)
        self._add("documents", month, {**row, CODING.name: packed(outcome.coding)})  # type: ignore[dict-item]
        if outcome.state in NOT_DONE:
            self._add("failures", month, failure_row(self.shard, outcome))
        if outcome.coding is not None:
            self._add_coding(month, outcome.coding)
        if self._waiting >= ROWS_AT_ONCE:
            self._settle()

    def _add_coding(self, month: Month, coding: Coding) -> None:
        document = coding.document
        for claim in told_claims(coding):
            self._add("claims", month, claim_row(claim))
        for mention in coding.mentions:
            self._add("mentions", month, mention_row(document.id, mention))
        for attribution in coding.attributions:
            self._add("attributions", month, attribution_row(document, attribution))

    def _add(self, table: str, month: Month, row: Row) -> None:
        self._rows.setdefault((table, month), []).append(row)
        self._waiting += 1

    def _settle(self) -> None:
        for key, rows in self._rows.items():
            schema = schema_of(key[0])
            columns: dict[str, Sequence[Any]] = {name: [row[name] for row in rows] for name in schema.names}
            self._tables.setdefault(key, []).append(arrow_table(schema, columns, len(rows)))
        self._rows, self._waiting = {}, 0
        self.full = sum(part.nbytes for parts in self._tables.values() for part in parts) > FILE_BYTES

    def take_files(self) -> Iterator[tuple[str, bytes]]:
        """The name and bytes of every file of what has been added since files were last taken, in order of name."""
        self._settle()
        name = f"{self.shard}-{self._taken}" if self._taken else self.shard
        for (table, month), parts in sorted(self._tables.items(), key=lambda item: item[0]):
            yield file_name(table, month, name), parquet_bytes(parts)
        self._tables, self.full, self._taken = {}, False, self._taken + 1


def file_name(table: str, month: Month, shard: str) -> str:
    """Where the rows of a shard stand: ``claims/year=2020/month=02/sha-….parquet``."""
    return f"{table}/year={month[0]}/month={month[1]}/{shard}.parquet"


def month_of(document: Document | None) -> Month:
    """Year and month of publication, as the names of folders have them."""
    day = document.published if document else None
    return (day[:4], day[5:7]) if day else (UNKNOWN, UNKNOWN)


def schema_of(table: str) -> Any:
    """The Arrow schema of a table."""
    schema = parquet_schema(COLUMNS[table])
    if table == "documents":
        schema = with_coding(schema)
    return schema


def parquet_bytes(parts: list[Any]) -> bytes:
    """Arrow tables as one Parquet file; the same rows give the same bytes."""
    arrow = import_module("pyarrow")
    buffer = arrow.BufferOutputStream()
    import_module("pyarrow.parquet").write_table(arrow.concat_tables(parts).combine_chunks(), buffer, compression="zstd")
    return bytes(buffer.getvalue())


def packed(coding: Coding | None) -> bytes | None:
    """A coding whole, which a ledger takes in; None where it found nothing."""
    return pack_coding(coding) if coding is not None and coding.claims else None
