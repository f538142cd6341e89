"""The SQL that explains a line is no echo of the model that made it, and every type has one.

That it gives each line's amount is seen on all golden cases (test_golden_cases.py) and on a whole
night (tests/night/test_explain.py).
"""

from __future__ import annotations

import re

import pytest

from orchestration import console_why_not, explain
from tests.pay import company, golden
from tests.pay.engine import Engine
from tests.pay.explained import differing
from tests.portability.compiled import by_schema

# A model that breaks its rule, and a case that shows it: the explanation is no echo of the model.
WRONG = {
    "commission": (
        "intermediate.int_bonus__commissions",
        ("else least(before_minor, coalesce(upper_minor, before_minor)) - lower_minor", "else 0"),
        "t02_deal_across_a_tier_edge",
    ),
    "pool": (
        "intermediate.int_bonus__pool_shares",
        (
            "uncapped_minor_remainder desc nulls last, participant_key asc",
            "uncapped_minor_remainder desc nulls last, participant_key desc",
        ),
        "g05_thirds_of_a_pool",
    ),
    "salary": (
        "intermediate.int_bonus__success_bonuses",
        ("* 1000000000000", "* 1100000000000"),
        "g01_exactly_at_target",
    ),
}


@pytest.mark.parametrize("formula", sorted(WRONG))
def test_a_wrong_model_differs_from_its_explanation(engine: Engine, formula: str) -> None:
    relation, wrong, name = WRONG[formula]
    case = golden.read(name)
    ((night, _),) = case.nights
    given = company.tables(case.company(night, ()))
    with engine.night(given, wrong={relation: wrong}) as connection:
        assert differing(connection)


def test_every_component_type_has_an_explanation(models: dict) -> None:
    """Fails, naming it, if policy knows a type of component whose lines nobody can explain."""
    findings = by_schema(models["int_bonus__policy_findings"]["sql"])
    known = re.search(r"component_type not in \(([^)]*)\)", findings)
    assert known, "policy no longer says which component types it knows"
    types = set(re.findall(r"'(\w+)'", known[1]))
    assert sorted(types - explain.FORMULAS.keys()) == []
    assert sorted(explain.FORMULAS.keys() - types) == []
    missing = [name for name in explain.EVERY_FORMULA
               if not (explain.FOLDER / f"{name}.sql").is_file()]  # fmt: skip
    assert missing == []


def test_a_formula_computes_the_types_that_name_it() -> None:
    """Fails if a type names a formula whose SQL leaves its lines out."""
    for component_type, formula in explain.FORMULAS.items():
        text = (explain.FOLDER / f"{formula}.sql").read_text(encoding="utf-8")
        assert f"'{component_type}'" in text, f"{formula}.sql does not compute {component_type}"


def test_a_type_without_a_formula_is_refused_by_name() -> None:
    row = {"source_ref": "x:1", "component_type": "lottery"}
    with pytest.raises(explain.NightError, match="lottery"):
        explain.formula_of(row)


def test_one_line_is_asked_for_by_its_key() -> None:
    asked = explain.sql("stated", ["it's"])
    assert "where lines.payout_line_key in ('it''s')" in asked


def test_every_reason_has_a_sentence(models: dict) -> None:
    """Fails, naming it, if somebody can be told a code and not what it means."""
    rules = models["int_bonus__failed_rules"]["sql"]
    reasons = set(re.findall(r"'(\w+)'[^']*? as reason_code", rules))
    reasons |= {"quota_missing", "quota_zero"}
    assert len(reasons) > 10
    assert sorted(reasons ^ console_why_not._REASONS.keys()) == []
