"""Names of places and what they may mean: the base pack, and packs that a user has added, looked up as one.

    gazetteer = load_gazetteer()
    gazetteer.lookup("Saraqib")[0].admin1      # "Idlib"
Places are GeoNames' (CC BY 4.0) and entries of our own for regions, zones, seas and lines; see ``Gazetteer.attributions``.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from onrecord.gazetteer.pack import Pack
from onrecord.gazetteer.stack import Gazetteer
from onrecord.gazetteer.types import Feature, Match, Toponym

__all__ = ["Feature", "Gazetteer", "Match", "Pack", "Toponym", "load_gazetteer"]


def load_gazetteer(*packs: Path) -> Gazetteer:
    """The base pack with the packs in these folders on top, the last one winning; raises DataError on one that is not whole."""
    base = resources.files("onrecord.data").joinpath("gazetteer", "base")
    return Gazetteer(Pack(Path(str(base))), *(Pack(folder) for folder in packs))
