"""What routes of every subject share: the open ledger, and records as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request, Response

from onrecord.ledger import Ledger


def _opened(request: Request) -> Ledger:
    ledger: Ledger = request.app.state.ledger
    return ledger


Open = Annotated[Ledger, Depends(_opened)]


def json_answer(value: Any, *, status: int = 200) -> Response:
    """Records as JSON, as msgspec writes them."""
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")
