"""For programs: the changes since a state that they know, and what there is to ask for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from onrecord.ledger.query.history import Change, last_change, list_changes
from onrecord.records import Record
from onrecord.web.answers import Open, json_answer
from onrecord.web.queries import bad_filter
from onrecord.web.rendering import page

router = APIRouter(tags=["changes"])


class Changes(Record, frozen=True):
    """Incidents that are new or different, and tombstones of those that are gone.

    next: what to give as ``since`` the next time.  more: whether there is more to ask for at once.
    """

    since: int
    next: int
    more: bool
    changes: tuple[Change, ...]


@router.get("/changes", summary="What changed, deletions included")
@router.get("/changes.json", include_in_schema=False)
def changes(
    ledger: Open, since: Annotated[str, Query(description="The number that the last answer gave as `next`; 0 for everything")] = "0"
) -> Response:
    """Incidents changed since a number of the ledger's changes, each as it stands now.

    One without an `incident` is a tombstone: `ended` says why, `merged_into` where it went. Ask again with `since` set to `next`
    until `more` is false; a copy that does so has what the ledger has. Changes are numbered, not dated: no clock decides.
    """
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise bad_filter("since", since, "Write the whole number that an earlier answer gave as next, or 0 for everything.")
    found = list_changes(ledger, int(since))
    until = found[-1].change if found else int(since)
    return json_answer(Changes(since=int(since), next=until, more=until < last_change(ledger), changes=found))


@router.get("/api", include_in_schema=False)
def api(request: Request) -> Response:
    """What there is to ask for, from the description that programs read at /api/openapi.json."""
    described: dict[str, Any] = request.app.openapi()
    rows = [
        (verb.upper(), path, about)
        for path, verbs in described["paths"].items()
        for verb, about in verbs.items()
        if isinstance(about, dict)
    ]
    return page(request, "api.html", rows=rows)
