"""The main text of a page: the paragraphs of the report, without menus, advertisements, captions, comments and other stories."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

# Parts of a page that are beside the report, by what sites call them.
ASIDE_WORDS = """
    advert ad-slot ad-container ads- sponsor promo newsletter subscribe related recommend most-read most-popular trending read-more readmore
    read-next more-stories more-on also-read share- social- cookie consent breadcrumb author-bio paywall outbrain taboola comments sidebar
    pullquote pull-quote caption credits tags footer copyright masthead
""".split()
# A box beside the report has few paragraphs; what has many is the report, whatever its page calls it. So is what holds the headline.
FEW = "count(.//p) < 5 and not(.//h1)"
BOXES = "*[self::div or self::section or self::aside or self::ul or self::p or self::span or self::footer]"
NAMES = "translate(concat(' ', @class, ' ', @id, ' '), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_', 'abcdefghijklmnopqrstuvwxyz-')"
NAMED_ASIDE = " or ".join(f"contains({NAMES}, '{word}')" for word in (*ASIDE_WORDS, " ad "))
PRUNE = [f"//{BOXES}[{FEW} and ({NAMED_ASIDE})]", "//figcaption", "//dl[count(.//dd) > 0 and count(.//p) = 0 and string-length(.) < 300]"]
# A menu is mostly links, and more than one of them; a sentence with links in it is not.
MENU_BOXES = frozenset(["div", "td", "tr", "table", "ul", "ol", "p", "font", "section", "nav", "span", "header", "footer", "aside", "dl"])
MENU_SHARE = 0.6
MIN_MENU_LINKS = 2
MAX_MENU_TEXT = 3000
# The parser slows down with the square of the attributes of an element, and pruning with the length of its class. A tag as long as this
# keeps its name, its class and its id: nothing else of it tells where the report is.
LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,30})(?=[\s/])([^<>]{2000,})>?")
CLASS_OR_ID = re.compile(r"""\s(?:class|id)=(?:"[^"]{0,300}"|'[^']{0,300}')""")
MAX_CLASS = 1000
# Tabs part the cells of a row.
SPACES = re.compile(r"[^\S\n\t]+")
# What stands in lines of its own in trafilatura's tree.
BLOCKS = frozenset(["p", "head", "list", "item", "quote", "table", "row", "cell", "div", "code", "body"])


def extract_main(page: str) -> tuple[str, ...]:
    """The paragraphs of the report on a page: no menus, advertisements, captions, comments or lists of other stories."""
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from trafilatura import bare_extraction, load_html  # here: a second that plain texts need not wait for

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say ends in our one line
    try:
        tree = load_html(shorten_tags(page))
        if tree is None:
            return ()
        _cut_classes(tree)
        drop_menus(tree)
        found = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False, prune_xpath=PRUNE)
    except (
        LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        AssertionError,
        RecursionError,
    ):  # lxml and trafilatura, on pages broken on purpose
        return ()
    body = getattr(found, "body", None)
    return tuple(_paragraphs(body)) if body is not None else ()


def shorten_tags(page: str) -> str:
    """The page with its overlong tags cut down to what a parser can bear; the text between tags stays as it is."""
    return LONG_TAG.sub(_shorten, page)


def _shorten(tag: re.Match[str]) -> str:
    return f"<{tag[1]}{''.join(CLASS_OR_ID.findall(tag[2])[:2])}>"


def _cut_classes(tree: Any) -> None:
    for node in tree.iter():
        for name in ("class", "id"):
            if len(node.get(name, "")) > MAX_CLASS:
                del node.attrib[name]


def drop_menus(tree: Any) -> None:
    """Takes the boxes out of a page's tree that are mostly links."""
    lengths: dict[Any, tuple[int, int, int]] = {}
    for node in reversed(list(tree.iter())):  # children before their parents
        if isinstance(node.tag, str):
            lengths[node] = _lengths(node, lengths)
    for node, (shown, linked, links) in reversed(lengths.items()):
        if node.tag in MENU_BOXES and links >= MIN_MENU_LINKS and MENU_SHARE * shown < linked and shown < MAX_MENU_TEXT:
            parent = node.getparent()
            if parent is not None:
                _remove(parent, node)


def _lengths(node: Any, known: dict[Any, tuple[int, int, int]]) -> tuple[int, int, int]:
    """How many characters a node shows, how many of them are linked, and by how many links."""
    shown, linked, links = len((node.text or "").strip()), 0, 0
    for child in node:
        below = known.get(child, (0, 0, 0))
        shown, linked, links = shown + below[0] + len((child.tail or "").strip()), linked + below[1], links + below[2]
    if node.tag in ("script", "style", "noscript"):
        return 0, 0, 0
    return (shown, shown, 1) if node.tag == "a" else (shown, linked, links)


def _remove(parent: Any, node: Any) -> None:
    """Takes a node out and leaves the text behind it."""
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)


def _paragraphs(body: Any) -> Iterator[str]:
    """The blocks of trafilatura's tree, top down: paragraphs, headings, items, rows of tables, quotations, and text between them."""
    pending: list[Any] = [body]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield from _lines(node)
            continue
        children = [child for child in node if isinstance(child.tag, str)]
        if node.tag == "row":
            yield from _lines("\t".join(_squeezed(cell) for cell in children))
        elif any(child.tag in BLOCKS for child in children):
            parts = [node.text, *(part for child in children for part in (child, child.tail))]
            pending.extend(part for part in reversed(parts) if part is not None)
        else:
            yield from _lines(_squeezed(node))


def _squeezed(node: Any) -> str:
    parts = [node.text or ""]
    for child in node.iter():
        if child is not node:
            parts.append("\n" if child.tag == "lb" else child.text or "")
            parts.append(child.tail or "")
    return "".join(parts)


def _lines(text: str) -> Iterator[str]:
    """A block's lines, white space squeezed; empty ones left out."""
    for block in text.split("\n\n"):
        lines = (SPACES.sub(" ", line).strip() for line in block.split("\n"))
        if squeezed := "\n".join(filter(None, lines)):
            yield squeezed
