"""The weights of the ranking model, as ``training/places`` learned them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec

from onrecord.resolve.places.ranking import Weights


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights of both rounds."""
    pack = resources.files("onrecord.data").joinpath("gazetteer", "weights.json").read_bytes()
    rounds = msgspec.json.decode(pack, type=dict[str, dict[str, float]])
    return Weights(rounds["first"], rounds["second"])
