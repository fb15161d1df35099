"""An extract of Wikidata, as JSON lines of items, turned into entries of this lexicon.

Read from each item: ``labels`` and ``aliases`` in the languages asked for, P31 (instance of), P17 (country) or P27 (citizenship), P580 and
P571 (start), P582 and P576 (end), P39 with its qualifiers (positions held). What a country's or a type's item is called must be in the
extract too: a country's item carries P298 (ISO 3166-1 alpha-3), a type's or a position's item its label.
Sectors come from the labels of types and positions by the agents section ("political party", "minister").
Source: the JSON data model of Wikibase (items, statements, qualifiers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from onrecord.errors import DataError
from onrecord.lexicon import actors, agents
from onrecord.lexicon.phrases import key

_HUMAN = "Q5"


def import_wikidata(lines: Iterable[str | bytes], nouns: agents.Index, *, languages: Sequence[str] = ("en",)) -> Iterator[actors.Entry]:
    """Entries for the items whose sectors can be told; the other items only explain them. Raises DataError with the line's number."""
    items = list(_items(lines))
    labels = {item["id"]: _label(item, languages) for item in items}
    codes = {item["id"]: code for item in items if (code := _string(item, "P298")) is not None}
    for item in items:
        entry = _entry(item, labels, codes, nouns, languages)
        if entry is not None:
            yield entry


def _items(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            continue
        try:
            item = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise DataError(f"line {number}: not a JSON object: {error}; one item a line is expected") from error
        if not isinstance(item.get("id"), str):
            raise DataError(f"line {number}: the item has no 'id'")
        yield item


def _entry(
    item: dict[str, Any], labels: dict[str, str], codes: dict[str, str], nouns: agents.Index, languages: Sequence[str]
) -> actors.Entry | None:
    name = labels[item["id"]]
    country = next((codes[value] for name_ in ("P17", "P27") for value in _ids(item, name_) if value in codes), None)
    types = _ids(item, "P31")
    terms = tuple(_terms(item, labels, nouns))
    sectors = next((found for value in types if (found := _sectors(labels.get(value, ""), nouns))), ())
    if not name or not (terms or (sectors and _HUMAN not in types)):
        return None
    start, end = _first_date(item, "P580", "P571"), _first_date(item, "P582", "P576")
    person = _HUMAN in types
    return actors.Entry(
        id=f"act-{item['id'].lower()}",
        name=name,
        kind=actors.Kind.PERSON if person else actors.Kind.GROUP,
        country=country,
        sectors=() if person else sectors,
        aliases=tuple(_aliases(item, name, languages)),
        terms=terms,
        start=None if person else start,
        end=None if person else end,
        source=f"Wikidata {item['id']}",
    )


def _label(item: dict[str, Any], languages: Sequence[str]) -> str:
    labels = item.get("labels", {})
    return next((labels[language]["value"] for language in languages if language in labels), "")


def _aliases(item: dict[str, Any], name: str, languages: Sequence[str]) -> list[str]:
    listed = [alias["value"] for language in languages for alias in item.get("aliases", {}).get(language, [])]
    return [text for normal, text in {key(text): text for text in reversed(listed)}.items() if normal and normal != key(name)]


def _values(item: dict[str, Any], name: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    for statement in item.get("claims", {}).get(name, []):
        value = statement.get("mainsnak", {}).get("datavalue", {}).get("value")
        if value is not None and statement.get("rank") != "deprecated":
            yield value, statement.get("qualifiers", {})


def _ids(item: dict[str, Any], name: str) -> list[str]:
    return [value["id"] for value, _ in _values(item, name) if isinstance(value, dict) and "id" in value]


def _string(item: dict[str, Any], name: str) -> str | None:
    return next((value for value, _ in _values(item, name) if isinstance(value, str)), None)


def _first_date(item: dict[str, Any], *names: str) -> str | None:
    return next((date for name in names for value, _ in _values(item, name) if (date := _date(value)) is not None), None)


def _date(value: Any) -> str | None:
    """ "+2012-01-00T00:00:00Z" as "2012-01": as precise as the item; None for years before the common era."""
    if not isinstance(value, dict) or not str(value.get("time", "")).startswith("+"):
        return None
    length = {9: 4, 10: 7, 11: 10}.get(value.get("precision", 11))
    return str(value["time"])[1 : 1 + length] if length else None


def _terms(item: dict[str, Any], labels: dict[str, str], nouns: agents.Index) -> Iterator[actors.Term]:
    for value, qualifiers in _values(item, "P39"):
        office = labels.get(value.get("id", ""), "") if isinstance(value, dict) else ""
        sectors = _sectors(office, nouns)
        if sectors:
            yield actors.Term(sectors=sectors, office=office, start=_qualifier(qualifiers, "P580"), end=_qualifier(qualifiers, "P582"))


def _qualifier(qualifiers: dict[str, Any], name: str) -> str | None:
    return next((_date(snak.get("datavalue", {}).get("value")) for snak in qualifiers.get(name, [])), None)


def _sectors(label: str, nouns: agents.Index) -> tuple[str, ...]:
    found = [agent for _, _, agent in nouns.matches(label.split()) if agent.sectors]
    return found[0].sectors if found else ()
