"""The database below the ledger: SQLite or PostgreSQL, opened, its tables, and what statements for both are made of."""
