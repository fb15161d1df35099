"""The error browser: every report with what was missed, made up and wrong, marked in its text, in one page without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from string import Template
from typing import NamedTuple

from onrecord.display import describe_chain, describe_participant, describe_place, describe_quantity, describe_time
from onrecord.evaluate.gold import GoldClaim, find_words
from onrecord.evaluate.scoring import Comparison, Measure
from onrecord.records import Claim, Span, words_at

_PAGE = Template("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>onrecord: errors</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
pre { white-space: pre-wrap; font: inherit; border-left: 3px solid #999; padding-left: 1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }
.fields { table-layout: fixed } .fields th:first-child { width: 7rem; font-weight: 400 } h2 { margin-top: 3rem } h3 { margin-bottom: 0 }
mark { color: inherit; background: none; text-decoration: underline; text-decoration-thickness: 3px; text-underline-offset: 3px }
.missed { text-decoration-color: #a00 }
.made-up { text-decoration: underline dashed 3px #06c } .wrong { text-decoration: underline wavy #a00 }
td.wrong { font-weight: 600; text-decoration: none; background: #fdecea } sup a { text-decoration: none } ol { columns: 18rem }
</style>
<h1>Errors</h1>
<p>$counts</p>
<p>In the texts: <mark class="missed">words of a claim that was missed</mark>,
<mark class="made-up">words of a claim that nobody annotated</mark>, <mark class="wrong">words of a claim with a wrong field</mark>.
The number leads to what is said of it.</p>
<ol>$index</ol>
<details><summary>All measures</summary>
<table><tr><th>measure</th><th>value</th><th>95 %</th><th>of</th></tr>$measures</table></details>
$reports
</html>
""")
MISSED, MADE_UP, WRONG = "missed", "made up", "wrong"


class _Error(NamedTuple):
    """One error: its kind, its words and where they stand, and what it says under a heading of its own."""

    kind: str
    title: str
    span: Span
    body: str


def error_page(found: Sequence[Comparison], measures: Sequence[Measure], explanations: Mapping[str, str]) -> str:
    """A self-contained page. explanations: by hash of claim, how it came to be coded as it is; may be empty."""
    listed = [(one, sorted(_errors(one, explanations), key=lambda error: error.span)) for one in found]
    wrong = [(one, errors) for one, errors in listed if errors]
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.value:.3f}</td><td>{one.low:.3f} to {one.high:.3f}</td><td>{one.count}</td></tr>"
        for one in measures
        if one.count
    )
    return _PAGE.substitute(
        counts=f"Reports: {len(found)}, with errors: {len(wrong)}. Errors: {_counted([error for _, errors in wrong for error in errors])}.",
        index="".join(f'<li><a href="#{_id(one)}">{escape(one.report.id)}</a>: {_counted(errors)}</li>' for one, errors in wrong),
        measures=rows,
        reports="\n".join(_report(one, errors) for one, errors in wrong),
    )


def _counted(errors: Sequence[_Error]) -> str:
    kinds = [error.kind for error in errors]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in (MISSED, MADE_UP, WRONG) if kind in kinds) or "none"


def _id(one: Comparison, number: int | None = None) -> str:
    return escape(one.report.id if number is None else f"{one.report.id}.{number}", quote=True)


def _report(one: Comparison, errors: Sequence[_Error]) -> str:
    details = "".join(
        f'<h3 id="{_id(one, number)}">{number}. {escape(error.title)}</h3><p>“{_words(one, error)}”</p>{error.body}'
        for number, error in enumerate(errors, 1)
    )
    return f'<h2 id="{_id(one)}">{escape(one.report.id)}</h2><pre>{_marked(one, errors)}</pre>{details}'


def _words(one: Comparison, error: _Error) -> str:
    return escape(one.report.text[slice(*error.span)])


def _marked(one: Comparison, errors: Sequence[_Error]) -> str:
    """The text with the words of every error marked; where several stand one in another, as the first that begins there."""
    text = one.report.text
    edges = sorted({0, len(text), *(edge for error in errors for edge in error.span)})
    parts = []
    for start, end in pairwise(edges):
        begun = [number for number, error in enumerate(errors, 1) if error.span[0] == start]
        parts += [f'<sup><a href="#{_id(one, number)}">{number}</a></sup>' for number in begun]
        kind = next((error.kind for error in errors if error.span[0] <= start < error.span[1]), None)
        words = escape(text[start:end])
        parts.append(words if kind is None else f'<mark class="{kind.replace(" ", "-")}">{words}</mark>')
    return "".join(parts)


# ── What is said of an error ──────────────────────────────────────────────────────────────────────────────────────────


def _errors(one: Comparison, explanations: Mapping[str, str]) -> Iterator[_Error]:
    for wanted in one.missed:
        span = _place(one, wanted)
        yield _Error(MISSED, "Missed", span, _fields(_annotated(wanted), {}, ()) + _instead(one, span))
    for claim in one.extra:
        body = _fields({}, _coded(claim), ()) + _why(claim, explanations)
        yield _Error(MADE_UP, "Made up: nobody annotated this", _whole(claim), body)
    for wanted, claim, wrong in one.pairs:
        if wrong:
            body = _fields(_annotated(wanted), _coded(claim), wrong) + _why(claim, explanations)
            yield _Error(WRONG, f"Wrong: {', '.join(wrong)}", _place(one, wanted), body)


def _place(one: Comparison, wanted: GoldClaim) -> Span:
    return find_words(one.report.text, wanted.words) or (0, 0)


def _whole(claim: Claim) -> Span:
    return min(start for start, _ in claim.evidence), max(end for _, end in claim.evidence)


def _instead(one: Comparison, span: Span) -> str:
    """What was made of the words of a missed claim."""
    claims = [*(claim for _, claim, _ in one.pairs), *one.extra]
    sharing = [claim for claim in claims if any(start < span[1] and span[0] < end for start, end in claim.evidence)]
    if not sharing:
        return "<p>No claim that could be coded has any of these words.</p>"
    said = "".join(
        f"<li>{escape(claim.event.type if claim.event else '')}: “{escape(words_at(one.report.text, claim.evidence))}”</li>"
        for claim in sharing
    )
    return f"<p>These words are in the evidence of</p><ul>{said}</ul>"


def _why(claim: Claim, explanations: Mapping[str, str]) -> str:
    said = explanations.get(claim.hash, claim.origin_rule)
    return f"<details><summary>Why it was coded so</summary><pre>{escape(said)}</pre></details>"


def _annotated(wanted: GoldClaim) -> Mapping[str, str]:
    return {
        "type": wanted.type,
        "mode": ", ".join(wanted.mode),
        "actors": ", ".join(wanted.actors),
        "recipients": ", ".join(wanted.recipients),
        "time": wanted.when or "",
        "place": wanted.where or "",
        "figures": ", ".join(f"{kind} {figure}" for kind, figure in wanted.figures.items()),
        "speaker": wanted.said_by or "the outlet",
        "polarity": wanted.polarity,
        "status": wanted.status,
    }


def _coded(claim: Claim) -> Mapping[str, str]:
    return {
        "type": claim.event.type if claim.event else "",
        "mode": ", ".join(claim.event.mode) if claim.event else "",
        "actors": "; ".join(map(describe_participant, claim.actors)),
        "recipients": "; ".join(map(describe_participant, claim.recipients)),
        "time": describe_time(claim.time) if claim.time else "",
        "place": describe_place(claim.place) if claim.place else "",
        "figures": "; ".join(map(describe_quantity, claim.quantities)),
        "speaker": describe_chain(claim.attribution),
        "polarity": claim.factuality.polarity,
        "status": claim.factuality.status,
    }


def _fields(annotated: Mapping[str, str], coded: Mapping[str, str], wrong: Sequence[str]) -> str:
    """Annotated and coded side by side, field by field; fields that neither has are left out."""
    sides = [(title, values) for title, values in (("annotated", annotated), ("coded", coded)) if values]
    head = "<th></th>" + "".join(f"<th>{title}</th>" for title, _ in sides)
    rows = []
    for name in annotated or coded:
        cells = [values[name] for _, values in sides]
        if any(cells):
            mark = ' class="wrong"' if name in wrong else ""
            rows.append(f"<tr><th>{name}</th>" + "".join(f"<td{mark}>{escape(cell) or '–'}</td>" for cell in cells) + "</tr>")
    return f'<table class="fields"><tr>{head}</tr>{"".join(rows)}</table>'
