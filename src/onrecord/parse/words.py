"""Words of a text by the conventions of Universal Dependencies for English, with exact code point offsets.

"don't" is do + n't, "Assad's" is Assad + 's (with straight and curly apostrophes), "well-known" is well + - + known, "$5m" is $ + 5 + m,
"U.S." and "Gen." are one word. Rules written for onrecord after the EWT and GUM guidelines: importing a general library for this step costs
more than two seconds and 270 MB, the whole budget of a one-page report. Every pattern is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

CHUNK = re.compile(r"[^\s\ufeff\u200b\u2028\u2029]+")
APOSTROPHE = "'’‘ʼ`´"
HYPHEN = "-‐‑‒–—―"
LONGEST_ADDRESS = 400  # characters of a stretch without white space in which web and mail addresses are looked for
WEB = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|info|co\.uk)(?:/\S*)?",
    re.I,
)
EMOTICON = re.compile(r"[:;=8]['’]?-?[)(\]\[DPpOo/\\|*]+|[)(]+-?[:;]|<3|[xX]D+|\^_?\^")
RUN = re.compile(r"\.{2,}|…+|[!?]{2,}|\*{2,}|={2,}|_{2,}|#{2,}|~{2,}|\+{2,}|--+|[–—]{2,}|>{2,}|<{2,}|\${2,}|/{2,}")
INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)|(?:[^\W\d_]\.)+[^\W\d_](?=[^\w.])")
NUMBER = re.compile(
    r"\d{3}-(?:\d{3}-)?\d{4}(?!\w)|\d++(?:/\d++)++(?!\w)|\d++(?:[.,:]\d++)*+(?:st|nd|rd|th|s)?(?!\w)|[.]\d++(?!\w)|\d++(?:[.,:]\d++)*+"
)
ABBREVIATION = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Gen|Col|Lt|Maj|Sgt|Capt|Cpl|Pvt|Brig|Adm|Cmdr|Gov|Sen|Rep|Rev|Hon|Pres|Amb|Insp|Supt|Const|Det"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mon|Tue|Tues|Wed|Thu|Thurs|Fri|Inc|Corp|Co|Ltd|Bros|Ave|Blvd|Rd|Mt|Ft"
    r"|vs|etc|approx|est|dept|Dept|al|cf|ca|pp|Fig|fig|Figs|Eq|ed|eds|vol|Vol|No|Nos|nos|Univ|govt|Govt|Ph\.D|Vt|Va|Calif|Pa|Fla|Mass|Mich|Minn|Wash)\.",
)
CLITIC = re.compile(rf"(?:n[{APOSTROPHE}]t|[{APOSTROPHE}](?:s|re|ve|ll|d|m|em))$", re.I)
FUSED = {  # written as one word; where the second begins
    "dont": 2, "didnt": 3, "doesnt": 4, "cant": 2, "couldnt": 5, "wont": 2, "isnt": 2, "wasnt": 3, "cannot": 3,
    "gonna": 3, "gotta": 3, "wanna": 3, "dunno": 2, "gimme": 3, "lemme": 3, "outta": 3, "oughta": 5, "d'ye": 2, "'tis": 2, "'twas": 2,
}  # fmt: skip
UNIT = re.compile(r"(\d)((?:k?m|cm|mm|kg|g|lb|lbs|km2|km²|mph|kph|ft|hrs?|am|pm|bn|mn|m|k|s|p|MB|GB|mg|ml|nm|€|£|\$|%|°C|°F|°)\.?)$", re.I)
CURRENCY = re.compile(r"(?:US|A|C|NZ|HK|AU)?[$€£¥₹]")
WORD = re.compile(rf"\w[\w\u0300-\u036f\u200d]*(?:[{APOSTROPHE}.&·][\w\u0300-\u036f]+)*[\u0300-\u036f\u200d\ufe0f]*")
PREFIXED = re.compile(
    r"(?:anti|ante|bi|co|counter|cross|de|e|ex|extra|inter|intra|macro|mega|micro|mid|mini|mis|multi|neo|non|over|pan|para|post|pre|pro|proto|pseudo"
    r"|quasi|re|semi|sub|super|supra|trans|tri|ultra|un|under|uni|vice)-[^\W\d_]\w*",
    re.I,
)
INITIAL = re.compile(r"[A-HJ-Z]\.(?=\s+[A-Z])")  # not "I.": more often the pronoun at the end of a sentence
LIST_MARK = re.compile(r"(?:\d{1,2}|[a-zA-Z])\.(?=\s)|\((?:\d{1,2}|[a-zA-Z])\)(?=\s)")
BARE_CLITIC = re.compile(rf"[{APOSTROPHE}](?:s|re|ve|ll|d|m)(?!\w)", re.I)
INSIDE = (RUN, INITIALS, CURRENCY)
AFTER_MARK = (RUN, INITIAL, INITIALS, CURRENCY, PREFIXED)
CHUNK_START = (RUN, EMOTICON, INITIAL, INITIALS, CURRENCY, PREFIXED)
LINE_START = (RUN, EMOTICON, LIST_MARK, INITIAL, INITIALS, CURRENCY, PREFIXED)


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of the words between two offsets, in order and without overlap; everything but white space is covered."""
    words: list[Span] = []
    for chunk in CHUNK.finditer(text, start, len(text) if end is None else end):
        words.extend(_split_chunk(text, chunk.start(), chunk.end()))
    return words


def _split_chunk(text: str, start: int, end: int) -> Iterator[Span]:
    """The words of a stretch without white space, from left to right."""
    web = WEB.finditer(text, start, end) if end - start <= LONGEST_ADDRESS else iter(())
    addresses = {found.start(): _without_trailing_marks(text, found.start(), found.end()) for found in web}
    at = start
    while at < end:
        stop = addresses.get(at) or _next_token(text, at, start, end)
        yield from _split_clitics(text, at, stop)
        at = stop


def _next_token(text: str, at: int, start: int, end: int) -> int:
    """Where the token that begins at ``at`` ends."""
    short = ABBREVIATION.match(text, at, end)
    if short and (at == start or not text[at - 1].isalnum()):
        return short.end()
    for pattern in _patterns(text, at, start):
        found = pattern.match(text, at, end + 2)
        if found and at < found.end() <= end:
            return found.end()
    return _word_end(text, at, start, end)


def _patterns(text: str, at: int, start: int) -> tuple[re.Pattern[str], ...]:
    """What to try at an offset: some tokens can only begin a line, a stretch, or stand after a mark."""
    if at == start:
        return LINE_START if _opens_line(text, at) else CHUNK_START
    return INSIDE if text[at - 1].isalnum() or text[at - 1] in HYPHEN else AFTER_MARK


def _opens_line(text: str, at: int) -> bool:
    """Whether nothing but white space stands before an offset in its line."""
    before = at - 1
    while before >= 0 and text[before] in " \t":
        before -= 1
    return before < 0 or text[before] == "\n"


def _without_trailing_marks(text: str, at: int, end: int) -> int:
    while end > at + 1 and text[end - 1] in ".,;:!?)]}>\"'”’":
        end -= 1
    return end


def _word_end(text: str, at: int, start: int, end: int) -> int:
    """The end of a number, a word or a single mark."""
    number = NUMBER.match(text, at, end)
    word = WORD.match(text, at, end)
    if number and (not word or word.end() <= number.end()):
        return number.end()
    if word:
        unit = UNIT.search(text, at, word.end()) if text[at].isdigit() else None
        return unit.start(2) if unit else word.end()
    if text[at] in APOSTROPHE:
        clitic = BARE_CLITIC.match(text, at, end)
        if clitic and at > start:
            return clitic.end()
    return at + 1


def _split_clitics(text: str, start: int, end: int) -> Iterator[Span]:
    """A token with its contracted parts cut off: "don't" gives do and n't."""
    word = text[start:end]
    cut = FUSED.get(word.lower())
    if cut is None:
        clitic = CLITIC.search(word)
        cut = clitic.start() if clitic and clitic.start() > 0 else None
    if cut is None:
        yield start, end
    else:
        yield start, start + cut
        yield start + cut, end
