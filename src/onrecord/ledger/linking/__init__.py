"""Brings incidents up to date with the documents, their current codings and what people decided."""

from __future__ import annotations

from onrecord.ledger.linking.run import Linked, link_ledger

__all__ = ["Linked", "link_ledger"]
