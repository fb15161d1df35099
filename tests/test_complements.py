"""What stands behind a verb, put right: trees by hand, as parsers get them wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.claims.complements import complete
from tests.claim_trees import tree

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/complements.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_complements_are_put_right(case: dict[str, Any]) -> None:
    before = tree(case["text"], case["tree"])
    after = complete(before)
    heads = {t.text: ["" if t.head < 0 else after.tokens[t.head].text, t.deprel] for t in after.tokens}
    changed = {t.text for t, old in zip(after.tokens, before.tokens, strict=True) if (t.head, t.deprel) != (old.head, old.deprel)}
    assert {word: heads[word] for word in changed if word.isalnum()} == case["moved"]
