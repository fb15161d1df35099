"""What tests of archives share: made-up reports, some of them poisonous, and a pipeline whose stages cost nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyarrow.parquet as pq
import pytest

from onrecord.pipeline import Options
from onrecord.scale import Job, Report, Shard, new_run, prepare, run
from onrecord.scale.attempt import attempt
from onrecord.scale.storage import Store

# A parser without words, and claims that are one attribution a report; it raises, dies or hangs where the text tells it to.
PLUGIN = """
import os, time
from onrecord.records import Attribution, CueClass, Extraction, Form, Parse

class Parser:
    name = "nothing"
    def parse(self, documents):
        return (Parse(document=document, sentences=(), tokens=()) for document in documents)

def find_mentions(parse, lexicon, gazetteer):
    return ()

def resolve_mentions(parse, mentions, lexicon, gazetteer):
    return mentions

def extract_claims(parse, mentions, lexicon):
    text = parse.document.text
    time.sleep(float(os.environ.get("POISON_SLEEP", "0")))
    if "RAISES" in text:
        raise ValueError("poison")
    if "KILLS" in text:
        os._exit(137)
    if "HANGS" in text:
        time.sleep(600)
    if "SPINS" in text:
        sum(iter(int, 1))  # native code that never ends and lets no signal handler run
    whole = ((0, len(text)),)
    said = Attribution(id="a1", source=(), cue=(), content=whole, form=Form.DIRECT, within=None, cue_class=CueClass.NEUTRAL, confidence=1.0)
    return Extraction(attributions=(said,))
"""
NAMES = {"parse": "Parser", "mentions": "find_mentions", "resolve": "resolve_mentions", "claims": "extract_claims"}
POISONED = Options(parser="parse.poison.v1", mentions="mentions.poison.v1", resolve="resolve.poison.v1", claims="claims.poison.v1")


@pytest.fixture
def poison(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Options:
    """The stages above, installed the way other packages add theirs, for this process and those that it starts."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "poison.py").write_text(PLUGIN)
    info = folder / "poison-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: poison\nVersion: 1.0\n")
    entries = "\n".join(f"{stage}.poison.v1 = poison:{name}" for stage, name in NAMES.items())
    (info / "entry_points.txt").write_text(f"[onrecord.components]\n{entries}\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.syspath_prepend(str(folder))
    return POISONED


CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class _Denied(BaseHTTPRequestHandler):
    """Answers whatever is asked with what S3 answers to those who have no right."""

    def answer(self) -> None:
        body = b"" if self.command == "HEAD" else b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = answer  # noqa: N815 - the names that the library asks for

    def log_message(self, format: str, *arguments: object) -> None:
        return None


@pytest.fixture
def denied(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket that nobody may list, read or write."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Denied)
    Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", **CREDENTIALS}.items():
        monkeypatch.setenv(name, value)
    yield "s3://closed"
    server.shutdown()


def write_reports(folder: Path, count: int, *, poison: dict[int, str] | None = None, file_of: int = 50) -> Path:
    """JSON lines, so many reports a file; ``poison``: what the report with that number does."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, file_of):
        lines = []
        for number in range(first, min(first + file_of, count)):
            text = f"Report {number} is one of the reports that were made up for this test. It {(poison or {}).get(number, 'ENDS')} here."
            lines.append(
                json.dumps({"text": text, "published": f"20{20 + number % 2}-0{1 + number % 3}-01", "url": f"https://x.test/{number}"})
            )
        (folder / f"reports-{first:06}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def die(_job: Job, _shard: Shard, _say: object = None) -> Report:
    """In place of an attempt at a shard: the process dies over it every time."""
    os._exit(137)


def die_over_the_first(job: Job, shard: Shard) -> Report:
    """In place of an attempt at a shard: the process dies over the one with the first file."""
    return die(job, shard) if "reports-000000" in shard.inputs[0].path else attempt(job, shard)


def make_job(out: Path | str, options: Options = Options(), **changes: object) -> Job:  # noqa: B008 - frozen
    return Job(**{"out": str(out), "run": new_run(), "options": options, "prefilter": False, **changes})  # type: ignore[arg-type]


def code(job: Job, addresses: Iterable[str], *, processes: int = 1, engine: object = None) -> list[Report]:
    """Everything that is still to be coded, on this machine."""
    planned = prepare(job, addresses)
    return code_shards(job, planned.shards, processes=processes, engine=engine)


def code_shards(job: Job, shards: Iterable[Shard], *, processes: int = 1, engine: object = None) -> list[Report]:
    chosen = {} if engine is None else {"engine": engine}
    heard = run(job, tuple(shards), processes=processes, **chosen)  # type: ignore[arg-type]
    return [one for one in heard if isinstance(one, Report)]


def rows(out: Path | str, table: str) -> list[dict[str, object]]:
    """All rows of a table, by shard, position and id."""
    store = Store(str(out))
    found: list[dict[str, object]] = []
    for name in store.names(table):
        found += pq.read_table(store.path(name), partitioning=None).to_pylist()
    return sorted(found, key=lambda row: tuple(str(row.get(key)) for key in ("shard", "document", "id", "path", "message")))


def contents(out: Path | str) -> dict[str, bytes]:
    """Every file of the tables with its bytes."""
    store = Store(str(out))
    return {
        name: store.path(name).read_bytes()
        for table in ("documents", "claims", "mentions", "attributions", "failures")
        for name in store.names(table)
    }
