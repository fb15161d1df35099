"""WhatsApp's "Export chat": a text file whose form depends on the telephone's system, language and region."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import msgspec

from onrecord.ingest.decoding import decode
from onrecord.ingest.messages.stamps import MARKS, Stamp, find_order, moment_of, read_stamp
from onrecord.ingest.messages.statements import Statement, read_statements
from onrecord.ingest.reading import Read, Reading, Skips
from onrecord.ingest.sources import MAX_WHOLE_BYTES, Opened

EXTRACTOR = "ingest.whatsapp.v1"

# A name in an address book is short; a line of the app's own may hold a colon later on.
AUTHOR = re.compile(rf"[{MARKS}~ \u00a0\u202f]*+(?P<author>[^:\n]{{1,80}}?)[{MARKS}]*:(?:[ \u00a0]|$)")
# 'Name changed the subject to "Aid: north"': what is quoted is no part of a name.
QUOTED = re.compile(r"[\"“”«»„‟]")
# The app marks its own words with a direction: "‎image omitted".
OWN_WORDS = re.compile(r"\u200e|\u200f\u200e")
# In every language media that were left out stand alone between angle brackets, and a note on changes ends the text between them.
PLACEHOLDER = re.compile(rf"[{MARKS}]*<[^<>\n]{{3,60}}>[{MARKS}]*")
EDITED = re.compile(rf"[{MARKS} ]*<[^<>\n]{{5,60}}>[{MARKS}]*$")
MAX_NOTE = 100
ATTACHED = re.compile(rf"^[{MARKS}]*[\w-]+\.\w{{2,5}} \([^()\n]{{3,40}}\)[{MARKS}]*(?:\n|$)")
# What stands in the place of a deleted message or a call, in the languages of the exports that we know.
OWN_LINES = frozenset(
    line.strip()
    for line in """
    this message was deleted|you deleted this message|null|missed voice call|missed video call|waiting for this message
    diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|se eliminó este mensaje|eliminaste este mensaje
    ce message a été supprimé|vous avez supprimé ce message|esta mensagem foi apagada|mensagem apagada|você apagou esta mensagem
    questo messaggio è stato eliminato|hai eliminato questo messaggio|dit bericht is verwijderd|u hebt dit bericht verwijderd
    bu mesaj silindi|bu mesajı sildiniz|данное сообщение удалено|вы удалили данное сообщение|تم حذف هذه الرسالة|لقد حذفت هذه الرسالة
    pesan ini telah dihapus|이 메시지는 삭제되었습니다|삭제된 메시지입니다|此消息已删除|您已删除此消息|このメッセージは削除されました
    यह मैसेज हटा दिया गया है|आपने यह मैसेज हटा दिया है
    """.replace("\n", "|").split("|")
)
CHAT_FILE = re.compile(
    r"^(?:WhatsApp[ -]?[Cc]hat(?: with| mit| met)?|Chat (?:de )?WhatsApp (?:con|com|avec|de)|_chat)\b[ -]*", re.IGNORECASE
)


class Message(msgspec.Struct, frozen=True):
    """One entry of an export: the number of its line, its stamp, and what follows that, over all its lines."""

    number: int
    stamp: Stamp
    body: str


def read_chat(opened: Opened, reading: Reading) -> Read:
    """The messages of a chat, in order; the app's own lines and placeholders for media are passed over."""
    decoded = decode(opened.read_whole(MAX_WHOLE_BYTES, what="chat"), opened.place)
    messages = tuple(split_messages(decoded.text))
    order = find_order([message.stamp for message in messages], reading.date_order)
    skips = Skips(opened.path, "messages")
    channel = chat_name(opened.path)
    statements = [found for message in messages if (found := _statement(message, order, channel, decoded.notes, skips))]
    yield from read_statements(statements, opened.path, EXTRACTOR, reading, skips)


def split_messages(text: str) -> Iterator[Message]:
    """The entries: a line with a stamp begins one, others go on with the one before."""
    number, stamp, lines = 0, None, list[str]()
    for at, line in enumerate(text.split("\n"), start=1):
        found = read_stamp(line)
        if found is None:
            lines.append(line)
            continue
        if stamp is not None:
            yield Message(number, stamp, "\n".join(lines).rstrip())
        number, stamp, lines = at, found, [line[found.length :]]
    if stamp is not None:
        yield Message(number, stamp, "\n".join(lines).rstrip())


def chat_name(path: str | None) -> str:
    """What a chat is called, by its export: "WhatsApp Chat with Aid north.txt", or "WhatsApp Chat - Aid north.zip/_chat.txt"."""
    file = PurePath(path or "")
    called = file.parent if file.stem == "_chat" else file
    return CHAT_FILE.sub("", called.stem).strip() or "chat"


def _statement(message: Message, order: str | None, channel: str, notes: Sequence[str], skips: Skips) -> Statement | None:
    """The message as a statement; None for what the app wrote."""
    author, text = _author(message.body)
    if author is None:
        skips.pass_over("line of the app")
        return None
    text = "" if PLACEHOLDER.fullmatch(text.strip()) else _without_notes(text)
    if not text.strip() or OWN_WORDS.match(text) or text.strip().strip(MARKS_AND_STOPS).casefold() in OWN_LINES:
        skips.pass_over("media, deleted or the app's own words")
        return None
    moment = moment_of(message.stamp, order) if order else None
    unsure = () if order else ("day and month cannot be told apart in this chat; say which comes first with --date-order",)
    return Statement(
        number=message.number,
        text=text.strip(),
        author=author,
        channel=channel,
        published=moment.date().isoformat() if moment else None,
        published_at=moment.isoformat() if moment else None,
        notes=(*notes, *unsure),
    )


MARKS_AND_STOPS = "\u200e\u200f\u202a\u202c\u2068\u2069 .。।"


def _without_notes(text: str) -> str:
    """The text without the file's name before a caption and without the note on a change at its end."""
    text = ATTACHED.sub("", text)
    return text[:-MAX_NOTE] + EDITED.sub("", text[-MAX_NOTE:])


def _author(body: str) -> tuple[str | None, str]:
    """Who wrote an entry, and the text; None for the app's own lines."""
    match = AUTHOR.match(body)
    if match is None or QUOTED.search(match["author"]):
        return None, body
    return match["author"].strip(), body[match.end() :]
