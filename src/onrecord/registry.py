"""Component names and what they stand for, so that any stage can be swapped by name.

A name is ``<stage>.<kind>.v<number>``; a version is never redefined, a better one gets the next number.
Other packages add theirs through the entry-point group ``onrecord.components``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from onrecord.errors import UsageError

GROUP = "onrecord.components"

BUILT_IN = {
    "ingest.files.v1": "onrecord.ingest:read_documents",
    "parse.en.v1": "onrecord.parse:OnnxParser",
    "parse.conllu.v1": "onrecord.parse:ConlluParser",
    "parse.spacy.v1": "onrecord.parse:SpacyParser",
    "parse.stanza.v1": "onrecord.parse:StanzaParser",
    "parse.udpipe.v1": "onrecord.parse:UdpipeParser",
    "repair.ud.v1": "onrecord.claims.repairs:repair",
    "mentions.ud.v1": "onrecord.mentions:find_mentions",
    "resolve.lexicon.v1": "onrecord.resolve:resolve_mentions",
    "claims.ud.v1": "onrecord.claims:extract_claims",
    "explain.ud.v1": "onrecord.claims:explain_claims",
    "coding.plover.v1": "onrecord.coding:code_claim",
}


def component(name: str) -> Any:
    """The function or class behind a component name; raises UsageError for an unknown one, naming those there are."""
    found = BUILT_IN.get(name) or components().get(name)  # ours without a look at all that is installed, which takes tens of milliseconds
    if found is None:
        raise UsageError(f"no component is called '{name}'; there are: {', '.join(sorted(components()))}")
    module, _, attribute = found.partition(":")
    return getattr(import_module(module), attribute)


def components() -> dict[str, str]:
    """All component names with their ``module:attribute``; installed packages may add names, not change ours."""
    added = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    return {**added, **BUILT_IN}
