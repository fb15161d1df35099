"""Who is asking, and whether they may: sessions, tokens, form tokens, and the limits that every request keeps to.

Nobody comes past the gate unless a rule lets them: pages need a reader, decisions a coder, ``needed`` has the list.
Without accounts (the page listens on this machine only) everything is allowed, to pages of this site on this machine.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.ledger import Ledger
from onrecord.ledger.access import tokens
from onrecord.ledger.access.accounts import Account, Role
from onrecord.ledger.access.sessions import find_session, form_secret
from onrecord.ledger.review.drafts import keep_draft
from onrecord.records import Record
from onrecord.web.answers import json_answer
from onrecord.web.rendering import message

MOST_BYTES = 12_000_000  # of one request: a report of ten million bytes, with what the form adds
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OPEN_PATHS = ("/static/", "/login", "/favicon.ico")
SESSION, FORM, NAME = "onrecord-session", "onrecord-form", "onrecord-name"
TOO_LARGE = (
    f"That is more than {MOST_BYTES // 1_000_000} MB, too much for one report: nothing was taken in. Split it, one report each, "
    "or add it on the server with onrecord add."
)
ELSEWHERE = "This form was not sent from a page of this server, so nothing was done. Open the page here and send it again."
FORM_OLD = "This form belongs to another session, so nothing was done. Go back, reload the page, and send it again."


class Access(Record, frozen=True):
    """Whether people sign in, and who decides where they do not."""

    accounts: bool = False
    reviewer: str = "reviewer"


class Person(Record, frozen=True):
    """Who is asking. ``account``: they signed in.  ``scopes``: what their token is for; None for a person at a page."""

    name: str
    role: Role
    csrf: str
    account: bool = False
    scopes: tuple[tokens.Scope, ...] | None = None

    def may(self, role: str) -> bool:
        """Whether this person's role covers another."""
        return self.role.covers(Role(role))


def now() -> str:
    """This moment, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# ── Who may do what ───────────────────────────────────────────────────────────────────────────────────────────────────


def needed(method: str, path: str) -> Role | None:
    """The role that a request needs; None where everybody may come in."""
    if path.startswith(OPEN_PATHS):
        return None
    if path == "/users" or path.startswith("/users/"):
        return Role.ADMIN
    if path.startswith("/review/") and path.endswith(("/adjudicate", "/reopen")):
        return Role.ADJUDICATOR
    if path.startswith(("/review", "/upload")):
        return Role.CODER
    return Role.READER if method in SAFE_METHODS or path in ("/logout", "/me") else Role.CODER


def scope_of(method: str, path: str) -> tokens.Scope | None:
    """What a token must be for to ask for a path; None where no token will do: accounts and tokens are looked after by people."""
    if path.startswith("/review"):
        return tokens.Scope.REVIEW
    if path.startswith("/upload"):
        return tokens.Scope.UPLOAD
    return tokens.Scope.READ if method in SAFE_METHODS and not path.startswith(("/me", "/users")) else None


def is_other_site(request: Request) -> bool:
    """Whether a browser says that a request comes from a page of another site."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and _host_of(origin) != request.headers.get("host")


def _host_of(address: str) -> str:
    """Host and port of an address; "" where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def is_local_name(host: str) -> bool:
    """Whether a Host header names this machine: a name with a dot could be anybody's domain, made to point here."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return "." not in name


# ── The gate ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Gate:
    """Lets requests through to the page that are small enough, come from here, and are allowed to who asks."""

    def __init__(self, app: ASGIApp, ledger: Ledger, access: Access) -> None:
        self.app = app
        self.ledger = ledger
        self.access = access
        self._secret: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        state = scope.setdefault("state", {})
        state["user"] = None
        cookies = read_cookies(request)
        fresh = None if FORM in cookies else secrets.token_urlsafe(24)
        state["csrf"] = await self._form_token(cookies.get(SESSION) or cookies.get(FORM) or fresh or "")
        refusal = await self._refusal(request, cookies)
        private = self.access.accounts and not request.url.path.startswith("/static/")
        sending = _completed(send, request, fresh, private=private)
        if refusal is not None:
            await refusal(scope, receive, sending)
            return
        await self.app(scope, _limited(receive), sending)

    async def _form_token(self, base: str) -> str:
        if self._secret is None:
            self._secret = await run_in_threadpool(form_secret, self.ledger)
        return hmac.new(self._secret.encode(), base.encode(), hashlib.sha256).hexdigest()

    async def _refusal(self, request: Request, cookies: dict[str, str]) -> Response | None:
        """The answer to a request that may not go on; None if it may. Sets ``request.state.user``."""
        if int(request.headers.get("content-length") or 0) > MOST_BYTES:
            return message(request, 413, TOO_LARGE)
        if not self.access.accounts:
            return self._local(request)
        user, lapsed = await run_in_threadpool(self._who, request, cookies)
        request.state.user = user
        role = needed(request.method, request.url.path)
        if user is None:
            return None if role is None else await self._to_sign_in(request, lapsed)
        if user.scopes is not None and (scope := scope_of(request.method, request.url.path)) not in user.scopes:
            return _denied(request, f"This token is not for that: it needs the scope '{scope}'." if scope else "No token is for that.")
        if role is not None and not user.role.covers(role):
            return _denied(request, f"That needs the role '{role}'; you are signed in as {user.name}, {user.role}. Ask an admin for it.")
        if user.scopes is None and request.method not in SAFE_METHODS and is_other_site(request):
            return _denied(request, ELSEWHERE)
        return None

    def _local(self, request: Request) -> Response | None:
        if not is_local_name(request.headers.get("host", "")):
            return _denied(request, "Without accounts this page answers only under the name of this machine: open http://127.0.0.1.")
        if request.method not in SAFE_METHODS and is_other_site(request):
            return _denied(request, ELSEWHERE)
        name = unquote(read_cookies(request).get(NAME, "")) or self.access.reviewer
        request.state.user = Person(name=name, role=Role.ADMIN, csrf=request.state.csrf)
        return None

    def _who(self, request: Request, cookies: dict[str, str]) -> tuple[Person | None, Account | None]:
        """Who asks, by token or session; or nobody, with the account whose session has run out."""
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            bearer = tokens.find_bearer(self.ledger, secret.strip(), at=now())
            if bearer is None:
                return None, None
            return Person(name=bearer.name, role=bearer.role, csrf="", account=True, scopes=bearer.scopes), None
        if SESSION not in cookies:
            return None, None
        session = find_session(self.ledger, cookies[SESSION], at=now())
        if session is None or session.expired:
            return None, session.account if session is not None else None
        return Person(name=session.account.name, role=session.account.role, csrf=request.state.csrf, account=True), None

    async def _to_sign_in(self, request: Request, lapsed: Account | None) -> Response:
        if request.headers.get("authorization") or request.url.path.endswith((".json", ".jsonl", ".csv", ".geojson", ".atom")):
            return json_answer({"error": "Sign in, or send a token: Authorization: Bearer onr_…"}, status=401)
        if request.method in SAFE_METHODS:
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(back, safe='')}", status_code=303)
        kept = await self._keep_entries(request, lapsed) if lapsed is not None else None
        if kept is not None:
            return RedirectResponse(f"/login?next={quote(kept, safe='')}&kept=1", status_code=303)
        return message(request, 401, "You are not signed in, so nothing was done. Sign in at /login, go back, and send it again.")

    async def _keep_entries(self, request: Request, lapsed: Account) -> str | None:
        """Keeps what was sent in a session that has run out as a draft of its person; returns the page to go on with."""
        parts = request.url.path.split("/")
        if parts[1:3] != ["review", "claims"] or len(parts) < 4 or is_other_site(request):
            return None
        form = await request.form(max_part_size=MOST_BYTES)
        entries = {name: value for name, value in form.items() if isinstance(value, str) and name not in ("csrf", "form", "seen")}
        await run_in_threadpool(lambda: keep_draft(self.ledger, parts[3], entries, by=lapsed.name, at=now()))
        return f"/review/claims/{parts[3]}"


def _denied(request: Request, text: str) -> Response:
    if request.headers.get("authorization"):
        return json_answer({"error": text}, status=403)
    return message(request, 403, text)


def read_cookies(request: Request) -> dict[str, str]:
    """The cookies of ours, under their plain names: over HTTPS they carry the prefix that no other host can set."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(request.headers.get("cookie", ""))
    except CookieError:
        return {}
    prefix = _prefix(request)
    return {name.removeprefix(prefix): morsel.value for name, morsel in jar.items() if name.startswith(prefix)}


def _prefix(request: Request) -> str:
    return "__Host-" if request.url.scheme == "https" else ""


def set_cookie(response: Response, request: Request, name: str, value: str, *, hours: int | None = None) -> None:
    """Sets a cookie that scripts cannot read and other sites cannot send along with a form."""
    response.set_cookie(
        f"{_prefix(request)}{name}",
        value,
        max_age=None if hours is None else hours * 3600,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _completed(send: Send, request: Request, fresh: str | None, *, private: bool) -> Send:
    """Sends answers with the cookie that a new visitor gets; ``private`` ones are kept in no cache, so that signing out leaves nothing."""
    holder = Response()
    if fresh is not None:
        set_cookie(holder, request, FORM, fresh)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if fresh is not None:
                headers.append("set-cookie", holder.headers["set-cookie"])
            if private:
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _limited(receive: Receive) -> Receive:
    """Takes in no more than a request may have, also where its length was not announced."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        part = await receive()
        taken += len(part.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(413, TOO_LARGE)
        return part

    return receiving


# ── What routes ask for ───────────────────────────────────────────────────────────────────────────────────────────────


def _person(request: Request) -> Person:
    user: Person | None = request.state.user
    if user is None:
        raise HTTPException(401, "You are not signed in. Sign in at /login.")
    return user


async def _checked_form(request: Request) -> FormData:
    form = await request.form(max_files=1, max_part_size=MOST_BYTES)
    user: Person | None = request.state.user
    by_token = user is not None and user.scopes is not None
    if not by_token and not hmac.compare_digest(str(form.get("csrf") or "").encode("utf-8", "replace"), request.state.csrf.encode()):
        raise HTTPException(403, FORM_OLD)
    return form


Who = Annotated[Person, Depends(_person)]
Checked = Annotated[FormData, Depends(_checked_form)]


def text_of(form: FormData, name: str) -> str:
    """A field of a form as text, without the NUL characters that no database takes; "" where it is missing or a file."""
    value: Any = form.get(name)
    return value.replace("\x00", "") if isinstance(value, str) else ""


def own_path(address: str) -> str:
    """The address if it leads to a page of this server, else the first page."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and not _host_of(address) and "\\" not in address
    return address if safe and address.isprintable() else "/"
