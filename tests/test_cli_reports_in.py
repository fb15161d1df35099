"""The commands that take reports in: many in one file, chats without names, feeds; with the language model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onrecord.cli import app
from onrecord.errors import UsageError
from onrecord.ledger import open_ledger
from tests.ingest_samples import CHAT, PAGE, ROW, RSS, TEXT, TITLE
from tests.local_site import local_site

RUNNER = CliRunner()


def run(*arguments: Any) -> Result:
    return RUNNER.invoke(app, [str(argument) for argument in arguments])


def test_options_that_make_no_sense_are_refused_before_anything_is_read() -> None:
    for option, value in (("--date-order", "ymd"), ("--column", "story"), ("--as", "docs"), ("--allow-network", "home")):
        for command in ("code", "add"):
            assert isinstance(run(command, "never read", option, value).exception, UsageError)


@pytest.mark.slow
def test_code_writes_one_object_for_one_report_and_a_list_for_many(tmp_path: Path) -> None:
    one, many = tmp_path / "a.html", tmp_path / "b.jsonl"
    one.write_text(PAGE)
    many.write_text("\n".join(json.dumps({**ROW, "url": f"https://wire.example/{number}"}) for number in range(3)))
    assert json.loads(run("code", one, "--format", "json").stdout)["document"]["title"] == TITLE
    assert len(json.loads(run("code", many, "--format", "json").stdout)) == 3
    assert run("explain", many).exception is not None


@pytest.mark.slow
def test_add_keeps_a_chat_without_its_names(tmp_path: Path) -> None:
    chat, ledger, key = tmp_path / "WhatsApp Chat with Omar.txt", tmp_path / "l.db", tmp_path / "key"
    chat.write_text(CHAT)
    result = run("add", chat, "--ledger", ledger, "--key", key, "--language", "en")
    assert result.exit_code == 0, result.output
    assert key.is_file()
    with open_ledger(ledger) as opened:
        codings = list(opened.codings())
        raws = [opened.raw(sha) for sha in _raw_hashes(ledger)]
    assert len(codings) == 2
    assert all(coding.document.outlet and coding.document.outlet.startswith("person-") for coding in codings)
    kept = ledger.read_bytes()
    assert b"Omar" not in kept
    assert b"Leila" not in kept
    assert TEXT.encode() in raws


def _raw_hashes(ledger: Path) -> list[str]:
    import sqlite3

    with sqlite3.connect(ledger) as connection:
        return [row[0] for row in connection.execute("SELECT raw_sha256 FROM appearance")]


@pytest.mark.slow
def test_watch_keeps_new_reports_and_prints_a_line_for_each(tmp_path: Path) -> None:
    with local_site() as site:
        site.page("/rss", RSS.replace("https://wire.example", site.url), kind="application/rss+xml")
        site.page("/1", PAGE.replace("https://wire.example", site.url))
        feeds, ledger = tmp_path / "feeds.toml", tmp_path / "l.db"
        feeds.write_text(f'allow_networks = ["127.0.0.1"]\ndelay_s = 0.0\n[[feed]]\nurl = "{site.url}/rss"\n')
        first = run("watch", feeds, "--once", "--ledger", ledger, "--json")
        assert first.exit_code == 0, first.output
        (line,) = first.stdout.splitlines()
        assert json.loads(line)["title"] == TITLE
        assert json.loads(line)["claims"] >= 1
        assert run("watch", feeds, "--once", "--ledger", ledger).stdout == ""
    with open_ledger(ledger) as opened:
        assert len(opened.document_ids()) == 1


@pytest.mark.slow
def test_main_text_of_pages_holds_its_floor() -> None:
    from evaluation.pages import EXTRACTORS, filled_pages, mean_ratios, score

    pages = list(filled_pages())
    found = {name: mean_ratios(score(pages, extract))[2] for name, extract in EXTRACTORS.items()}
    assert min(found.values()) >= 0.95
