"""The types that pass between the stages and leave the program: the output contract, in one place.

Conventions, for every type here:
- A span is ``(start, end)``, half-open, in Unicode code points of ``Document.text``.
- Times are ISO 8601 local times without offset, intervals half-open.
- What a report does not support is ``None`` or ``()``, never a guess; what could mean several things keeps ``candidates``.
- Records are frozen, collections in them are tuples, closed sets are ``StrEnum``.
- Ids inside one document are short (``m1 a1 e1 c1 g1``) and given in order of position; outside it records have content-hash ids.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

Span = tuple[int, int]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records."""


# ── The document ──────────────────────────────────────────────────────────────────────────────────────────────────────


class PublishedBasis(StrEnum):
    GIVEN = "given"
    METADATA = "metadata"
    URL = "url"
    TEXT = "text"
    UNKNOWN = "unknown"


class BlockKind(StrEnum):
    HEADLINE = "headline"
    SUMMARY = "summary"
    DATELINE = "dateline"
    BYLINE = "byline"
    BODY = "body"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


class Dateline(Record, frozen=True):
    """Where and when the reporter wrote: never the place of an event."""

    text: str
    span: Span


class Block(Record, frozen=True):
    """A stretch of text that no sentence crosses: a headline, a dateline, a paragraph.

    Blocks are in text order, do not overlap, and cover everything but white space.
    """

    span: Span
    kind: BlockKind
    paragraph: int


class Document(Record, frozen=True):
    """A report as it was taken in.

    ``text``: of a plain text the decoded input verbatim but for a byte-order mark, newlines and NUL; of anything else what its
    extractor took for the report, paragraphs parted by blank lines.
    ``published``: a day. ``published_at``: the moment as its source writes it, with an offset where that has one.
    ``channel``: the chat, channel or group that a message was posted in; ``outlet`` is then who posted it.
    ``retrieved``: when it was fetched or captured, as the archive says.
    """

    id: str
    text: str
    sha256: str
    path: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    language: str = "en"
    published: str | None = None
    published_basis: PublishedBasis = PublishedBasis.UNKNOWN
    published_at: str | None = None
    channel: str | None = None
    retrieved: str | None = None
    dateline: Dateline | None = None
    credit: str | None = None
    blocks: tuple[Block, ...] = ()
    version: str = ""


class Capture(Record, frozen=True):
    """One document with the bytes that it was read from.

    ``raw``: the bytes as found; of messages whose authors were pseudonymised, the bytes without the names.
    ``extractor``: what turned them into text, with its version.
    ``notes``: what had to be assumed (an encoding, a date), for people.
    ``offsets``: of a web page, the runs that its text shares with it: where each begins in the text, where in the decoded page,
    and its length, in code points.
    """

    document: Document
    raw: bytes
    encoding: str
    extractor: str
    notes: tuple[str, ...] = ()
    offsets: tuple[tuple[int, int, int], ...] = ()


class Failure(Record, frozen=True):
    """A document, or a stage of it, that could not be done; the run goes on."""

    document: str | None
    path: str | None
    stage: str
    error: str
    message: str
    trace_id: str | None = None


# ── The parse ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Token(Record, frozen=True):
    """A Universal Dependencies word.

    ``index`` and ``head`` count over the whole document; the root of a sentence has ``head`` -1.
    ``feats`` is the UD string ("Number=Plur|Tense=Past") or "".
    """

    index: int
    span: Span
    text: str
    lemma: str
    upos: str
    head: int
    deprel: str
    sentence: int
    feats: str = ""
    xpos: str = ""


class Sentence(Record, frozen=True):
    """A sentence of the report, with the kind and paragraph of the block that it lies in."""

    span: Span
    kind: BlockKind
    paragraph: int


class ParsedSentence(Sentence, frozen=True):
    """A sentence with its words: token indices ``[first, end)``."""

    first: int
    end: int


class TokenSpan(Record, frozen=True):
    """A labelled stretch of tokens ``[first, end)`` that the language model proposes, with its probability."""

    label: str
    first: int
    end: int
    score: float = 1.0


class Signals(Record, frozen=True):
    """What the language model says beside the parse. Every part may be empty: a head may be left out of the weights.

    entities: labels of ``EntityLabel``.  attribution: ``source | cue | content``.  roles: ``actor | recipient | reciprocal``.
    sentence_class: per sentence, probabilities of statement, verbal cooperation, material cooperation, verbal conflict, material conflict.
    factuality: per token, the event-factuality score from -3 (did not happen) to +3 (happened), ``None`` for no event.
    """

    entities: tuple[TokenSpan, ...] = ()
    attribution: tuple[TokenSpan, ...] = ()
    roles: tuple[TokenSpan, ...] = ()
    sentence_class: tuple[tuple[float, ...], ...] = ()
    factuality: tuple[float | None, ...] = ()


class Parse(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A document's sentences and words, with the look-ups that every later stage needs."""

    document: Document
    sentences: tuple[ParsedSentence, ...]
    tokens: tuple[Token, ...]
    signals: Signals | None = None
    parser: str = ""

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Per token, the indices of its dependents in text order."""
        lists: list[list[int]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head >= 0:
                lists[token.head].append(token.index)
        return tuple(map(tuple, lists))

    @cached_property
    def _subtree_ends(self) -> tuple[tuple[int, int], ...]:
        """Per token, the lowest and highest token index below it, itself included; linear time."""
        low = list(range(len(self.tokens)))
        high = low[:]
        for index in self.bottom_up:
            head = self.tokens[index].head
            if head >= 0:
                low[head] = min(low[head], low[index])
                high[head] = max(high[head], high[index])
        return tuple(zip(low, high, strict=True))

    @cached_property
    def bottom_up(self) -> tuple[int, ...]:
        """All token indices, every dependent before its head."""
        order: list[int] = [token.index for token in self.tokens if token.head < 0]
        for index in order:  # grows while it is read: heads first
            order.extend(self.children[index])
        return tuple(reversed(order))

    def extent(self, index: int) -> tuple[int, int]:
        """The half-open token range that the subtree of a token spans."""
        low, high = self._subtree_ends[index]
        return low, high + 1

    def subtree(self, index: int) -> tuple[int, ...]:
        """The token and everything below it, in text order."""
        found = [index]
        for at in found:
            found.extend(self.children[at])
        return tuple(sorted(found))

    def ancestors(self, index: int) -> tuple[int, ...]:
        """The chain of heads above a token, nearest first."""
        chain = []
        head = self.tokens[index].head
        while head >= 0:
            chain.append(head)
            head = self.tokens[head].head
        return tuple(chain)

    def sentence_tokens(self, number: int) -> tuple[Token, ...]:
        """The words of the sentence with that number."""
        sentence = self.sentences[number]
        return self.tokens[sentence.first : sentence.end]

    def text_of(self, span: Span) -> str:
        """The characters of a span, exactly."""
        return self.document.text[span[0] : span[1]]

    def token_at(self, offset: int) -> int | None:
        """The index of the token that holds the character at an offset, or None."""
        index = bisect_right(self._starts, offset) - 1
        return index if index >= 0 and offset < self.tokens[index].span[1] else None

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(token.span[0] for token in self.tokens)

    def tokens_in(self, span: Span) -> tuple[Token, ...]:
        """The tokens that lie wholly inside a span."""
        found = []
        for index in range(bisect_left(self._starts, span[0]), len(self.tokens)):
            token = self.tokens[index]
            if token.span[1] > span[1]:
                break
            found.append(token)
        return tuple(found)


# ── What mentions resolve to ──────────────────────────────────────────────────────────────────────────────────────────


class Actor(Record, frozen=True):
    """A country and PLOVER sectors; ``code`` is both, joined ("SYR CVL/REF"). Described actors have no ``id``.

    basis: ``lexicon | composed | metonymy | coreference | context | text | user``; of a candidate also ``parent | side``: whom a named
    group answered to and fought beside on the report's date.
    """

    id: str | None
    name: str
    country: str | None
    sectors: tuple[str, ...]
    code: str
    basis: str
    confidence: float
    candidates: tuple[Actor, ...] = ()


class PlaceKind(StrEnum):
    POINT = "point"
    POPULATED = "populated"
    FACILITY = "facility"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    COUNTRY = "country"
    REGION = "region"
    LINE = "line"
    ZONE = "zone"


class PlaceRelation(StrEnum):
    IN = "in"
    NEAR = "near"
    OUTSIDE = "outside"
    BETWEEN = "between"
    ALONG = "along"
    BORDER = "border"
    DISTANCE = "distance"


class PlaceBasis(StrEnum):
    ARGUMENT = "argument"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    DOCUMENT = "document"


class Place(Record, frozen=True):
    """Where, as precisely as the text says. Coordinates are WGS 84 degrees; ``radius_km`` is the uncertainty around them."""

    span: Span | None
    text: str | None
    name: str
    id: str | None
    kind: PlaceKind
    lat: float | None
    lon: float | None
    country: str | None
    admin1: str | None
    relation: PlaceRelation | None
    radius_km: float | None
    acled_precision: int | None
    ucdp_precision: int | None
    basis: PlaceBasis
    confidence: float
    candidates: tuple[Place, ...] = ()
    why: tuple[str, ...] = ()


class Granularity(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    OPEN = "open"


class TimeBasis(StrEnum):
    EXPLICIT = "explicit"
    RELATIVE = "relative"
    ANCHORED = "anchored"
    INFERRED = "inferred"
    PUBLICATION = "publication"
    SYMBOLIC = "symbolic"


class Time(Record, frozen=True):
    """When, as a half-open local interval. ``value`` is a TIMEX3 value or an EDTF interval ("2018-09/..")."""

    span: Span | None
    text: str | None
    value: str
    start: str | None
    end: str | None
    zone: str | None
    granularity: Granularity
    basis: TimeBasis
    anchor: str | None
    acled_precision: int | None
    ucdp_precision: int | None


class ParticipantRole(StrEnum):
    ACTOR = "actor"
    RECIPIENT = "recipient"
    THIRD_PARTY = "third_party"
    INSTRUMENT = "instrument"
    PHYSICAL_TARGET = "physical_target"
    VICTIM = "victim"
    BENEFICIARY = "beneficiary"


class Participant(Record, frozen=True):
    """Who or what takes part in an event. One that the text leaves out has no span and ``path`` "implicit"."""

    span: Span | None
    head: Span | None
    text: str | None
    mention: str | None
    role: ParticipantRole
    path: str
    actor: Actor | None


class QuantityOf(StrEnum):
    KILLED = "killed"
    INJURED = "injured"
    CASUALTIES = "casualties"
    MISSING = "missing"
    CAPTURED = "captured"
    RECOVERED = "recovered"
    DISPLACED = "displaced"
    REFUGEES = "refugees"
    RETURNED = "returned"
    HOSTED = "hosted"
    BESIEGED = "besieged"
    POPULATION = "population"
    ATTACKS = "attacks"
    WEAPONS = "weapons"
    BUILDINGS = "buildings"
    MONEY = "money"
    OTHER = "other"


class Unit(StrEnum):
    PEOPLE = "people"
    HOUSEHOLDS = "households"
    BUILDINGS = "buildings"
    ITEMS = "items"
    EVENTS = "events"
    PERCENT = "percent"
    CURRENCY = "currency"


class Exactness(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    NEARLY = "nearly"
    ABOUT = "about"
    RANGE = "range"
    VAGUE = "vague"
    UNSPECIFIED = "unspecified"
    NONE = "none"


class Scope(StrEnum):
    INCIDENT = "incident"
    CUMULATIVE = "cumulative"
    STOCK = "stock"
    AGGREGATE = "aggregate"


class Quantity(Record, frozen=True):
    """How many of what. ``part_of`` is the span of the quantity that this one is part of; ``additive`` adds to the one before."""

    span: Span
    number_span: Span | None
    text: str
    of: QuantityOf
    unit: Unit
    group: Participant | None
    low: float | None
    low_conservative: float | None
    best: float | None
    high: float | None
    exactness: Exactness
    scope: Scope
    period: Time | None = None
    part_of: Span | None = None
    additive: bool = False
    claim: str | None = None


class MentionKind(StrEnum):
    ACTOR = "actor"
    PLACE = "place"
    TIME = "time"
    QUANTITY = "quantity"
    WEAPON = "weapon"
    OTHER = "other"


class EntityLabel(StrEnum):
    PERSON = "PERSON"
    ORG = "ORG"
    FORCE = "FORCE"
    GPE = "GPE"
    LOC = "LOC"
    FAC = "FAC"
    NORP = "NORP"
    WEAPON = "WEAPON"
    VEHICLE = "VEHICLE"
    DATE = "DATE"
    TIME = "TIME"
    NUMBER = "NUMBER"
    OTHER = "OTHER"


class Mention(Record, frozen=True):
    """A stretch of text that names, describes or counts something. At most one of the four last fields is set."""

    id: str
    kind: MentionKind
    label: EntityLabel
    span: Span
    head: Span
    text: str
    named: bool
    refers_to: str | None = None
    actor: Actor | None = None
    place: Place | None = None
    time: Time | None = None
    quantity: Quantity | None = None


# ── What the report says ──────────────────────────────────────────────────────────────────────────────────────────────


class Form(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"
    EVIDENCE = "evidence"
    OUTLET_VOICE = "outlet_voice"


class CueClass(StrEnum):
    NEUTRAL = "neutral"
    ASSERT = "assert"
    DENY = "deny"
    ACCUSE = "accuse"
    CONFIRM = "confirm"
    HEDGE = "hedge"
    PROMISE = "promise"
    DEMAND = "demand"
    SHOW = "show"
    ACCESS = "access"


class Attribution(Record, frozen=True):
    """Somebody is said to have said, shown or known something. ``within`` is the attribution that reports this one."""

    id: str
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    form: Form
    within: str | None
    cue_class: CueClass
    confidence: float


class Polarity(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNCLEAR = "unclear"


class Certainty(StrEnum):
    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNCLEAR = "unclear"


class Status(StrEnum):
    OCCURRED = "occurred"
    ONGOING = "ongoing"
    HABITUAL = "habitual"
    PLANNED = "planned"
    PLEDGED = "pledged"
    THREATENED = "threatened"
    REQUESTED = "requested"
    HYPOTHETICAL = "hypothetical"
    PURPOSE = "purpose"
    DEONTIC = "deontic"


class Factuality(Record, frozen=True):
    """Whether the innermost speaker presents it as having happened; ``score`` from -3 to +3 as in UDS (White et al. 2016)."""

    polarity: Polarity
    certainty: Certainty
    status: Status
    score: int


class EventMention(Record, frozen=True):
    """Every event that the text mentions, codable or not. ``trigger`` is the span of its head word or phrase."""

    id: str
    trigger: Span
    lemma: str
    frame: str | None
    factuality: Factuality


class AcledType(Record, frozen=True):
    event_type: str
    sub_event_type: str


class EventCode(Record, frozen=True):
    """PLOVER type with its crosswalks; ``codable`` is false for states, purposes and re-mentions that add nothing."""

    type: str
    mode: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    quad: int | None = None
    cameo: tuple[str, ...] = ()
    acled: tuple[AcledType, ...] = ()
    ucdp_violence: int | None = None
    codable: bool = True


class LinkRole(StrEnum):
    SPEAKER = "speaker"
    CHANNEL = "channel"
    ACCESSOR = "accessor"
    RELAY = "relay"
    PUBLISHER = "publisher"


class Cue(Record, frozen=True):
    text: str
    span: Span


class Link(Record, frozen=True):
    """One step from the one who speaks to the one who prints."""

    role: LinkRole
    span: Span | None
    text: str | None
    actor: Actor | None
    attribution: str | None
    cue: Cue | None
    form: Form
    anonymous: bool | None = None
    medium: str | None = None
    affiliation: str | None = None


class ClaimKind(StrEnum):
    EVENT = "event"
    FIGURE = "figure"
    STATE = "state"
    REMARK = "remark"


class Claim(Record, frozen=True):
    """One thing that the report says happened, will or did not happen, or is so."""

    id: str
    hash: str
    kind: ClaimKind
    sentence: int
    evidence: tuple[Span, ...]
    event_id: str | None
    event: EventCode | None
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    others: tuple[Participant, ...]
    place: Place | None
    origin: Place | None
    destination: Place | None
    time: Time | None
    quantities: tuple[Quantity, ...]
    attribution: tuple[Link, ...]
    factuality: Factuality
    confidence: float
    origin_rule: str


class RelationType(StrEnum):
    SAME_EVENT = "same_event"
    IDENTIFIES = "identifies"
    SUBSET_OF = "subset_of"
    PART_OF = "part_of"
    RETALIATES_FOR = "retaliates_for"
    CAUSES = "causes"
    FOLLOWS = "follows"
    SINCE_ANCHOR = "since_anchor"
    HEDGES = "hedges"
    REPEATS = "repeats"
    CONTENT_OF = "content_of"


class Relation(Record, frozen=True):
    source: str = msgspec.field(name="from")
    target: str = msgspec.field(name="to")
    type: RelationType
    evidence: tuple[Span, ...] = ()


class Agreement(Record, frozen=True):
    """A deal, truce or resolution that the report mentions. Proposed by the text, declared only by a person."""

    id: str
    span: Span
    name: str
    parties: tuple[Actor, ...]
    time: Time | None
    area: Place | None
    prohibits: tuple[str, ...]
    claims: tuple[str, ...]
    violations: tuple[str, ...] = ()


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class VictimStatus(StrEnum):
    CIVILIAN = "civilian"
    COMBATANT = "combatant"
    UNKNOWN = "unknown"


class Fate(StrEnum):
    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    CAPTURED = "captured"
    RECOVERED = "recovered"


class Victim(Record, frozen=True):
    span: Span
    name: str | None
    age: int | None
    sex: Sex | None
    status: VictimStatus
    fate: Fate
    claim: str


class Wording(Record, frozen=True):
    """A loaded word, read correctly and flagged. ``plain`` is what it says without the load, if anything."""

    span: Span
    text: str
    plain: str | None
    reason: str


class Extraction(Record, frozen=True):
    """What ``extract_claims`` finds in one report."""

    attributions: tuple[Attribution, ...] = ()
    events: tuple[EventMention, ...] = ()
    claims: tuple[Claim, ...] = ()
    relations: tuple[Relation, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    victims: tuple[Victim, ...] = ()
    wording: tuple[Wording, ...] = ()


class Coding(Record, frozen=True):
    """Everything that one version of the program says about one document: the output of ``onrecord code``."""

    document: Document
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    attributions: tuple[Attribution, ...]
    events: tuple[EventMention, ...]
    claims: tuple[Claim, ...]
    relations: tuple[Relation, ...]
    agreements: tuple[Agreement, ...]
    victims: tuple[Victim, ...]
    wording: tuple[Wording, ...]
    notes: tuple[str, ...] = ()


class ReportedClaim(Record, frozen=True):
    """A claim with what linking must know of its report.

    document: content-hash id.  same_event: hashes of the report's other claims that its relations tie to this one as the same event.
    different: hashes that they tie as another event ("a second attack").  text: the words of the evidence.
    relations: what it follows, retaliates for or is part of; ``to`` is the hash of a claim.
    """

    document: str
    published: str | None
    claim: Claim
    same_event: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    text: str = ""
    relations: tuple[IncidentRelation, ...] = ()


# ── Over many reports ─────────────────────────────────────────────────────────────────────────────────────────────────


class GroupRange(Record, frozen=True):
    """The range for one group ("civilians"), with the claims that it rests on."""

    group: str
    low: float | None
    best: float | None
    high: float | None
    claims: tuple[str, ...] = ()


class Range(Record, frozen=True):
    """A range of *reported* figures, not a confidence interval. ``policy`` names the rule that chose them."""

    low: float | None
    best: float | None
    high: float | None
    policy: str
    by_group: tuple[GroupRange, ...] = ()


class Voice(Record, frozen=True):
    """An independent origin of reports: an outlet, or the wire that several outlets copied."""

    id: str
    name: str
    affiliation: str | None
    members: tuple[str, ...]
    credit: str | None = None


class Grade(StrEnum):
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    CORROBORATED = "corroborated"
    PARTY_CLAIM = "party_claim"
    SINGLE_SOURCE = "single_source"


class IncidentState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    AGREED = "agreed"
    CONFLICT = "conflict"
    ADJUDICATED = "adjudicated"
    REOPENED = "reopened"


class IncidentRelation(Record, frozen=True):
    type: RelationType
    to: str


class Incident(Record, frozen=True):
    """What several claims are about. ``claims`` assert it, ``denials`` deny it; both are content-hash claim ids."""

    id: str
    type: str
    mode: tuple[str, ...]
    time: Time | None
    place: Place | None
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    killed: Range | None
    injured: Range | None
    casualties: Range | None
    missing: Range | None
    captured: Range | None
    displaced: Range | None
    grade: Grade
    grade_reason: str
    voices: int
    claims: tuple[str, ...]
    denials: tuple[str, ...] = ()
    relations: tuple[IncidentRelation, ...] = ()
    violations: tuple[str, ...] = ()
    state: IncidentState = IncidentState.PROPOSED
    merged_into: str | None = None


class TallyPoint(Record, frozen=True):
    as_of: str | None
    low: float | None
    best: float | None
    high: float | None
    voice: str | None
    claim: str


class Tally(Record, frozen=True):
    """A stock or cumulative figure over time; never added to incidents."""

    id: str
    subject: str
    of: QuantityOf
    unit: Unit
    place: str | None
    period: str | None
    series: tuple[TallyPoint, ...]
    flags: tuple[str, ...] = ()


class ViolationStatus(StrEnum):
    ALLEGED = "alleged"
    CORROBORATED = "corroborated"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    REJECTED = "rejected"


class Violation(Record, frozen=True):
    id: str
    agreement: str
    incident: str
    article: str | None
    status: ViolationStatus
    by: Actor | None
    local_time: str | None
    reason: str


class Decision(Record, frozen=True):
    """What a person decided about a proposal. Appended, never changed; a later one ``supersedes``."""

    id: str
    by: str
    at: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    supersedes: str | None = None


# ── Facts about the data ──────────────────────────────────────────────────────────────────────────────────────────────


def text_sha256(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hex; lone surrogates are kept apart from U+FFFD."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_id(prefix: str, *parts: object) -> str:
    """A content-hash id: prefix, then the first 20 hex digits of SHA-256 over the parts' JSON.

    >>> content_id("clm-", "abc", [(0, 3)], "event", "claims.ud.v1")
    'clm-a312ae87901a2434fdf9'
    """
    return prefix + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:20]


def overlap(one: Span, other: Span) -> int:
    """How many code points two spans share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def covering(spans: Iterable[Span]) -> Span:
    """The smallest span that holds all given; raises ValueError on none."""
    ordered = list(spans)
    return min(start for start, _ in ordered), max(end for _, end in ordered)


def connected(members: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The members in groups that the pairs connect: each in order, ordered by their first member."""
    ordered = sorted(members)
    parent = {member: member for member in ordered}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    groups: dict[str, list[str]] = {}
    for member in ordered:
        groups.setdefault(root(member), []).append(member)
    return [groups[key] for key in sorted(groups)]


def actor_code(country: str | None, sectors: Iterable[str]) -> str:
    """Country, space, sectors joined by "/", whichever there are ("TUR MIL", "UNO", "REB").

    >>> actor_code("SYR", ["CVL", "REF"]), actor_code(None, ["REB"])
    ('SYR CVL/REF', 'REB')
    """
    return " ".join(part for part in (country, "/".join(sectors)) if part)
