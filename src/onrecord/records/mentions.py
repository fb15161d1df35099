"""What stretches of text name, describe or count, and what they resolve to: actors, places, times, quantities."""

from __future__ import annotations

from enum import StrEnum

from onrecord.records.base import Record, Span


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


MUTUAL = "mutual"


class Participant(Record, frozen=True):
    """Who or what takes part in an event.

    One that the text leaves out has no span and ``path`` "implicit"; a party of a clash that stands on the other side, too, has there
    the path "mutual".
    """

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
