"""Signing in with the organisation's own accounts: OpenID Connect, authorisation code with PKCE, through Authlib.

The provider is named by ONRECORD_OIDC_ISSUER, ONRECORD_OIDC_CLIENT and ONRECORD_OIDC_SECRET; ONRECORD_OIDC_ADD names the role that
somebody who is not known yet gets at the first sign-in (without it, only accounts that are there may come in, by their e-mail or name).
Source: OpenID Connect Core 1.0; RFC 7636; RFC 9700.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from onrecord.errors import UsageError
from onrecord.ledger import Ledger
from onrecord.ledger.access.accounts import Account, Role, add_account, bind_subject, find_account, find_subject, was_removed
from onrecord.records import Record

Fetch = Callable[[str, bytes | None], dict[str, Any]]

MOST_ANSWER_BYTES = 1_000_000
SECONDS = 10


class Provider(Record, frozen=True):
    """Who vouches for people. ``add``: the role of somebody who comes for the first time; None: nobody is added."""

    issuer: str
    client: str
    secret: str
    add: Role | None = None


class Begun(Record, frozen=True):
    """A sign-in that was begun: what must come back, and where it goes on."""

    state: str
    nonce: str
    verifier: str
    back: str


def read_provider(environment: Mapping[str, str] = os.environ) -> Provider | None:
    """The provider that the environment names; None if it names none. Raises UsageError where a part is missing or makes no sense."""
    parts = [environment.get(f"ONRECORD_OIDC_{name}", "") for name in ("ISSUER", "CLIENT", "SECRET")]
    if not any(parts):
        return None
    if not all(parts):
        raise UsageError("OpenID Connect needs all of ONRECORD_OIDC_ISSUER, ONRECORD_OIDC_CLIENT and ONRECORD_OIDC_SECRET")
    issuer = urlsplit(parts[0])
    if issuer.scheme != "https" and issuer.hostname not in ("localhost", "127.0.0.1"):
        raise UsageError(f"ONRECORD_OIDC_ISSUER {parts[0]}: must be an https address")
    role = environment.get("ONRECORD_OIDC_ADD")
    if role is not None and role not in set(Role):
        raise UsageError(f"ONRECORD_OIDC_ADD '{role}' is not a role; roles are {', '.join(Role)}")
    try:
        import authlib  # type: ignore[import-untyped]  # noqa: F401
    except ImportError as error:
        raise UsageError("OpenID Connect needs Authlib: pip install 'onrecord[oidc]'") from error
    return Provider(issuer=parts[0].rstrip("/"), client=parts[1], secret=parts[2], add=Role(role) if role else None)


def fetch_json(address: str, body: bytes | None = None) -> dict[str, Any]:
    """The JSON object at an address (POST where a body is given); raises OSError or ValueError."""
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"{address}: is no address of the web")
    request = urllib.request.Request(address, data=body, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # nosec B310 - of the web, above
        found = json.loads(answer.read(MOST_ANSWER_BYTES))
    if not isinstance(found, dict):
        raise ValueError(f"{address}: not a JSON object")
    return found


def begin(provider: Provider, back: str, redirect: str, *, fetch: Fetch = fetch_json) -> tuple[str, Begun]:
    """The address to send somebody to, and what to keep until they come back."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

    begun = Begun(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), back=back)
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": redirect,
        "scope": "openid profile email",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    return f"{_metadata(provider, fetch)['authorization_endpoint']}?{urlencode(query)}", begun


def _metadata(provider: Provider, fetch: Fetch) -> dict[str, Any]:
    found = fetch(f"{provider.issuer}/.well-known/openid-configuration", None)
    if str(found.get("issuer", "")).rstrip("/") != provider.issuer:
        raise ValueError("the provider calls itself by another name than ONRECORD_OIDC_ISSUER")
    return found


def finish(provider: Provider, begun: Begun, code: str, redirect: str, *, fetch: Fetch = fetch_json) -> dict[str, Any]:
    """What the provider says of the person, its signature, issuer, audience, time and nonce checked; raises ValueError or OSError."""
    metadata = _metadata(provider, fetch)
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": provider.client,
        "client_secret": provider.secret,
        "code_verifier": begun.verifier,
    }
    answer = fetch(metadata["token_endpoint"], urlencode(body).encode())
    return read_claims(provider, begun, str(answer.get("id_token", "")), fetch(metadata["jwks_uri"], None))


def read_claims(provider: Provider, begun: Begun, token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of an ID token; raises ValueError unless it was signed by these keys, for us, now, and for this sign-in."""
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client},
    }
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256", "ES256", "PS256", "EdDSA"])  # type: ignore[arg-type]
        claims = CodeIDToken(decoded.claims, decoded.header, options, {"nonce": begun.nonce, "client_id": provider.client})
        claims.validate(leeway=60)
    except (JoseError, AuthlibBaseError, ValueError, KeyError) as error:
        raise ValueError(f"the provider's answer cannot be trusted ({type(error).__name__})") from error
    if claims.get("nonce") != begun.nonce:
        raise ValueError("the provider's answer belongs to another sign-in")
    return dict(claims)


def account_for(ledger: Ledger, provider: Provider, claims: Mapping[str, Any], *, at: str) -> Account | None:
    """The account of a person whom the provider vouches for; added where the provider's settings say so; None where they may not come in.

    An account that signs in elsewhere is recognised by its verified e-mail or, where the provider gives none, its user name, once; from
    then on by the provider's own id of the person, which does not change.
    """
    subject = f"{provider.issuer} {claims['sub']}"
    known = find_subject(ledger, subject)
    if known is not None:
        return known
    name = str(claims.get("email") or "") if claims.get("email_verified") else str(claims.get("preferred_username") or "")
    if not name:
        return None
    if find_account(ledger, name) is not None:
        return bind_subject(ledger, name, subject)
    if provider.add is None or was_removed(ledger, name, subject):
        return None
    return add_account(ledger, name, provider.add, password=None, at=at, subject=subject)
