"""The SQL that explains a line is no echo of the model that made it, and every type has one.

That it gives each line's amount is seen on all golden cases (test_golden_cases.py) and on a whole
night (tests/night/test_explain.py).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from orchestration import console_why_not, explain, formulas
from tests.pay import company, golden, plain
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
    assert sorted(types - formulas.FORMULAS.keys()) == []
    assert sorted(formulas.FORMULAS.keys() - types) == []
    missing = [name for name in formulas.EVERY_FORMULA
               if not (formulas.FOLDER / f"{name}.sql").is_file()]  # fmt: skip
    assert missing == []


def test_a_formula_computes_the_types_that_name_it() -> None:
    """Fails if a type names a formula whose SQL leaves its lines out."""
    for component_type, formula in formulas.FORMULAS.items():
        text = (formulas.FOLDER / f"{formula}.sql").read_text(encoding="utf-8")
        assert f"'{component_type}'" in text, f"{formula}.sql does not compute {component_type}"


def test_a_type_without_a_formula_is_refused_by_name() -> None:
    row = {"source_ref": "x:1", "component_type": "lottery"}
    with pytest.raises(explain.NightError, match="lottery"):
        explain.formula_of(row)


def test_one_line_is_asked_for_by_its_key() -> None:
    asked = formulas.sql("stated", ["it's"])
    assert "where lines.payout_line_key in ('it''s')" in asked


def test_every_reason_has_a_sentence(models: dict) -> None:
    """Fails, naming it, if somebody can be told a code and not what it means."""
    rules = models["int_bonus__failed_rules"]["sql"]
    reasons = set(re.findall(r"'(\w+)'[^']*? as reason_code", rules))
    reasons |= {"quota_missing", "quota_zero"}
    assert len(reasons) > 10
    assert sorted(reasons ^ console_why_not._REASONS.keys()) == []


def test_m01_what_is_forgiven_is_explained(engine: Engine) -> None:
    """Fails if more is written off than is owed, or if the SQL of a line gives another amount."""
    decided = {"reason": "ramp-up", "requested_by": "s.moreau", **plain.APPROVED}
    draws = [
        {"employee_number": "ann", "plan_component_key": "sold", "draw_type": draw_type,
         "draw_amount": Decimal(amount), "currency_code": "EUR", **decided,
         "valid_from_date": since, "valid_to_date": until}
        for draw_type, amount, since, until in (
            ("recoverable", "1000", date(2025, 1, 1), date(2025, 7, 1)),
            ("forgiveness", "600", date(2025, 4, 1), date(2025, 7, 1)),
            ("forgiveness", "9000", date(2025, 10, 1), date(2026, 1, 1)),
        )
    ]  # fmt: skip
    policy = plain.merged(
        plain.policy(), plain.plan("sold"), plain.component("sold", "commission"),
        {"rate_tables": plain.tiers("standard", ("0", "0.1")), "draws": draws},
    )  # fmt: skip
    hired = date(2020, 1, 1)
    ann = company.Employee(
        "ann", (company.Spell(hired),), (company.Post(hired, "sales", "seller"),), ()
    )
    given = company.tables(company.Company(date(2026, 3, 31), policy, (ann,)))
    with engine.night(given) as connection:
        lines = connection.execute(
            "select period_key, entry_type, account, payout_amount_minor "
            "from bonus.fct_payout_lines order by all"
        ).fetchall()
        failing = connection.execute(
            "select rule from intermediate.int_bonus__rule_results where rows_failing > 0"
        ).fetchall()
        assert differing(connection) == []
    assert failing == []
    assert lines == [
        ("2025-Q1", "draw_advance", "payable", 100000),
        ("2025-Q1", "draw_advance", "receivable", -100000),
        ("2025-Q2", "draw_advance", "payable", 100000),
        ("2025-Q2", "draw_advance", "receivable", -100000),
        ("2025-Q2", "draw_forgiveness", "receivable", 60000),
        ("2025-Q4", "draw_forgiveness", "receivable", 140000),
    ]
