"""Review: the queue, an item with its form, and what people decide about it. Everything works as plain forms; keys only save time."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from onrecord.display import document_title
from onrecord.errors import UsageError
from onrecord.ledger import Ledger
from onrecord.ledger.decisions.chain import list_queue
from onrecord.ledger.query.claims import list_claims
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.review.drafts import drop_draft, keep_draft, list_drafts, read_draft
from onrecord.ledger.review.forms import Action, Fate, Form, Outcome, last_decision, read_review, submit, undo
from onrecord.ledger.review.presence import AWAY_MINUTES, count_exposure, has_seen, list_present, note_exposure, open_item
from onrecord.ledger.review.queue import Item, Queue, count_items, find_item, find_previous, list_items, refresh_queue, take_next
from onrecord.ledger.review.team import Team, find_graphic
from onrecord.ledger.review.values import Entries, Values, read_entries
from onrecord.ledger.review.verdicts import Review, may_decide
from onrecord.records import ClaimInContext, Decision, Record
from onrecord.web import sessions
from onrecord.web.answers import Open
from onrecord.web.rendering import page
from onrecord.web.review_view import context_of, form_groups, place_choices, standing_words, type_names, with_choice
from onrecord.web.sessions import Checked, Person, Who, text_of

router = APIRouter(prefix="/review")

NEW_CODINGS = 50  # put into the queue while somebody waits for a page; the server's start does the rest
SHOWN_ITEMS = 25
BEHIND = ("csrf", "form", "seen", "queue", "action", "reason", "because", "candidate")
DONE_WORDS = {
    "accepted": "Accepted",
    "corrected": "Corrected",
    "rejected": "Rejected",
    "skipped": "Skipped",
    "reopened": "Reopened",
}


class Opened(Record, frozen=True):
    """An item with all that its page shows."""

    item: Item
    context: ClaimInContext
    review: Review
    machine: Values


def team_of(request: Request) -> Team:
    """How the team of this server reviews."""
    team: Team = request.app.state.team
    return team


def hides_of(request: Request) -> Callable[[str], bool]:
    """Whether a quotation is folded: it has one of the team's words."""
    team = team_of(request)
    return lambda text: find_graphic(team, text) is not None


# ── The queue ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("")
def overview(request: Request, ledger: Open, user: Who, queue: Queue = Queue.TODO) -> Response:
    """What waits, what is done, and where to begin."""
    refresh_queue(ledger, team_of(request), most=NEW_CODINGS)
    items = list_items(ledger, queue, user.name, limit=SHOWN_ITEMS)
    claims = {one.claim.hash: one for item in items for one in list_claims(ledger, Filters(claim=item.claim))}
    return page(
        request,
        "review.html",
        queue=queue,
        queues=list(Queue),
        counts=count_items(ledger, user.name),
        items=items,
        claims=claims,
        drafts=list_drafts(ledger, user.name),
        again=list_queue(ledger),
        last=_said(last_decision(ledger, user.name)),
        team=team_of(request),
    )


@router.get("/next")
def next_item(request: Request, ledger: Open, user: Who, queue: Queue = Queue.TODO, after: str | None = None) -> Response:
    """Goes to the next item that nobody else has open."""
    refresh_queue(ledger, team_of(request), most=NEW_CODINGS)
    return _to_next(request, ledger, user, queue, after)


def _to_next(request: Request, ledger: Ledger, user: Person, queue: Queue, after: str | None = None) -> Response:
    moment = sessions.now()
    rested = count_exposure(ledger, user.name, moment).day < team_of(request).graphic_per_day
    claim = take_next(ledger, queue, user.name, moment, graphic=rested, after=after)
    if claim is None and refresh_queue(ledger, team_of(request), most=NEW_CODINGS):
        claim = take_next(ledger, queue, user.name, moment, graphic=rested, after=after)
    if claim is None:
        return RedirectResponse(f"/review?queue={queue}", status_code=303)
    return RedirectResponse(_address(claim, queue), status_code=303)


@router.get("/previous")
def previous_item(ledger: Open, user: Who, before: str, queue: Queue = Queue.TODO) -> Response:
    """Goes to the item before one."""
    claim = find_previous(ledger, queue, user.name, before)
    return RedirectResponse(_address(claim or before, queue), status_code=303)


def _address(claim: str, queue: Queue) -> str:
    return f"/review/claims/{claim}" + ("" if queue is Queue.TODO else f"?queue={queue}")


# ── An item ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/claims/{id}")
def item_page(request: Request, id: str, ledger: Open, user: Who, queue: Queue = Queue.TODO) -> Response:
    """One claim: its words, the proposal, and the ways to decide."""
    opened = find_opened(request, ledger, id)
    open_item(ledger, id, user.name, sessions.now())
    return _item(request, ledger, user, opened, queue, entries=read_draft(ledger, id, user.name))


def find_opened(request: Request, ledger: Ledger, id: str) -> Opened:
    """The item about a claim; raises 404 where there is none."""
    found = list_claims(ledger, Filters(claim=id))
    if not found:
        raise HTTPException(404, f"There is no claim {id} in this ledger. The queue at /review has those that wait.")
    item = find_item(ledger, id)
    if item is None and refresh_queue(ledger, team_of(request), most=NEW_CODINGS):
        item = find_item(ledger, id)
    known = read_review(ledger, id)
    if item is None or known is None:
        raise HTTPException(404, f"Claim {id} is not up for review: it codes no event and has no figure.")
    return Opened(item=item, context=found[0], review=known[0], machine=known[1])


def _item(
    request: Request,
    ledger: Ledger,
    user: Person,
    opened: Opened,
    queue: Queue,
    *,
    entries: Mapping[str, str] | None = None,
    problems: Mapping[str, str] = {},
    message: str = "",
    status: int = 200,
) -> Response:
    claim, team, moment = opened.context.claim, team_of(request), sessions.now()
    coding = ledger.coding(opened.context.document)
    exposure = count_exposure(ledger, user.name, moment)
    folded = opened.item.graphic is not None and not has_seen(ledger, user.name, claim.hash)
    others = _others(ledger, opened.context)
    return page(
        request,
        "review_item.html",
        status=status,
        opened=opened,
        claim=claim,
        title=document_title(coding) if coding else opened.context.document,
        context=context_of(coding, claim) if coding and not folded else (),
        folded=folded,
        exposure=exposure,
        rested=exposure.day < team.graphic_per_day,
        pause=exposure.hour >= team.pause_after,
        groups=form_groups(team, opened.machine, entries or {}, problems),
        candidates=place_choices(claim),
        drafted=entries is not None,
        entries=defaultdict(str, entries or {}),
        problems=defaultdict(str, problems),
        message=message,
        others=others,
        hides=hides_of(request),
        present=list_present(ledger, claim.hash, user.name, moment),
        away=AWAY_MINUTES,
        refusal=may_decide(opened.review, user.name),
        standing=standing_words(opened.review),
        last=_said(last_decision(ledger, user.name)),
        form=secrets.token_urlsafe(12),
        queue=queue,
        team=team,
    )


def _others(ledger: Ledger, context: ClaimInContext) -> tuple[ClaimInContext, ...]:
    """What else is said about the same incident."""
    if context.incident is None:
        return ()
    found = list_claims(ledger, Filters(incident=context.incident, limit=12))
    return tuple(one for one in found if one.claim.hash != context.claim.hash)


def _said(decision: Decision | None) -> tuple[str, str] | None:
    """The last decision in a word, with its target; None if there is none."""
    if decision is None:
        return None
    after = decision.after or {}
    return DONE_WORDS.get(str(after.get("state")), "Noted"), decision.target


# ── Deciding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.post("/undo")
def undo_last(request: Request, ledger: Open, user: Who, form: Checked) -> Response:
    """Takes the last decision back, and shows its item again."""
    done = undo(ledger, by=user.name, at=sessions.now())
    if done is None:
        raise HTTPException(409, "There is nothing to undo: you have decided nothing yet, or undone it all.")
    return RedirectResponse(f"/review/claims/{done.target}" if done.target.startswith("clm-") else f"/review/reports/{done.target}", 303)


@router.post("/claims/{id}")
def decide(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Takes a decision, a comment or a flag, or keeps a draft; goes on to the next item."""
    opened, queue = find_opened(request, ledger, id), _queue(text_of(form, "queue"))
    entries = {name: text_of(form, name) for name in form if name not in BEHIND}
    if text_of(form, "action") == "draft":
        keep_draft(ledger, id, {**entries, "because": text_of(form, "because")}, by=user.name, at=sessions.now())
        return RedirectResponse(_address(id, queue), status_code=303)
    if text_of(form, "action") == "discard":
        drop_draft(ledger, id, user.name)
        return RedirectResponse(_address(id, queue), status_code=303)
    action = _action(text_of(form, "action"))
    sent = Sent(action=action, entries={**entries, "because": text_of(form, "because"), "reason": text_of(form, "reason")})
    return _decided(request, ledger, user, opened, queue, sent, form)


class Sent(Record, frozen=True):
    """What a person sent: the action, and the form as it was filled in."""

    action: Action
    entries: dict[str, str]


def _decided(request: Request, ledger: Ledger, user: Person, opened: Opened, queue: Queue, sent: Sent, form: Checked) -> Response:
    claim, team = opened.context.claim, team_of(request)
    read = Entries({}, {})
    if sent.action is Action.CORRECT:
        chosen = with_choice({**sent.entries, "candidate": text_of(form, "candidate")}, claim)
        read = read_entries(chosen, team, type_names(), opened.machine)
        if read.problems:
            text = "Some fields cannot be right; what you entered is still here."
            return _item(request, ledger, user, opened, queue, entries=sent.entries, problems=read.problems, message=text, status=422)
    try:
        outcome = submit(ledger, _form(opened, user, sent, read.values, form, team))
    except UsageError as error:
        entries = sent.entries if sent.action is Action.CORRECT else None
        problems = {str(sent.action): str(error)}
        return _item(request, ledger, user, opened, queue, entries=entries, problems=problems, message=str(error), status=422)
    return _answer(request, ledger, user, opened, queue, sent, outcome)


def _form(opened: Opened, user: Person, sent: Sent, values: Values, form: Checked, team: Team) -> Form:
    seen = text_of(form, "seen")
    return Form(
        form=text_of(form, "form")[:100] or secrets.token_urlsafe(12),
        target=opened.context.claim.hash,
        by=user.name,
        at=sessions.now(),
        action=sent.action,
        seen=int(seen) if seen.isdecimal() else None,
        values=values or None,
        reason=reason_of(team, text_of(form, "reason"), text_of(form, "because")),
        other=text_of(form, "other") or None,
    )


def reason_of(team: Team, code: str, because: str) -> str:
    """The reason as it is kept: "code: words", or either; "" where neither is given, or "other" without words."""
    known = code if code in {reason.code for reason in team.reasons} else ""
    words = because.strip()[:2000]
    if known == "other" and not words:
        return ""
    return ": ".join(part for part in (known, words) if part)


def reason_words(team: Team, reason: str) -> str:
    """A kept reason for people: its label in place of the code."""
    code, _, words = reason.partition(": ")
    label = next((one.label for one in team.reasons if one.code == code), code)
    return f"{label}: {words}" if words else label


def _answer(request: Request, ledger: Ledger, user: Person, opened: Opened, queue: Queue, sent: Sent, outcome: Outcome) -> Response:
    claim = opened.context.claim.hash
    if outcome.fate in (Fate.STALE, Fate.REFUSED):
        if sent.action is Action.CORRECT:
            keep_draft(ledger, claim, sent.entries, by=user.name, at=sessions.now())
        fresh = find_opened(request, ledger, claim)
        text = f"{outcome.message} Nothing was done; look again, and decide once more if you still want to."
        return _item(request, ledger, user, fresh, queue, entries=sent.entries, message=text, status=409)
    if sent.action in (Action.COMMENT, Action.FLAG, Action.UNFLAG):
        return RedirectResponse(_address(claim, queue), status_code=303)
    return _to_next(request, ledger, user, queue, after=claim)


def _queue(text: str) -> Queue:
    return Queue(text) if text in set(Queue) else Queue.TODO


def _action(text: str) -> Action:
    if text not in set(Action) - {Action.ADJUDICATE, Action.REOPEN}:
        raise HTTPException(422, f"There is no action '{text}'. Go back and use one of the buttons.")
    return Action(text)


@router.post("/claims/{id}/draft")
def save_draft(id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Keeps what is entered so far; the page sends it while one types."""
    entries = {name: text_of(form, name) for name in form if name not in BEHIND or name == "because"}
    keep_draft(ledger, id, entries, by=user.name, at=sessions.now())
    return Response(status_code=204)


@router.post("/claims/{id}/show")
def show_passage(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Unfolds a graphic passage for this person, within the team's limit for a day."""
    if count_exposure(ledger, user.name, sessions.now()).day >= team_of(request).graphic_per_day:
        raise HTTPException(403, "You have seen as many graphic passages today as your team allows. The queue gives you others.")
    note_exposure(ledger, user.name, id, sessions.now())
    return RedirectResponse(_address(id, _queue(text_of(form, "queue"))), status_code=303)
