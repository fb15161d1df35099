"""What a report says: who says what happened, and how sure they are."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from onrecord.records.base import Record, Span
from onrecord.records.documents import Document
from onrecord.records.mentions import Actor, Mention, Participant, Place, Quantity, Time
from onrecord.records.parses import Sentence


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
