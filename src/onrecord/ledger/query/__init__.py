"""Lists and counts of what the ledger holds: the source of every listing command, page and export."""
