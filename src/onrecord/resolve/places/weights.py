"""The weights of the ranking model, as ``training/places`` learned them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec


@lru_cache(maxsize=1)
def load_weights() -> dict[str, float]:
    """Weights by the names in ``ranking.FEATURES``."""
    pack = resources.files("onrecord.data").joinpath("gazetteer", "weights.json").read_bytes()
    return msgspec.json.decode(pack, type=dict[str, float])
