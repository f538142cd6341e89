"""What comes after the models went wrong is stopped by the gate behind them, in a whole night.

The damage is done inside the running night, between dbt and the gate (or between the gate and the
release), by a driver that wraps the step; the night itself is the one users run.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.night.company import NEXT_DATE, Home, published_bytes

pytestmark = pytest.mark.night

DRIVER = """
import sys
from pathlib import Path
from orchestration import {module}, warehouse
original = {module}.{function}

def warehouse_home(first):
    # a step is given the home or the night; a Path has a `home` of its own
    return first if isinstance(first, Path) else first.home

def damaged(*arguments, **named):
    result = original(*arguments, **named)
    if "{layer}" in arguments:
        home = warehouse_home(arguments[0])
        with warehouse.connect(warehouse.path_of(home)) as connection:
            connection.execute({damage!r})
    return result

{module}.{function} = damaged
from orchestration.cli import main
sys.argv = ["winshare", "night", "--run-date", "{run_date}"]
main()
"""

CASES = {
    "a deal twice": (
        "dbt",
        "build",
        "facts",
        "insert into funnel.fct_opportunities from funnel.fct_opportunities limit 1",
        "funnel.fct_opportunities",
    ),
    "a share too large": (
        "dbt",
        "build",
        "credit",
        "update contribution.fct_contribution_credits set credited_amount_minor = "
        "credited_amount_minor + 1 where book = 'contribution' and credit_key = (select "
        "min(credit_key) from contribution.fct_contribution_credits where book = 'contribution')",
        "contribution.fct_contribution_credits",
    ),
    "a payout line twice": (
        "dbt",
        "build",
        "bonus",
        "insert into bonus.fct_payout_lines from bonus.fct_payout_lines limit 1",
        "bonus.fct_payout_lines",
    ),
    "a control that differs by one minor unit": (
        "dbt",
        "build",
        "bonus",
        "update bonus.fct_payout_reconciliation set difference_minor = 1",
        "bonus.fct_payout_reconciliation",
    ),
    "an empty register": (
        "dbt",
        "build",
        "bonus",
        "delete from bonus.fct_payout_lines",
        "gate bonus.fct_payouts: broken",
    ),
    "changed after it was judged": (
        "gates",
        "judge",
        "bonus",
        "update bonus.fct_payouts set payout_amount_minor = payout_amount_minor + 1",
        "bonus.fct_payouts has changed since it was judged",
    ),
    "evidence of a gate lost": (
        "gates",
        "judge",
        "bonus",
        "delete from raw_night.gate_evidence where gate = 'bonus.fct_pools'",
        "gate bonus.fct_pools did not run",
    ),
    "evidence of a rule lost": (
        "gates",
        "judge",
        "bonus",
        "delete from raw_night.gate_evidence where expectation_id = (select min(expectation_id) "
        "from raw_night.gate_evidence where gate = 'bonus.fct_payouts')",
        "gate bonus.fct_payouts: no evidence",
    ),
}


# one a way of going wrong; the campaign runs the rest, since each is a whole night
FEW_CASES = ("a deal twice", "an empty register", "changed after it was judged")


@pytest.mark.parametrize(
    "case",
    [
        case if case in FEW_CASES else pytest.param(case, marks=pytest.mark.campaign)
        for case in CASES
    ],
)
def test_f40_f41_damage_behind_the_models_never_gets_out(case: str, published: Home) -> None:
    module, function, layer, damage, words = CASES[case]
    before = published_bytes(published)
    driver = DRIVER.format(
        module=module, function=function, layer=layer, damage=damage, run_date=NEXT_DATE
    )
    finished = subprocess.run(
        [sys.executable, "-c", driver],
        env=published.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert words in finished.stderr, finished.stderr
    assert published_bytes(published) == before
