"""How well an incident is attested: its independent voices, and the first grade of the table that holds, with the reason in words.

A report reaches us from an origin (who is said to have said it; the outlet itself in its own voice) by way of a publisher.
Two reports are independent only if both differ: five outlets that quote one monitor are one voice, and so is one outlet that quotes five.
The number of voices is therefore the largest matching between origins and publishers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from onrecord.incidents.facts import ARMED, GROUP_OF_SECTOR, STATE, Facts, Side
from onrecord.incidents.ranges import counted
from onrecord.records import Grade, Voice


class Path(NamedTuple):
    """How a claim came to us: who is said to have said it, and by whose print.

    What is tied to a party stands for that party ("TUR/state"): all its speakers and outlets are one origin and one publisher.
    party: the party that either is tied to, or None.  affiliation: whose interest it would serve.
    """

    origin: str
    publisher: str
    party: str | None
    affiliation: str


class Attestation(NamedTuple):
    grade: Grade
    reason: str
    voices: int


def path_of(claim: Facts, voices: Mapping[str, Voice], involved: Collection[str]) -> Path:
    """The way of one claim. ``voices``: per document; ``involved``: as ``who_is_involved`` gives it."""
    voice = voices.get(claim.document)
    outlet = voice.id if voice else claim.document
    tie = (voice.affiliation if voice else None) or claim.affiliation
    printed_by = _party(side_named(tie), involved)
    # "wire" says no more than that an outlet is nobody's: two wires are two affiliations.
    own = tie if tie and " " in tie else outlet
    if not claim.source.known:
        return Path(printed_by or outlet, printed_by or outlet, printed_by, printed_by or own)
    source = claim.source
    told_by = _party(Side(source.name, source.country, source.group), involved)
    return Path(told_by or source.name, printed_by or outlet, told_by or printed_by, told_by or source.country or own)


def side_named(affiliation: str | None) -> Side | None:
    """The side that an outlet's affiliation ties it to; None for a wire, a monitor and whoever is tied to none.

    >>> side_named("side YEM REB"), side_named("wire")
    (Side(id='YEM REB', country='YEM', group='armed'), None)
    """
    tie, _, code = (affiliation or "").partition(" ")
    country, _, sectors = code.partition(" ")
    if not country or tie not in ("state", "party", "side"):
        return None
    group = next((GROUP_OF_SECTOR[sector] for sector in sectors.split("/") if sector in GROUP_OF_SECTOR), STATE)
    return Side(code, country, group)


def _party(side: Side | None, involved: Collection[str]) -> str | None:
    """The name of the party that a side is, or None where it has no part in it: "SYR/state", "SYR/armed", a group's id."""
    if side is None or side.group not in (STATE, ARMED):
        return None
    if side.country in involved:
        return f"{side.country}/{side.group}"
    return side.id if side.id in involved else None


def party_words(party: str) -> str:
    """A party as people read it; what is no side of a country stays as it is.

    >>> party_words("SYR/armed"), party_words("SYR/state"), party_words("UNO")
    ('an armed group of SYR', 'the state of SYR', 'UNO')
    """
    country, _, group = party.partition("/")
    return {STATE: f"the state of {country}", ARMED: f"an armed group of {country}"}.get(group, party)


def who_is_involved(claims: Sequence[Facts]) -> frozenset[str]:
    """The countries of all who act and suffer and of the place, and the ids of groups without a country.

    Whoever rules or fights in such a country has a side in it; its civilians are no party and speak for themselves.
    """
    sides = (side for claim in claims for readings in (*claim.actor_sides, *claim.recipient_sides) for side in readings[:1])
    named = {name for side in sides for name in (side.country or side.id,) if name}
    return frozenset(named | {claim.spot.country for claim in claims if claim.spot and claim.spot.country})


def count_voices(paths: Sequence[Path]) -> int:
    """The largest number of paths of which no two share an origin or a publisher."""
    return _matching([(path.origin, path.publisher) for path in paths])


def _matching(pairs: Sequence[tuple[str, str]]) -> int:
    """The size of a maximum matching of a bipartite graph, by augmenting paths (Kuhn 1955)."""
    follows: dict[str, list[str]] = {}
    for origin, publisher in sorted(set(pairs)):
        follows.setdefault(origin, []).append(publisher)
    taken: dict[str, str] = {}

    def place(origin: str, tried: set[str]) -> bool:
        for publisher in follows[origin]:
            if publisher in tried:
                continue
            tried.add(publisher)
            if publisher not in taken or place(taken[publisher], tried):
                taken[publisher] = origin
                return True
        return False

    return sum(place(origin, set()) for origin in sorted(follows))


def attest(
    claims: Sequence[Facts], denials: Sequence[Facts], voices: Mapping[str, Voice], *, retracted: Collection[str] = ()
) -> Attestation:
    """The grade of an incident by the contract's table, first rule that holds."""
    involved = who_is_involved(claims)
    standing = [claim for claim in claims if claim.document not in retracted]
    paths = [path_of(claim, voices, involved) for claim in standing]
    count = count_voices(paths)
    if not standing:
        return Attestation(Grade.WITHDRAWN, "every report of it was retracted", 0)
    if denials:
        who = sorted({party_words(_denier(claim, path_of(claim, voices, involved), voices)) for claim in denials})
        return Attestation(Grade.CONTESTED, f"denied by {', '.join(who)}", count)
    if excluded := excluding_figures(standing, paths):
        return Attestation(Grade.CONTESTED, excluded, count)
    if admits := _admission(standing, paths):
        return Attestation(Grade.CONFIRMED, f"{party_words(admits)} says so of its own act", count)
    affiliations = {path.affiliation for path in paths}
    if count >= 3 and len(affiliations) >= 2:
        return Attestation(Grade.CONFIRMED, f"{count} independent voices of {len(affiliations)} affiliations", count)
    if count >= 2:
        return Attestation(Grade.CORROBORATED, f"{count} independent voices", count)
    sides = sorted({party_words(path.party) for path in paths if path.party})
    if sides and all(path.party for path in paths):
        return Attestation(Grade.PARTY_CLAIM, f"only voices tied to a party to it ({', '.join(sides)})", count)
    reports = len({claim.document for claim in standing})
    return Attestation(Grade.SINGLE_SOURCE, f"{reports} report{'s' if reports > 1 else ''}, 1 independent voice", count)


def _denier(claim: Facts, path: Path, voices: Mapping[str, Voice]) -> str:
    """Who denies, by the party's name, else in the report's words, else the outlet."""
    if path.origin == path.party:
        return path.origin
    voice = voices.get(claim.document)
    return claim.source.text or (voice.name if voice else path.origin)


def _admission(claims: Sequence[Facts], paths: Sequence[Path]) -> str | None:
    """Who owns up: a party that is the only stated actor of the act, by the mouth of one who speaks for it.

    A party's outlet in its own voice is not the party.
    """
    for claim, path in zip(claims, paths, strict=True):
        speaks_for_itself = claim.source.known and path.origin == path.party
        actors = [readings[0] for readings in claim.actor_sides] if speaks_for_itself else []
        if (
            path.party
            and actors
            and all(_is(side, path.party) for side in actors)
            and not any(_is(readings[0], path.party) for readings in claim.recipient_sides)
        ):
            return path.party
    return None


def _is(side: Side, party: str) -> bool:
    return party in (f"{side.country}/{side.group}", side.id)


def excluding_figures(claims: Sequence[Facts], paths: Sequence[Path]) -> str | None:
    """Why what two sides tell of the killed cannot both be right, or None: of one group, one tells three times what the other does."""
    told: dict[tuple[str, frozenset[str | None]], list[float]] = {}
    path_of = {claim.hash: path for claim, path in zip(claims, paths, strict=True)}
    for claim, figures in counted(claims, "killed"):
        hit = frozenset(readings[0].group for readings in claim.recipient_sides)
        if exact := [figure.best for figure in figures if figure.exact and figure.best is not None]:
            told.setdefault((path_of[claim.hash].party or "", hit), []).extend(exact)
    for one, other in combinations(sorted(told, key=str), 2):
        low, high = sorted((told[one], told[other]), key=max)
        if one[1] == other[1] and one[0] != other[0] and max(low) * 3 < min(high):
            return f"the killed exclude one another: {_span(low)} against {_span(high)}"
    return None


def _span(values: Sequence[float]) -> str:
    return f"{min(values):g}" if min(values) == max(values) else f"{min(values):g} to {max(values):g}"
