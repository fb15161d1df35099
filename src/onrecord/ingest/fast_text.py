"""The main text of archived pages, by Resiliparse: many times as fast as ``main_text``, and a little less sure what is the report.

All is done on the page's characters and with one pass of selectors: touching the elements of a tree one by one from here costs
more than the extraction itself.
"""

from __future__ import annotations

import re

from onrecord.ingest.extras import needed
from onrecord.ingest.main_text import ASIDE_WORDS

# A box beside the report holds neither the headline nor five paragraphs.
BESIDE = ":not(:has(h1)):not(:has(p ~ p ~ p ~ p ~ p))"
# Boxes only: a word in the name of the whole page must not take the page away.
SKIP = [
    "figcaption",
    "amp-ad",
    "amp-sidebar",
    "aside",
    "nav",
    "form",
    "button",
    "noscript",
    "header:not(:has(h1, h2, h3, p))",
    f".ad{BESIDE}",
    *(f"[class*='{word}']{BESIDE}" for word in ASIDE_WORDS),
    *(f"[id*='{word}']{BESIDE}" for word in ("footer", "sidebar", "related", "comments")),
]
# Links side by side, with nothing between them but what parts the entries of a menu.
LINK = r"<[aA]\b[^>]{0,1000}>[^<]{0,120}(?:<(?!/?[aA]\b)[^>]{0,300}>[^<]{0,120}){0,6}</[aA]\s*>"
BETWEEN = r"(?:[\s|·•/,»›]|&nbsp;|&middot;|</?(?i:li|br|ul|ol|span|td|tr|font|b|div)\b[^>]{0,300}>){0,30}"
MENU = re.compile(rf"(?:{LINK}{BETWEEN}){{3,}}")
ANCHOR = re.compile(LINK)
# Resiliparse takes short lists for menus; those that are were taken out before.
RENAMED = (
    (re.compile(r"<[uo]l\b", re.IGNORECASE), "<div"),
    (re.compile(r"</[uo]l\b", re.IGNORECASE), "</div"),
    (re.compile(r"<li\b", re.IGNORECASE), "<p"),
    (re.compile(r"</li\b", re.IGNORECASE), "</p"),
)
BLANK_LINES = re.compile(r"\n\s*\n")


def extract_main_fast(page: str, place: str) -> tuple[str, ...]:
    """The paragraphs of the report on a page, none of an empty one. Raises InputError where Resiliparse is not installed."""
    extract = needed("resiliparse.extract.html2text", "archives", place).extract_plain_text
    if not page.strip():
        return ()
    page = MENU.sub(lambda match: ANCHOR.sub("", match.group()), page)
    for tag, name in RENAMED:
        page = tag.sub(name, page)
    text = extract(
        page,
        preserve_formatting=True,
        main_content=True,
        list_bullets=False,
        alt_texts=False,
        comments=False,
        post_meta=False,
        skip_elements=SKIP,
    )
    return tuple(filter(None, (" ".join(part.split()) for part in BLANK_LINES.split(text))))
