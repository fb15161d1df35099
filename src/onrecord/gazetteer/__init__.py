"""Names of places and what they may mean: the base pack, and packs that a user has added, looked up as one.

    gazetteer = load_gazetteer()
    gazetteer.lookup("Saraqib")[0].admin1      # "Idlib"
Places are GeoNames' (CC BY 4.0) and entries of our own for regions, zones, seas and lines; see ``Gazetteer.attributions``.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from onrecord.gazetteer.installed import installed_packs
from onrecord.gazetteer.pack import Pack
from onrecord.gazetteer.stack import Gazetteer
from onrecord.gazetteer.types import Feature, Match, Toponym

__all__ = ["Feature", "Gazetteer", "Match", "Pack", "Toponym", "base_pack", "installed_packs", "load_gazetteer"]


def base_pack() -> Pack:
    """The pack that comes with the program."""
    return Pack(Path(str(resources.files("onrecord.data").joinpath("gazetteer", "base"))))


def load_gazetteer(*packs: Path) -> Gazetteer:
    """The base pack with the packs in these folders on top, the last one winning; without any, with those that the user has added.

    Raises DataError on a pack that is not whole, with the command that repairs it.
    """
    return Gazetteer(base_pack(), *(Pack(folder) for folder in packs or installed_packs()))
