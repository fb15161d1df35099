"""Message exports: every message a statement with author, time and channel; people by pseudonyms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.errors import UsageError
from onrecord.ingest import Upload, read_documents
from onrecord.ingest.pseudonyms import Names, Pseudonyms, load_pseudonyms
from onrecord.records import BlockKind, Capture, Failure, PublishedBasis

CHATS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "whatsapp.yaml").read_text("utf-8"))
CHAT = CHATS[0]["text"]


def read(content: str | bytes, name: str = "chat.txt", **options: Any) -> list[Any]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read_documents([Upload(name, raw)], language="en", **options))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text("k" * 64)
    return path


# ── WhatsApp ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("chat", CHATS, ids=[chat["locale"] for chat in CHATS])
def test_whatsapp_export_of_a_locale_parses_whole(chat: dict[str, Any]) -> None:
    found = read(chat["text"], keep_names=True)
    assert [[one.document.published_at, one.document.outlet, one.document.text] for one in found] == chat["messages"]
    assert all((one.document.published or "none") == (one.document.published_at or "none")[:10] for one in found)


def test_whatsapp_message_is_a_statement_of_its_author_in_a_channel() -> None:
    first, _ = read(CHAT, name="exports/WhatsApp Chat with Aid north.txt", keep_names=True)
    document = first.document
    assert (document.outlet, document.channel, document.published_basis) == ("Omar Salem", "Aid north", PublishedBasis.METADATA)
    assert document.path == "exports/WhatsApp Chat with Aid north.txt:3"
    assert {block.kind for block in document.blocks} == {BlockKind.BODY}


def test_whatsapp_given_order_decides_where_dates_do_not_tell() -> None:
    chat = CHATS[-1]["text"]
    assert [one.document.published for one in read(chat, keep_names=True, date_order="mdy")] == ["2020-02-03", "2020-02-03"]
    assert "--date-order" in read(chat, keep_names=True)[0].notes[0]


def test_the_same_words_at_another_time_are_another_document() -> None:
    first, second = read("28/02/2020, 21:05 - Omar: Shelling again.\n28/02/2020, 23:05 - Omar: Shelling again.\n", keep_names=True)
    assert first.document.id != second.document.id


def test_messages_in_another_language_are_counted_once_by_reason() -> None:
    lines = "".join(f"28/02/2020, 21:{minute:02} - Omar: قتل ثلاثة جنود في هجوم قرب المدينة\n" for minute in range(5))
    found = list(
        read_documents([Upload("c.txt", f"{lines}28/02/2020, 22:00 - Omar: Two shells hit the market.\n".encode())], keep_names=True)
    )
    captures, failures = [one for one in found if isinstance(one, Capture)], [one for one in found if isinstance(one, Failure)]
    assert len(captures) == 1
    assert len(failures) == 1
    assert "5 messages left out" in failures[0].message
    assert "Arabic" in failures[0].message


# ── Pseudonyms ────────────────────────────────────────────────────────────────────────────────────────────────────────

PRIVATE = (
    "28/02/2020, 21:05 - Omar Salem: Call me on +963 944 123 456 or omar@example.org\n"
    "28/02/2020, 21:06 - +963 944 123 456: Omar Salem saw two shells.\n"
    "28/02/2020, 21:07 - Leila: thanks @963944123456, Omar\n"
)


def test_names_and_numbers_are_nowhere_in_what_is_kept(key: Path) -> None:
    found = read(PRIVATE, name="WhatsApp Chat with Omar Salem.txt", key=key)
    kept = "".join(repr(one) for one in found)
    assert len(found) == 3
    assert not [secret for secret in ("Omar Salem", "944", "Leila", "omar@example.org") if secret in kept]
    assert found[1].document.outlet in found[2].document.text, "a number is one person, however it is written"
    assert found[0].document.outlet in found[1].document.text
    assert found[0].raw.decode() == found[0].document.text


def test_an_export_of_ios_is_named_after_its_folder(key: Path) -> None:
    found = read(PRIVATE, name="WhatsApp Chat - Omar Salem.zip/_chat.txt", key=key)
    assert found[0].document.channel == found[0].document.outlet
    assert "Omar Salem" not in found[0].document.path
    assert read(CHAT, name="WhatsApp Chat - Aid north/_chat.txt", keep_names=True)[0].document.channel == "Aid north"


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others(key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("o" * 64)
    first, again, changed = ([one.document.outlet for one in read(PRIVATE, key=one_key)] for one_key in (key, key, other))
    assert first == again
    assert not set(first) & set(changed)


def test_keep_names_keeps_all() -> None:
    assert [one.document.outlet for one in read(PRIVATE, keep_names=True)] == ["Omar Salem", "+963 944 123 456", "Leila"]


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    first = load_pseudonyms(path).of("Omar")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_pseudonyms(path).of("omar ") == first


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short")
    with pytest.raises(UsageError, match="at least 32 characters"):
        load_pseudonyms(tmp_path / "key")


@pytest.mark.parametrize(
    "text", ["Twelve people were killed on 28.02.2020.", "At 21:05 12,000 people fled.", "1,300,000 in 2019-2020", "a 2020/02/28 b"]
)
def test_figures_and_dates_are_no_telephone_numbers(text: str) -> None:
    assert Pseudonyms(b"k").within(text, Names([])) == text


# ── Telegram ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TELEGRAM = {
    "name": "Aid north",
    "type": "private_group",
    "id": 1,
    "messages": [
        {"id": 1, "type": "service", "date": "2020-02-28T20:00:00", "actor": "Omar Salem", "action": "create_group", "text": ""},
        {"id": 2, "type": "message", "date": "2020-02-28T23:30:00", "date_unixtime": "1582921800", "from": "Omar Salem", "from_id": "user1",
         "text": ["Two shells hit ", {"type": "bold", "text": "the market"}, " in Dara."]},
        {"id": 3, "type": "message", "date": "2020-02-29T00:10:00", "from": "Leila", "from_id": "user2", "photo": "a.jpg", "text": ""},
        {"id": 4, "type": "message", "date": "2020-02-29T00:11:00", "from": "Leila", "from_id": "user2", "forwarded_from": "Plains News",
         "forwarded_from_id": "channel7", "text": "The army said that it did not fire."},
    ],
}  # fmt: skip


def test_telegram_export_gives_statements_with_zone_and_credit() -> None:
    first, second = read(json.dumps(TELEGRAM, indent=1), name="result.json", keep_names=True)
    assert first.document.text == "Two shells hit the market in Dara."
    assert (first.document.published, first.document.published_at) == ("2020-02-28", "2020-02-28T23:30:00+03:00")
    assert (first.document.outlet, first.document.channel, first.document.path) == ("Omar Salem", "Aid north", "result.json:2")
    assert second.document.credit == "Plains News"


def test_telegram_pseudonymises_people_and_not_channels(key: Path) -> None:
    post = {"id": 9, "type": "message", "from": "Plains News", "from_id": "channel7", "text": "Two shells hit the market."}
    public = {"name": "Plains News", "type": "public_channel", "messages": [post | {"date": "2020-02-29T00:11:00"}]}
    both = {"chats": {"list": [TELEGRAM, public]}}
    found = read(json.dumps(both), name="result.json", key=key)
    assert [one.document.outlet.startswith("person-") for one in found] == [True, True, False]
    assert (found[2].document.outlet, found[1].document.credit) == ("Plains News", "Plains News")


# ── Signal and transcripts ────────────────────────────────────────────────────────────────────────────────────────────


def test_signal_envelopes_and_rows() -> None:
    said = {"message": "Two shells hit the market.", "groupInfo": {"groupId": "x=", "groupName": "Aid north"}}
    lines = [
        {"envelope": {"sourceName": "Omar", "timestamp": 1582923900000, "dataMessage": said}},
        {"envelope": {"sourceName": "Omar", "timestamp": 1582923901000, "receiptMessage": {"isRead": True}}},
    ]
    (found,) = read("\n".join(map(json.dumps, lines)), name="signal.jsonl", keep_names=True)
    assert (found.document.outlet, found.document.channel) == ("Omar", "Aid north")
    assert found.document.published_at == "2020-02-28T21:05:00+00:00"
    rows = [{"sent_at": 1582923900000, "body": "Two shells hit the market.", "type": "incoming", "source": "+963944123456"}]
    (row,) = read(json.dumps(rows), name="Aid north.json", keep_names=True)
    assert (row.document.outlet, row.document.channel) == ("+963944123456", "Aid north")


VTT = """WEBVTT

NOTE spoken for the test

00:00:01.000 --> 00:00:04.000
<v Omar Salem>Two shells hit

00:00:04.000 --> 00:00:07.000
<v Omar Salem>the market &amp; the school. [noise]

00:00:08.000 --> 00:00:11.000
<v Leila>Twelve people were killed.
"""


def test_transcripts_give_a_statement_for_each_turn(key: Path) -> None:
    first, second = read(VTT, name="voice.vtt", keep_names=True, published="2020-02-28")
    assert (first.document.outlet, first.document.text) == ("Omar Salem", "Two shells hit the market & the school.")
    assert (second.document.published, second.document.published_basis) == ("2020-02-28", PublishedBasis.GIVEN)
    assert "00:00:01.000 to 00:00:07.000" in first.notes[-1]
    srt = "1\n00:00:01,000 --> 00:00:04,000\nTwo shells hit the market.\n\n2\n00:00:05,000 --> 00:00:06,000\n<i>Twelve were killed.</i>\n"
    (one,) = read(srt, name="voice.srt", key=key)
    assert (one.document.outlet, one.document.text) == (None, "Two shells hit the market.\nTwelve were killed.")
