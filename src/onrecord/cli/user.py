"""``onrecord user``: who may come in to a page that others can reach."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import DEFAULT_LEDGER, JUDGE, LedgerAddress, flag

if TYPE_CHECKING:
    from onrecord.ledger.access.accounts import Role

user_app = typer.Typer(no_args_is_help=True, help="Add, list and remove the people who may come in, and their tokens.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
ROLES = "reader, coder, adjudicator or admin"
RoleName = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"{ROLES}.")]
FromInput = Annotated[bool, flag("--password-stdin", help="Take the password from standard input (one line) and do not ask for it.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(user_app, name="user", rich_help_panel=JUDGE)


@user_app.command("add")
def add(
    name: Name,
    role: RoleName = "coder",
    password_stdin: FromInput = False,
    elsewhere: Annotated[bool, flag("--elsewhere", help="No password here: they sign in with OpenID Connect.")] = False,
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.accounts import add_account

    chosen = _role(role)
    password = None if elsewhere else _password(password_stdin)
    with open_ledger(ledger, create=True) as opened:
        add_account(opened, name, chosen, password=password, at=_now())
    print(f"{name} added as {chosen}", file=sys.stderr)


@user_app.command("list")
def list_users(ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """List the accounts and their tokens."""
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.accounts import list_accounts
    from onrecord.ledger.access.tokens import list_tokens

    with open_ledger(ledger) as opened:
        accounts = list_accounts(opened)
        if not accounts:
            print("nobody; 'onrecord user add NAME --role admin' adds the first", file=sys.stderr)
        for one in accounts:
            ended = f"removed {one.removed[:10]}" if one.removed else "signs in elsewhere" if one.elsewhere else ""
            print(f"{one.name}  {one.role}  since {one.created[:10]}  {ended}".rstrip())
            for made in list_tokens(opened, one.name):
                print(f"  {made.id}  {' '.join(made.scopes)}  until {made.expires[:10]}")


@user_app.command("role")
def role_of(
    name: Name, role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{ROLES}.")], ledger: LedgerAddress = DEFAULT_LEDGER
) -> None:
    """Give an account another role."""
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.accounts import change_role

    with open_ledger(ledger) as opened:
        change_role(opened, name, _role(role))


@user_app.command("password")
def password(name: Name, password_stdin: FromInput = False, ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """Give an account another password; its sessions end."""
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.accounts import change_password

    with open_ledger(ledger) as opened:
        change_password(opened, name, _password(password_stdin))


@user_app.command("remove")
def remove(name: Name, ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """Shut an account out; its decisions and its name stay."""
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.accounts import remove_account

    with open_ledger(ledger) as opened:
        remove_account(opened, name, at=_now())
    print(f"{name} can no longer come in", file=sys.stderr)


@user_app.command("token")
def token(
    name: Name,
    scope: Annotated[list[str] | None, typer.Option(metavar="SCOPE", help="read, review or upload; may be given several times.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, metavar="N", help="How long it holds.")] = 90,
    drop: Annotated[str | None, typer.Option(metavar="ID", help="End this token instead (tok-…).")] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Make a token with which a program acts for an account; it is shown once."""
    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger
    from onrecord.ledger.access.tokens import Scope, drop_token, make_token

    wrong = [one for one in scope or [] if one not in set(Scope)]
    if wrong:
        raise UsageError(f"'{wrong[0]}' is not a scope; scopes are {', '.join(Scope)}")
    with open_ledger(ledger) as opened:
        if drop is not None:
            if not drop_token(opened, drop):
                raise UsageError(f"there is no token {drop}; 'onrecord user list' shows them")
            return
        secret, made = make_token(opened, name, [Scope(one) for one in scope or ["read"]], at=_now(), days=days)
    print(secret)
    print(f"{made.id}, {' '.join(made.scopes)}, until {made.expires[:10]}; send it as Authorization: Bearer", file=sys.stderr)


def _role(name: str) -> Role:
    from onrecord.errors import UsageError
    from onrecord.ledger.access.accounts import Role

    if name not in set(Role):
        raise UsageError(f"'{name}' is not a role; roles are {', '.join(Role)}")
    return Role(name)


def _password(from_input: bool) -> str:
    if from_input or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
