"""Takes a coding apart into the ledger's rows, and puts it together again."""

from __future__ import annotations

import hashlib
import re

import msgspec

from onrecord.claim_cells import FORM, Column, own_columns
from onrecord.incidents import is_linkable
from onrecord.ledger.database.codec import pack, pack_bytes, unpack, unpack_bytes
from onrecord.ledger.database.statements import Row
from onrecord.records import Capture, Claim, Coding, Document, Link, LinkRole, Mention, Participant, content_id, words_at

NOTICES = {
    "retraction": re.compile(r"^\W*(retract|withdrawn|kill\b|do not use)", re.I),
    "correction": re.compile(r"^\W*correct(ion|s|ed)\b", re.I),
}


def appearance_row(document: Document, capture: Capture | None) -> Row:
    """Where one text was seen: the same text at the same place is the same appearance."""
    raw = _raw_hash(capture)
    row: Row = {
        "document": document.id,
        "raw_sha256": raw,
        "path": document.path,
        "url": document.url,
        "outlet": document.outlet,
        "title": document.title,
        "credit": document.credit,
        "published": document.published,
        "published_basis": str(document.published_basis),
        "encoding": capture.encoding if capture else None,
        "extractor": capture.extractor if capture else None,
        "notice": notice_of(document),
    }
    seen_at = (document.id, document.url or document.path, document.outlet, document.published)
    return {"id": content_id("app-", *seen_at), **row}


def _raw_hash(capture: Capture | None) -> str | None:
    return hashlib.sha256(capture.raw).hexdigest() if capture else None


def notice_of(document: Document) -> str | None:
    """ "retraction" or "correction" when the headline or the first words say that the report is one."""
    opening = document.title or document.text.lstrip()[:80]
    return next((kind for kind, pattern in NOTICES.items() if pattern.search(opening)), None)


def coding_row(coding: Coding) -> Row:
    """The coding without its text and its claims; its id is a hash of everything in it but the path."""
    document = coding.document
    bare = msgspec.structs.replace(document, text="", path=None)
    remainder = msgspec.structs.replace(coding, document=bare, claims=())
    return {
        "id": content_id("cod-", document.id, document.version, remainder, [msgspec.to_builtins(claim) for claim in coding.claims]),
        "document": document.id,
        "version": document.version,
        "rank": rank_of(document),
        "outlet": document.outlet,
        "published": document.published,
        "claims": len(coding.claims),
        "record": pack(remainder),
    }


def rank_of(document: Document) -> str:
    """Sorts the codings of one text: newer program first, then one that knows its publication date, then the earliest date."""
    numbers = re.findall(r"\d+", document.version.partition("+")[0])
    version = ".".join(f"{int(number):06d}" for number in numbers)
    dated = "1" if document.published else "0"
    earliest = "".join(chr(ord("9") - int(digit)) if digit.isdigit() else digit for digit in document.published or "")
    # chr(ord("9") - digit) turns "earlier" into "higher", so that max() finds it.
    return f"{version}|{dated}|{earliest}"


def cells_row(coding: Coding) -> Row:
    """The claims of a coding as columns: their own cells, and as the last column the spans of their evidence."""
    columns = [*own_columns(coding.claims), [claim.evidence for claim in coding.claims]]
    return {"form": FORM, "columns": pack_bytes(msgspec.json.encode(columns))}


def columns_from(form: int | None, packed: bytes | None) -> list[Column] | None:
    """The columns that ``cells_row`` kept; None where none were, or in another form."""
    return msgspec.json.decode(unpack_bytes(packed), type=list[Column]) if packed is not None and form == FORM else None


def claim_row(claim: Claim, position: int) -> Row:
    """One claim with the columns that people filter by; the whole of it is in ``record``."""
    place, time, event = claim.place, claim.time, claim.event
    spans = claim.evidence
    return {
        "position": position,
        "hash": claim.hash,
        "kind": str(claim.kind),
        "type": event.type if event else None,
        "mode": "/".join(event.mode) if event and event.mode else None,
        "codable": bool(event and event.codable),
        "linkable": is_linkable(claim),
        "who": codes_of(claim.actors),
        "whom": codes_of(claim.recipients),
        "place": place.name if place else None,
        "place_id": place.id if place else None,
        "admin1": place.admin1 if place else None,
        "country": place.country if place else None,
        "lat": as_kept(place.lat) if place else None,
        "lon": as_kept(place.lon) if place else None,
        "radius_km": as_kept(place.radius_km) if place else None,
        "time_start": time.start if time else None,
        "time_end": time.end if time else None,
        "speaker": speaker_of(claim.attribution),
        "polarity": str(claim.factuality.polarity),
        "certainty": str(claim.factuality.certainty),
        "status": str(claim.factuality.status),
        "confidence": float(claim.confidence),
        "start": min((span[0] for span in spans), default=0),
        "end": max((span[1] for span in spans), default=0),
        "record": pack(claim),
    }


def as_kept(number: float | None) -> float | None:
    """The number as the database gives it back: a float, also where a whole one was given."""
    return None if number is None else float(number)


def codes_of(participants: tuple[Participant, ...]) -> str | None:
    """The actors' codes, or their words where they have none, joined by "; "."""
    names = dict.fromkeys(
        (participant.actor.code or participant.actor.name) if participant.actor else (participant.text or "")
        for participant in participants
    )
    return "; ".join(name for name in names if name) or None


def speaker_of(links: tuple[Link, ...]) -> str | None:
    """Who is said to have said it: the words of the first link of the chain that has any."""
    for link in links:
        if link.role is not LinkRole.PUBLISHER or len(links) == 1:
            return link.text or (link.actor.name if link.actor else None)
    return None


def figure_rows(coding: Coding) -> list[Row]:
    """A row per quantity of a claim, whatever its scope."""
    rows: list[Row] = []
    for claim in coding.claims:
        for quantity in claim.quantities:
            group = quantity.group
            rows.append(
                {
                    "position": len(rows),
                    "claim": claim.hash,
                    "of": str(quantity.of),
                    "unit": str(quantity.unit),
                    "who": codes_of((group,)) if group else None,
                    "low": as_kept(quantity.low),
                    "best": as_kept(quantity.best),
                    "high": as_kept(quantity.high),
                    "exactness": str(quantity.exactness),
                    "scope": str(quantity.scope),
                }
            )
    return rows


def mention_rows(coding: Coding) -> list[Row]:
    """A row per mention, with a content-hash id in place of its short one."""
    text_hash, version = coding.document.sha256, coding.document.version
    ids = {mention.id: content_id("men-", text_hash, mention.span, mention.kind, version) for mention in coding.mentions}
    return [
        {
            "position": position,
            "id": ids[mention.id],
            "kind": str(mention.kind),
            "label": str(mention.label),
            "start": mention.span[0],
            "end": mention.span[1],
            "text": mention.text,
            "refers_to": ids.get(mention.refers_to or ""),
            "means": meaning_of(mention),
        }
        for position, mention in enumerate(coding.mentions)
    ]


def meaning_of(mention: Mention) -> str | None:
    """What a mention resolves to, in one cell: a code, a place name, a time value, a number."""
    if mention.actor:
        return mention.actor.code or mention.actor.name
    if mention.place:
        return mention.place.id or mention.place.name
    if mention.time:
        return mention.time.value
    if mention.quantity:
        bounds = (mention.quantity.low, mention.quantity.best, mention.quantity.high)
        return "/".join("" if bound is None else f"{bound:g}" for bound in bounds)
    return None


def attribution_rows(coding: Coding) -> list[Row]:
    """A row per attribution, with the words of its source and cue and the extent of its content."""
    text = coding.document.text
    return [
        {
            "position": position,
            "id": content_id("att-", coding.document.sha256, found.source, found.cue, found.content, coding.document.version),
            "source": words_at(text, found.source) or None,
            "cue": words_at(text, found.cue) or None,
            "cue_class": str(found.cue_class),
            "form": str(found.form),
            "start": min((span[0] for span in found.content), default=None),
            "end": max((span[1] for span in found.content), default=None),
            "confidence": float(found.confidence),
        }
        for position, found in enumerate(coding.attributions)
    ]


def relation_rows(coding: Coding) -> list[Row]:
    """A row per relation between two claims, by their hashes."""
    hashes = {claim.id: claim.hash for claim in coding.claims}
    known = (relation for relation in coding.relations if relation.source in hashes and relation.target in hashes)
    return [
        {"position": position, "source": hashes[relation.source], "target": hashes[relation.target], "type": str(relation.type)}
        for position, relation in enumerate(known)
    ]


def coding_from(record: bytes, text: str | None, claims: list[bytes]) -> Coding:
    """The coding that the rows were made from; a redacted text is empty."""
    remainder = unpack(record, Coding)
    document = msgspec.structs.replace(remainder.document, text=text or "")
    return msgspec.structs.replace(remainder, document=document, claims=tuple(unpack(blob, Claim) for blob in claims))
