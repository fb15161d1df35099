"""Bytes to text: which encoding, and what had to be assumed."""

from __future__ import annotations

import codecs
import re

import msgspec

from onrecord.errors import InputError

# Longest first: the UTF-32 mark begins like the UTF-16 one.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# First bytes of what people hand over by mistake, and what to do about it.
FILE_TYPES = (
    (b"%PDF", "a PDF; save its text first, for example with pdftotext"),
    (b"PK\x03\x04", "a ZIP archive or an office document; save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as plain text"),
    (b"{\\rtf", "rich text; save it as plain text"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"BZh", "compressed with bzip2; unpack it first"),
    (b"\x89PNG", "an image; type or recognise its text first"),
    (b"\xff\xd8\xff", "an image; type or recognise its text first"),
    (b"GIF8", "an image; type or recognise its text first"),
    (b"\x7fELF", "a program, not a report"),
)
HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)

# Control characters that plain text uses: tab, newlines, vertical tab, form feed, end of file of DOS, escape.
TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1a\x1b")
MAX_CONTROL_SHARE = 0.02

# Western letters beyond ASCII stand mostly alone ("Kılıçdaroğlu", "café"); words of another script are runs of them.
SCRIPT_RUN = re.compile(rb"[\x80-\xff]{3,}")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
MIN_RUN_SHARE = 0.5
LEGACY_ENCODINGS = ["cp1256", "cp1251", "cp1253", "cp1255", "cp1254", "cp1252"]

NUL_REPLACEMENT = "\ufffd"


class Decoded(msgspec.Struct, frozen=True):
    """Text with newlines as ``\\n`` and NUL as U+FFFD; the encoding; what was assumed."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(raw: bytes, where: str) -> Decoded:
    """The text of a plain-text file.

    Raises: InputError when the bytes are no plain text: another kind of file, or a damaged one.
    """
    _refuse_file_types(raw, where)
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _decode_marked(raw[len(mark) :], encoding, where)
    encoding_16 = _unmarked_utf16(raw)
    if encoding_16:
        return _decode_marked(raw, encoding_16, where, (f"no byte-order mark: read as {encoding_16.upper()}",))
    _refuse_binary(raw, where)
    try:
        return Decoded(normalise(raw.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as error:
        return decode_legacy(raw, error)


def normalise(text: str) -> str:
    """The text with every newline as ``\\n``, NUL as U+FFFD and no byte-order mark at its start."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", NUL_REPLACEMENT)


def _refuse_file_types(raw: bytes, where: str) -> None:
    for magic, remedy in FILE_TYPES:
        if raw.startswith(magic):
            raise InputError(f"{where}: not plain text but {remedy}")
    if HTML.match(raw[:4096]):
        raise InputError(f"{where}: not plain text but a web page; save its text first")


def _decode_marked(body: bytes, encoding: str, where: str, notes: tuple[str, ...] = ()) -> Decoded:
    try:
        return Decoded(normalise(body.decode(encoding)), encoding, notes)
    except UnicodeDecodeError as error:
        damaged = f"{error.reason} at byte {error.start}: read as {encoding.upper()} with U+FFFD in its place"
        text = normalise(body.decode(encoding, "replace"))
        if text.count("\ufffd") > max(1, len(text) // 50):
            raise InputError(f"{where}: said to be {encoding.upper()} but damaged ({error.reason}); save it again as UTF-8") from None
        return Decoded(text, encoding, (*notes, damaged))


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark, told by the zero bytes beside ASCII characters; None if it is not that."""
    sample = raw[:4096]
    if len(sample) < 4 or len(raw) % 2:
        return None
    for encoding, letters, zeros in (("utf-16-le", sample[0::2], sample[1::2]), ("utf-16-be", sample[1::2], sample[0::2])):
        printable = sum(1 for byte in letters if byte >= 32 or byte in TEXT_CONTROLS)
        if zeros.count(0) > 0.4 * len(zeros) and printable > 0.9 * len(letters):
            return encoding
    return None


def _refuse_binary(raw: bytes, where: str) -> None:
    sample = raw[:65536]
    controls = sum(1 for byte in sample if byte < 32 and byte not in TEXT_CONTROLS)
    if controls > max(2, MAX_CONTROL_SHARE * len(sample)):
        raise InputError(f"{where}: not plain text but binary data; save the report as UTF-8 text")


def decode_legacy(raw: bytes, error: UnicodeDecodeError) -> Decoded:
    """A file that is not UTF-8: a damaged one keeps its good part, others are read in the code page that fits."""
    repaired = raw.decode("utf-8", "replace")
    multibyte = sum(1 for character in repaired if character > "\x7f" and character != "\ufffd")
    if multibyte > 4 * repaired.count("\ufffd"):
        return Decoded(normalise(repaired), "utf-8", (f"{error.reason} at byte {error.start}: read as UTF-8 with U+FFFD in its place",))
    encoding = _code_page(raw)
    name = encoding.replace("cp", "Windows-")
    note = f"not UTF-8 (byte {error.start}): read as {name}; save it as UTF-8 if letters come out wrong"
    return Decoded(normalise(raw.decode(encoding, "replace")), encoding, (note,))


def _code_page(raw: bytes) -> str:
    high = len(HIGH_BYTE.findall(raw))
    in_runs = sum(len(run) for run in SCRIPT_RUN.findall(raw))
    if in_runs < MIN_RUN_SHARE * high:
        return "cp1252"
    from charset_normalizer import from_bytes  # here: a tenth of a second that UTF-8 files need not wait for

    best = from_bytes(raw[:65536], cp_isolation=LEGACY_ENCODINGS).best()
    return best.encoding if best is not None else "cp1252"


def decode_mended(raw: bytes, declared: str | None) -> str:
    """Bytes that may mix encodings, as feeds put together from many sources do: UTF-8 where they are that, else as declared, else with
    the bytes that are no UTF-8 read as Windows-1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared is not None and declared.lower().replace("_", "-") not in ("utf-8", "utf8"):
        try:
            return raw.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass
    return raw.decode("utf-8", "onrecord-windows-1252")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("onrecord-windows-1252", _as_windows_1252)
