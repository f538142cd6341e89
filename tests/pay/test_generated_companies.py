"""The second opinion agrees with the models, line by line, at companies that nobody thought of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from tests.pay import facts, generated, opinion
from tests.pay.company import Company, Row, tables
from tests.pay.engine import LINES, RULES, Engine
from tests.pay.posting import posted

SLICE = 25
ALL = 10_000
PARTS = 20
FIRST_NIGHT = date(2026, 4, 6)
# a company is its seed: there is nothing that hypothesis could make smaller, `smaller` does it
SETTINGS = settings(
    max_examples=SLICE, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


_POLICY = (
    "plan_components", "pay_gates", "eligibility_rules", "plan_assignments", "draws", "overrides",
    "adjustments", "spifs", "spif_prizes", "projects", "recognition_rules", "mentor_rules",
    "component_goals", "quotas", "targets",
)  # fmt: skip


def differences(engine: Engine, company: Company) -> str:
    """Where the opinions on a night differ, or a control does not add up."""
    with engine.night(tables(company), (*LINES, *RULES)) as connection:
        told = opinion.differences(
            opinion.from_models(connection), opinion.lines(facts.read(connection))
        )
        broken = connection.execute(
            "select rule from intermediate.int_bonus__rule_results where rows_failing > 0"
        ).fetchall()
    return told + "".join(f"\nrule broken: {rule}" for (rule,) in broken)


def smaller(company: Company, is_wrong: Callable[[Company], bool]) -> Company:
    """A company in which the same is wrong, and nothing can be left out any more."""
    for part in ("deals", "invoices", "credit_notes", "books", "records", "ledger", "employees"):
        for one in getattr(company, part):
            without = tuple(other for other in getattr(company, part) if other is not one)
            tried = replace(company, **{part: without})
            company = tried if is_wrong(tried) else company
    for table in _POLICY:
        for one in company.policy.get(table, ()):
            rows = [row for row in company.policy[table] if row is not one]
            tried = replace(company, policy={**company.policy, table: rows})
            company = tried if is_wrong(tried) else company
    return company


def agrees(engine: Engine, rnd: Random) -> None:
    """A generated company on a night; every other one after a close that knew less of it."""
    company = generated.company(rnd)
    ledger: tuple[Row, ...] = ()
    if rnd.random() < 0.5:
        company = replace(company, run_date=date(2026, 5, 11))
        first = generated.before(rnd, company, FIRST_NIGHT)
        with engine.night(tables(first), LINES) as connection:
            ledger = posted(connection, first.run_date)
    company = replace(company, ledger=ledger)
    if differences(engine, company):
        least = smaller(company, lambda tried: bool(differences(engine, tried)))
        for table in (*_POLICY, "plan_versions", "pools", "rate_tables", "project_members"):
            note("\n".join(f"{table}: {row}" for row in least.policy.get(table, ())))
        note(str(least))
        pytest.fail(differences(engine, least))


def test_both_opinions_agree_at_generated_companies(engine: Engine) -> None:
    """Fails if a payout line, its account, type, cause or reason differs, or a control."""

    @settings(SETTINGS, derandomize=True)
    @given(st.randoms(use_true_random=True))
    def agree(rnd: Random) -> None:
        agrees(engine, rnd)

    agree()


@pytest.mark.campaign
@pytest.mark.parametrize("part", range(PARTS))
def test_both_opinions_agree_at_ten_thousand_companies(engine: Engine, part: int) -> None:
    """The same at ten thousand, in parts that workers share; each has a seed of its own."""

    @seed(part)
    @settings(SETTINGS, max_examples=ALL // PARTS)
    @given(st.randoms(use_true_random=True))
    def agree(rnd: Random) -> None:
        agrees(engine, rnd)

    agree()
