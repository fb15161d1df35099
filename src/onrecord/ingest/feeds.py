"""Feeds (RSS, Atom, JSON Feed) and news sitemaps: their items with what they carry themselves, and the addresses of the full reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.dates import parse_moment
from onrecord.ingest.decoding import BYTE_ORDER_MARKS, decode_mended
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.language import is_short
from onrecord.ingest.markup import as_text, plain
from onrecord.ingest.reading import Read, Reading, attempt, item_path, merged
from onrecord.ingest.sources import Opened
from onrecord.records import Capture

EXTRACTOR = "ingest.feed.v1"
MAX_ITEMS = 50_000
READ = frozenset(("item", "entry", "title", "language"))
# What an item carries is the report itself from here on; shorter ones are teasers.
MIN_FULL_TEXT = 600

DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>", re.DOTALL)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']")
# Entities of its own, or a document type with declarations inside: no feed needs either, bombs do.
BOMB = re.compile(r"<!ENTITY|<!DOCTYPE[^<>\[]*+\[", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a feed. ``id``: opaque, told apart by it; ``content``: plain paragraphs, maybe a teaser only; ``credit``: the source
    that an aggregator names."""

    id: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    published_at: str | None = None
    content: str = ""
    credit: str | None = None
    language: str | None = None


class Feed(msgspec.Struct, frozen=True):
    """A feed's title, which names its outlet, and its entries in their order."""

    title: str | None
    items: tuple[Item, ...]


def read_feed(opened: Opened, reading: Reading) -> Read:
    """The items of a feed that was saved or fetched."""
    yield from read_items(parse_feed(opened.read_whole(what="feed"), opened.place, reading.facts.url), opened, reading)


def read_items(feed: Feed, opened: Opened, reading: Reading) -> Read:
    """One report an item: the page behind it where pages are followed, else what the feed carries of it."""
    for number, item in enumerate(feed.items, start=1):
        place = item_path(opened.path, number)
        if reading.fetch is not None and item.url and len(item.content) < MIN_FULL_TEXT:
            yield from reading.fetch(item.url, reading)
        else:
            yield attempt(place, partial(item_capture, item, feed, place, reading))


def item_capture(item: Item, feed: Feed, place: str, reading: Reading) -> Capture:
    """The capture of what a feed carries of an item. Raises InputError when it carries no text."""
    title = item.title
    text = "\n\n".join(filter(None, (title if not (title and item.content.startswith(title)) else None, item.content)))
    teaser = len(item.content) < MIN_FULL_TEXT
    own = Facts(
        title=title,
        url=item.url,
        outlet=item.credit or feed.title,
        published=item.published,
        published_at=item.published_at,
        notes=("only what the feed carries of it; fetch the report with --follow",) if teaser else (),
    )
    if not text.strip():
        raise InputError(f"{place}: an item without text; fetch the reports with --follow")
    if item.language and is_short(text):
        own = msgspec.structs.replace(own, language=item.language[:2].lower())
    raw = msgspec.json.encode(item)
    origin = Origin(raw=raw, place=place, path=place, encoding="utf-8", extractor=EXTRACTOR)
    reading_facts = msgspec.structs.replace(reading.facts, url=None) if item.url else reading.facts
    return build_capture(text, given=reading.given, facts=merged(own, reading_facts), origin=origin)


def read_sitemap(opened: Opened, reading: Reading) -> Read:
    """The pages that a sitemap names, where pages are followed; otherwise one Failure that says how many it names."""
    root = parse_xml(opened.read_whole(what="sitemap"), opened.place)
    places = [address for node in root.iter() if _name(node) == "loc" and (address := (node.text or "").strip())][:MAX_ITEMS]
    if reading.fetch is None:
        raise InputError(f"{opened.place}: a sitemap that names {len(places):,} pages; fetch them with --follow")
    for address in dict.fromkeys(places):
        yield from reading.fetch(address, reading)


def refuse_xml(opened: Opened, reading: Reading) -> Read:
    """Refuses XML of which no form is known."""
    raise InputError(f"{opened.place}: XML that is no feed, sitemap or page; save the report as text, HTML or ninjs")
    yield


# ── Parsing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def parse_feed(raw: bytes, place: str, base: str | None = None) -> Feed:
    """The feed in the bytes of RSS or Atom, or the dated entries of a news sitemap; damaged markup is read as far as it goes.

    Raises: InputError for bombs and for no XML at all.
    """
    root = parse_xml(raw, place)
    if _name(root) == "urlset":
        return _news_sitemap(root, base)
    named = [(name, node) for node in root.iter() if (name := _name(node)) in READ]
    nodes = [node for name, node in named if name in ("item", "entry")][:MAX_ITEMS]
    head = [node for name, node in named if name == "title" and _name(node.getparent()) in ("channel", "feed")]
    language = next((node.text for name, node in named if name == "language" and node.text), None)
    items = {item.id: item for node in reversed(nodes) if (item := _item(node, base, language))}
    return Feed(plain(head[0].text or "") or None if head else None, tuple(reversed(items.values())))


def _news_sitemap(root: Any, base: str | None) -> Feed:
    """The pages of a sitemap that say when they were published, and the name of their outlet."""
    items, outlet = [], None
    for node in [child for child in root if _name(child) == "url"][:MAX_ITEMS]:
        said = {_name(part): (part.text or "").strip() for part in node.iter() if _name(part) and part.text}
        address, (day, moment) = _absolute(said.get("loc"), base), parse_moment(said.get("publication_date", ""))
        if address and day:
            outlet = outlet or said.get("name")
            items.append(Item(id=address, url=address, title=said.get("title") or None, published=day, published_at=moment))
    return Feed(outlet or "", tuple(items))


def parse_xml(raw: bytes, place: str) -> Any:
    """The root of an XML document, without entities, document types or the network. Raises InputError for bombs and for no XML at all."""
    from lxml import etree  # type: ignore[import-untyped]

    text = CONTROLS.sub("", DECLARATION.sub("", _decoded(raw)))
    if BOMB.search(text):
        raise InputError(f"{place}: XML that defines entities of its own, as bombs do; not read")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{place}: XML that cannot be read ({error}); fetch it again") from None
    if root is None:
        raise InputError(f"{place}: XML without any content; fetch it again")
    return root


def is_json_feed(loaded: Mapping[str, Any]) -> bool:
    """Whether a JSON value is a JSON Feed."""
    return str(loaded.get("version", "")).startswith("https://jsonfeed.org/") and isinstance(loaded.get("items"), list)


def parse_json_feed(loaded: Mapping[str, Any], base: str | None = None) -> Feed:
    """The feed in a decoded JSON Feed, versions 1 and 1.1."""
    items: list[Item] = []
    for record in loaded["items"][:MAX_ITEMS]:
        if isinstance(record, dict):
            content = next((value for name in ("content_html", "content_text", "summary") if (value := _string(record.get(name)))), "")
            day, moment = parse_moment(_string(record.get("date_published")) or "")
            url = _string(record.get("url"))
            items.append(
                Item(
                    id=str(record.get("id") or url or record.get("title") or len(items)),
                    url=_absolute(url, base),
                    title=plain(_string(record.get("title")) or "") or None,
                    published=day,
                    published_at=moment,
                    content=as_text(content),
                )
            )
    return Feed(_string(loaded.get("title")), tuple(items))


def _item(node: Any, base: str | None, language: str | None) -> Item | None:
    parts: dict[str, Any] = {}
    for child in node:
        if isinstance(child.tag, str):
            parts.setdefault(_name(child, prefixed=True), child)
    link = _link(node)
    content = max(
        (as_text(_content(parts[name])) for name in ("encoded", "content", "description", "summary") if name in parts), key=len, default=""
    )
    written = next(
        (text for name in ("pubDate", "published", "date", "issued", "updated") if name in parts and (text := parts[name].text)), ""
    )
    day, moment = parse_moment(written)
    title = plain(_content(parts["title"])) if "title" in parts else None
    identity = next((parts[name].text for name in ("guid", "id") if name in parts and parts[name].text), None) or link or title
    if not identity:
        return None
    return Item(
        id=identity.strip(),
        url=_absolute(link, base),
        title=title or None,
        published=day,
        published_at=moment,
        content=content.strip(),
        credit=plain(parts["source"].text or "") or None if "source" in parts and parts["source"].text else None,
        language=language,
    )


def _link(node: Any) -> str | None:
    """The address of an item: RSS writes it as text, Atom as an attribute, of which the alternate is meant."""
    links = [child for child in node if _name(child) == "link"]
    atom = next((child.get("href") for child in links if child.get("href") and child.get("rel", "alternate") == "alternate"), None)
    written = atom or next((child.text for child in links if child.text and child.text.strip()), None)
    if written:
        return str(written).strip()
    permalink = next((child.text for child in node if _name(child) == "guid" and child.get("isPermaLink") != "false"), None)
    return permalink.strip() if permalink and permalink.strip().startswith("http") else None


def _content(node: Any) -> str:
    """What a node holds: escaped markup as text, or the text of the markup that it holds (Atom's XHTML), in paragraphs."""
    if len(node) == 0:
        return node.text or ""
    return "\n\n".join(text for part in node.iter() if (text := " ".join((part.text or "").split())))


def _name(node: Any, *, prefixed: bool = False) -> str:
    """The local name; with ``prefixed``, names of media and other extensions get a mark so that they do not pass for a feed's own."""
    if node is None or not isinstance(node.tag, str):
        return ""
    namespace, _, local = node.tag.rpartition("}")
    return f"media:{local}" if prefixed and "search.yahoo.com/mrss" in namespace else local.rpartition(":")[2]


def _absolute(url: str | None, base: str | None) -> str | None:
    try:
        found = urljoin(base or "", url) if url else None
        return found if found and urlsplit(found).scheme in ("http", "https") else None
    except ValueError:
        return None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _decoded(raw: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    declared = DECLARED.search(raw[:1000])
    return decode_mended(raw, declared[1].decode("ascii") if declared else None)


def oldest_first(feed: Feed) -> Iterator[Item]:
    """The entries in the order in which they came: feeds list the newest first."""
    yield from reversed(feed.items)
