"""Codes uploads in a process of its own, so that the server stays small: started when one waits, ended when none has come for a while.

The process is this module: ``python -m onrecord.web.upload_worker LEDGER [LEXICON]``.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.errors import InputError, OnrecordError
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.uploads import Upload, finish_upload, note_step, put_back, take_upload
from onrecord.records import Capture, Coding, Failure

log = logging.getLogger(__name__)

Code = Callable[[Iterable[Capture | Failure]], Iterator[Coding | Failure]]

IDLE_SECONDS = 60
ASK_SECONDS = 0.25


class Worker:
    """The process that codes what is uploaded to a ledger; none is there until something waits."""

    def __init__(self, address: str, *, lexicon: Path | None = None) -> None:
        self._command = [sys.executable, "-m", "onrecord.web.upload_worker", address, *([str(lexicon)] if lexicon else [])]
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def wake(self) -> None:
        """Starts the process unless it runs."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def stop(self) -> None:
        """Ends the process; what it was coding waits for the next one."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()
                self._process.wait(timeout=10)


def work(ledger: Ledger, *, lexicon: Path | None = None, idle_seconds: float = IDLE_SECONDS) -> int:
    """Codes what waits until nothing has come for so long; returns how many uploads it took."""
    from onrecord.pipeline import Options, build_pipeline

    code: Code | None = None
    done, last = 0, time.monotonic()
    while time.monotonic() - last < idle_seconds:
        taken = take_upload(ledger)
        if taken is None:
            time.sleep(ASK_SECONDS)
            continue
        if code is None:
            note_step(ledger, taken[0].id, "loading the language model")
            code = build_pipeline(Options(lexicon=lexicon)).code
        finish(ledger, code, lexicon, *taken)
        done, last = done + 1, time.monotonic()
    return done


def finish(ledger: Ledger, code: Code, lexicon: Path | None, upload: Upload, content: bytes) -> None:
    """Codes one upload; whatever goes wrong ends up in its message, and the next one is taken."""
    from onrecord.lexicon import Lexicon

    try:
        document = _keep(ledger, code, upload, content)
        note_step(ledger, upload.id, "linking it with what other reports say")
        link_ledger(ledger, Lexicon(lexicon))
    except OnrecordError as error:
        finish_upload(ledger, upload.id, message=str(error))
    except Exception as error:
        log.exception("upload=%s", upload.id)
        finish_upload(ledger, upload.id, message=f"It could not be coded ({type(error).__name__}). The server's log says more.")
    else:
        finish_upload(ledger, upload.id, document=document)


def _keep(ledger: Ledger, code: Code, upload: Upload, content: bytes) -> str:
    """Codes the reports of an upload and keeps them; returns the first one's document. Raises InputError where there is none."""
    from onrecord.ingest import Upload as Source
    from onrecord.ingest import read_documents

    about = upload.about
    source = Source(name=upload.name, content=content)
    read = read_documents([source], published=about.published, outlet=about.outlet, url=about.url, title=about.title)
    waiting: dict[str, Capture] = {}
    kept: list[str] = []
    problems: list[str] = []
    for found in code(_holding(read, waiting)):
        note_step(ledger, upload.id, f"coding: {len(kept) + 1} read" if kept else "coding")
        if isinstance(found, Failure):
            problems.append(found.message)
            continue
        ledger.append(found, waiting.pop(found.document.id, None))
        kept.append(found.document.id)
    if not kept:
        raise InputError(problems[0] if problems else f"{upload.name}: there is no report in it")
    return kept[0]


def _holding(read: Iterable[Capture | Failure], waiting: dict[str, Capture]) -> Iterator[Capture | Failure]:
    """The captures, each held until its coding comes."""
    for found in read:
        if isinstance(found, Capture):
            waiting[found.document.id] = found
        yield found


@contextmanager
def alone(address: str) -> Iterator[bool]:
    """Whether this is the only process that codes uploads of that ledger on this machine."""
    name = hashlib.sha256(os.path.abspath(address).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"onrecord-uploads-{os.getuid()}-{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def main(arguments: list[str]) -> int:
    """Codes the uploads of the ledger that is named, unless another process does."""
    address, lexicon = arguments[0], Path(arguments[1]) if arguments[1:] else None
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    with alone(address) as first:
        if not first:
            return 0
        with open_ledger(address) as ledger:
            put_back(ledger)
            work(ledger, lexicon=lexicon)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
