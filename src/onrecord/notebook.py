"""Codings in notebooks: the text with its claims marked, and tables for pandas, Polars and GeoPandas."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import import_module
from typing import Any

import msgspec

from onrecord import pipeline
from onrecord.display import describe_chain, describe_claim, worth_showing
from onrecord.errors import UsageError
from onrecord.export.account import told_claims
from onrecord.export.cells import Value
from onrecord.export.layout import Kind, LeftOut
from onrecord.export.tables import CLAIMS
from onrecord.records import Claim, Coding

_MARK = "<mark title='{title}'>{text}<sup>{id}</sup></mark>"


class Coded(Coding, frozen=True):
    """A coding that a notebook shows and data frames take: a row for each claim, with the columns of ``onrecord export csv``."""

    def rows(self) -> Iterator[dict[str, Value]]:
        """The claims' cells by the names of their columns (docs/method/exports.md)."""
        for claim in told_claims(self):
            row = CLAIMS.row(claim)
            if not isinstance(row, LeftOut):
                yield row

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame``; UsageError where pandas is not installed."""
        return _module("pandas").DataFrame(list(self.rows()), columns=[column.name for column in CLAIMS.columns])

    def to_polars(self) -> Any:
        """A ``polars.DataFrame``; UsageError where Polars is not installed."""
        polars = _module("polars")
        kinds = {Kind.BOOLEAN: polars.Boolean, Kind.INTEGER: polars.Int64, Kind.NUMBER: polars.Float64}
        # As the columns are, not as one report fills them: frames of several reports can be put together.
        return polars.DataFrame(list(self.rows()), schema={column.name: kinds.get(column.kind, polars.String) for column in CLAIMS.columns})

    def to_geopandas(self) -> Any:
        """A ``geopandas.GeoDataFrame`` in WGS 84, its points empty where a claim is at no point; UsageError without GeoPandas."""
        frame, geopandas = self.to_pandas(), _module("geopandas")
        points = geopandas.points_from_xy(frame["longitude"].astype(float), frame["latitude"].astype(float))
        return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")

    def _repr_html_(self) -> str:
        """The text with the first words of each claim marked, and the claims in words below."""
        shown = [claim for claim in self.claims if worth_showing(claim)]
        listed = "".join(
            f"<li value='{escape(claim.id[1:])}'>{escape(describe_claim(claim))}<br><small>{escape(describe_chain(claim.attribution))}"
            "</small></li>"
            for claim in shown
        )
        return f"<div style='white-space: pre-wrap'>{''.join(_marked(self.document.text, shown))}</div><ol>{listed}</ol>"


def code(text: str, *, published: str | None = None, outlet: str | None = None, url: str | None = None, title: str | None = None) -> Coded:
    """What one report says. Raises InputError when it cannot be coded.

    Args: text: the report, headline first.  published: ISO date that "Thursday" counts from.  outlet: who prints it.
    """
    coding = pipeline.code(text, published=published, outlet=outlet, url=url, title=title)
    return Coded(**msgspec.structs.asdict(coding))


def _marked(text: str, claims: list[Claim]) -> Iterator[str]:
    """The text with every claim's first evidence marked; of two that overlap, the part that the first leaves."""
    at = 0
    for (start, end), claim in sorted(((claim.evidence[0], claim) for claim in claims if claim.evidence), key=lambda pair: pair[0]):
        begin = max(start, at)
        if begin < end:
            yield escape(text[at:begin])
            yield _MARK.format(title=escape(describe_claim(claim), quote=True), text=escape(text[begin:end]), id=escape(claim.id))
            at = end
    yield escape(text[at:])


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed: pip install {name}") from error
