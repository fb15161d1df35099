"""The sectors of PLOVER by which actors are coded, and the codes that stand where a country has none.

Source: PLOVER manual, tables "Sector Primary Codes" and "Non-state actor codes" (openeventdata/PLOVER, PLOVER_MANUAL.tex), read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.lexicon.source import did_you_mean

SECTORS: dict[str, str] = {
    "GOV": "government: the executive, its parts and its officials",
    "MIL": "the armed forces of a state, their people and equipment",
    "COP": "police and other bodies that keep order or protect",
    "SPY": "intelligence services of a state",
    "JUD": "courts, judges and prosecutors",
    "LEG": "parliaments and their members",
    "OPP": "unarmed opposition: parties, activists, protesters",
    "PTY": "parties that are neither said to govern nor to oppose",
    "REB": "armed opposition",
    "PRM": "armed groups beside the state that do not oppose it",
    "UAF": "armed people whose side is not known",
    "CRM": "criminals and gangs",
    "CVL": "civilians, also people in general",
    "REF": "refugees and people displaced inside their country",
    "AGR": "farmers, herders and farm labour",
    "BUS": "business",
    "EDU": "education: schools, teachers, students",
    "ELI": "elites: former officials, celebrities, notables",
    "JRN": "the press",
    "LAB": "organised labour and workers",
    "MED": "health: doctors, hospitals, medics",
    "PRE": "accepted from imported data; not in the manual's tables and never assigned here",
    "REL": "religious people and institutions",
    "SOC": "civil society not covered by another sector",
    "UNK": "not known",
}

# Codes that stand in the place of a country (contract: Actor.country).
SUPRANATIONAL: dict[str, str] = {
    "IGO": "organisation of states",
    "UNO": "the United Nations and its parts",
    "EUR": "the European Union and its parts",
    "NGO": "non-governmental organisation that works across borders",
    "ISM": "social movement across borders, or a person of such standing",
    "IMG": "armed group across borders",
    "MNC": "company in several countries",
}

# Which sectors are parts of a state: their country's government answers for them.
STATE_SECTORS = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})
ARMED_SECTORS = frozenset({"MIL", "REB", "PRM", "UAF", "COP"})


def sector_problem(where: str, sector: str) -> Iterator[str]:
    """A line about a sector that does not exist, with the nearest that does."""
    if sector not in SECTORS:
        yield f"{where}: '{sector}' is not a sector{did_you_mean(sector, SECTORS)}"
