"""What an export has done so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from onrecord.export.account import Account
from onrecord.export.layout import Cells, Layout
from onrecord.export.tables import range_policy
from onrecord.export.writing import cells_of


@dataclass(slots=True)
class Count:
    """Rows, records left out by reason, and the rules behind the ranges that were seen."""

    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    range_policies: set[str] = field(default_factory=set)

    def each(self, records: Iterable[Any]) -> Iterator[Any]:
        """The records, counted."""
        for record in records:
            self.rows += 1
            yield record

    def cells(self, layout: Layout[Any], records: Iterable[Any]) -> Iterator[Cells]:
        """The rows of the records, counted."""
        return self.each(cells_of(layout, records, self.left_out))

    def note_ranges(self, record: Any) -> None:
        """Remembers the rule behind an incident's ranges."""
        rule = range_policy(record) if isinstance(record, Account) else None
        if rule is not None:
            self.range_policies.add(rule)

    def add(self, other: Count) -> None:
        """Takes in what another process counted."""
        self.rows += other.rows
        self.left_out.update(other.left_out)
        self.range_policies |= other.range_policies
