"""What is denied by a word for it: "the army denied it", "the rebels deny any role" are negative claims of the deed told before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from onrecord.claims.chains import headed_by
from onrecord.claims.circumstances import inferred_time
from onrecord.claims.drafts import Draft
from onrecord.claims.factuality import factuality_of
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_set
from onrecord.records import Claim, ClaimKind, Link, LinkRole, Polarity, Status, content_id

DEEDS = frozenset(("ASSAULT", "COERCE", "SANCTION"))
TAKING_UP = word_set("pronouns.taking_up")
CHARGES = word_set("speech.charges")
PARTS = word_set("speech.parts")
REACH = 2  # sentences back to what is denied
DENYING = "statement.deny"


def denied_claims(made: Sequence[tuple[Claim, Draft]], syntax: Syntax) -> Iterator[tuple[Claim, Draft]]:
    """A negative claim, with the draft of its statement, for every denial that only points to what was told; without an id."""
    for at, (statement, draft) in enumerate(made):
        word = _denied_word(draft, syntax)
        if word is None:
            continue
        told = next((claim for claim, _ in reversed(made[:at]) if can_be_denied(claim, statement)), None)
        if told is None or told.event is None:
            continue
        own = word in PARTS
        yield (
            msgspec.structs.replace(
                told,
                hash=content_id("clm-", syntax.parse.document.sha256, list(statement.evidence), ClaimKind.EVENT, DENYING),
                kind=ClaimKind.EVENT,
                sentence=statement.sentence,
                evidence=statement.evidence,
                event_id=statement.event_id,
                event=msgspec.structs.replace(told.event, mode=() if own else told.event.mode, codable=True),
                actors=statement.actors if own or not told.actors else told.actors,
                recipients=(),
                others=(),
                place=None,
                origin=None,
                destination=None,
                time=inferred_time(syntax.parse.document.published),
                quantities=(),
                attribution=_chain(statement),
                factuality=factuality_of(Status.OCCURRED, positive=False),
                confidence=min(told.confidence, statement.confidence),
                origin_rule=statement.origin_rule,
            ),
            draft,
        )


def _denied_word(draft: Draft, syntax: Syntax) -> str | None:
    """The word that points to what is denied, of a denial that does not say it itself."""
    if draft.main.frame.id != DENYING or draft.main.slots.get("that"):
        return None
    for index in draft.main.slots.get("object", ()):
        below = {syntax.tokens[child].deprel.partition(":")[0] for child in syntax.children[index]}
        word = syntax.tokens[index].lemma.lower()
        if word in TAKING_UP | CHARGES | PARTS and not below & {"acl", "ccomp"}:
            return word
    return None


def is_pointed(claim: Claim) -> bool:
    """Whether a claim is the negative that a denial only points to ("denied it")."""
    return claim.event is not None and claim.origin_rule.endswith(f"/{DENYING}")


def can_be_denied(claim: Claim, statement: Claim) -> bool:
    """Whether a claim is of a deed, told shortly before by somebody else and as a fact."""
    if claim.event is None or not claim.event.codable or claim.event.type not in DEEDS:
        return False
    near = 0 <= statement.sentence - claim.sentence <= REACH
    return near and claim.factuality.polarity is Polarity.POSITIVE and _speaker(claim) != _speaker(statement)


def _chain(statement: Claim) -> tuple[Link, ...]:
    """The statement's chain, headed by whoever denies."""
    denier = next((p for p in statement.actors if p.span is not None), None)
    said = bool(statement.attribution) and statement.attribution[0].role is not LinkRole.PUBLISHER
    return statement.attribution if said or denier is None else headed_by(denier, statement.attribution)


def _speaker(claim: Claim) -> str | None:
    first = claim.attribution[0] if claim.attribution else None
    return first.text if first is not None and first.role is LinkRole.SPEAKER else None
