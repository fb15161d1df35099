"""Fragments of HTML, as feeds and tables carry them: their paragraphs, without a parser that could stall on them."""

from __future__ import annotations

import html
import re

TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|figcaption)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
BREAK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|figure|pre|dd|dt)\b[^<>]*>", re.IGNORECASE)
LOOKS_MARKED = re.compile(r"</(?:p|div|a|b|i|em|strong|span|li|h[1-6])\s*>|<(?:br|p)\b[^<>]*>", re.IGNORECASE)


def plain(fragment: str) -> str:
    """The text of a fragment, on one line."""
    return " ".join(html.unescape(TAG.sub(" ", fragment)).split())


def paragraphs(fragment: str) -> tuple[str, ...]:
    """The paragraphs of a fragment, in order."""
    lines = BREAK.sub("\n\n", UNSEEN.sub(" ", fragment)).split("\n\n")
    return tuple(filter(None, (" ".join(html.unescape(TAG.sub("", line)).split()) for line in lines)))


def as_text(content: str) -> str:
    """Content that may be plain or marked up, as plain paragraphs."""
    return "\n\n".join(paragraphs(content)) if LOOKS_MARKED.search(content) else html.unescape(content) if "&" in content else content
