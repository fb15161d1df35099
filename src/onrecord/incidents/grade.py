"""How well an incident is attested: its independent voices, and the first grade of the table that holds, with the reason in words.

A report reaches us from an origin (who is said to have said it; the outlet itself in its own voice) by way of a publisher.
Two reports are independent only if both differ: five outlets that quote one monitor are one voice, and so is one outlet that quotes five.
The number of voices is therefore the largest matching between origins and publishers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from onrecord.incidents.facts import ARMED, GROUP_OF_SECTOR, STATE, Facts, Side, Source
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


def path_of(claim: Facts, voices: Mapping[str, Voice], parties: Collection[str]) -> Path:
    """The way of one claim. ``voices``: per document; ``parties``: as ``parties_of`` gives them."""
    voice = voices.get(claim.document)
    outlet = voice.id if voice else claim.document
    tie = (voice.affiliation if voice else None) or claim.affiliation
    printed_by = next((name for name in parties_named(tie) if name in parties), None)
    # "wire" says no more than that an outlet is nobody's: two wires are two affiliations.
    own = tie if tie and " " in tie else outlet
    if not claim.source.known:
        return Path(printed_by or outlet, printed_by or outlet, printed_by, printed_by or own)
    told_by = next((name for name in _names_of_source(claim.source) if name in parties), None)
    return Path(told_by or claim.source.name, printed_by or outlet, told_by or printed_by, told_by or claim.source.country or own)


def parties_named(affiliation: str | None) -> tuple[str, ...]:
    """The parties that an outlet's affiliation ties it to; a wire or a monitor is tied to none.

    >>> parties_named("state TUR"), parties_named("side YEM REB"), parties_named("wire")
    (('TUR/state',), ('YEM/armed',), ())
    """
    tie, _, code = (affiliation or "").partition(" ")
    country, _, sectors = code.partition(" ")
    if not country or tie not in ("state", "party", "side"):
        return ()
    group = next((GROUP_OF_SECTOR[sector] for sector in sectors.split("/") if sector in GROUP_OF_SECTOR), STATE)
    return (f"{country}/{group}", code)


def _names_of_source(source: Source) -> tuple[str, ...]:
    side = f"{source.country}/{source.group}"
    return (source.name, side) if source.group in (STATE, ARMED) else (source.name,)


def parties_of(claims: Sequence[Facts]) -> frozenset[str]:
    """Who takes part as a fighter: "TUR/state" and ids of groups. Civilians are victims, not parties, and speak for themselves."""
    sides = (side for claim in claims for readings in (*claim.actor_sides, *claim.recipient_sides) for side in readings[:1])
    return frozenset(name for side in sides for name in _names_of(side))


def _names_of(side: Side) -> tuple[str, ...]:
    if side.group not in (STATE, ARMED):
        return ()
    named = (f"{side.country}/{side.group}",) if side.country else ()
    return (*named, side.id) if side.id else named


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
    parties = parties_of(claims)
    standing = [claim for claim in claims if claim.document not in retracted]
    paths = [path_of(claim, voices, parties) for claim in standing]
    count = count_voices(paths)
    if not standing:
        return Attestation(Grade.WITHDRAWN, "every report of it was retracted", 0)
    if denials:
        who = ", ".join(sorted({path_of(claim, voices, parties).origin for claim in denials}))
        return Attestation(Grade.CONTESTED, f"denied by {_names(who, voices)}", count)
    if excluded := excluding_figures(standing, paths):
        return Attestation(Grade.CONTESTED, excluded, count)
    if admits := _admission(standing, paths):
        return Attestation(Grade.CONFIRMED, f"{admits} says so of its own act", count)
    affiliations = {path.affiliation for path in paths}
    if count >= 3 and len(affiliations) >= 2:
        return Attestation(Grade.CONFIRMED, f"{count} independent voices of {len(affiliations)} affiliations", count)
    if count >= 2:
        return Attestation(Grade.CORROBORATED, f"{count} independent voices", count)
    sides = sorted({path.party for path in paths if path.party})
    if sides and all(path.party for path in paths):
        return Attestation(Grade.PARTY_CLAIM, f"only voices tied to a party to it ({', '.join(sides)})", count)
    reports = len({claim.document for claim in standing})
    return Attestation(Grade.SINGLE_SOURCE, f"{reports} report{'s' if reports > 1 else ''}, 1 independent voice", count)


def _names(origins: str, voices: Mapping[str, Voice]) -> str:
    names = {voice.id: voice.name for voice in voices.values()}
    return ", ".join(names.get(origin, origin) for origin in origins.split(", "))


def _admission(claims: Sequence[Facts], paths: Sequence[Path]) -> str | None:
    """Who owns up: a party that is the only stated actor of the act, by the mouth of one who speaks for it.

    A party's outlet in its own voice is not the party.
    """
    for claim, path in zip(claims, paths, strict=True):
        actors = [readings[0] for readings in claim.actor_sides] if claim.source.known else []
        if (
            path.party
            and actors
            and all(_is(side, path.party) for side in actors)
            and not any(_is(readings[0], path.party) for readings in claim.recipient_sides)
        ):
            return path.party
    return None


def _is(side: Side, party: str) -> bool:
    return party in _names_of(side)


def excluding_figures(claims: Sequence[Facts], paths: Sequence[Path]) -> str | None:
    """Why the killed as told by two sides cannot both be right, or None: one says none or few, the other many times more."""
    told: dict[str, list[tuple[float, float]]] = {}
    for claim, path in zip(claims, paths, strict=True):
        for figure in claim.figures:
            exact = figure.exact and figure.best is not None and not figure.part
            if figure.of == "killed" and exact and figure.best is not None:
                told.setdefault(path.party or "", []).append((figure.best, figure.best))
    for one in sorted(told):
        for other in sorted(told):
            if one < other and (told[one] and told[other]):
                most, least = max(high for _, high in told[one]), min(low for low, _ in told[other])
                fewest, largest = min(low for low, _ in told[one]), max(high for _, high in told[other])
                if most * 3 < least or largest * 3 < fewest:
                    return f"the killed exclude one another: {fewest:g} to {most:g} against {least:g} to {largest:g}"
    return None
