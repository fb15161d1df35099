"""The ledger: reports, what was coded from them, what linking makes of that, and what people decided.

    open_ledger(address)          an SQLite file (``onrecord.db``) or ``postgresql://…``
    Ledger.append(coding)         one report, in one transaction, once
    link_ledger(ledger, lexicon)  incidents from all current codings; only what changed is linked again
    decide(ledger, decision)      appended, never changed
Nothing is overwritten: a newer program's coding lies beside the old one, what merges or goes leaves its id behind.

database    engine, tables and the parts of statements that both kinds of database take
store       what machines write: codings, incidents, violations; what was decided is carried over to newer codings
decisions   what people decide and declare, chained by hash; words taken out
review      what waits for people, and what their decisions about a claim come to
linking     incidents from the claims of current codings
query       lists and counts for commands, pages and exports
access      accounts, sessions, tokens;  ``uploads``: reports that wait to be coded;  ``upkeep``: checks, copies, comparisons
audit       whether anything was changed behind the ledger's back;  checkpoints to compare it with later
"""

from __future__ import annotations

from onrecord.ledger.decisions.chain import decide
from onrecord.ledger.linking import Linked, link_ledger
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.store import Added, Ledger, open_ledger

__all__ = ["Added", "Ledger", "Linked", "decide", "link_ledger", "list_incidents", "open_ledger"]
