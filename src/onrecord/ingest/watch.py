"""Feeds watched over time: asked politely, only for what is new, and from where it stopped.

``feeds.toml``::

    agent = "onrecord (newsroom@example.org)"   # who asks; sites want to know
    allow_networks = ["10.0.0.0/8"]             # for an intranet

    [[feed]]
    url = "https://wire.example/rss"
    outlet = "Plains Wire"
    every = 900                                 # seconds; never below 60
    full = true                                 # fetch the page behind each item
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from onrecord.errors import InputError, UsageError
from onrecord.ingest.addresses import parse_networks
from onrecord.ingest.feeds import Feed, Item, is_json_feed, item_capture, oldest_first, parse_feed, parse_json_feed
from onrecord.ingest.fetch import AGENT, Page, Policy, Web
from onrecord.ingest.reading import Read, Reading, attempt, failure
from onrecord.records import Capture, Failure, content_id

MIN_EVERY_S = 60
MAX_BACK_OFF_S = 86_400
# As many as the longest feeds list many times over; older ones do not come back.
MAX_SEEN = 5_000
# A page that cannot be fetched may be there a quarter of an hour later.
MAX_TRIES = 3


class Watched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed to watch. ``every``: seconds between two questions. ``full``: fetch the page behind each item."""

    url: str
    outlet: str | None = None
    language: str | None = None
    every: int = 900
    full: bool = True


class Watchlist(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ``feeds.toml`` says."""

    feed: tuple[Watched, ...]
    agent: str = AGENT
    delay_s: float = 1.0
    allow_networks: tuple[str, ...] = ()


class Progress(msgspec.Struct, kw_only=True):
    """How far a feed has been read. ``due``: seconds since 1970 before which it is not asked again; ``failures``: in a row.

    ``seen``: items that were read, the last ones.  ``tries``: items that could not be read, and how often that was tried.
    """

    etag: str | None = None
    modified: str | None = None
    due: float = 0.0
    failures: int = 0
    seen: list[str] = msgspec.field(default_factory=list)
    tries: dict[str, int] = msgspec.field(default_factory=dict)


def read_watchlist(path: Path) -> Watchlist:
    """The feeds of a file. Raises UsageError with what is wrong in it."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Watchlist)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; write one with [[feed]] and url = …") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}") from None
    for feed in found.feed:
        if feed.every < MIN_EVERY_S:
            raise UsageError(f"{path}: every = {feed.every} for {feed.url}; ask no feed more often than every {MIN_EVERY_S} seconds")
    return found


def web_for(watchlist: Watchlist) -> Web:
    """How the pages of a watchlist are fetched."""
    networks = parse_networks(watchlist.allow_networks)
    return Web(Policy(agent=watchlist.agent, delay_s=watchlist.delay_s, networks=networks))


class Watch:
    """Asks the feeds that are due and keeps, in a file, how far each was read.

    An item counts as read when the next one is asked for: whoever stores each report before asking on loses none, whenever it stops,
    and sees at most one again.
    """

    def __init__(self, watchlist: Watchlist, state: Path, web: Web, reading: Reading) -> None:
        self._watchlist = watchlist
        self._path = state
        self._web = web
        self._reading = reading
        self._progress = _load(state)

    def poll(self, now: Callable[[], float]) -> Read:
        """The new reports of all feeds that are due, oldest first within a feed. now: seconds since 1970."""
        for watched in self._watchlist.feed:
            progress = self._progress.setdefault(watched.url, Progress())
            if progress.due <= now():
                yield from self._poll_feed(watched, progress, now)

    def next_due(self) -> float:
        """When the next feed may be asked."""
        return min((self._progress.get(feed.url, Progress()).due for feed in self._watchlist.feed), default=0.0)

    def _poll_feed(self, watched: Watched, progress: Progress, now: Callable[[], float]) -> Read:
        try:
            page = self._web.get(watched.url, _conditions(progress))
            feed = _parse(page, watched)
        except InputError as error:
            progress.failures += 1
            progress.due = now() + back_off(watched.every, progress.failures)
            self._save()
            yield failure(watched.url, error)
            return
        seen = set(progress.seen)
        for item in oldest_first(feed):
            key = content_id("", item.id)
            if key not in seen:
                read = False
                for found in self._read(item, feed, watched):
                    read = read or isinstance(found, Capture)
                    yield found
                _tick(progress, key, read=read)
                self._save()
        del progress.seen[:-MAX_SEEN]
        if page.status == 200 and not progress.tries:
            progress.etag, progress.modified = page.headers.get("etag"), page.headers.get("last-modified")
        progress.failures, progress.due = 0, now() + watched.every
        self._save()

    def _read(self, item: Item, feed: Feed, watched: Watched) -> Iterator[Capture | Failure]:
        given = msgspec.structs.replace(
            self._reading.given,
            outlet=watched.outlet or self._reading.given.outlet,
            language=watched.language or self._reading.given.language,
        )
        reading = replace(self._reading, given=given)
        if watched.full and item.url and reading.fetch is not None:
            yield from reading.fetch(item.url, reading)
        else:
            yield attempt(watched.url, lambda: item_capture(item, feed, watched.url, reading))

    def _save(self) -> None:
        """Writes the state so that it is either the old one or the new one, whatever happens meanwhile."""
        content = msgspec.json.format(msgspec.json.encode(self._progress, order="sorted"), indent=1)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, self._path)


def _tick(progress: Progress, key: str, *, read: bool) -> None:
    """Marks an item as read; one that could not be is tried again with the next questions, a few times."""
    tries = progress.tries.pop(key, 0) + 1
    if read or tries >= MAX_TRIES:
        progress.seen.append(key)
    else:
        progress.tries[key] = tries


def back_off(every: float, failures: int) -> float:
    """Seconds until a feed that fails is asked again: twice as long each time, at most a day."""
    return min(every * 2.0 ** min(failures, 30), MAX_BACK_OFF_S)


def _conditions(progress: Progress) -> dict[str, str]:
    """The headers by which a site need not send what has not changed."""
    headers = {"If-None-Match": progress.etag, "If-Modified-Since": progress.modified}
    return {name: value for name, value in headers.items() if value}


def _parse(page: Page, watched: Watched) -> Feed:
    if page.status == 304:
        return Feed(None, ())
    if page.content.lstrip()[:1] == b"{":
        try:
            loaded = json.loads(page.content)
        except (ValueError, RecursionError):
            loaded = {}
        if isinstance(loaded, dict) and is_json_feed(loaded):
            return parse_json_feed(loaded, page.url)
        raise InputError(f"{watched.url}: JSON that is no feed; check the address")
    feed = parse_feed(page.content, watched.url, page.url)
    if not feed.items and feed.title is None:
        raise InputError(f"{watched.url}: no feed; check the address")
    return feed


def _load(path: Path) -> dict[str, Progress]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Progress])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: the state of the watch cannot be read ({error}); move it away to begin anew") from None
