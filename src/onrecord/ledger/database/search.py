"""Full-text search over the reports, and over the words of their claims."""

from __future__ import annotations

import sqlalchemy as sa

from onrecord.ledger.database import tables

CONTEXT_WORDS = 32
OPEN, CLOSE = "\x02", "\x03"


def documents_with(words: str, dialect: str) -> sa.Select[tuple[str]]:
    """A query for the ids of documents that have all the words."""
    return sa.select(tables.document.c.id).where(sa.text(_HAS[dialect]).bindparams(words=_as_query(words, dialect)))


def claims_with(words: str, dialect: str) -> sa.Select[tuple[str]]:
    """A query for the hashes of claims of current codings in whose evidence, from its first word to its last, all the words stand."""
    claim, coding, document = tables.claim, tables.coding, tables.document
    evidence = sa.func.substr(document.c.text, claim.c.start + 1, claim.c.end - claim.c.start)
    said = [evidence.icontains(word, autoescape=True) for word in words.split()]
    query = sa.select(claim.c.hash).select_from(claim.join(coding).join(document))
    return query.where(coding.c.current, document.c.id.in_(documents_with(words, dialect)), *said)


def ranked_hits(words: str, dialect: str, *, limit: int, offset: int) -> sa.Executable:
    """A query for document and an extract with the words between OPEN and CLOSE, best first."""
    values = {"words": _as_query(words, dialect), "limit": limit, "offset": offset}
    return sa.text(_RANKED[dialect]).bindparams(**values)


def count_hits(words: str, dialect: str) -> sa.Select[int]:
    """A query for how many documents have all the words."""
    return sa.select(sa.func.count()).select_from(documents_with(words, dialect).subquery())


def _as_query(words: str, dialect: str) -> str:
    """The words as the database's full-text engine takes them, none of them as an operator."""
    if dialect != "sqlite":
        return words
    return " ".join('"' + word.replace('"', '""') + '"' for word in words.split()) or '""'


_VECTOR = "to_tsvector('simple', coalesce(document.text, ''))"
_HAS = {
    "sqlite": "document.rowid IN (SELECT rowid FROM document_words WHERE document_words MATCH :words)",
    "postgresql": f"{_VECTOR} @@ plainto_tsquery('simple', :words)",
}
_RANKED = {
    "sqlite": f"""SELECT document.id AS document, snippet(document_words, 0, '{OPEN}', '{CLOSE}', ' … ', {CONTEXT_WORDS}) AS extract
        FROM document_words JOIN document ON document.rowid = document_words.rowid
        WHERE document_words MATCH :words ORDER BY bm25(document_words), document.id LIMIT :limit OFFSET :offset""",  # nosec B608 - put together from constants
    "postgresql": f"""SELECT document.id AS document, ts_headline('simple', coalesce(document.text, ''), plainto_tsquery('simple', :words),
        'StartSel={OPEN}, StopSel={CLOSE}, MaxWords={CONTEXT_WORDS}, MinWords=12, MaxFragments=2') AS extract
        FROM document WHERE {_HAS["postgresql"]}
        ORDER BY ts_rank({_VECTOR}, plainto_tsquery('simple', :words)) DESC, document.id LIMIT :limit OFFSET :offset""",  # nosec B608
}
