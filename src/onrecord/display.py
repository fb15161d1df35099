"""Codings for people: a terminal view that reads at 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.records import (
    Actor,
    BlockKind,
    Claim,
    Coding,
    Exactness,
    Link,
    LinkRole,
    Participant,
    Place,
    PlaceBasis,
    Polarity,
    Quantity,
    Range,
    Span,
    Status,
    Time,
)

if TYPE_CHECKING:
    from onrecord.claims.explaining import Explanation, TriggerStep

EVIDENCE_CHARACTERS = 220
TIES = frozenset({"parent", "side"})  # readings of a group by whom it answers to or fights beside
BOUNDS = {
    Exactness.AT_LEAST: "at least ",
    Exactness.MORE_THAN: "more than ",
    Exactness.AT_MOST: "at most ",
    Exactness.NEARLY: "nearly ",
    Exactness.ABOUT: "about ",
}
CERTAINTY_STYLE = {"certain": "green", "probable": "yellow", "possible": "yellow", "unclear": "magenta"}


def print_coding(coding: Coding, console: Console, *, everything: bool = False) -> None:
    """Writes the report's claims, one block each. ``everything`` shows claims that are not codable events, too."""
    shown = [claim for claim in coding.claims if everything or worth_showing(claim)]
    console.print(_heading(coding, len(shown)), highlight=False)
    for claim in shown:
        console.print()
        console.print(_title(claim), highlight=False)
        console.print(Padding(_fields(coding, claim), (0, 0, 0, 2)))
    hidden = len(coding.claims) - len(shown)
    if hidden:
        console.print(Text(f"\n{hidden} more claims code no event (states, re-mentions, remarks): --all shows them", style="dim"))
    for note in coding.notes:
        console.print(Text(f"note: {note}", style="yellow"))


def print_explanation(coding: Coding, claim: Claim, explanation: Explanation, console: Console) -> None:
    """Writes how a claim came about: the frame and its place in YAML, the way to each role, what was rejected and why."""
    console.print(_title(claim), highlight=False)
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, min_width=8)
    table.add_column(overflow="fold")
    for name, value in _steps(explanation):
        table.add_row(name, Text(value))
    for span in claim.evidence:
        table.add_row("text", Text(_evidence(coding, span)))
    console.print(Padding(table, (0, 0, 1, 2)))


def describe_explanation(explanation: Explanation) -> str:
    """How a claim came about, a line a step."""
    return "\n".join(f"{name}: {value}" for name, value in _steps(explanation))


def _steps(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield "frame", _step(explanation.main)
    for step in explanation.joined:
        yield "joined", _step(step)
    if explanation.settled:
        yield "settled", explanation.settled
    for role in explanation.roles:
        yield role.role, f"{role.text} ({role.slot}, parsed as {role.relation})"
    for step in (explanation.main, *explanation.joined):
        for pattern, reason in step.rejected:
            yield "rejected", f"{pattern}: {reason}"


def _step(step: TriggerStep) -> str:
    support = f", supported by “{step.support}”" if step.support else ""
    return f"“{step.text}”: {step.frame}, pattern {step.pattern}{support}"


def worth_showing(claim: Claim) -> bool:
    """Whether a claim says something that a reader of events looks for: a codable event, or a figure."""
    return bool(claim.quantities) or (claim.event is not None and claim.event.codable)


def _heading(coding: Coding, shown: int) -> Text:
    document = coding.document
    parts = [
        document.path,
        document.outlet or "outlet unknown",
        f"published {document.published}" if document.published else "publication date unknown",
        many(len(coding.sentences), "sentence"),
        many(shown, "claim"),
    ]
    return Text.assemble((document_title(coding), "bold"), "\n", (" · ".join(part for part in parts if part), "dim"))


def document_title(coding: Coding) -> str:
    """What to call a report: its title, its headline, its file, its id."""
    document = coding.document
    spans = (sentence.span for sentence in coding.sentences if sentence.kind is BlockKind.HEADLINE)
    headline = next((document.text[start:end] for start, end in spans), None)
    return document.title or headline or document.path or document.id


def _title(claim: Claim) -> Text:
    event = claim.event
    what = Text(event.type if event else claim.kind.value, style="bold cyan")
    if event and event.mode:
        what.append(f" {', '.join(event.mode)}", style="cyan")
    if event and event.acled:
        what.append(f" · {event.acled[0].sub_event_type}", style="cyan")
    return Text.assemble((f"{claim.id:>4} ", "dim"), what, "  ", (describe_factuality(claim), _factuality_style(claim)))


def _factuality_style(claim: Claim) -> str:
    if claim.factuality.polarity is not Polarity.POSITIVE:
        return "red"
    return CERTAINTY_STYLE[claim.factuality.certainty.value]


def _fields(coding: Coding, claim: Claim) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, min_width=8)
    table.add_column(overflow="fold")
    for name, value in _rows(coding, claim):
        table.add_row(name, Text(value))
    return table


def _rows(coding: Coding, claim: Claim) -> Iterator[tuple[str, str]]:
    who = " + ".join(map(describe_participant, claim.actors))
    whom = " + ".join(map(describe_participant, claim.recipients))
    if who or whom:
        yield "who", f"{who or '(not said)'} → {whom}" if whom else who
    if claim.others:
        yield "with", " + ".join(f"{describe_participant(other)} ({other.role.value.replace('_', ' ')})" for other in claim.others)
    if claim.time is not None:
        yield "when", describe_time(claim.time)
    if claim.place is not None:
        yield "where", describe_place(claim.place)
    for quantity in claim.quantities:
        yield "figure", describe_quantity(quantity)
    yield "says", describe_chain(claim.attribution)
    for number, span in enumerate(claim.evidence):
        yield "text" if number == 0 else "", _evidence(coding, span)


def _evidence(coding: Coding, span: Span) -> str:
    text = " ".join(coding.document.text[span[0] : span[1]].split())
    if len(text) > EVIDENCE_CHARACTERS:
        text = text[: EVIDENCE_CHARACTERS - 1].rsplit(" ", 1)[0] + " …"
    return f"[{span[0]}–{span[1]}] “{text}”"


def describe_claim(claim: Claim) -> str:
    """A claim in a line: "ASSAULT aerial: the Assad regime [SYR MIL?] → Turkish soldiers [TUR MIL]"."""
    event = " ".join([claim.event.type, *claim.event.mode]) if claim.event else claim.kind.value
    who, whom = (" + ".join(map(describe_participant, side)) or "?" for side in (claim.actors, claim.recipients))
    return f"{event}: {who} → {whom}"


def describe_factuality(claim: Claim) -> str:
    """ "occurred, certain", "did not happen", "planned, possible"."""
    factuality = claim.factuality
    if factuality.polarity is Polarity.NEGATIVE and factuality.status is Status.OCCURRED:
        return f"did not happen, {factuality.certainty.value}"
    sign = "" if factuality.polarity is Polarity.POSITIVE else f"{factuality.polarity.value}, "
    return f"{sign}{factuality.status.value}, {factuality.certainty.value}"


def describe_participant(participant: Participant) -> str:
    """The words with the code behind them: "regime forces [SYR MIL]"."""
    words = participant.text or (participant.actor.name if participant.actor else "?")
    left_out = " (left out)" if participant.span is None else ""
    return f"{words}{left_out} {describe_code(participant.actor)}".rstrip()


def describe_code(actor: Actor | None) -> str:
    """The actor code in brackets, with a question mark when somebody else may be meant; ties to others leave no doubt."""
    if actor is None or not actor.code:
        return ""
    doubtful = any(one.basis not in TIES for one in actor.candidates)
    return f"[{actor.code}{'?' if doubtful else ''}]"


def describe_time(time: Time) -> str:
    """The words and the interval: "Late on Thursday → 2020-02-27 18:00 – 2020-02-28", "(inferred) → before 2020-02-28"."""
    start, end = ((moment or "").removesuffix("T00:00").replace("T", " ") for moment in (time.start, time.end))
    if start and end:
        reading = f"{start} – {end}"
    else:
        reading = f"from {start}" if start else f"before {end}" if end else time.value
    words = " ".join(time.text.split()) if time.text else f"({time.basis.value})"
    return f"{words} → {reading}"


def describe_place(place: Place) -> str:
    """The words and what they resolve to: "near Saraqib → Saraqib, Idlib, SYR (populated)"."""
    names = [place.name, place.admin1 if place.admin1 != place.name else None, place.country]
    resolved = ", ".join(name for name in names if name)
    words = " ".join(place.text.split()) if place.text else f"({place.basis.value})"
    lent = "sentence’s, " if place.basis is PlaceBasis.SENTENCE else ""
    point = f", {place.lat:.2f} {place.lon:.2f}" if place.lat is not None and place.lon is not None else ""
    return f"{words} → {resolved} ({lent}{place.kind.value}{point})"


def describe_quantity(quantity: Quantity) -> str:
    """What is counted, how many, of whom: "killed: at least 34 (Turkish soldiers)"."""
    group = f" ({quantity.group.text})" if quantity.group is not None and quantity.group.text else ""
    scope = "" if quantity.scope.value == "incident" else f", {quantity.scope.value}"
    more = ", in addition" if quantity.additive else ""
    return f"{quantity.of.value}: {describe_number(quantity)}{group}{scope}{more}"


def describe_number(quantity: Quantity) -> str:
    """The number as the text bounds it: "at least 34", "12–15", "dozens (24+)"."""
    if quantity.exactness is Exactness.RANGE:
        return f"{_number(quantity.low)}–{_number(quantity.high)}"
    if quantity.best is not None:
        return BOUNDS.get(quantity.exactness, "") + _number(quantity.best)
    low = f" ({_number(quantity.low)}+)" if quantity.low is not None else ""
    return f"“{quantity.text}”{low}"


def describe_range(found: Range | None, *, best: bool = False) -> str:
    """A range of reported figures: "33 to 36", "at least 24", "up to 40"; with ``best``, which of them is taken for the best.

    >>> describe_range(Range(low=19, best=21, high=23, policy="ucdp"), best=True)
    '19 to 23, best 21'
    """
    low, likely, high = (found.low, found.best, found.high) if found is not None else (None, None, None)
    if low is None and high is None:
        return "an unknown number" if likely is None else f"about {_number(likely)}"
    if low is not None and high is not None:
        said = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
    else:
        said = f"at least {_number(low)}" if low is not None else f"up to {_number(high)}"
    return said if not best or likely in (None, low, high) else f"{said}, best {_number(likely)}"


def many(number: int, word: str) -> str:
    """A number with its noun: "1 incident", "2,345 incidents"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,.10g}"


def describe_chain(chain: tuple[Link, ...]) -> str:
    """From the one who speaks to the one who prints: "a militant (speaker: said) › Example Wire (prints)"."""
    return " › ".join(map(_describe_link, chain)) or "nobody named"


def _describe_link(link: Link) -> str:
    if link.role is LinkRole.PUBLISHER:
        affiliation = f"; {link.affiliation}" if link.affiliation else ""
        return f"{link.text or 'publisher unknown'} (prints{affiliation})"
    words = " ".join((link.text or "?").split())
    cue = f": {link.cue.text}" if link.cue is not None and link.role is LinkRole.SPEAKER else ""
    return f"{words} ({link.role.value}{cue})"
