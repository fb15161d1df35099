"""E-mails (.eml): newsletters and statements sent to the press. Attachments are named, not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from itertools import count
from typing import Any

from onrecord.errors import InputError
from onrecord.ingest.dates import parse_moment
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.html import check_nesting
from onrecord.ingest.main_text import extract_main
from onrecord.ingest.markup import paragraphs
from onrecord.ingest.reading import Read, Reading, merged
from onrecord.ingest.sources import Opened

EXTRACTOR = "ingest.mail.v1"
# More parts than any message to the press has; each costs the standard library a tenth of a millisecond and more.
MAX_PARTS = 500
# Longer headers than any list of readers needs; the standard library reads them in the square of their length.
LONG_HEADER = re.compile(rb"(?m)^[A-Za-z-]{1,60}:(?:[^\n]|\n(?=[ \t])){100000}")
# Both parts say the same; a text part of fewer words only says that there is another.
MIN_WORDS = 20
# What the standard library raises on headers and parts that are broken on purpose.
BROKEN = (ValueError, LookupError, AttributeError, TypeError, OverflowError, RecursionError)


def read_mail(opened: Opened, reading: Reading) -> Read:
    """The report in a message: its text, or the main text of its HTML. The sender is its outlet, the Date header its date."""
    raw = opened.read_whole(what="e-mail")
    if LONG_HEADER.search(raw):
        raise InputError(f"{opened.place}: an e-mail with a header of more than 100,000 characters; save its text")
    try:
        message = BytesParser(_parts(opened.place), policy=policy.default).parsebytes(raw)
        text, attachments = _text(message, opened.place)
        subject, sender, date = (_header(message, name) for name in ("Subject", "From", "Date"))
    except BROKEN as error:
        raise InputError(f"{opened.place}: a damaged e-mail ({type(error).__name__}); save its text") from None
    day, moment = parse_moment(date)
    name, address = parseaddr(sender)
    own = Facts(
        title=subject or None,
        outlet=name or address or None,
        published=day,
        published_at=moment,
        notes=(f"attachments not read: {', '.join(attachments)[:300]}",) if attachments else (),
    )
    body = "\n\n".join(filter(None, (subject if not text.startswith(subject) else "", text)))
    if not text.strip():
        raise InputError(f"{opened.place}: an e-mail without a text; save what it carries as files")
    origin = Origin(raw=raw, place=opened.place, path=opened.path, encoding="utf-8", extractor=EXTRACTOR)
    yield build_capture(body, given=reading.given, facts=merged(own, reading.facts), origin=origin)


def _parts(place: str) -> Callable[..., EmailMessage]:
    """Makes each part of a message as it is found, and no more than a message may have."""
    number = count()

    def part(**settings: Any) -> EmailMessage:
        if next(number) > MAX_PARTS:
            raise InputError(f"{place}: an e-mail of more than {MAX_PARTS} parts; save its text")
        return EmailMessage(**settings)

    return part


def _text(message: EmailMessage, place: str) -> tuple[str, list[str]]:
    """The text of a message, and the names of its attachments."""
    plain, marked, attachments = "", "", []
    for part in message.walk():
        if part.is_multipart():
            continue
        if part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            attachments.append(part.get_filename() or part.get_content_type())
        elif part.get_content_subtype() == "html":
            marked = marked or _content(part)
        else:
            plain = plain or _content(part)
    if marked and len(plain.split()) < MIN_WORDS:
        check_nesting(marked, place)
        plain = "\n\n".join(extract_main(marked) or paragraphs(marked))
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").strip(), attachments


def _content(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; empty where it is missing or damaged."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except BROKEN:
        return ""
