"""Tests of the registry: every name stands for something that is there."""

from __future__ import annotations

import pytest

from onrecord.errors import UsageError
from onrecord.registry import BUILT_IN, component


@pytest.mark.parametrize("name", BUILT_IN)
def test_component_is_callable(name: str) -> None:
    assert callable(component(name))


def test_unknown_component_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no component is called 'claims\.magic\.v9'.*claims\.ud\.v1"):
        component("claims.magic.v9")
