"""Actor and agent dictionaries in PETRARCH's format, turned into entries of this lexicon as a starting point for a project's own.

Actors (a name, its synonyms, codes with the dates between which they hold)::

    GOLLUM                       # comment
    +SMEAGOL
        [HOB <950601]
        [HOBGOV 19950601-19990815]
    RUSSIA [RUS]

Agents (a noun, its irregular plural, and a code whose "~" stands for the actor's): ``LAWMAKER [~LEG]``, ``GOOSE {GEESE} [~GGS]``.
The first three letters of a code become the country, the others sectors. A name with a country alone is a state or like one: its
soldiers and ministers take their own sectors. PETRARCH matches the beginnings of words; a stem that is no word ("ARGENTIN") is kept
as it is and finds nothing: write the full forms.
Source: the dictionaries' own comments and the files of openeventdata/petrarch2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onrecord.lexicon import actors, agents
from onrecord.lexicon.phrases import key
from onrecord.lexicon.sectors import SECTORS, SUPRANATIONAL

# CAMEO role codes that PLOVER spells otherwise.
_CAMEO = {
    "INS": "REB",
    "SEP": "REB",
    "MED": "JRN",
    "HLH": "MED",
    "CIV": "CVL",
    "HRI": "SOC",
    "DEV": "SOC",
    "ENV": "SOC",
    "MOD": "OPP",
    "RAD": "REB",
}
_COMMENT = re.compile(r"<!.*?>|[#;].*$")
_CODE = re.compile(r"\[\s*([^\]\s<>]+)\s*([^\]]*)\]")
_DATED = re.compile(r"([<>]?)\s*(\d{6,8})?(?:\s*-\s*(\d{6,8}))?>?")


def import_petrarch(actor_lines: Iterable[str], agent_lines: Iterable[str] = ()) -> tuple[list[actors.Entry], list[agents.Entry]]:
    """The entries of an actor and an agent dictionary, in the order given; names without a code are left out."""
    return list(_actors(actor_lines)), list(_agents(agent_lines))


def _actors(lines: Iterable[str]) -> Iterator[actors.Entry]:
    taken: set[str] = set()
    for names, codes in _blocks(lines):
        fresh = [name for name in names if key(name) and key(name) not in taken]
        terms = tuple(term for code, dates in codes if (term := _term(code, dates)) is not None)
        if not fresh or not terms:
            continue
        taken.update(map(key, fresh))
        undated = [term for term in terms if term.start is None and term.end is None]
        dated = tuple(term for term in reversed(terms) if term not in undated)  # there the first that holds counts, here the last
        first = (undated or terms)[0]
        yield actors.Entry(
            id="act-" + key(fresh[0]).replace(" ", "-"),
            name=fresh[0],
            kind=actors.Kind.GROUP if any(term.sectors for term in terms) else actors.Kind.BODY,
            country=first.country,
            sectors=first.sectors if undated and (first.sectors or not dated) else (),
            aliases=tuple(fresh[1:]),
            terms=dated,
            members=_members(codes[-1][0]) if len(codes) == 1 else (),
            source="unverified",
        )


def _blocks(lines: Iterable[str]) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """Each actor's names and its codes with their dates."""
    names: list[str] = []
    codes: list[tuple[str, str]] = []
    for line in lines:
        text = _COMMENT.sub("", line).strip()
        if not text:
            continue
        name = text.partition("[")[0].strip()
        if name and not name.startswith("+"):
            if names:
                yield names, codes
            names, codes = [], []
        if name:
            names.append(_spelled(name.lstrip("+")))
        codes += [(match[1], match[2]) for match in _CODE.finditer(text)]
    if names:
        yield names, codes


def _spelled(name: str) -> str:
    """ "UNITED_STATES " as people write it: "United States"; short acronyms stay in capitals."""
    words = name.replace("_", " ").split()
    return " ".join(word if "." in word or (len(word) <= 3 and len(words) == 1) else word.capitalize() for word in words)


def _members(code: str) -> tuple[str, ...]:
    """The countries of a code for several actors after the first: "ELR/GAL" has GAL."""
    countries = (split_code(part)[0] for part in code.split("/")[1:])
    return tuple(country for country in countries if country is not None)


def _term(code: str, dates: str) -> actors.Term | None:
    country, sectors = split_code(code)
    if country is None:
        return None
    match = _DATED.match(dates.strip())
    sign, first, second = match.groups() if match is not None else ("", None, None)
    start, end = (first, second) if second or sign == ">" else (None, first)
    return actors.Term(sectors=sectors, country=country, start=_iso(start), end=_iso(end))


def _iso(digits: str | None) -> str | None:
    """ "19950601" or "950601" as ISO date; two-digit years are of the 20th century, as in the dictionaries."""
    if digits is None:
        return None
    full = digits if len(digits) == 8 else "19" + digits
    return f"{full[:4]}-{full[4:6]}-{full[6:8]}"


def split_code(code: str) -> tuple[str | None, tuple[str, ...]]:
    """Country and sectors of a CAMEO actor code: "PSEREBHMS" gives PSE and REB; a code that names nobody ("---") gives None.

    Of a code for several actors ("ELR/GAL") this is the first. Parts that are no sector (parties, ethnic groups) are left out.
    """
    letters = code.partition("/")[0]
    if len(letters) < 3 or not letters.isalpha() or not letters.isupper():
        return None, ()
    parts = [letters[at : at + 3] for at in range(0, len(letters), 3)]
    country, rest = parts[0], parts[1:]
    if country in ("IGO", "NGO") and rest and rest[0] in SUPRANATIONAL:
        country = rest[0]
    sectors = dict.fromkeys(_CAMEO.get(part, part) for part in rest)
    return country, tuple(sector for sector in sectors if sector in SECTORS)


def _agents(lines: Iterable[str]) -> Iterator[agents.Entry]:
    words: dict[tuple[str | None, tuple[str, ...]], list[str]] = {}
    taken: set[str] = set()
    for line in lines:
        text = _COMMENT.sub("", line).strip()
        match = re.match(r"([^\[{]+?)\s*(?:\{([^}]*)\})?\s*\[\s*([A-Z]*)~([A-Z]*)\s*\]", text)
        if match is None or "!" in match[1]:
            continue
        sectors = tuple(dict.fromkeys(_CAMEO.get(part, part) for part in re.findall("...", match[4])))
        country = match[3] if match[3] in SUPRANATIONAL else None
        known = tuple(sector for sector in sectors if sector in SECTORS)
        if not known and country is None:
            country = match[4] if match[4] in SUPRANATIONAL else None
        if known or country is not None:
            forms = [match[1], *(match[2] or "").split(",")]
            fresh = [word for form in forms if (word := form.replace("_", " ").strip().lower()) and key(word) not in taken]
            taken.update(map(key, fresh))
            words.setdefault((country, known), []).extend(fresh)
    for (country, known), nouns in words.items():
        if not nouns:
            continue
        name = "-".join(filter(None, (country, *known))).lower()
        yield agents.Entry(id=f"petrarch-{name}", words=tuple(dict.fromkeys(nouns)), sectors=known, country=country)
