"""Cases with which a researcher checks that frames and actors do what they are meant to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from onrecord.lexicon.source import read_file
from onrecord.pipeline import Pipeline
from onrecord.records import Capture, Claim, Coding, Failure, Participant, Record


class Expected(Record, frozen=True, forbid_unknown_fields=True):
    """A claim that a case asks for; what is left out may be anything. Actors are codes ("TUR MIL")."""

    type: str
    mode: str | None = None
    actor: str | None = None
    recipient: str | None = None
    polarity: str | None = None


class Case(Record, frozen=True, forbid_unknown_fields=True):
    """A text and the codable claims that it must give, no more and no fewer; an empty list is a false friend."""

    text: str
    claims: tuple[Expected, ...]
    why: str = ""
    published: date | None = None


def run_cases(path: Path, pipeline: Pipeline) -> Iterator[tuple[str, Case, tuple[Claim, ...], bool]]:
    """For every case of a YAML file: its place, itself, the codable claims that came out, whether they are right."""
    from onrecord.ingest import Given, read_text

    for sourced in read_file(path, Case):
        case = sourced.entry
        capture: Capture = read_text(
            case.text.encode(), path=None, given=Given(language="en", published=case.published.isoformat() if case.published else None)
        )
        result: Coding | Failure = next(pipeline.code([capture]))
        claims = () if isinstance(result, Failure) else tuple(c for c in result.claims if c.event is not None and c.event.codable)
        yield sourced.where, case, claims, _answers(case.claims, claims)


def _answers(expected: tuple[Expected, ...], claims: tuple[Claim, ...]) -> bool:
    """Whether claims and expectations pair off; each expectation takes the first claim left that fulfils it."""
    left = list(claims)
    for wanted in expected:
        found = next((claim for claim in left if _fulfils(claim, wanted)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _fulfils(claim: Claim, wanted: Expected) -> bool:
    return (
        claim.event is not None
        and claim.event.type == wanted.type
        and (wanted.mode is None or wanted.mode in claim.event.mode)
        and (wanted.actor is None or wanted.actor in _codes(claim.actors))
        and (wanted.recipient is None or wanted.recipient in _codes(claim.recipients))
        and (wanted.polarity is None or wanted.polarity == claim.factuality.polarity.value)
    )


def _codes(participants: tuple[Participant, ...]) -> set[str]:
    return {participant.actor.code for participant in participants if participant.actor is not None}
