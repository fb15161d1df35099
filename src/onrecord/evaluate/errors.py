"""The error browser: every report with what was missed, made up and wrong, under the words, in one page without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from string import Template

from onrecord.display import describe_chain, describe_participant, describe_place, describe_quantity, describe_time
from onrecord.evaluate.gold import GoldClaim
from onrecord.evaluate.scoring import Comparison, Measure
from onrecord.records import Claim, words_at

_PAGE = Template("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>onrecord: errors</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
pre { white-space: pre-wrap; font: inherit; border-left: 3px solid #999; padding-left: 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem; border-bottom: 1px solid #ccc }
.wrong { font-weight: 600; text-decoration: underline wavy #a00 } h2 { margin-top: 3rem }
</style>
<h1>Errors</h1>
<table><tr><th>measure</th><th>value</th><th>95 %</th><th>of</th></tr>$measures</table>
$reports
</html>
""")


def error_page(found: Sequence[Comparison], measures: Sequence[Measure], explanations: Mapping[str, str]) -> str:
    """A self-contained page. explanations: by hash of claim, how it came to be coded as it is; may be empty."""
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.value:.3f}</td><td>{one.low:.3f} to {one.high:.3f}</td><td>{one.count}</td></tr>"
        for one in measures
    )
    wrong = [one for one in found if one.missed or one.extra or any(fields for _, _, fields in one.pairs)]
    return _PAGE.substitute(measures=rows, reports="\n".join(_report(one, explanations) for one in wrong))


def _report(one: Comparison, explanations: Mapping[str, str]) -> str:
    rows = [_row("missed", wanted.words, _annotated(wanted), "") for wanted in one.missed]
    rows += [_row("made up", words_at(one.report.text, claim.evidence), "", _coded(claim, (), explanations)) for claim in one.extra]
    rows += [
        _row(", ".join(fields), wanted.words, _annotated(wanted, fields), _coded(claim, fields, explanations))
        for wanted, claim, fields in one.pairs
        if fields
    ]
    return (
        f"<h2>{escape(one.report.id)}</h2><pre>{escape(one.report.text)}</pre>"
        f"<table><tr><th>what is wrong</th><th>words</th><th>annotated</th><th>coded</th></tr>{''.join(rows)}</table>"
    )


def _row(what: str, words: str, annotated: str, coded: str) -> str:
    return f"<tr><td>{escape(what)}</td><td>“{escape(words)}”</td><td>{annotated}</td><td>{coded}</td></tr>"


def _annotated(wanted: GoldClaim, wrong: Sequence[str] = ()) -> str:
    return _listed(
        {
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
        },
        wrong,
    )


def _coded(claim: Claim, wrong: Sequence[str], explanations: Mapping[str, str]) -> str:
    fields = _listed(
        {
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
        },
        wrong,
    )
    why = explanations.get(claim.hash, claim.origin_rule)
    return f"{fields}<details><summary>why</summary><pre>{escape(why)}</pre></details>"


def _listed(fields: Mapping[str, str], wrong: Sequence[str]) -> str:
    return "<br>".join(
        f'<span class="wrong">{escape(name)}: {escape(value)}</span>' if name in wrong else f"{escape(name)}: {escape(value)}"
        for name, value in fields.items()
        if value
    )
