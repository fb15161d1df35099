"""The ledger: reports, what was coded from them, what linking makes of that, and what people decided.

    open_ledger(address)          an SQLite file (``onrecord.db``) or ``postgresql://…``
    Ledger.append(coding)         one report, in one transaction, once
    link_ledger(ledger, lexicon)  incidents from all current codings; only what changed is linked again
    decide(ledger, decision)      appended, never changed
Nothing is overwritten: a newer program's coding lies beside the old one, what merges or goes leaves its id behind.
"""

from __future__ import annotations

from onrecord.ledger.link import Linked, link_ledger
from onrecord.ledger.store import Added, Ledger, open_ledger

__all__ = ["Added", "Ledger", "Linked", "link_ledger", "open_ledger"]
