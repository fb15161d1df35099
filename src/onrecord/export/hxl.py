"""The row of hashtags of the Humanitarian Exchange Language that some tools expect under the header."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.export.layout import Column

NOTES = ("The second row has HXL hashtags; HXL is being retired, so that csv without it is what most tools read.",)
TAGS = {
    "id": "#event+id",
    "type": "#event+type",
    "mode": "#event+type+mode",
    "time_start": "#date+start",
    "time_end": "#date+end",
    "place": "#loc+name",
    "place_id": "#loc+code",
    "place_kind": "#loc+type",
    "country": "#country+code+v_iso3",
    "admin1": "#adm1+name",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "radius_km": "#geo+radius+km",
    "actors": "#org+actor+code",
    "actor_names": "#org+actor+name",
    "recipients": "#org+recipient+code",
    "recipient_names": "#org+recipient+name",
    "grade": "#meta+grade",
    "outlets": "#meta+source",
    "urls": "#meta+url",
    "reports": "#indicator+reports+num",
    "voices": "#indicator+voices+num",
    "claims": "#indicator+claims+num",
    "denials": "#indicator+denials+num",
}
COSTS = {cost: f"#affected+{cost}" for cost in ("killed", "injured", "casualties", "missing", "captured", "displaced")}
BOUNDS = {"low": "min", "best": "best", "high": "max"}


def hxl_row(columns: Sequence[Column]) -> list[str]:
    """A hashtag for every column that has one, else nothing."""
    return [_tag(column.name) for column in columns]


def _tag(name: str) -> str:
    cost, _, bound = name.rpartition("_")
    return f"{COSTS[cost]}+{BOUNDS[bound]}" if cost in COSTS and bound in BOUNDS else TAGS.get(name, "")
