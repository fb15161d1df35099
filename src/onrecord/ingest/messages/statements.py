"""From messages to captures: who is a person is called by a pseudonym, wherever the export names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.pseudonyms import Names, Pseudonyms
from onrecord.ingest.reading import Read, Reading, Skips, item_path, merged
from onrecord.records import Capture


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One message. ``number``: its line or position in the export.  ``published``: the local day; ``published_at``: the moment.

    ``person``: its author is one, not a public channel.  ``credit``: whose message it passes on; ``credit_person`` likewise.
    """

    number: int
    text: str
    author: str | None
    channel: str
    person: bool = True
    published: str | None = None
    published_at: str | None = None
    url: str | None = None
    credit: str | None = None
    credit_person: bool = True
    notes: tuple[str, ...] = ()


def read_statements(statements: Sequence[Statement], path: str | None, extractor: str, reading: Reading, skips: Skips) -> Read:
    """One capture a message with words in it; messages that cannot be read are counted by reason.

    Unless names are kept, authors and telephone numbers are pseudonymised: as outlet, in every text, in the name of the chat and of
    its file. The bytes of the capture are then those of the pseudonymised message; the original ones go nowhere.
    """
    veil = Veil(statements, reading.pseudonyms() if reading.pseudonyms else None)
    shown = veil.path(path)
    for statement in statements:
        if not any(character.isalpha() for character in statement.text):
            skips.pass_over("no words")
            continue
        place = item_path(shown, statement.number)
        try:
            yield _capture(veil.over(statement), place, extractor, reading)
        except InputError as error:
            skips.add(error, place)
    yield from skips.failures()


class Veil:
    """Puts pseudonyms in the place of people's names in one chat; leaves all as it is without pseudonyms."""

    def __init__(self, statements: Iterable[Statement], pseudonyms: Pseudonyms | None) -> None:
        people = {name for one in statements for name in _people(one)}
        self._people = people
        self._names = Names(people)
        self._pseudonyms = pseudonyms

    def over(self, statement: Statement) -> Statement:
        """The statement without names."""
        if self._pseudonyms is None:
            return statement
        return msgspec.structs.replace(
            statement,
            text=self._pseudonyms.within(statement.text, self._names),
            author=self._name(statement.author, person=statement.person),
            channel=self._name(statement.channel, person=statement.channel in self._people),
            credit=self._name(statement.credit, person=statement.credit_person),
        )

    def path(self, path: str | None) -> str | None:
        """The path of the export without people's names: files and folders are called "WhatsApp Chat with …"."""
        if self._pseudonyms is None or path is None:
            return path
        shown = self._pseudonyms.within(path, self._names)
        for name in sorted(self._people, key=lambda name: (-len(name), name)):
            shown = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._pseudonyms.of(name), shown)
        return shown

    def _name(self, name: str | None, *, person: bool) -> str | None:
        if name is None or self._pseudonyms is None:
            return name
        return self._pseudonyms.of(name) if person else self._pseudonyms.within(name, self._names)


def _people(statement: Statement) -> Iterable[str]:
    if statement.author and statement.person:
        yield statement.author
    if statement.credit and statement.credit_person:
        yield statement.credit


def _capture(statement: Statement, place: str, extractor: str, reading: Reading) -> Capture:
    own = Facts(
        outlet=statement.author,
        channel=statement.channel,
        published=statement.published,
        published_at=statement.published_at,
        url=statement.url,
        credit=statement.credit,
        notes=statement.notes,
    )
    raw = statement.text.encode("utf-8", "replace")
    text = raw.decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    origin = Origin(raw=raw, place=place, path=place, encoding="utf-8", extractor=extractor)
    return build_capture(text, given=reading.given, facts=merged(own, reading.facts), origin=origin)
