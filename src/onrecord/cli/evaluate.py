"""``onrecord evaluate``: how right the program is on reports that you annotated yourself."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import JUDGE, Json, LexiconFolder

if TYPE_CHECKING:
    from onrecord.evaluate import Comparison, GoldReport, Measure

GROUPS: dict[str, Callable[[GoldReport], str | None]] = {
    "conflict": lambda report: report.conflict,
    "register": lambda report: report.register,
    "outlet": lambda report: report.outlet,
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("evaluate", rich_help_panel=JUDGE)(evaluate)


def evaluate(
    paths: Annotated[list[Path], typer.Argument(metavar="GOLD", help="Annotated reports: YAML files, or folders of them.")],
    lexicon: LexiconFolder = None,
    split: Annotated[str | None, typer.Option(metavar="NAME", help="Only the reports of this split (dev, test).")] = None,
    by: Annotated[str | None, typer.Option(metavar="FIELD", help="A table for each conflict, register or outlet, too.")] = None,
    errors: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page that shows every error in its text.")] = None,
    json: Json = False,
) -> None:
    """Code annotated reports and say what was found, made up, and right, field by field, with bootstrap intervals."""
    from onrecord.errors import UsageError
    from onrecord.evaluate import read_reports, summarise, summarise_whole
    from onrecord.evaluate.errors import error_page

    if by is not None and by not in GROUPS:
        raise UsageError(f"--by {by}: must be one of {', '.join(GROUPS)}")
    reports = [report for report in read_reports(paths) if split is None or report.split == split]
    if not reports:
        raise UsageError("no annotated report to evaluate" + (f" in split '{split}'" if split else ""))
    found, explanations = _compare(reports, lexicon, explained=errors is not None)
    _print("all", len(found), [*summarise(found), *summarise_whole(found)], json=json)
    for name, some in _groups(found, by).items():
        _print(name, len(some), summarise(some), json=json)
    if errors is not None:
        errors.write_text(error_page(found, summarise(found), explanations), encoding="utf-8")
        print(f"errors in {errors}", file=sys.stderr)


def _compare(reports: Sequence[GoldReport], lexicon: Path | None, *, explained: bool) -> tuple[list[Comparison], dict[str, str]]:
    """Every report coded and compared, and by claim, where they are asked for, how each was made."""
    from io import BytesIO

    from onrecord.display import describe_explanation
    from onrecord.errors import InputError
    from onrecord.evaluate import compare
    from onrecord.ingest import read_documents
    from onrecord.pipeline import Options, build_pipeline
    from onrecord.records import Failure

    pipeline = build_pipeline(Options(lexicon=lexicon, debug=True))
    found: list[Comparison] = []
    explanations: dict[str, str] = {}
    for report in reports:
        (capture,) = read_documents(["-"], published=report.published, outlet=report.outlet, stdin=BytesIO(report.text.encode()))
        if isinstance(capture, Failure):
            raise InputError(f"{report.id}: {capture.message}")
        coding, reasons = pipeline.explain(capture)
        found.append(compare(report, coding))
        if explained:
            explanations |= {claim.hash: describe_explanation(reason) for claim, reason in zip(coding.claims, reasons, strict=True)}
    return found, explanations


def _groups(found: Sequence[Comparison], by: str | None) -> dict[str, list[Comparison]]:
    groups: defaultdict[str, list[Comparison]] = defaultdict(list)
    for one in found if by is not None else ():
        groups[GROUPS[by or ""](one.report) or "none"].append(one)
    return dict(sorted(groups.items()))


def _print(name: str, reports: int, measures: Sequence[Measure], *, json: bool) -> None:
    import msgspec

    if json:
        figures = {one.name: {"value": one.value, "low": one.low, "high": one.high, "of": one.count} for one in measures}
        print(msgspec.json.encode({"group": name, "reports": reports, "figures": figures}).decode())
        return
    print(f"{name}: {reports} reports")
    for one in (one for one in measures if one.count):
        print(f"  {one.name:28} {one.value:.3f}   {one.low:.3f} to {one.high:.3f}   of {one.count}")
