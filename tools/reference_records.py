"""The pages of records and their closed sets, columns of exports, and codes: from the program, with the meanings of ``meanings.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from onrecord.export import FORMATS
from onrecord.export import POLICIES as EXPORT_POLICIES
from onrecord.incidents import POLICIES as RANGE_POLICIES
from onrecord.lexicon.sectors import SECTORS, SUPRANATIONAL
from onrecord.ontology import AcledRow, CameoRow, EventType, UcdpRow, load_ontology
from onrecord.schemas import SCHEMAS, json_schema

MEANINGS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "meanings.yaml").read_text(encoding="utf-8"))
GENERATED = "Generated from the program by `make data`; do not edit.\n"
VIOLENCE = {1: "state-based", 2: "non-state", 3: "one-sided"}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def definitions() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every record and closed set of every output, by name."""
    found: dict[str, dict[str, Any]] = {}
    for name in SCHEMAS:
        found |= json_schema(name)["$defs"]
    return dict(sorted(found.items()))


# ── Records ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def schema_page() -> str:
    """Every record with its fields, and every closed set with its values."""
    records = {name: schema for name, schema in definitions().items() if "properties" in schema}
    sets = {name: schema for name, schema in definitions().items() if "enum" in schema}
    outputs = table(["`onrecord schema …`", "record"], ([f"`{name}`", _link(record.__name__)] for name, record in SCHEMAS.items()))
    return "\n".join(
        [
            "# Records\n",
            GENERATED,
            "`onrecord schema NAME` prints the JSON Schema of an output; these are the records in it. Spans are `[start, end)` in",
            "code points of `document.text`; `?` may be null; `…` is a list. How each is decided: [the method](../method/README.md).\n",
            outputs,
            *(_record(name, schema) for name, schema in records.items()),
            "## Closed sets\n",
            *(_closed_set(name, schema) for name, schema in sets.items()),
        ]
    )


def _record(name: str, schema: Mapping[str, Any]) -> str:
    meant = MEANINGS["fields"][name]
    rows = ([f"`{field}`", _type(about), meant[field]] for field, about in schema["properties"].items())
    return f"## {name}\n\n{table(['field', 'type', 'meaning'], rows)}"


def _closed_set(name: str, schema: Mapping[str, Any]) -> str:
    meant = MEANINGS["values"][name]
    return f"### {name}\n\n{table(['value', 'meaning'], ([f'`{value}`', meant[value]] for value in meant if value in schema['enum']))}"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _type(about: Mapping[str, Any]) -> str:
    if "$ref" in about:
        return _link(about["$ref"].rpartition("/")[2])
    if "anyOf" in about:
        kinds = [_type(one) for one in about["anyOf"]]
        return " or ".join(kind for kind in kinds if kind != "null") + "?" * ("null" in kinds)
    if "prefixItems" in about:
        return "span"
    if about.get("type") == "array":
        return f"{_type(about.get('items') or {})} …"
    return str(about.get("type", "any"))


# ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def columns_page() -> str:
    """The columns of every table that an export writes, and the rules by which records leave."""
    layouts = {}
    for one in FORMATS.values():
        for name in one.tables if one.layout else ():
            layout = one.layout(name) if one.layout else None
            if layout is not None:
                layouts.setdefault(layout.name, (layout, []))[1].append(f"`{one.name}`")
    parts = ["# Columns\n", GENERATED, "How they are filled: [exports](../method/exports.md).\n"]
    for name, (layout, formats) in layouts.items():
        rows = ([f"`{column.name}`", column.kind.value, column.empty or column.description] for column in layout.columns)
        parts += [f"## {name}\n", f"In {', '.join(formats)}.\n", table(["column", "type", "meaning"], rows)]
    return "\n".join(parts)


# ── Codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def codes_page() -> str:
    """PLOVER's types, modes and contexts, sectors, crosswalks, and the named rules, as the program has them."""
    tables = load_ontology().tables
    return "\n".join(
        [
            "# Codes\n",
            GENERATED,
            "Definitions are in our words. How a code is decided: [events](../method/events.md), [actors](../method/actors.md).\n",
            "## Event types\n",
            *map(_event_type, tables.types),
            "## Contexts\n",
            table(["context", "what it is about"], ([f"`{code}`", text] for code, text in tables.contexts.items())),
            "## Sectors\n",
            table(["code", "sector"], ([f"`{code}`", text] for code, text in SECTORS.items())),
            "## In the place of a country\n",
            "Countries have their ISO 3166-1 alpha-3 codes, and `KOS` is Kosovo.\n",
            table(["code", "what"], ([f"`{code}`", text] for code, text in SUPRANATIONAL.items())),
            "## To CAMEO\n",
            "The most specific row that fits wins.\n",
            table(["type", "mode", "context", "CAMEO"], map(_cameo, tables.cameo)),
            "## To ACLED\n",
            "The first row that fits is the code.\n",
            table(["type", "asks for", "event type", "sub-event type"], map(_acled, tables.acled)),
            "## To UCDP\n",
            table(["violence", "one side", "the other side"], map(_ucdp, tables.ucdp)),
            "## Rules for ranges\n",
            "`onrecord link --policy RULE`; how claims' figures become low, best and high.\n",
            table(["rule", "what it does"], ([f"`{name}`", _first_line(rule)] for name, rule in RANGE_POLICIES.items())),
            "## Rules for what leaves\n",
            "`onrecord export … --policy RULE`.\n",
            table(["rule", "what it does"], ([f"`{name}`", rule.description] for name, rule in EXPORT_POLICIES.items())),
        ]
    )


def _event_type(one: EventType) -> str:
    about = f"Quad class {one.quad}. {one.definition} For example: “{one.examples[0]}”\n" if one.examples else f"{one.definition}\n"
    modes = table(["mode", "meaning"], ([f"`{mode}`", text] for mode, text in one.modes.items())) if one.modes else ""
    return f"### {one.name}\n\n{about}\n{modes}"


def _cameo(row: CameoRow) -> list[str]:
    return [row.event, row.mode or "", row.context or "", f"`{row.cameo}`"]


def _acled(row: AcledRow) -> list[str]:
    asked = {"mode": row.mode, "context": row.context, "actor": " ".join(row.actor), "recipient": " ".join(row.recipient)}
    asked["frame"] = " ".join(row.frame)
    return [row.event, "; ".join(f"{name}: {value}" for name, value in asked.items() if value), row.event_type, row.sub_event_type]


def _ucdp(row: UcdpRow) -> list[str]:
    return [f"`{row.violence}` {VIOLENCE[row.violence]}", " ".join(row.actor), " ".join(row.recipient)]


def _first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().partition("\n")[0]
