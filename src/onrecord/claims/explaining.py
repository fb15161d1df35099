"""Why a claim came out as it did: its frame and pattern, the path of every role, what was joined to it, what was rejected."""

from __future__ import annotations

from onrecord.claims.drafts import Draft
from onrecord.claims.instances import Trigger
from onrecord.claims.syntax import Syntax
from onrecord.records import Claim, Record


class RoleStep(Record, frozen=True):
    """A role, the words that fill it, and the slot and relation by which they were found ("object", "nsubj:pass")."""

    role: str
    text: str
    slot: str
    relation: str


class TriggerStep(Record, frozen=True):
    """A word that called up a frame: the pattern that held, the light verb that lent participants, and patterns that did not hold."""

    text: str
    frame: str
    pattern: str
    support: str | None
    rejected: tuple[tuple[str, str], ...]


class Explanation(Record, frozen=True):
    """The making of one claim. ``main`` names the event; ``joined`` are triggers of the same event."""

    claim: str
    main: TriggerStep
    joined: tuple[TriggerStep, ...]
    roles: tuple[RoleStep, ...]
    settled: str | None = None


def explain(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax) -> tuple[Explanation, ...]:
    """One explanation per claim, in order."""
    return tuple(_explain(claim, drafts[claim.id], syntax) for claim in claims)


def _explain(claim: Claim, draft: Draft, syntax: Syntax) -> Explanation:
    roles = [
        RoleStep(role=role, text=syntax.tokens[f.index].text, slot=f.slot, relation=syntax.tokens[f.index].deprel)
        for role, fillers in draft.roles.fillers.items()
        for f in fillers
    ]
    settled = None
    if draft.event != draft.main.frame.event:
        settled = (
            f"{draft.main.frame.event} became {draft.event}: what it is about is {', '.join(c.event or 'no event' for c in draft.contents)}"
        )
    return Explanation(
        claim=claim.id,
        main=_step(draft.main, syntax),
        joined=tuple(_step(t, syntax) for t in draft.triggers if t is not draft.main),
        roles=tuple(roles),
        settled=settled,
    )


def _step(trigger: Trigger, syntax: Syntax) -> TriggerStep:
    return TriggerStep(
        text=" ".join(syntax.tokens[index].text for index in trigger.tokens),
        frame=trigger.frame.id,
        pattern=trigger.pattern.text,
        support=syntax.tokens[trigger.support.token].text if trigger.support is not None else None,
        rejected=tuple(trigger.rejected),
    )
