"""Transcripts of voice messages and broadcasts in WebVTT or SRT: a statement for every stretch of one voice."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from onrecord.ingest.decoding import decode
from onrecord.ingest.messages.statements import Statement, read_statements
from onrecord.ingest.reading import Read, Reading, Skips
from onrecord.ingest.sources import Opened

EXTRACTOR = "ingest.subtitles.v1"

CLOCK = r"(?:\d{2,}:)?\d{2}:\d{2}[.,]\d{1,3}"
TIMING = re.compile(rf"^({CLOCK})[ \t]+-->[ \t]+({CLOCK})")
VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]{1,80})>")
TAG = re.compile(r"</?[a-zA-Z0-9][^>]{0,200}>")
NAMED = re.compile(r"^[-–>]*\s*([A-ZÀ-ÞА-Я][\w.’'-]*(?:\s[\w.’'-]+){0,3}):\s+(?=\S)")
# What is heard and not said: [applause], (inaudible), ♪.
SOUND = re.compile(r"[\[(][^\])\n]{0,80}[\])]|[♪♫]")
SENTENCE_END = re.compile(r"[.!?…][”\"’')]*$")


class Cue(msgspec.Struct, frozen=True):
    """What is said between two times, on one line; ``voice``: by whom, where the file says so."""

    number: int
    start: str
    end: str
    voice: str | None
    text: str


def read_subtitles(opened: Opened, reading: Reading) -> Read:
    """The statements of a transcript. When it was published only the user can say; the times in it count from its start."""
    decoded = decode(opened.read_whole(what="transcript"), opened.place)
    skips = Skips(opened.path, "statements")
    statements = [_statement(turn, decoded.notes) for turn in _turns(tuple(parse_cues(decoded.text)))]
    yield from read_statements(statements, opened.path, EXTRACTOR, reading, skips)


def parse_cues(text: str) -> Iterator[Cue]:
    """The cues in their order; notes, styles and empty cues are left out."""
    number = 0
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        at = next((at for at, line in enumerate(lines[:2]) if TIMING.match(line)), None)
        match = TIMING.match(lines[at]) if at is not None else None
        if match is None or at is None:
            continue
        number += 1
        said = " ".join(lines[at + 1 :])
        voice = VOICE.search(said)
        named = None if voice else NAMED.match(said)
        said = said[named.end() :] if named else said
        said = " ".join(html.unescape(SOUND.sub(" ", TAG.sub("", said))).split())
        if said:
            yield Cue(number, match[1], match[2], (voice or named)[1].strip() if voice or named else None, said)  # type: ignore[index]


def _turns(cues: tuple[Cue, ...]) -> Iterator[tuple[Cue, ...]]:
    """Cues that follow one another and are of one voice. A cue without a name goes on with the voice before."""
    turn: list[Cue] = []
    for cue in cues:
        if turn and cue.voice is not None and cue.voice != turn[0].voice:
            yield tuple(turn)
            turn = []
        turn.append(cue)
    if turn:
        yield tuple(turn)


def _statement(turn: tuple[Cue, ...], notes: tuple[str, ...]) -> Statement:
    """Broken lines are joined; a new line begins where a cue ended with a stop."""
    text = turn[0].text
    for before, cue in pairwise(turn):
        text += ("\n" if SENTENCE_END.search(before.text) else " ") + cue.text
    when = f"said from {turn[0].start} to {turn[-1].end} of the recording"
    return Statement(number=turn[0].number, text=text, author=turn[0].voice, channel="transcript", notes=(*notes, when))
