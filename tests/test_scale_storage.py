"""Where archives lie: names, globs, whole files, and servers for S3 and Google Cloud Storage on the loopback."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.errors import InputError, UsageError
from onrecord.pipeline import Options
from onrecord.scale.query import query
from onrecord.scale.shards import find_inputs
from onrecord.scale.storage import Store, find_files, read_range
from tests.scale_runs import CREDENTIALS, code, contents, denied, make_job, poison, write_reports

__all__ = ["denied", "poison"]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.txt", "b.jsonl", "deep/c.txt", "deep/er/d.txt", ".hidden.txt", "deep/.git/e.txt", "deep/_temporary/f.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("address", "names"),
    [
        (".", ["a.txt", "b.jsonl", "deep/c.txt", "deep/er/d.txt"]),
        ("deep", ["deep/c.txt", "deep/er/d.txt"]),
        ("a.txt", ["a.txt"]),
        ("*.txt", ["a.txt"]),
        ("deep/*.txt", ["deep/c.txt"]),
        ("deep/*/?.txt", ["deep/er/d.txt"]),
        ("**/*.txt", ["a.txt", "deep/c.txt", "deep/er/d.txt"]),
        ("de*/**/*.txt", ["deep/c.txt", "deep/er/d.txt"]),
    ],
)
def test_find_files_reads_folders_and_globs(tree: Path, address: str, names: list[str]) -> None:
    assert [one.path.removeprefix("./") for one in find_files(address)] == names


def test_find_files_keeps_absolute_paths(tree: Path) -> None:
    assert [one.path for one in find_files(f"{tree}/*.txt")] == [f"{tree}/a.txt"]


def test_links_to_folders_are_named_and_not_followed(tree: Path) -> None:
    (tree / "deep/circle").symlink_to("..", target_is_directory=True)
    (tree / "deep/linked.txt").symlink_to("../a.txt")
    (tree / "deep/gone.txt").symlink_to("nowhere.txt")
    found = {one.path: one.problem for one in find_files("deep")}
    assert sorted(found) == ["deep/c.txt", "deep/circle", "deep/er/d.txt", "deep/linked.txt"]
    assert found["deep/circle"] == "deep/circle: is a link to a folder and is not followed; name the folder itself"
    (problem,) = [one.problem for one in find_inputs(["deep"]) if one.problem]
    assert problem == found["deep/circle"]
    assert [one.path for one in find_files("deep/circle/*.txt")] == ["deep/circle/a.txt"]


@pytest.mark.parametrize("address", ["nowhere", "nowhere/*.txt", "*.pdf"])
def test_find_files_names_what_is_not_there(tree: Path, address: str) -> None:
    with pytest.raises(InputError, match="no such file; check the name"):
        list(find_files(address))


def test_an_address_that_nobody_answers_to_is_refused() -> None:
    with pytest.raises(UsageError, match="no filesystem answers"):
        Store("gopher://x/y")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(str(tmp_path))
    store.write("a/b.json", b"old")

    def broken(_source: object, _target: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="No space left"):
        store.write("a/b.json", b"new")
    assert store.read("a/b.json") == b"old"
    assert os.listdir(tmp_path / "a") == ["b.json"]


@pytest.mark.parametrize("size", [1, 5, 7, 8, 9, 100])
def test_ranges_of_a_file_hold_every_line_once(tmp_path: Path, size: int) -> None:
    path = tmp_path / "lines.jsonl"
    lines = [b'{"n": %d}' % number * (number % 4 + 1) for number in range(20)] + [b"", b"last without newline"]
    path.write_bytes(b"\n".join(lines))
    length = path.stat().st_size
    parts = [read_range(str(path), start, min(start + size, length)) for start in range(0, length, size)]
    assert [line for part in parts for line in part.split(b"\n") if line] == [line for line in lines if line]


# ── An object store ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket on an S3 server of this machine."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {"AWS_ENDPOINT_URL": address, **CREDENTIALS}.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="news")
    yield "s3://news"
    server.stop()


# In a process of its own, since DuckDB reads without letting other threads of its process run; with a thread a connection,
# since every process that reads keeps one open.
GCS_SERVER = """
import sys
from http.server import ThreadingHTTPServer
from gcp_storage_emulator import server
server.server.HTTPServer = ThreadingHTTPServer
server.create_server("127.0.0.1", int(sys.argv[1]), in_memory=True, default_bucket="news").run()
"""


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket on a server of this machine that speaks Google Cloud Storage's JSON API."""
    pytest.importorskip("gcp_storage_emulator")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", GCS_SERVER, str(port)], stderr=subprocess.DEVNULL)
    _wait_for(port)
    monkeypatch.setenv("CLOUD_STORAGE_EMULATOR_ENDPOINT", f"http://127.0.0.1:{port}")
    yield "gs://anonymous@news"
    server.terminate()
    server.wait()


def _wait_for(port: int, *, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody answers at port {port}")


@pytest.fixture(params=["s3", "gcs"])
def bucket(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.mark.slow
def test_an_object_store_holds_the_same_archive_as_a_folder(bucket: str, tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 60, poison={7: "KILLS", 9: "RAISES"})
    inbox = Store(f"{bucket}/in")
    for file in reports.iterdir():
        inbox.write(file.name, file.read_bytes())
    code(make_job(tmp_path / "out", poison), [str(reports)])
    code(make_job(f"{bucket}/out", poison), [f"{bucket}/in/*.jsonl"])
    kept = "SELECT id, url, published, state, year, month FROM documents ORDER BY ALL"
    local, remote = (list(query(where, kept).rows) for where in (str(tmp_path / "out"), f"{bucket}/out"))
    assert local == remote
    assert len(local) == 60
    assert sorted(state for *_, state, _, _ in local)[-2:] == ["failed", "quarantined"]
    assert code(make_job(f"{bucket}/out", poison), [f"{bucket}/in/*.jsonl"]) == []
    assert not Store(f"{bucket}/out").names(".journal")
    assert contents(tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize(("place", "why"), [("s3", "other/in"), ("denied", "ACCESS_DENIED|Access Denied|AccessDenied")])
def test_a_bucket_that_is_not_there_or_denied_is_named_and_the_rest_is_done(
    request: pytest.FixtureRequest, place: str, why: str, tmp_path: Path, poison: Options
) -> None:
    address = request.getfixturevalue(place).replace("news", "other") + "/in"
    reports = write_reports(tmp_path / "in", 5)
    (one, two) = code(make_job(tmp_path / "out", poison), [str(reports), address])
    failed = next(report for report in (one, two) if report.counts.failed)
    assert address in failed.examples[0].message
    assert re.search(why, failed.examples[0].message)
    assert {one.counts.coded, two.counts.coded} == {5, 0}


def test_a_bucket_that_may_not_be_written_is_said_before_anything_is_read(denied: str, tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 5)
    with pytest.raises(UsageError, match=r"(?is)closed/out: cannot be written.*access.?denied"):
        code(make_job(f"{denied}/out", poison), [str(reports)])
