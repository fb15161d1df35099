"""Is a report in English? Function words answer for almost every text; a language identifier names the others."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Any

import msgspec

from onrecord.errors import LanguageError

ENGLISH = "en"
SAMPLE_LENGTH = 20_000

# English words that carry grammar. Those that are common in another language's grammar too are left out
# (a, as, he, in, me, no, on, so, do, to, die, was), so that their share separates.
# fmt: off
FUNCTION_WORDS = frozenset(
    [
        "the", "of", "and", "that", "is", "are", "were", "has", "have", "had", "been", "be", "by", "for", "from", "with", "at",
        "this", "which", "who", "their", "they", "it", "its", "his", "her", "she", "him", "them", "not", "but", "or", "an", "after",
        "before", "against", "during", "between", "under", "over", "than", "when", "while", "where", "will", "would", "could",
        "should", "said", "says", "about", "into", "out", "more", "other", "there", "these", "those", "what", "because", "near",
        "least", "also",
    ]
)
# fmt: on
# Running English has .25 to .40 of these words, headlines .05 to .15, other languages below .05.
CLEARLY_ENGLISH = 0.14
MIN_WORDS = 12
MIN_PROBABILITY = 0.9
SHORT_PROBABILITY = 0.999

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")

# fmt: off
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "ku": "Kurdish", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "so": "Somali",
    "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}
# A script that one language of the news writes mostly: enough to name it when nothing else is known.
SCRIPTS = {
    "ARABIC": "ar", "CYRILLIC": "ru", "HEBREW": "he", "GREEK": "el", "DEVANAGARI": "hi", "BENGALI": "bn", "ARMENIAN": "hy",
    "GEORGIAN": "ka", "THAI": "th", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
}
# fmt: on


class Language(msgspec.Struct, frozen=True):
    """An ISO 639-1 code; ``sure`` is false where the text was too short to tell."""

    code: str
    sure: bool = True


def detect_language(text: str) -> Language:
    """The language that most of a text is in; English, unsure, where the text does not say."""
    sample = text[:SAMPLE_LENGTH]
    words = WORD.findall(sample)
    foreign = _foreign_script(sample)
    if foreign:
        return _identify(sample, MIN_PROBABILITY, fallback=foreign)
    if not words:
        return Language(ENGLISH, sure=False)
    share = sum(map(FUNCTION_WORDS.__contains__, map(str.lower, words))) / len(words)
    if share >= CLEARLY_ENGLISH:
        return Language(ENGLISH)
    return _identify(sample, MIN_PROBABILITY if len(words) >= MIN_WORDS else SHORT_PROBABILITY, fallback=None)


def check_language(text: str, where: str, *, given: str | None = None, force: bool = False) -> tuple[Language, tuple[str, ...]]:
    """The language to record and notes about it.

    Raises: LanguageError when it is not English and not forced.
    """
    found = Language(given.lower()) if given else detect_language(text)
    if found.code == ENGLISH:
        return found, () if found.sure else ("too little text to tell its language: read as English",)
    name = NAMES.get(found.code, f"the language '{found.code}'")
    if force:
        return found, (f"written in {name}, read as English because that was forced: expect little",)
    remedy = "give a translation, or read it as English all the same with --language en"
    raise LanguageError(f"{where}: written in {name}; onrecord reads English: {remedy}")


def is_short(text: str) -> bool:
    """Whether a text is too short to tell its language surely, so that what declares it should be believed."""
    return sum(1 for _ in islice(WORD.finditer(text), MIN_WORDS)) < MIN_WORDS


def _foreign_script(sample: str) -> str | None:
    """The language of the script that most letters belong to, unless that is Latin."""
    letters = list(filter(str.isalpha, sample[:2000]))
    beyond_ascii = [letter for letter in letters if letter > "\x7f"]
    if 2 * len(beyond_ascii) <= len(letters):
        return None
    counts: dict[str, int] = {}
    for letter in beyond_ascii:
        script = unicodedata.name(letter, "LATIN").partition(" ")[0]
        counts[script] = counts.get(script, 0) + 1
    script = max(counts, key=lambda name: (counts[name], name))
    return None if script == "LATIN" or 2 * counts[script] <= len(letters) else SCRIPTS.get(script, "und")


def _identify(sample: str, min_probability: float, *, fallback: str | None) -> Language:
    code, probability = _identifier().classify(sample)
    if fallback is not None:
        return Language(str(code) if code != ENGLISH and probability >= min_probability else fallback)
    if code == ENGLISH:
        return Language(ENGLISH, sure=bool(probability >= min_probability))
    return Language(str(code)) if probability >= min_probability else Language(ENGLISH, sure=False)


@cache
def _identifier() -> Any:
    # Imported here: half a second that English reports need not wait for.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted({ENGLISH, *NAMES} & set(identifier.labels)))
    return identifier
