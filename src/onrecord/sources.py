"""Which reports go back to one voice: wire copies by what they share, and by the credit lines that they print.

Copies are cut, retitled and set into longer stories, so what counts is containment: the share of the shorter report's
five-word shingles that the longer one has. Candidates come from a sample of shingles chosen by their hash alone
(Broder 1997), which keeps containment; the decision is made on all shingles.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from onrecord.lexicon import Lexicon
from onrecord.lexicon.outlets import OutletKind, affiliation_text
from onrecord.records import BlockKind, Document, Record, Voice, connected, content_id

SHINGLE_WORDS = 5
SAMPLE = 4  # one shingle in so many is kept for finding candidates
COPY = 0.4  # of the shorter report's shingles: measured on wire edits, see docs/method/incidents.md
FEWEST = 8  # shingles; below, only a whole report is a copy
WORD = re.compile(r"[^\W_]+")


class Origin(NamedTuple):
    """An outlet as the lexicon knows it; one that it does not know has only its printed name."""

    name: str
    affiliation: str | None = None
    agency: bool = False


Finder = Callable[[str], Origin]


class Report(Record, frozen=True):
    """What grouping needs of one report."""

    id: str
    outlet: str | None
    credit: str | None
    published: str | None
    words: tuple[str, ...]


# ── Shingles ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def report_of(document: Document) -> Report:
    """The words of a document's own text: no byline, caption or boilerplate, which copies change first."""
    return Report(
        id=document.id,
        outlet=document.outlet,
        credit=credit_of(document),
        published=document.published,
        words=words_of(own_text(document)),
    )


def own_text(document: Document) -> str:
    """The headline, summary and body of a document, a line each; all of the text when it has no blocks."""
    kept = (BlockKind.SUMMARY, BlockKind.BODY)
    parts = [document.text[block.span[0] : block.span[1]] for block in document.blocks if block.kind in kept]
    return "\n".join(parts) if parts else document.text


def words_of(text: str) -> tuple[str, ...]:
    """The words in lower case."""
    return tuple(WORD.findall(text.lower()))


def shingles(words: Sequence[str]) -> frozenset[int]:
    """Hashes of every run of five words; of the whole when it is shorter."""
    if not words:
        return frozenset()
    encoded = [word.encode() for word in words]
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    return frozenset([zlib.crc32(b" ".join(encoded[at : at + SHINGLE_WORDS])) for at in range(last)])


def sample(found: Iterable[int]) -> tuple[int, ...]:
    """The shingles that stand for a report when candidates are looked for: the same ones in every report that has them."""
    return tuple(sorted(value for value in found if value % SAMPLE == 0))


def containment(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the smaller set that the other has; 0 when either is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def is_copy(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two reports share so much that one was made from the other or both from a third."""
    if min(len(one), len(other)) < FEWEST:
        return one == other and bool(one)
    return containment(one, other) >= COPY


# ── Credits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CREDIT_BEFORE_TEXT = re.compile(r"^[^\n]{0,60}?\(([A-Z][\w'’ ./&-]{1,40})\)\s*[-–—:]")
CREDIT_AFTER_TEXT = re.compile(
    r"(?:\(|—|–|-{1,2}|\bSource:|\bsource:)\s*(?:with |additional reporting by |reporting by |from )?"
    r"([A-Z][\w'’.&-]*(?: [A-Z][\w'’.&-]*){0,3})\s*\)?\s*$"
)


def credit_of(document: Document) -> str | None:
    """The agency that a report credits as its source, as printed, or None."""
    if document.credit:
        return document.credit
    found = CREDIT_BEFORE_TEXT.search(document.text.lstrip()[:200])
    if found and not found[1].isdigit():
        return found[1].strip()
    tail = document.text.rstrip()[-120:].rpartition("\n")[2] or document.text.rstrip()[-120:]
    after = CREDIT_AFTER_TEXT.search(tail) if len(tail) < 120 else None
    return after[1].strip() if after else None


# ── Groups ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def group_sources(documents: Iterable[Document], lexicon: Lexicon | None) -> dict[str, Voice]:
    """Per document id, the voice that it belongs to; the same for any order of the documents.

    Copies of one another are one voice, that of the agency that is credited or of who printed first; other reports speak for their outlet.
    """
    return group_reports([report_of(document) for document in documents], outlet_lookup(lexicon))


def outlet_lookup(lexicon: Lexicon | None) -> Finder:
    """A function from a printed name to what the lexicon knows of that outlet."""

    def find(name: str) -> Origin:
        entry = lexicon.outlets.find(name) if lexicon else None
        return Origin(entry.name, affiliation_text(entry), entry.kind is OutletKind.AGENCY) if entry else Origin(name)

    return find


def group_reports(reports: Iterable[Report], find: Finder) -> dict[str, Voice]:
    """Per report id, its voice: the origin of the reports that it was copied from or to, or its own outlet."""
    by_id = {report.id: report for report in reports}
    ids = sorted(by_id)
    copies = find_copies({id: shingles(by_id[id].words) for id in ids})
    origins: dict[str, Origin] = {}
    for members in connected(ids, copies):
        origin = choose_origin([by_id[id] for id in members], find)
        origins |= dict.fromkeys(members, origin)
    return name_voices(by_id, origins)


def name_voices(reports: Mapping[str, Report], origins: Mapping[str, Origin]) -> dict[str, Voice]:
    """Per report id, the voice named after its origin, with all the reports that go back to it."""
    members: dict[str, list[str]] = defaultdict(list)
    credits: dict[str, set[str]] = defaultdict(set)
    for id in sorted(origins):
        members[origins[id].name].append(id)
        credits[origins[id].name].update(credit for credit in (reports[id].credit,) if credit)
    return {
        id: Voice(
            id=content_id("voi-", origin.name),
            name=origin.name,
            affiliation=origin.affiliation,
            members=tuple(members[origin.name]),
            credit=min(credits[origin.name], default=None),
        )
        for id, origin in sorted(origins.items())
    }


def find_copies(sets: Mapping[str, frozenset[int]]) -> list[tuple[str, str]]:
    """The pairs of reports of which one is made from the other, in order."""
    holders: dict[int, list[str]] = defaultdict(list)
    for id in sorted(sets):
        for value in sample(sets[id]):
            holders[value].append(id)
    shared: Counter[tuple[str, str]] = Counter()
    for having in holders.values():
        shared.update((one, other) for at, one in enumerate(having) for other in having[at + 1 :])
    return [pair for pair in sorted(shared) if is_copy(sets[pair[0]], sets[pair[1]])]


def choose_origin(copies: Sequence[Report], find: Finder) -> Origin:
    """Where reports that copy one another come from: who is credited most, else an agency among them, else who printed first.

    A report that nobody's name goes with is an origin of its own.
    """
    credited = Counter(find(report.credit).name for report in copies if report.credit)
    if credited:
        return find(max(sorted(credited), key=lambda name: credited[name]))
    printers = sorted(copies, key=lambda report: (report.published or "9999", report.outlet or "", report.id))
    outlets = [find(report.outlet) for report in printers if report.outlet]
    if not outlets:
        return Origin(printers[0].id)
    return next((outlet for outlet in outlets if outlet.agency), outlets[0])
