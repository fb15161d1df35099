"""An incident together with its claims: what every layout starts from, and what the layouts ask of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from onrecord.records import Actor, ClaimInContext, Coding, Incident, LinkRole, Time, words_at

T = TypeVar("T")


def told_claims(coding: Coding) -> Iterator[ClaimInContext]:
    """The claims of a coding as tables take them: outside any ledger, so in no incident and of no voice."""
    document = coding.document
    for claim in coding.claims:
        yield ClaimInContext(
            claim=claim,
            document=document.id,
            text=words_at(document.text, claim.evidence),
            outlet=document.outlet,
            published=document.published,
            title=document.title,
            url=document.url,
            incident=None,
            denies=False,
            voice=None,
        )


class Account(NamedTuple):
    """An incident with the claims that assert or deny it, in the order of their reports."""

    incident: Incident
    claims: Sequence[ClaimInContext]

    @property
    def asserting(self) -> tuple[ClaimInContext, ...]:
        """The claims that say that it happened."""
        return tuple(found for found in self.claims if not found.denies)


class Report(NamedTuple):
    """A report as tables cite it."""

    document: str
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None


def reports(account: Account) -> tuple[Report, ...]:
    """The reports that assert the incident, by date, outlet and id; each once."""
    found = {one.document: Report(one.document, one.outlet, one.published, one.title, one.url) for one in account.asserting}
    return tuple(sorted(found.values(), key=lambda report: (report.published or "9", report.outlet or "", report.document)))


def speakers(account: Account) -> tuple[str, ...]:
    """Whom the asserting claims go back to, in the words of the reports; each once, in order."""
    links = (next((link for link in found.claim.attribution if link.role is LinkRole.SPEAKER), None) for found in account.asserting)
    return tuple(dict.fromkeys(link.text for link in links if link is not None and link.text))


def commonest(values: Iterable[T]) -> T | None:
    """The value that comes most often, the first such; None for none."""
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None


def first_day(time: Time | None) -> str | None:
    """The day on which it began at the earliest, or None where that is open."""
    return time.start[:10] if time is not None and time.start else None


def last_day(time: Time | None) -> str | None:
    """The last day that the half-open interval touches; the first where no end is known."""
    if time is None or time.end is None:
        return first_day(time)
    if time.end.endswith("T00:00") and time.end != time.start:
        return (date.fromisoformat(time.end[:10]) - timedelta(days=1)).isoformat()
    return time.end[:10]


def name_of(actor: Actor) -> str:
    """A known actor's name; for one that reports only describe ("the shelling army"), the code, which is the same in every report."""
    return actor.name if actor.id is not None else actor.code or actor.name


def said_range(low: float | None, best: float | None, high: float | None) -> str:
    """Bounds in words: "17 to 21, best 17"; "at least 24"; "" for none."""
    ends = [None if end is None else f"{end:.10g}" for end in (low, best, high)]
    if ends[0] is not None and ends[0] == ends[2]:
        return ends[0]
    if ends[0] is not None:
        said = f"{ends[0]} to {ends[2]}" if ends[2] is not None else f"at least {ends[0]}"
    else:
        said = f"up to {ends[2]}" if ends[2] is not None else ""
    if ends[1] is not None and ends[1] not in (ends[0], ends[2]):
        said += f", best {ends[1]}" if said else f"about {ends[1]}"
    return said
