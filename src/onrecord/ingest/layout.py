"""The parts of a report's text: headline, summary, dateline, byline, paragraphs, captions, and what is not the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from onrecord.ingest.dates import date_in_text
from onrecord.ingest.patterns import (
    AGENCY_LINE,
    BOILERPLATE,
    BULLET,
    BYLINE,
    CAPTION,
    CREDIT_LINE,
    CREDIT_TAIL,
    DATELINE_ALONE,
    DATELINE_ALONE_SURE,
    DATELINE_LEADING,
    DATELINE_LEADING_CAPS,
    DATELINE_LEADING_TITLE,
    DATELINE_TITLE_ALONE,
    FINAL_STOP,
    NAMED_BYLINE,
    NEWSROOM_CREDIT,
    PARAGRAPH_LINE,
    SENTENCE_END,
    STAMP,
    WORD,
)
from onrecord.records import Block, BlockKind, Dateline, Span, is_all_capitals

# A line that ends with one of these is a sentence cut off, not a headline.
UNFINISHED = frozenset(
    ["of", "on", "the", "a", "an", "in", "to", "and", "or", "for", "with", "at", "by", "that", "from", "as", "was", "is"]
)
MAX_HEADLINE_WORDS = 30
MAX_SUMMARY_WORDS = 60
MAX_SUBHEAD_WORDS = 9
MAX_SUMMARIES = 3
MAX_DATELINE = 90
# Characters at the start of a paragraph in which a dateline ends, and at its end in which a credit begins.
LEAD, TAIL = 160, 600
# Lines of a text broken at a fixed width end near it; longer lines are whole paragraphs.
MAX_WRAP_WIDTH = 120
MIN_WRAP_WIDTH = 40


class Layout(msgspec.Struct, frozen=True):
    """Blocks in text order; the dateline; the agency that the text credits; the full date that stands at the top."""

    blocks: tuple[Block, ...]
    dateline: Dateline | None = None
    credit: str | None = None
    date: str | None = None


class _Piece(msgspec.Struct):
    """A block in the making."""

    span: Span
    text: str
    paragraph: int
    kind: BlockKind | None = None


def lay_out(text: str, *, title: str | None = None) -> Layout:
    """The blocks of a report: they cover everything but white space, in order, without overlap.

    ``title``: the headline where it is known; a first line that repeats it is one even if it ends with a stop.
    """
    pieces = [_Piece(span, text[slice(*span)], number) for number, span in enumerate(find_paragraphs(text))]
    for piece in pieces:
        piece.kind = _kind_by_looks(piece.text)
    caps = is_all_capitals(text)
    if not caps:
        _mark_lone_datelines(pieces)
        _mark_named_bylines(pieces)
        _mark_top(pieces, title)
        _mark_subheads(pieces)
    dateline, agency, pieces = _split_leading_dateline(pieces, caps=caps)
    credit, pieces = _split_credit_tails(pieces)
    blocks = tuple(Block(span=piece.span, kind=piece.kind or BlockKind.BODY, paragraph=piece.paragraph) for piece in pieces)
    return Layout(blocks, dateline, agency or credit, _date_at_top(pieces))


# ── Paragraphs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def find_paragraphs(text: str) -> list[Span]:
    """The spans of the paragraphs, white space around them left out: a line each, or several lines broken at a fixed width."""
    lines = [_stripped(match.span(), text) for match in PARAGRAPH_LINE.finditer(text) if not match.group().isspace()]
    joined = _wrapped_lines(lines, text)
    paragraphs: list[Span] = []
    for number, span in enumerate(lines):
        if number in joined:
            paragraphs[-1] = (paragraphs[-1][0], span[1])
        else:
            paragraphs.append(span)
    return paragraphs


def _stripped(span: Span, text: str) -> Span:
    line = text[slice(*span)]
    start = span[0] + len(line) - len(line.lstrip())
    return start, span[0] + len(line.rstrip())


def _wrapped_lines(lines: Sequence[Span], text: str) -> frozenset[int]:
    """The numbers of the lines that go on with the line before, in a text whose lines were broken at a fixed width.

    A line was broken where the first word of the next had no room any more. Since the longest line of any text looks so,
    most of these breaks must also fall inside a sentence.
    """
    width = max((end - start for start, end in lines if " " in text[start:end]), default=0)
    if not MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH:
        return frozenset()
    close = [number for number in range(1, len(lines)) if _is_next_line(lines[number - 1], lines[number], text)]
    breaks = [number for number in close if _had_no_room(lines[number - 1], lines[number], text, width)]
    caps = is_all_capitals(text)
    inside = [number for number in close if _breaks_sentence(lines[number - 1], lines[number], text, caps)]
    if 2 * len(set(inside) & set(breaks)) <= len(breaks):
        return frozenset()
    return frozenset(breaks) | frozenset(inside)


def _is_next_line(before: Span, line: Span, text: str) -> bool:
    between = text[before[1] : line[0]]
    return between.count("\n") == 1 and not between.strip() and not BULLET.match(text, line[0], line[1])


def _had_no_room(before: Span, line: Span, text: str, width: int) -> bool:
    first_word = text[slice(*line)].split(maxsplit=1)[0]
    return before[1] - before[0] + 1 + len(first_word) > width


def _breaks_sentence(before: Span, line: Span, text: str, caps: bool) -> bool:
    """Whether a line ends without a stop and the next one does not begin like a sentence."""
    return not SENTENCE_END.search(text[slice(*before)]) and (caps or text[line[0]].islower())


# ── Kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _kind_by_looks(text: str) -> BlockKind | None:
    """The kind that a paragraph shows by itself, wherever it stands; None for prose."""
    if BOILERPLATE.match(text) or (len(text) < 300 and CREDIT_LINE.fullmatch(text)):
        return BlockKind.BOILERPLATE
    if not any(character.isalnum() for character in text):
        return BlockKind.BOILERPLATE
    if len(text) < 400 and CAPTION.fullmatch(text):
        return BlockKind.CAPTION
    if len(text) < 120 and STAMP.fullmatch(text):
        return BlockKind.BOILERPLATE
    if len(text) < 160 and not FINAL_STOP.search(text) and BYLINE.fullmatch(text):
        return BlockKind.BYLINE
    return None


def _mark_lone_datelines(pieces: Sequence[_Piece]) -> None:
    """A dateline on a line of its own, above the body; the first only. On the first line it must have an agency or a date."""
    for at, piece in enumerate(pieces):
        first = at == 0 and not any(pattern.fullmatch(piece.text) for pattern in DATELINE_ALONE_SURE)
        if not first and piece.kind in (None, BlockKind.BYLINE) and _is_lone_dateline(piece.text, first_word_only=piece.kind is None):
            if _last_body(pieces) > at:
                piece.kind = BlockKind.DATELINE
            return
        if piece.kind is None and at and _is_body_like(piece) and not _top_goes_on(pieces, at):
            return


def _last_body(pieces: Sequence[_Piece]) -> int:
    """The number of the last paragraph that looks like the body, -1 without one."""
    return next((at for at in range(len(pieces) - 1, -1, -1) if _is_body_like(pieces[at])), -1)


def _mark_named_bylines(pieces: Sequence[_Piece]) -> None:
    """Lines that are mere names, below the first line and above the body."""
    last_body = _last_body(pieces)
    for at, piece in enumerate(pieces[:last_body] if last_body > 0 else ()):
        if piece.kind is None and at and NAMED_BYLINE.fullmatch(piece.text):
            piece.kind = BlockKind.BYLINE
        if _is_body_like(piece) or (piece.kind is None and _is_led_by_dateline(piece.text)):
            return


def _is_lone_dateline(text: str, *, first_word_only: bool) -> bool:
    if len(text) > MAX_DATELINE:
        return False
    if any(pattern.fullmatch(text) for pattern in DATELINE_ALONE):
        return True
    return first_word_only and DATELINE_TITLE_ALONE.fullmatch(text) is not None and len(WORD.findall(text)) <= 4


def _is_body_like(piece: _Piece) -> bool:
    return piece.kind is None and (SENTENCE_END.search(piece.text) is not None or len(WORD.findall(piece.text)) > MAX_SUMMARY_WORDS)


def _mark_top(pieces: Sequence[_Piece], title: str | None) -> None:
    """Headline, then summary lines and key points, down to where the body begins."""
    prose = [at for at, piece in enumerate(pieces) if piece.kind is None]
    if not prose or (len(prose) == 1 and not title):
        return
    first = prose[0]
    if not _is_headline(pieces[first].text, title):
        return
    pieces[first].kind = BlockKind.HEADLINE
    for summaries, at in enumerate(prose[1:]):
        text = pieces[at].text
        ends_top = not _is_summary(text) or (SENTENCE_END.search(text) and not _top_goes_on(pieces, at))
        if ends_top or (summaries >= MAX_SUMMARIES and not BULLET.match(text)) or at == prose[-1]:
            return
        pieces[at].kind = BlockKind.SUMMARY


def _is_headline(text: str, title: str | None) -> bool:
    if title and text.strip(" .").casefold() == title.strip(" .").casefold():
        return True
    words = WORD.findall(text)
    if not words or len(words) > MAX_HEADLINE_WORDS or _is_led_by_dateline(text):
        return False
    if words[-1].lower() in UNFINISHED:
        return False
    if not FINAL_STOP.search(text):
        return True
    long_words = [word for word in words if len(word) > 3]
    return len(words) >= 4 and sum(word[0].isupper() for word in long_words) >= 0.7 * len(long_words)


def _is_summary(text: str) -> bool:
    return len(WORD.findall(text)) <= MAX_SUMMARY_WORDS and not _is_led_by_dateline(text)


def _top_goes_on(pieces: Sequence[_Piece], at: int) -> bool:
    """Whether a dateline, byline or time stamp comes right after a paragraph, or after those of the top that follow it."""
    for piece in pieces[at + 1 : at + 1 + MAX_SUMMARIES]:
        if piece.kind in (BlockKind.DATELINE, BlockKind.BYLINE) or (piece.kind is BlockKind.BOILERPLATE and STAMP.fullmatch(piece.text)):
            return True
        if piece.kind is None and len(piece.text) <= MAX_DATELINE and any(pattern.fullmatch(piece.text) for pattern in DATELINE_ALONE):
            return True
        if piece.kind is not BlockKind.CAPTION and not BULLET.match(piece.text):
            return _is_led_by_dateline(piece.text) and SENTENCE_END.search(piece.text) is not None
    return False


def _mark_subheads(pieces: Sequence[_Piece]) -> None:
    """Short lines without a stop between paragraphs of the body are headlines within it."""
    for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if piece.kind is not None or SENTENCE_END.search(piece.text) or BULLET.match(piece.text):
            continue
        short = piece.text[-1] not in ":,;" and len(WORD.findall(piece.text)) <= MAX_SUBHEAD_WORDS
        if short and _is_body_like(before) and _is_body_like(after):
            piece.kind = BlockKind.HEADLINE


# ── Datelines and credits inside paragraphs ───────────────────────────────────────────────────────────────────────────


def _split_leading_dateline(pieces: list[_Piece], *, caps: bool) -> tuple[Dateline | None, str | None, list[_Piece]]:
    """The document's dateline and agency; a dateline that leads a paragraph becomes a block before it."""
    for at, piece in enumerate(pieces):
        if piece.kind is BlockKind.DATELINE:
            match = next((found for pattern in (*DATELINE_ALONE, DATELINE_TITLE_ALONE) if (found := pattern.fullmatch(piece.text))), None)
            return (*_dateline(match, piece.span[0]), pieces) if match else (None, None, pieces)
        if piece.kind is None:
            match = _leading_match(piece.text, caps=caps)
            if match is None:
                return None, None, pieces
            return (*_dateline(match, piece.span[0]), [*pieces[:at], *_cut(piece, match.end()), *pieces[at + 1 :]])
    return None, None, pieces


def _is_led_by_dateline(text: str) -> bool:
    return any(pattern.match(text, 0, LEAD) for pattern in DATELINE_LEADING)


def _leading_match(text: str, *, caps: bool) -> re.Match[str] | None:
    for pattern in DATELINE_LEADING_CAPS if caps else (*DATELINE_LEADING, DATELINE_LEADING_TITLE):
        match = pattern.match(text, 0, LEAD)
        if match and match.end() <= MAX_DATELINE and len(WORD.findall(text[match.end() :])) >= 4:
            return match
    return None


def _dateline(match: re.Match[str], offset: int) -> tuple[Dateline, str | None]:
    groups = match.groupdict()
    start, end = match.span("line")
    return Dateline(text=match["line"], span=(offset + start, offset + end)), groups.get("agency") or groups.get("bare")


def _cut(piece: _Piece, length: int) -> Iterator[_Piece]:
    lead = piece.text[:length].rstrip()
    yield _Piece((piece.span[0], piece.span[0] + len(lead)), lead, piece.paragraph, BlockKind.DATELINE)
    yield _Piece((piece.span[0] + length, piece.span[1]), piece.text[length:], piece.paragraph)


def _split_credit_tails(pieces: list[_Piece]) -> tuple[str | None, list[_Piece]]:
    """The agency credited at the end of the report; a credit that ends a paragraph becomes a block of boilerplate after it."""
    credit = None
    found: list[_Piece] = []
    last_body = max((at for at, piece in enumerate(pieces) if piece.kind is None), default=-1)
    for at, piece in enumerate(pieces):
        match = CREDIT_TAIL.search(piece.text, max(0, len(piece.text) - TAIL)) if piece.kind is None else None
        if match and (match["newsroom"] or at == last_body):
            tail = match.group().lstrip()
            body = piece.text[: match.start()]
            found.append(_Piece((piece.span[0], piece.span[0] + len(body)), body, piece.paragraph))
            found.append(_Piece((piece.span[1] - len(tail), piece.span[1]), tail, piece.paragraph, BlockKind.BOILERPLATE))
            credit = credit or match["agency"] or match["dash"]
        else:
            found.append(piece)
            if at > last_body >= 0 and piece.kind is BlockKind.BOILERPLATE:
                credit = credit or _agency_of_line(piece.text)
    return credit, found


def _agency_of_line(text: str) -> str | None:
    """The agency that a line of its own credits: "(AFP)", "— Reuters"; None where people are credited."""
    if not CREDIT_LINE.fullmatch(text) or NEWSROOM_CREDIT.search(text):
        return None
    match = AGENCY_LINE.fullmatch(text)
    return match[1] if match else None


def _date_at_top(pieces: Sequence[_Piece]) -> str | None:
    """The full date in the dateline or in a time stamp above the body."""
    for piece in pieces:
        if piece.kind is None:
            return None
        if piece.kind is BlockKind.DATELINE or (piece.kind is BlockKind.BOILERPLATE and STAMP.fullmatch(piece.text)):
            date = date_in_text(piece.text)
            if date:
                return date
    return None
