"""Which claims and incidents leave, by a named rule that the package beside the file states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from onrecord.claim_cells import OWN, ClaimTable
from onrecord.errors import UsageError
from onrecord.export.account import Account
from onrecord.export.count import Count
from onrecord.records import ClaimInContext, Grade, IncidentState, Polarity, Record, Status


class Policy(Record, frozen=True):
    """A rule. ``statuses``: those that a positive claim may have; None takes every claim, whatever it says of its event."""

    name: str
    description: str
    statuses: tuple[Status, ...] | None


POLICIES = {
    policy.name: policy
    for policy in (
        Policy(
            name="occurred",
            description="Claims that something happened: polarity positive, status occurred. Denied, planned, threatened, hypothetical, "
            "ongoing and habitual ones are left out; of incidents, those that no such claim asserts, that a person rejected, "
            "or whose sources have all withdrawn.",
            statuses=(Status.OCCURRED,),
        ),
        Policy(
            name="ongoing",
            description="As occurred, and claims of what goes on or is done habitually: "
            "polarity positive, status occurred, ongoing or habitual.",
            statuses=(Status.OCCURRED, Status.ONGOING, Status.HABITUAL),
        ),
        Policy(
            name="all",
            description="Every claim and every incident, whatever is said of it; columns tell polarity, status, grade and state.",
            statuses=None,
        ),
    )
}
DEFAULT_POLICY = "occurred"
NOT_ADMITTED = "the policy does not admit what it says"


def policy_named(name: str) -> Policy:
    """The policy with that name; raises UsageError."""
    if name not in POLICIES:
        raise UsageError(f"no export policy is called '{name}'; there are: {', '.join(POLICIES)}")
    return POLICIES[name]


def admits(policy: Policy, found: ClaimInContext) -> bool:
    """Whether a claim leaves under the policy."""
    factuality = found.claim.factuality
    return policy.statuses is None or (factuality.polarity is Polarity.POSITIVE and factuality.status in policy.statuses)


def admitted_rows(policy: Policy, told: ClaimTable) -> Sequence[int]:
    """The numbers of the claims of a table that leave under the policy."""
    rows = range(len(told.document))
    polarity, status = (told.own[OWN.index(name)] for name in ("polarity", "status"))
    if policy.statuses is None or polarity is None or status is None:
        return rows
    return [row for row in rows if polarity[row] == Polarity.POSITIVE and status[row] in policy.statuses]


def objection(policy: Policy, account: Account) -> str | None:
    """Why an incident does not leave under the policy, or None."""
    if policy.statuses is None:
        return None
    if account.incident.state is IncidentState.REJECTED:
        return "rejected by a person"
    if account.incident.grade is Grade.WITHDRAWN:
        return "withdrawn by its sources"
    if not any(admits(policy, found) for found in account.asserting):
        return "no claim says that it happened"
    return None


def admitted(policy: Policy, table: str, records: Iterable[Any], count: Count) -> Iterator[Any]:
    """The records that leave under the policy, the others counted by reason; whole reports and their mentions always leave."""
    for record in records:
        reason = _reason(policy, table, record)
        if reason is None:
            count.note_ranges(record)
            yield record
        else:
            count.left_out[reason] += 1


def _reason(policy: Policy, table: str, record: Any) -> str | None:
    if table == "claims":
        return None if admits(policy, record) else NOT_ADMITTED
    return objection(policy, record) if table == "incidents" else None
