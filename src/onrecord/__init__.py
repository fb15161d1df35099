"""onrecord: what reports of armed conflict say, and according to whom.

>>> import onrecord
>>> coded = onrecord.code("Rebels shelled Ariha on Thursday, killing 12 people, a doctor said.", published="2020-02-28")
>>> [claim.event.type for claim in coded.claims if claim.event]
['ASSAULT']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``onrecord.code``, loaded when it is first asked for, so that importing the package stays light."""
    if name == "code":
        return import_module("onrecord.notebook").code
    raise AttributeError(f"module 'onrecord' has no attribute '{name}'")
