"""Keeps what machines write: codings of reports, the incidents that linking makes of them, violations of agreements."""

from __future__ import annotations

from onrecord.ledger.store.codings import Added, Ledger, open_ledger

__all__ = ["Added", "Ledger", "open_ledger"]
