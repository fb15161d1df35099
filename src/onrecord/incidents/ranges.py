"""From the figures of many claims to one range, by a named rule: what was reported, not an estimate of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from onrecord.incidents.facts import Facts, Figure
from onrecord.records import GroupRange, Range


class Total(NamedTuple):
    """What one source in one report says the total is."""

    claim: str
    published: str
    origin: str
    low: float | None
    low_conservative: float | None
    best: float | None
    high: float | None


class Bounds(NamedTuple):
    low: float | None
    best: float | None
    high: float | None


def range_of(claims: Sequence[Facts], kind: str, *, policy: str, origins: Mapping[str, str]) -> Range | None:
    """The range for one kind of human cost over an incident's claims, or None if none gives a figure.

    policy: a key of ``POLICIES``.  origins: per claim hash, who it goes back to; figures of one origin count once.
    """
    if not any(figure.of == kind for claim in claims for figure in claim.figures):
        return None
    totals = totals_of(claims, kind, origins)
    if not totals:
        return None
    bounds = POLICIES[policy](totals)
    return Range(low=bounds.low, best=bounds.best, high=bounds.high, policy=policy, by_group=_by_group(claims, kind, policy, origins))


def totals_of(claims: Sequence[Facts], kind: str, origins: Mapping[str, str]) -> list[Total]:
    """Per report and source, the largest total that it gives: what it says elsewhere of fewer is of a part."""
    found: dict[tuple[str, str], Total] = {}
    for claim, figures in counted(claims, kind):
        total = _add(claim, figures, origins.get(claim.hash, claim.document))
        key = (claim.document, total.origin)
        if key not in found or _size(total) > _size(found[key]):
            found[key] = total
    return sorted(found.values(), key=lambda total: (total.published, total.claim))


def counted(claims: Sequence[Facts], kind: str) -> list[tuple[Facts, list[Figure]]]:
    """The claims that count so many of a kind, with those figures.

    Not those that are part of another, that a report adds to what it has counted before ("two of the wounded died"), and that tell what
    the attackers lost themselves where others were harmed, too.
    """
    whole = [(claim, figure) for claim in claims for figure in claim.figures if figure.of == kind and not figure.part]
    counting = {claim.document for claim, figure in whole if not figure.additive and _floor(figure)}
    whole = [(claim, figure) for claim, figure in whole if not figure.additive or claim.document not in counting]
    roles: Counter[str | None] = Counter(actor.code for claim in claims for actor in claim.actors)
    roles.subtract(recipient.code for claim in claims for recipient in claim.recipients)
    others = {figure.group for _, figure in whole if roles[figure.group] <= 0}
    chosen: dict[str, tuple[Facts, list[Figure]]] = {}
    for claim, figure in whole:
        if figure.group in others or not others:
            chosen.setdefault(claim.hash, (claim, []))[1].append(figure)
    return list(chosen.values())


def _add(claim: Facts, figures: Sequence[Figure], origin: str) -> Total:
    """Different groups of one claim add up ("five soldiers and three civilians"); two figures for one group do not."""
    by_group: dict[str | None, Figure] = {}
    for figure in figures:
        known = by_group.get(figure.group)
        if known is None or (_floor(figure) > _floor(known)):
            by_group[figure.group] = figure
    chosen = tuple(by_group.values())
    return Total(
        claim.hash,
        claim.published or "",
        origin,
        _sum([figure.low for figure in chosen], missing_as_zero=True),
        _sum([figure.low_conservative if figure.low_conservative is not None else figure.low for figure in chosen], missing_as_zero=True),
        _sum([figure.best for figure in chosen]),
        _sum([figure.high for figure in chosen]),
    )


def _sum(values: Sequence[float | None], *, missing_as_zero: bool = False) -> float | None:
    known = [value for value in values if value is not None]
    if not known or (len(known) < len(values) and not missing_as_zero):
        return None
    return sum(known)


def _floor(figure: Figure) -> float:
    return next((value for value in (figure.best, figure.low, figure.high) if value is not None), 0.0)


def _size(total: Total) -> tuple[float, str]:
    return next((value for value in (total.best, total.low, total.high) if value is not None), 0.0), total.claim


def _by_group(claims: Sequence[Facts], kind: str, policy: str, origins: Mapping[str, str]) -> tuple[GroupRange, ...]:
    groups = sorted({figure.group for claim in claims for figure in claim.figures if figure.of == kind and figure.group})
    found = []
    for group in groups:
        totals: dict[tuple[str, str], Total] = {}
        for claim in claims:
            figures = [figure for figure in claim.figures if figure.of == kind and figure.group == group]
            if figures:
                total = _add(claim, figures, origins.get(claim.hash, claim.document))
                key = (claim.document, total.origin)
                totals[key] = max(totals.get(key, total), total, key=_size)
        ordered = sorted(totals.values(), key=lambda total: (total.published, total.claim))
        bounds = POLICIES[policy](ordered)
        named = tuple(sorted(total.claim for total in ordered))
        found.append(GroupRange(group=group, low=bounds.low, best=bounds.best, high=bounds.high, claims=named))
    return tuple(found)


# ── The rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ucdp(totals: Sequence[Total]) -> Bounds:
    """Lowest, best, highest. Best: the figure that most origins give; between equals, of the latest report, then the lower one.

    After the UCDP GED codebook's low, best and high estimates; UCDP's coders weigh sources where we count them.
    """
    low, high = _lowest(totals), _highest(totals)
    supporters: dict[float, set[str]] = {}
    latest: dict[float, str] = {}
    for total in totals:
        if total.best is not None:
            supporters.setdefault(total.best, set()).add(total.origin)
            latest[total.best] = max(latest.get(total.best, ""), total.published)
    if not supporters:
        return Bounds(low, None, high)
    best = max(sorted(supporters), key=lambda value: (len(supporters[value]), latest[value], -value))
    return Bounds(low, best, high)


def acled_conservative(totals: Sequence[Total]) -> Bounds:
    """The most conservative figure reported; vague words by their lowest reading (dozens 12, hundreds 100)."""
    floors = [total.low_conservative if total.low_conservative is not None else total.best for total in totals]
    known = [value for value in floors if value is not None]
    low = min(known) if known else None
    return Bounds(low, low, _highest(totals))


def airwars(totals: Sequence[Total]) -> Bounds:
    """The smallest and the largest figure of any source, and no best one."""
    return Bounds(_lowest(totals), None, _highest(totals))


def _lowest(totals: Sequence[Total]) -> float | None:
    lows = [total.low if total.low is not None else total.best for total in totals]
    known = [value for value in lows if value is not None]
    return min(known) if known else None


def _highest(totals: Sequence[Total]) -> float | None:
    """The highest figure given, or None where the one that reaches highest is open ("at least 34")."""
    ends = [total.high for total in totals if total.high is not None]
    floors = [value for total in totals if total.high is None for value in (total.best, total.low) if value is not None]
    if not ends or (floors and max(floors) >= max(ends)):
        return None if not ends or max(floors) > max(ends) else max(ends)
    return max(ends)


Policy = Callable[[Sequence[Total]], Bounds]
POLICIES: dict[str, Policy] = {"ucdp": ucdp, "acled-conservative": acled_conservative, "airwars": airwars}
DEFAULT_POLICY = "ucdp"
