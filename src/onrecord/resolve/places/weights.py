"""The weights of the ranking model, as ``training/places`` learned them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec

from onrecord.resolve.places.ranking import Weights


@lru_cache(maxsize=4)
def load_weights(name: str = "plain") -> Weights:
    """The weights of both rounds: "plain", or "outlet" for documents with a profile of their outlet."""
    pack = resources.files("onrecord.data").joinpath("gazetteer", "weights.json").read_bytes()
    rounds = msgspec.json.decode(pack, type=dict[str, dict[str, dict[str, float]]])[name]
    return Weights(rounds["first"], rounds["second"])
