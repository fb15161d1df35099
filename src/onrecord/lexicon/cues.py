"""The ``cues`` section: words that report speech, thought and evidence, and the things that carry words (channels)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.inflect import noun_forms, verb_forms
from onrecord.lexicon.source import Sourced
from onrecord.records import CueClass, Record


class CuePos(StrEnum):
    VERB = "verb"
    NOUN = "noun"
    ADJECTIVE = "adjective"
    ADVERB = "adverb"
    PHRASE = "phrase"
    NAME = "name"


class CueKind(StrEnum):
    """speech: it is said. belief: it is held true. attitude, intent: it is favoured, wanted or planned, which makes no speaker.

    evidence: a thing shows it. access: how somebody came to have a thing. channel: a thing that carries words.
    speaker: whom a headline names as its source without a verb.
    """

    SPEECH = "speech"
    BELIEF = "belief"
    ATTITUDE = "attitude"
    INTENT = "intent"
    EVIDENCE = "evidence"
    ACCESS = "access"
    CHANNEL = "channel"
    SPEAKER = "speaker"


class Takes(StrEnum):
    """What may be the content of a cue. A quotation always may, and is the only one of ``quote``.

    ``about`` is a phrase with about, of, for, on or over; ``subject`` is what is evident;
    ``source_after`` and ``receiver_after`` say what follows a phrase, ``none`` that nobody is named.
    """

    CLAUSE = "clause"
    OBJECT = "object"
    INFINITIVE = "infinitive"
    ABOUT = "about"
    QUOTE = "quote"
    SUBJECT = "subject"
    SOURCE_AFTER = "source_after"
    RECEIVER_AFTER = "receiver_after"
    NONE = "none"


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"cue_class": "class"}):
    """One cue of ``lexicon/cues/*.yaml``. ``word`` is a lemma; a verb's particles and a phrase's words follow it.

    medium: of a channel, what a chain calls it ("voice message").
    """

    word: str
    pos: CuePos
    cue_class: CueClass
    kind: CueKind = CueKind.SPEECH
    takes: tuple[Takes, ...] = ()
    medium: str | None = None


APART = (CueKind.ACCESS, CueKind.CHANNEL, CueKind.SPEAKER)  # a word may be one of these and a cue of speech as well


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: the same word twice in one part of speech and kind, a medium that is missing or out of place."""
    seen: dict[tuple[str, CuePos, CueKind | None], str] = {}
    for sourced in entries:
        entry = sourced.entry
        key = (entry.word, entry.pos, entry.kind if entry.kind in APART else None)
        first = seen.setdefault(key, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: '{entry.word}' ({entry.pos}) was given before at {first}"
        if (entry.kind is CueKind.CHANNEL) != (entry.medium is not None):
            yield f"{sourced.where}: '{entry.word}': a channel has a medium, and nothing else has"


class Index:
    """Look-ups over the entries by word form; later entries win over earlier ones of the same word, part of speech and kind."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._cues: dict[tuple[CuePos, str], list[Entry]] = {}
        self._access: dict[str, Entry] = {}
        self._channels: dict[str, Entry] = {}
        self._names: dict[str, Entry] = {}
        self._phrases: dict[str, list[Entry]] = {}
        self._speakers: dict[str, Entry] = {}
        for entry in self.entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        if entry.kind is CueKind.ACCESS:
            self._access.update((form, entry) for form in verb_forms(entry.word))
        elif entry.pos is CuePos.NAME:
            self._names[entry.word] = entry
        elif entry.kind is CueKind.SPEAKER:
            self._speakers.update((form.lower(), entry) for form in compound_forms(entry.word))
        elif entry.kind is CueKind.CHANNEL:
            self._channels.update((form, entry) for form in compound_forms(entry.word))
        elif entry.pos is CuePos.PHRASE:
            _put(self._phrases, (entry.word.split()[0],), entry)
        else:
            self._add_word(entry)

    def _add_word(self, entry: Entry) -> None:
        first = entry.word.split()[0]
        forms: Iterable[str] = (first,)
        if entry.pos is CuePos.VERB:
            forms = verb_forms(first)
        elif entry.pos is CuePos.NOUN:
            forms = noun_forms(first)
        _put(self._cues, ((entry.pos, form) for form in forms), entry)

    def cues(self, pos: CuePos, form: str) -> Sequence[Entry]:
        """The cues that a lower-case word form can begin, those of most words first; ``point`` begins ``point out``."""
        return self._cues.get((pos, form), ())

    def phrases(self, form: str) -> Sequence[Entry]:
        """The phrases that begin with a lower-case word, longest first."""
        return self._phrases.get(form, ())

    def access(self, form: str) -> Entry | None:
        """The verb of having or checking something ("seen by", "obtained by") that a lower-case form belongs to."""
        return self._access.get(form)

    def channel(self, words: str) -> Entry | None:
        """The carrier that lower-case words name in the singular or plural ("voice messages")."""
        return self._channels.get(words)

    def speaker(self, words: str) -> Entry | None:
        """The person or body that lower-case words name in a headline ("state media")."""
        return self._speakers.get(words)

    def carrier(self, name: str) -> Entry | None:
        """The carrier that has a proper name ("WhatsApp"), by its exact writing."""
        return self._names.get(name)


def _put(table: dict[tuple[CuePos, str], list[Entry]] | dict[str, list[Entry]], keys: Iterable[object], entry: Entry) -> None:
    for key in keys:
        listed = table.setdefault(key, [])  # type: ignore[arg-type]
        listed[:] = [other for other in listed if other.word != entry.word] + [entry]
        listed.sort(key=lambda cue: -len(cue.word.split()))


def compound_forms(words: str) -> tuple[str, ...]:
    """Singular and plural of a noun or compound, by its last word ("voice message", "voice messages")."""
    before, space, last = words.rpartition(" ")
    return tuple(before + space + form for form in noun_forms(last))
