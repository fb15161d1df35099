"""Adding a report: pasted, or as a file; coded in the background, with its progress, then opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onrecord.ledger import Ledger
from onrecord.ledger.uploads import About, State, add_upload, find_upload, list_uploads
from onrecord.web import sessions
from onrecord.web.answers import Open, json_answer
from onrecord.web.rendering import page
from onrecord.web.sessions import Checked, Who, text_of
from onrecord.web.upload_worker import Worker

router = APIRouter(prefix="/upload")

ASK_AGAIN_SECONDS = 1
EMPTY = "Paste a report or choose a file: there is nothing to code yet."


@router.get("")
def upload_page(request: Request, ledger: Open, user: Who) -> Response:
    """The form, with what this person added before."""
    return _form(request, ledger, user.name)


def _form(
    request: Request, ledger: Ledger, name: str, *, problem: str = "", entries: Mapping[str, str] = {}, status: int = 200
) -> Response:
    uploads = list_uploads(ledger, name)
    return page(request, "upload.html", status=status, uploads=uploads, problem=problem, entries=defaultdict(str, entries))


@router.post("")
async def upload(request: Request, ledger: Open, user: Who, form: Checked) -> Response:
    """Takes a report in and lets it be coded."""
    content, name = await _content(form)
    entries = {key: text_of(form, key).strip() for key in ("published", "outlet", "url", "title", "text")}
    problem = _problem(content, entries)
    if problem:
        return await run_in_threadpool(lambda: _form(request, ledger, user.name, problem=problem, entries=entries, status=422))
    about = About(**{key: entries[key] or None for key in ("published", "outlet", "url", "title")})
    id = await run_in_threadpool(lambda: add_upload(ledger, content, name, about, by=user.name, at=sessions.now()))
    worker: Worker = request.app.state.worker
    worker.wake()
    return RedirectResponse(f"/upload/{id}", status_code=303)


async def _content(form: FormData) -> tuple[bytes, str]:
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(), file.filename
    return text_of(form, "text").encode("utf-8", "replace"), "pasted text"


def _problem(content: bytes, entries: Mapping[str, str]) -> str:
    from onrecord.ingest.dates import parse_date

    if not content.strip():
        return EMPTY
    if entries["published"] and parse_date(entries["published"]) is None:
        return f"“{entries['published']}” is no date: write it as 2020-02-29, or leave it empty."
    return ""


@router.get("/{id}.json")
def progress_json(id: str, ledger: Open, user: Who) -> Response:
    """How far an upload is."""
    found = find_upload(ledger, id)
    if found is None:
        raise HTTPException(404, f"There is no upload {id}.")
    return json_answer(found)


@router.get("/{id}")
def progress(request: Request, id: str, ledger: Open, user: Who) -> Response:
    """How far an upload is; goes on to the report when it is coded."""
    found = find_upload(ledger, id)
    if found is None:
        raise HTTPException(404, f"There is no upload {id}. The page to add a report lists those that you made.")
    if found.state is State.DONE:
        return RedirectResponse(f"/articles/{found.document}", status_code=303)
    answer = page(request, "upload_progress.html", status=200, upload=found)
    if found.state in (State.WAITING, State.RUNNING):
        answer.headers["Refresh"] = str(ASK_AGAIN_SECONDS)
        worker: Worker = request.app.state.worker
        worker.wake()
    return answer
