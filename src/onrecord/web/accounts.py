"""Signing in and out, the list of people, and their tokens."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote, unquote

import msgspec
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from onrecord.errors import UsageError
from onrecord.ledger import Ledger
from onrecord.ledger.access.accounts import Role, add_account, change_password, change_role, list_accounts, remove_account
from onrecord.ledger.access.sessions import ATTEMPT_MINUTES, SESSION_HOURS, close_session, is_blocked, open_session, sign_in
from onrecord.ledger.access.tokens import Scope, drop_token, list_tokens, make_token
from onrecord.web import sessions
from onrecord.web.answers import Open
from onrecord.web.oidc import Begun, Provider, account_for, begin, finish
from onrecord.web.rendering import page
from onrecord.web.sessions import Checked, Who, own_path, set_cookie, text_of

router = APIRouter()
log = logging.getLogger(__name__)

BEGUN = "onrecord-oidc"
NO_ANSWER = "Signing in elsewhere did not work. Try again; if it fails again, an admin finds the reason in the server's log."
UNKNOWN = "You are known there, but there is no account for you here. Ask an admin to add you."
WRONG = "The name or the password is wrong."
BLOCKED = f"Too many attempts. Wait {ATTEMPT_MINUTES} minutes and try again; an admin can give you another password meanwhile."


@router.get("/login")
def login_page(request: Request, next: str = "/", kept: bool = False) -> Response:
    """The page to sign in."""
    return _login(request, own_path(next), kept=kept)


def _login(request: Request, back: str, *, problem: str = "", name: str = "", kept: bool = False, status: int = 200) -> Response:
    csrf = request.state.csrf
    oidc = request.app.state.provider is not None
    values = {"back": back, "problem": problem, "name": name, "kept": kept, "oidc": oidc, "csrf": csrf}
    return page(request, "login.html", status=status, **values)


@router.post("/login")
def login(request: Request, ledger: Open, form: Checked) -> Response:
    """Signs in with name and password; a new session begins."""
    name, back = text_of(form, "name").strip(), own_path(text_of(form, "next"))
    address = request.client.host if request.client else "unknown"
    if is_blocked(ledger, name, address, sessions.now()):
        return _login(request, back, problem=BLOCKED, name=name, status=429)
    account = sign_in(ledger, name, text_of(form, "password"), address=address, at=sessions.now())
    if account is None:
        return _login(request, back, problem=WRONG, name=name, status=401)
    return begin_session(request, ledger, account.name, back)


def begin_session(request: Request, ledger: Ledger, name: str, back: str) -> Response:
    """Goes on to a page, with a new session of that account."""
    answer = RedirectResponse(back, status_code=303)
    set_cookie(answer, request, sessions.SESSION, open_session(ledger, name, at=sessions.now()), hours=SESSION_HOURS)
    return answer


@router.post("/logout")
def logout(request: Request, ledger: Open, form: Checked) -> Response:
    """Ends the session."""
    cookies = sessions.read_cookies(request)
    if sessions.SESSION in cookies:
        close_session(ledger, cookies[sessions.SESSION])
    answer = RedirectResponse("/login", status_code=303)
    set_cookie(answer, request, sessions.SESSION, "", hours=0)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/me")
def me(request: Request, ledger: Open, user: Who) -> Response:
    """Who one is here, with the tokens of one's account."""
    return _me(request, ledger, user)


def _me(request: Request, ledger: Ledger, user: sessions.Person, *, problem: str = "", secret: str = "", status: int = 200) -> Response:
    tokens = list_tokens(ledger, user.name) if user.account else ()
    return page(request, "users_me.html", status=status, tokens=tokens, scopes=list(Scope), problem=problem, secret=secret)


@router.post("/me")
def change_me(request: Request, ledger: Open, user: Who, form: Checked) -> Response:
    """Without accounts: says who decides from now on. With them: another password, a new token, or the end of one."""
    if not user.account:
        name = text_of(form, "name").strip()[:60]
        if not name.isprintable() or not name:
            return _me(request, ledger, user, problem="Give a name under which your decisions are kept.", status=422)
        answer = RedirectResponse("/review", status_code=303)
        set_cookie(answer, request, sessions.NAME, quote(name), hours=24 * 365)
        return answer
    try:
        return _change_account(request, ledger, user, form)
    except UsageError as error:
        return _me(request, ledger, user, problem=str(error), status=422)


def _change_account(request: Request, ledger: Ledger, user: sessions.Person, form: Checked) -> Response:
    what = text_of(form, "what")
    if what == "password":
        if sign_in(ledger, user.name, text_of(form, "old"), address="me", at=sessions.now()) is None:
            return _me(request, ledger, user, problem="The old password is wrong.", status=422)
        change_password(ledger, user.name, text_of(form, "new"))
        return begin_session(request, ledger, user.name, "/me")
    if what == "token":
        wanted = [Scope(value) for value in form.getlist("scope") if value in set(Scope)]
        secret, _ = make_token(ledger, user.name, wanted or [Scope.READ], at=sessions.now())
        return _me(request, ledger, user, secret=secret)
    if what == "drop" and text_of(form, "token") in {token.id for token in list_tokens(ledger, user.name)}:
        drop_token(ledger, text_of(form, "token"))
    return RedirectResponse("/me", status_code=303)


# ── For admins ────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/users")
def users(request: Request, ledger: Open, user: Who) -> Response:
    """The people who may come in, for admins."""
    return _users(request, ledger)


def _users(request: Request, ledger: Ledger, *, problem: str = "", status: int = 200) -> Response:
    return page(request, "users.html", status=status, accounts=list_accounts(ledger), roles=list(Role), problem=problem)


@router.post("/users")
def add_user(request: Request, ledger: Open, user: Who, form: Checked) -> Response:
    """Adds an account, or changes or removes one."""
    name, what = text_of(form, "name").strip(), text_of(form, "what")
    role = text_of(form, "role")
    if role and role not in set(Role):
        raise HTTPException(422, f"There is no role '{role}': roles are {', '.join(Role)}. Go back and choose one.")
    try:
        if what == "add":
            add_account(ledger, name, Role(role or Role.READER), password=text_of(form, "password"), at=sessions.now())
        elif what == "role":
            change_role(ledger, name, Role(role))
        elif what == "password":
            change_password(ledger, name, text_of(form, "password"))
        elif what == "remove":
            remove_account(ledger, name, at=sessions.now())
    except UsageError as error:
        return _users(request, ledger, problem=str(error), status=422)
    return RedirectResponse("/users", status_code=303)


# ── Signing in elsewhere ──────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/login/oidc")
def login_elsewhere(request: Request, next: str = "/") -> Response:
    """Sends a person to the organisation's own page to sign in."""
    provider = _provider(request)
    try:
        address, begun = begin(provider, own_path(next), _redirect(request), fetch=request.app.state.fetch)
    except (OSError, ValueError, KeyError) as error:
        log.warning("oidc issuer=%s error=%s", provider.issuer, error)
        return _login(request, "/", problem=NO_ANSWER, status=502)
    answer = RedirectResponse(address, status_code=303)
    set_cookie(answer, request, BEGUN, quote(msgspec.json.encode(begun).decode()))
    return answer


@router.get("/login/oidc/back")
def back_from_elsewhere(request: Request, ledger: Open, code: str = "", state: str = "") -> Response:
    """Takes a person in who signed in elsewhere, if their account may come in."""
    provider = _provider(request)
    try:
        begun = msgspec.json.decode(unquote(sessions.read_cookies(request).get(BEGUN, "")), type=Begun)
        if not code or not secrets.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
            raise ValueError("another sign-in")
        claims = finish(provider, begun, code, _redirect(request), fetch=request.app.state.fetch)
        account = account_for(ledger, provider, claims, at=sessions.now())
    except (OSError, ValueError, KeyError, UsageError) as error:
        log.warning("oidc issuer=%s error=%s", provider.issuer, error)
        return _login(request, "/", problem=NO_ANSWER, status=502)
    if account is None:
        return _login(request, begun.back, problem=UNKNOWN, status=403)
    answer = begin_session(request, ledger, account.name, begun.back)
    set_cookie(answer, request, BEGUN, "", hours=0)
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise HTTPException(404, "Signing in elsewhere is not set up on this server. Sign in with name and password at /login.")
    return provider


def _redirect(request: Request) -> str:
    return str(request.url.replace(path="/login/oidc/back", query="", fragment=""))
