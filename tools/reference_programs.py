"""The pages for people who write programs: settings, addresses of the page, and what may be imported."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from reference_records import GENERATED, MEANINGS, table

from onrecord.ingest.watch import Watched, Watchlist
from onrecord.ledger import open_ledger
from onrecord.ledger.review.team import Team
from onrecord.registry import BUILT_IN
from onrecord.web import create_app

# What a program may build on; everything else may change between any two versions.
PUBLIC = {
    "onrecord": ("code",),
    "onrecord.notebook": ("Coded",),
    "onrecord.pipeline": ("Options", "build_pipeline", "code_documents"),
    "onrecord.ingest": ("read_documents", "read_text"),
    "onrecord.mentions": ("find_mentions",),
    "onrecord.resolve": ("resolve_mentions",),
    "onrecord.claims": ("extract_claims", "explain_claims"),
    "onrecord.ledger": ("open_ledger", "link_ledger", "list_incidents"),
    "onrecord.export": ("write_export",),
    "onrecord.evaluate": ("read_reports", "compare", "summarise", "interval"),
    "onrecord.reliability": ("krippendorff_alpha", "measure_agreement"),
    "onrecord.registry": ("component", "components"),
    "onrecord.schemas": ("json_schema",),
    "onrecord.spacy_component": ("create_component",),
}

# ── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_page() -> str:
    """Environment variables, the two files of settings, and the components that can be swapped."""
    return "\n".join(
        [
            "# Settings\n",
            GENERATED,
            "Most settings are [options of commands](cli.md). The rest:\n",
            "## Environment variables\n",
            table(["variable", "meaning"], ([f"`{name}`", meaning] for name, meaning in MEANINGS["settings"].items())),
            "## feeds.toml\n",
            "What `onrecord watch` reads; see [reports in](../guide/reports-in.md#feeds).\n",
            table(["setting", "default", "meaning"], _fields(Watchlist)),
            "In each `[[feed]]`:\n",
            table(["setting", "default", "meaning"], _fields(Watched)),
            "## team.yaml\n",
            "What `onrecord serve --team` reads. `onrecord review template` prints it with what each part means;",
            "what is left out stays as there.\n",
            table(["setting", "default", "meaning"], _fields(Team)),
            "## Components\n",
            "Stages go by name; another package adds its own under the entry-point group `onrecord.components`.\n",
            table(["name", "what it is"], ([f"`{name}`", f"`{target}`"] for name, target in BUILT_IN.items())),
        ]
    )


def _fields(record: type[msgspec.Struct]) -> Iterable[list[str]]:
    meant = MEANINGS["files"][record.__name__]
    for field in msgspec.structs.fields(record):
        default = "" if field.default is msgspec.NODEFAULT else f"`{msgspec.json.encode(field.default).decode()}`"
        yield [f"`{field.name}`", default, meant[field.name]]


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def api_page() -> str:
    """Every address for programs with its parameters, from the OpenAPI description."""
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder) / "empty.db", create=True) as ledger:
        described = create_app(ledger).openapi()
    parts = [
        "# Addresses for programs\n",
        GENERATED,
        "What `onrecord serve` answers, as `/api/openapi.json` describes it. Lists also answer with `.csv`, and where it fits `.geojson`",
        "and `.atom`; see [the page](../guide/page.md#for-programs) and, for tokens, [accounts](../guide/accounts.md).\n",
    ]
    for path, verbs in sorted(described["paths"].items()):
        for verb, about in verbs.items():
            parts.append(_address(verb.upper(), path, about))
    return "\n".join(parts)


def _address(verb: str, path: str, about: dict[str, Any]) -> str:
    asked = [[f"`{one['name']}`", one["in"], " ".join(one.get("description", "").split())] for one in about.get("parameters", ())]
    said = about.get("description") or about.get("summary", "")
    return f"## {verb} {path}\n\n{' '.join(said.split())}\n" + (f"\n{table(['parameter', 'in', 'meaning'], asked)}" if asked else "")


# ── Python ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def python_page() -> str:
    """Signature and docstring of everything that a program may build on."""
    parts = ["# Python\n", GENERATED, "What programs may build on; [the guide](../guide/python.md) shows it in use.\n"]
    for module, names in PUBLIC.items():
        parts.append(f"## {module}\n")
        parts += [_object(module, name) for name in names]
    parts += ["## Errors\n", f"```text\n{inspect.getdoc(import_module('onrecord.errors'))}\n```\n"]
    return "\n".join(parts)


def _object(module: str, name: str) -> str:
    thing = getattr(import_module(module), name)
    methods = [_described(f"{name}.{one}", member) for one, member in vars(thing).items() if _is_method(one, member)]
    return "\n".join([_described(name, thing), *methods])


def _is_method(name: str, member: object) -> bool:
    return (
        inspect.isfunction(member) and bool(member.__doc__) and not name.startswith("__") and (not name.startswith("_") or "repr" in name)
    )


def _described(name: str, thing: Any) -> str:
    signature = "" if isinstance(thing, type) else str(inspect.signature(thing)).replace("'", "")
    return f"### {name}\n\n```text\n{name}{signature}\n```\n\n```text\n{inspect.getdoc(thing)}\n```\n"
