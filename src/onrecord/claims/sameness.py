"""Whether two claims of one report may be of one event, field by field."""

from __future__ import annotations

from onrecord.records import Actor, Claim, Exactness, Participant, Place, PlaceBasis, PlaceKind, QuantityOf, Scope, Time, TimeBasis

STATE = frozenset(("GOV", "MIL"))
HARD = frozenset(("ASSAULT", "COERCE"))
FORCES = frozenset(("GOV", "MIL", "COP", "SPY", "JUD"))
POLITICS = frozenset(("PTY", "ELI", "LEG", "OPP", "IGO", "NGO"))
BOMBING = frozenset(("aerial", "drone", "suicide-attack"))  # where a bomb is only what did it
NOWHERE = frozenset(("IGO", "NGO", "IMG", "ISM", "MNC"))  # codes of groups that stand in place of a country
TOWNS = frozenset((PlaceKind.POPULATED, PlaceKind.POINT, PlaceKind.FACILITY))
EFFECTS = frozenset(("destroy", "targeted", "abduct", "beat"))  # what was done, and not by which means
UNSAID = frozenset((TimeBasis.INFERRED, TimeBasis.PUBLICATION))


def types_meet(claim: Claim, other: Claim) -> bool:
    """Whether both code events of one type, and no mode of the one speaks against the other."""
    return claim.event is not None and other.event is not None and claim.event.type == other.event.type and modes_meet(claim, other)


def modes_meet(claim: Claim, other: Claim) -> bool:
    """Whether both may be by one means; what was done says nothing of the means."""
    if claim.event is None or other.event is None:
        return True
    one, two = set(claim.event.mode), set(other.event.mode)
    return share_means(claim, other) or bool(one & two) or not one - EFFECTS or not two - EFFECTS


def share_means(claim: Claim, other: Claim) -> bool:
    """Whether both say by which means, and name one; a bomb may have come from the air."""
    one, two = ({*c.event.mode} - EFFECTS if c.event is not None else set() for c in (claim, other))
    bombs = ("explosives" in one and two & BOMBING) or ("explosives" in two and one & BOMBING)
    return bool(one & two or bombs)


def sides_meet(one: tuple[Participant, ...], two: tuple[Participant, ...]) -> bool | None:
    """True if two sides share somebody, False if they are different, None if one is not named."""
    first, second = _actors(one), _actors(two)
    if not first or not second:
        return None
    return any(_is_one(a, b) for a in first for b in second)


def sides_clash(one: tuple[Participant, ...], two: tuple[Participant, ...]) -> bool:
    """Whether no two of two sides can be told of with one word: other countries, or forces of the state here and others there."""
    first, second = _actors(one), _actors(two)
    return bool(first and second) and all(_cannot_be_one(a, b) for a in first for b in second)


def _actors(side: tuple[Participant, ...]) -> list[Actor]:
    return [participant.actor for participant in side if participant.actor is not None]


def _is_one(a: Actor, b: Actor) -> bool:
    sectors = set(a.sectors) & set(b.sectors) or (set(a.sectors) <= STATE and set(b.sectors) <= STATE)
    return bool(a.country == b.country and sectors) or (a.id is not None and a.id == b.id)


def _cannot_be_one(a: Actor, b: Actor) -> bool:
    if None not in (a.country, b.country) and a.country != b.country and NOWHERE.isdisjoint((a.country, b.country)):
        return True
    if not POLITICS.isdisjoint((*a.sectors, *b.sectors)):
        return False
    return bool(set(a.sectors) & FORCES) != bool(set(b.sectors) & FORCES)


def said_time(claim: Claim) -> Time | None:
    """When, where the report says it of this event."""
    return claim.time if claim.time is not None and claim.time.basis not in UNSAID else None


def said_place(claim: Claim) -> Place | None:
    """Where, where the claim's own words name it; "the district" names no place but the one told before."""
    place = claim.place
    if place is None or place.basis is not PlaceBasis.ARGUMENT or place.text is None:
        return None
    return place if any(letter.isupper() for letter in place.text) else None


def places_meet(claim: Claim, other: Claim) -> bool:
    """Whether the places that the two themselves name, if both do, may be one."""
    one, two = claim.place, other.place
    if one is None or two is None or PlaceBasis.ARGUMENT not in (one.basis, two.basis) or one.basis != two.basis:
        return True
    return is_one_place(one, two) or not (one.kind in TOWNS and two.kind in TOWNS)


def is_one_place(one: Place | None, two: Place | None) -> bool:
    """Whether two places are known to be one: by what they are in the gazetteer, else by name."""
    if one is None or two is None:
        return False
    return one.id == two.id if one.id is not None and two.id is not None else one.name.casefold() == two.name.casefold()


def times_meet(claim: Claim, other: Claim) -> bool:
    """Whether no time of the one is over before that of the other begins."""
    one, two = claim.time, other.time
    if one is None or two is None:
        return True
    if one.end and two.start and one.end <= two.start:
        return False
    return not (two.end and one.start and two.end <= one.start)


def figures_meet(claim: Claim, other: Claim) -> bool:
    """Whether of no thing that both count exactly all figures differ."""
    one, two = _exact(claim), _exact(other)
    return all(one[of] & two[of] for of in one.keys() & two.keys())


def _exact(claim: Claim) -> dict[QuantityOf, set[float]]:
    found: dict[QuantityOf, set[float]] = {}
    for quantity in claim.quantities:
        if quantity.exactness is Exactness.EXACT and quantity.best is not None:
            found.setdefault(quantity.of, set()).add(quantity.best)
    return found


def counts_a_period(claim: Claim) -> bool:
    """Whether the figures are of a time that the words name rather than of one event ("since March")."""
    periods = (quantity.period for quantity in claim.quantities)
    named = any(period is not None and period.span is not None for period in periods)
    return named or any(quantity.scope is Scope.AGGREGATE for quantity in claim.quantities)
