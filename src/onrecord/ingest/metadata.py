"""What a web page says of itself: schema.org data (JSON-LD), Open Graph, meta elements, its title and language."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from onrecord.ingest.dates import parse_moment
from onrecord.ingest.markup import plain

# Metadata stand in the head and, as scripts, anywhere; no honest page has more of either.
MAX_JSON = 1_000_000
MAX_METAS = 400
MAX_NODES = 5_000
# A shorter heading may be the name of a section.
MIN_HEADING = 16

# Each ends where another of its kind begins, so that a page full of openings takes no longer than any other.
SCRIPT_JSON = re.compile(
    r"<script\b[^<>]{0,300}?application/ld\+json[^<>]{0,300}>((?:[^<]|<(?!/?script\b))*+)</script\s*>", re.IGNORECASE | re.DOTALL
)
META = re.compile(r"<meta\s([^<>]{1,4000}?)/?>", re.IGNORECASE)
LINK = re.compile(r"<link\s([^<>]{1,2000}?)/?>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
HTML_LANG = re.compile(r"<html\b[^<>]{0,1000}?\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000}+)</title\s*>", re.IGNORECASE)
H1 = re.compile(r"<h1\b[^<>]{0,2000}>((?:[^<]|<(?!/?h1\b)){0,4000}+)</h1\s*>", re.IGNORECASE)
TIME = re.compile(r"<time\b[^<>]{0,500}?\bdatetime\s*=\s*[\"']([^\"']{8,40})[\"']", re.IGNORECASE)
COMMENT_MARKS = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
# What parts the headline from the outlet's name in a title: "Bridge falls | Example Wire".
TITLE_SIGN = re.compile(r"\s+[|–—·»:-]\s+")

ARTICLES = frozenset(
    """NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle Article LiveBlogPosting BlogPosting Report
    SocialMediaPosting""".split()
)
DATES = """
    article:published_time og:article:published_time
    datepublished parsely-pub-date sailthru.date date pubdate publishdate publish-date
    dc.date dc.date.issued dcterms.created dcterms.date dcterms.issued article.published originalpublicationdate
    cxenseparse:recs:publishtime article_date_original publication_date
""".split()


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself; ``published``: a day, ``published_at`` the moment; ``dateline``: as the page's data write it."""

    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    published_at: str | None = None
    dateline: str | None = None
    url: str | None = None
    language: str | None = None


def read_metadata(page: str) -> PageFacts:
    """The facts in a page's head and scripts; those that it does not state are None."""
    article = _article(page)
    metas = dict(_metas(page))
    outlet = _name(article.get("publisher")) or metas.get("og:site_name") or metas.get("application-name")
    day, moment = _published(article, metas, page)
    language = HTML_LANG.search(page[:20_000])
    return PageFacts(
        title=_headline(article, metas, page, outlet),
        outlet=outlet,
        published=day,
        published_at=moment,
        dateline=_text(article.get("dateline")) or metas.get("dateline"),
        url=_address(page, metas),
        language=language[1].lower()[:2] if language else None,
    )


def _article(page: str) -> Mapping[str, Any]:
    """The first object in the page's JSON-LD that is an article, else an empty one."""
    left = MAX_JSON
    for match in SCRIPT_JSON.finditer(page):
        left -= len(match[1])
        if left < 0:
            break
        for node in _nodes(_loaded(match[1])):
            kinds = node.get("@type")
            if ARTICLES.intersection(kinds if isinstance(kinds, list) and all(isinstance(k, str) for k in kinds) else [str(kinds)]):
                return node
    return {}


def _loaded(script: str) -> Any:
    cleaned = COMMENT_MARKS.sub("", script).strip().rstrip(";")
    try:
        return json.loads(cleaned, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(loaded: Any) -> Iterator[Mapping[str, Any]]:
    pending, seen = [loaded], 0
    while pending and seen < MAX_NODES:
        node = pending.pop(0)
        seen += 1
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            yield node
            pending.extend(node[key] for key in ("@graph", "mainEntity", "itemListElement", "item") if key in node)


def _metas(page: str) -> Iterator[tuple[str, str]]:
    """Name → content of meta elements; of several with one name the first counts."""
    found: dict[str, str] = {}
    for number, match in enumerate(META.finditer(page)):
        if number >= MAX_METAS:
            break
        attributes = _attributes(match[1])
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = " ".join(attributes.get("content", "").split())
        if name and content:
            found.setdefault(name.lower(), content)
    yield from found.items()


def _attributes(written: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(written)}


def _published(article: Mapping[str, Any], metas: Mapping[str, str], page: str) -> tuple[str | None, str | None]:
    written = [_text(article.get("datePublished")), *(metas.get(name) for name in DATES), _text(article.get("dateCreated"))]
    times = TIME.findall(page)
    if len(set(times)) == 1:  # several are those of other stories
        written.append(times[0])
    found = (parse_moment(one) for one in written if one)
    return next((pair for pair in found if pair[0]), (None, None))


def _headline(article: Mapping[str, Any], metas: Mapping[str, str], page: str, outlet: str | None) -> str | None:
    headings = [heading for match in H1.finditer(page) if (heading := plain(match[1]))]
    stated = _text(article.get("headline")) or metas.get("og:title") or metas.get("twitter:title")
    if stated is None and (title := TITLE.search(page)):
        stated = plain(title[1])
    if not stated:
        return headings[0] if len(headings) == 1 else None
    # The heading on the page is what readers saw; titles for search engines are cut or carry the outlet's name.
    same = next(
        (heading for heading in headings if heading.startswith(stated) or (len(heading) >= MIN_HEADING and heading in stated)), None
    )
    return same or _without_outlet(stated, outlet)


def _without_outlet(title: str, outlet: str | None) -> str:
    parts = TITLE_SIGN.split(title)
    if len(parts) > 1 and outlet and parts[-1].strip().casefold() == outlet.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—·»:-")
    return title


def _address(page: str, metas: Mapping[str, str]) -> str | None:
    links = (_attributes(match[1]) for match in LINK.finditer(page[:200_000]))
    canonical = next((link.get("href") for link in links if link.get("rel", "").lower() == "canonical"), None)
    found = canonical or metas.get("og:url")
    try:
        return found if found and urlsplit(found).scheme in ("http", "https") else None
    except ValueError:
        return None


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        return next((name for one in value if (name := _name(one))), None)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return plain(value) or None if isinstance(value, str) else None
