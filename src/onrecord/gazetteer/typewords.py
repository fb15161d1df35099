"""Words that say what sort of place a name is: "province", "governorate", "Lake", "the city of"."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.records import PlaceKind

_DIVISION = (PlaceKind.ADMIN1, PlaceKind.ADMIN2)
_TOWN = (PlaceKind.POPULATED,)

# Folded type word → the kinds of place that it may stand beside; () says nothing about the kind.
TYPE_WORDS: dict[str, tuple[PlaceKind, ...]] = {
    **dict.fromkeys(
        ("governorate", "province", "oblast", "state", "region", "department", "prefecture", "voivodeship", "krai", "wilaya", "wilayat",
         "canton", "muhafazah", "muhafazat", "emirate", "division", "republic", "territory", "provinces", "governorates", "oblasts",
         "states", "regions", "vilayet", "viloyat", "mkhare", "ostan"), _DIVISION),
    **dict.fromkeys(
        ("district", "county", "raion", "rayon", "parish", "commune", "subdistrict", "borough", "municipality", "zone", "woreda",
         "tehsil", "taluk", "circle", "cercle", "locality", "payam", "township", "districts", "counties", "subdivision", "upazila",
         "local government area", "lga", "chiefdom", "nahiya", "mudiriyah", "kebele", "hromada"), (*_DIVISION, PlaceKind.POPULATED)),
    **dict.fromkeys(
        ("city", "town", "village", "township", "settlement", "hamlet", "suburb", "neighborhood", "neighbourhood", "quarter", "camp",
         "capital"), _TOWN),
    **dict.fromkeys(("metropolitan area", "area", "countryside", "hinterland", "suburbs", "outskirts", "environs"), ()),
}  # fmt: skip
_LEADING = ("city of ", "town of ", "village of ", "province of ", "governorate of ", "district of ", "region of ", "state of ",
            "republic of ", "county of ", "municipality of ", "commune of ", "department of ", "prefecture of ", "oblast of ",
            "camp of ", "island of ", "port of ", "capital of ")  # fmt: skip


def without_type(key: str) -> Iterator[tuple[str, tuple[PlaceKind, ...]]]:
    """Shorter forms of a folded name, each with the kinds that the word left out allows (() for any)."""
    if key.startswith("the "):
        key = key[4:]
        yield key, ()
    head, _, last = key.rpartition(" ")
    if head and last in TYPE_WORDS:
        yield head, TYPE_WORDS[last]
    for start in _LEADING:
        if key.startswith(start):
            yield key[len(start) :], TYPE_WORDS.get(start.split()[0], ())
    first, _, rest = key.partition(" ")
    if rest and first in TYPE_WORDS:
        yield rest, TYPE_WORDS[first]


def bare_division_name(name: str) -> str:
    """A division's name without its type word ("Idlib Governorate" is "Idlib"); the name itself if nothing would be left."""
    words = name.split()
    if len(words) > 1 and words[-1].lower() in _DIVISION_WORDS:
        words = words[:-1]
    lowered = [word.lower() for word in words]
    if len(words) > 2 and lowered[1] in ("of", "de", "du", "d'") and lowered[0] in _DIVISION_WORDS:
        words = words[2:]
    return " ".join(words)


_NAME_PARTS = {"republic", "territory"}  # "Central African Republic" is no "Central African"
_DIVISION_WORDS = {word for word, kinds in TYPE_WORDS.items() if PlaceKind.ADMIN1 in kinds} - _NAME_PARTS | {
    "região", "región", "provincia", "wilayah", "departement", "département",
}  # fmt: skip
