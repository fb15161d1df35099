"""Puts claims that are about one incident together; the result does not depend on the order in which they come.

Two steps. Pairs that score at least ``Weights.link`` (or that a report or a person ties together) join claims into components:
nothing outside a component can change what happens inside it. Within one, clusters grow along the pairs, best first,
and two clusters join only if all that is known of them fits: no pair is ruled out, and on average the pairs speak for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from onrecord.incidents.block import find_pairs
from onrecord.incidents.facts import Facts
from onrecord.incidents.score import DEFAULT, NEVER, Parts, Weights, compare
from onrecord.records import connected

Pair = tuple[str, str]
TIED = 9.0
NEAR_DENIAL = 1.0  # what a report denies is mostly what it has just told
MOST_COMPARED = 12  # of a large cluster, so many claims stand for all: the most precise ones
MOST_PAIRS = 900  # between two clusters, above which they do


class Ruling(msgspec.Struct, frozen=True):
    """What people decided about pairs of claims, by hash: these are one incident, those are not."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


def ordered(one: str, other: str) -> Pair:
    """The two hashes, lower first: how a pair is named."""
    return (one, other) if one < other else (other, one)


class Cluster(msgspec.Struct, frozen=True):
    """Claims about one incident and claims that deny it, each in order of hash; ``component`` names all that hangs together."""

    claims: tuple[Facts, ...]
    denials: tuple[Facts, ...]
    component: str


def cluster_claims(claims: Iterable[Facts], *, weights: Weights = DEFAULT, ruling: Ruling = Ruling()) -> tuple[Cluster, ...]:  # noqa: B008
    """Every claim in exactly one cluster, clusters in order of their first hash; a denial of nothing known has one without claims."""
    facts = sorted({claim.hash: claim for claim in claims}.values(), key=lambda claim: claim.hash)
    edges = score_pairs(facts, weights=weights, ruling=ruling)
    by_hash = {claim.hash: claim for claim in facts}
    touching: dict[str, list[Pair]] = defaultdict(list)
    for pair in edges:
        touching[pair[0]].append(pair)
    found: list[Cluster] = []
    for members in connected((claim.hash for claim in facts), edges):
        own = {pair: edges[pair] for member in members for pair in touching.get(member, ())}
        found += _cluster_component([by_hash[member] for member in members], own, weights=weights, ruling=ruling)
    return tuple(sorted(found, key=lambda cluster: (cluster.claims or cluster.denials)[0].hash))


def _cluster_component(facts: Sequence[Facts], edges: Mapping[Pair, float], *, weights: Weights, ruling: Ruling) -> list[Cluster]:
    name = facts[0].hash
    denying = [claim for claim in facts if claim.denies]
    if not denying and len(facts) == 1:
        return [Cluster((facts[0],), (), name)]
    denier = {claim.hash for claim in denying}
    between = {pair: score for pair, score in edges.items() if not denier & set(pair)}
    groups = grow([claim for claim in facts if not claim.denies], between, weights=weights, ruling=ruling)
    answers = _answers(denying, groups, edges)
    clusters = [Cluster(tuple(group), tuple(answers[at]), name) for at, group in enumerate(groups)]
    return clusters + [Cluster((), (claim,), name) for claim in answers[-1]]


def _answers(denials: Sequence[Facts], groups: Sequence[Sequence[Facts]], edges: Mapping[Pair, float]) -> dict[int, list[Facts]]:
    """Per position of a group, the denials of it: each goes to the one that it fits best; under -1, those that fit none."""
    home = {claim.hash: at for at, group in enumerate(groups) for claim in group}
    best: dict[str, tuple[float, int]] = {}
    for (one, other), score in edges.items():
        for denying, asserting in ((one, other), (other, one)):
            if denying not in home and asserting in home:
                best[denying] = max(best.get(denying, (NEVER, 0)), (score, -home[asserting]))
    found: dict[int, list[Facts]] = defaultdict(list)
    for claim in denials:
        found[-best[claim.hash][1] if claim.hash in best else -1].append(claim)
    return found


def score_pairs(facts: Sequence[Facts], *, weights: Weights, ruling: Ruling) -> dict[Pair, float]:
    """The pairs that speak for one incident strongly enough, with their scores; ``facts`` in order of hash."""
    edges: dict[Pair, float] = {}
    for one, other in find_pairs(facts):
        first, second = facts[one], facts[other]
        score, enough = score_edge(first, second, weights)
        if score >= enough:
            edges[(first.hash, second.hash)] = score
    present = {claim.hash for claim in facts}
    ties = {ordered(claim.hash, same) for claim in facts for same in claim.same if same in present}
    edges |= dict.fromkeys(ties, TIED)
    edges |= {pair: 2 * TIED for pair in ruling.together if set(pair) <= present}
    return {pair: score for pair, score in edges.items() if pair not in ruling.apart}


def score_edge(one: Facts, other: Facts, weights: Weights = DEFAULT) -> tuple[float, float]:
    """The score of a pair, and how much it needs. Denials say little of when, where and how many: they need less, and not each other."""
    if one.denies and other.denies:
        return NEVER, weights.link
    if not (one.denies or other.denies):
        return pair_score(one, other, weights), weights.link
    parts = compare(one, other)
    score = parts.total(weights)
    near = one.document == other.document and abs(one.sentence - other.sentence) <= 2
    fits = min(parts.place, parts.actors, parts.recipients) >= 0
    if near and fits and score != NEVER:
        return score + NEAR_DENIAL, weights.deny
    return pair_score(one, other, weights), weights.deny


def pair_score(one: Facts, other: Facts, weights: Weights = DEFAULT) -> float:
    """The weighted score of a pair, with what the two need beyond it."""
    parts = compare(one, other)
    score = parts.total(weights)
    if score == NEVER:
        return NEVER
    if going_on := _goes_on(one, other, parts):
        return score + going_on
    return score - _too_little(parts)


def _goes_on(one: Facts, other: Facts, parts: Parts) -> float:
    """What speaks for a report going on about one incident: it says neither where nor when anew, and nothing that would not fit."""
    if one.document != other.document or (_placed(one) and _placed(other)):
        return 0.0
    if parts.actors < 0 or parts.recipients <= -1 or parts.modes < 0 or parts.again < 0:
        return 0.0
    return max(0.0, GOES_ON - FADES * abs(one.sentence - other.sentence))


GOES_ON, FADES = 2.0, 0.1  # per sentence between the two


def _placed(claim: Facts) -> bool:
    """Whether a claim itself says when and where."""
    return claim.start is not None and claim.spot is not None and not claim.spot.lent


def _too_little(parts: Parts) -> float:
    """What is taken off when two claims share a day and sides but nothing that tells one incident from the next."""
    telling = parts.place >= 0.6 or parts.figures >= 0.5 or parts.words >= 0.4
    return 0.0 if telling else 1.3


def grow(facts: Sequence[Facts], edges: Mapping[Pair, float], *, weights: Weights, ruling: Ruling) -> list[list[Facts]]:
    """The clusters of one component, each in order of hash."""
    by_hash = {claim.hash: claim for claim in facts}
    home = {claim.hash: claim.hash for claim in facts}
    groups = {claim.hash: [claim] for claim in facts}

    @lru_cache(maxsize=200_000)
    def score(one: str, other: str) -> float:
        if (one, other) in ruling.apart:
            return NEVER
        return edges.get((one, other), pair_score(by_hash[one], by_hash[other], weights))

    def rank(pair: Pair) -> tuple[float, int, Pair]:
        return (-edges[pair], -precision(by_hash[pair[0]]) - precision(by_hash[pair[1]]), pair)

    for pair in sorted(edges, key=rank):
        one, other = home[pair[0]], home[pair[1]]
        if one == other:
            continue
        if edges[pair] < TIED and not _fit(groups[one], groups[other], score, weights):
            continue
        if edges[pair] == TIED and _ruled_apart(groups[one], groups[other], ruling):
            continue
        for claim in groups[other]:
            home[claim.hash] = one
        groups[one] = sorted(groups[one] + groups.pop(other), key=lambda claim: claim.hash)
    return [groups[key] for key in sorted(groups)]


def _fit(one: Sequence[Facts], other: Sequence[Facts], score: Callable[[str, str], float], weights: Weights) -> bool:
    """Whether no pair is ruled out, and the pairs of claims that say where and when speak for one incident on average."""
    if len(one) * len(other) > MOST_PAIRS:
        one, other = _standing_for(one), _standing_for(other)
    across = [(a, b, score(*ordered(a.hash, b.hash))) for a in one for b in other]
    if any(value == NEVER for _, _, value in across):
        return False
    telling = [value for a, b, value in across if _placed(a) and _placed(b)]
    return not telling or sum(telling) / len(telling) >= weights.keep


def _ruled_apart(one: Sequence[Facts], other: Sequence[Facts], ruling: Ruling) -> bool:
    return bool(ruling.apart) and any(ordered(a.hash, b.hash) in ruling.apart for a in one for b in other)


def _standing_for(group: Sequence[Facts]) -> Sequence[Facts]:
    if len(group) <= MOST_COMPARED:
        return group
    return sorted(group, key=lambda claim: (-precision(claim), claim.hash))[:MOST_COMPARED]


def precision(claim: Facts) -> int:
    """How much a claim says: its place's level, a stated time, sides and figures."""
    level = claim.spot.level if claim.spot else 0
    return level + 2 * (claim.start is not None) + bool(claim.actor_sides) + bool(claim.recipient_sides) + bool(claim.figures)
