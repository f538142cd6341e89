"""Cases that a finance person wrote (tests/golden), computed by the models and by the second
opinion: a folder is a test."""

from __future__ import annotations

import re

import pytest

from tests.pay import golden
from tests.pay.engine import Engine
from tests.pay.golden_result import complaints

RULE = re.compile(r"[CTEGMDP]\d\d")


@pytest.mark.parametrize("name", golden.names())
def test_golden_case(engine: Engine, name: str) -> None:
    """Fails if a line of a case is not paid as its expected.csv says, or if one too many is."""
    told = list(complaints(golden.read(name), engine))
    assert not told, "\n".join(told)


def test_every_case_is_named_after_a_rule_that_it_holds() -> None:
    """Fails if a case cannot be found by the rule it holds."""
    names = golden.names()
    assert len(names) >= 40
    for name in names:
        rules = golden.read(name).rules
        assert all(RULE.fullmatch(rule) for rule in rules), name
        assert name.split("_")[0].upper() in rules, f"{name} says it holds {rules}"
