"""`winshare explain` of a whole night: every line can be computed again from what is published."""

from __future__ import annotations

import duckdb

from tests.night.company import Home
from tests.pay.explained import differing


def test_every_line_of_a_night_is_explained_to_the_minor_unit(published: Home) -> None:
    """Fails if the SQL that explains a line gives another amount on the release's finance file."""
    path = published.release / "finance" / "finance.duckdb"
    with duckdb.connect(str(path), read_only=True) as finance:
        lines = finance.execute(
            "select component_type, count(*) from bonus.fct_payout_lines group by all"
        ).fetchall()
        assert {name for name, _ in lines} >= {"commission", "contribution_bonus", "profit_share"}
        assert differing(finance) == []
        payee, period, key, amount = finance.execute(
            "select payee_employee_number, period_key, payout_line_key, payout_amount_minor "
            "from bonus.fct_payout_lines where component_type = 'commission' "
            "and source_ref like 'contribution.%' and payout_amount_minor > 0 order by all limit 1"
        ).fetchone()
        said = published.winshare("explain", payee, period)
        assert said.returncode == 0, said.stderr
        # down to the record, with the SQL at its end
        assert key in said.stdout
        assert "deal crm.opportunity/" in said.stdout
        assert "landed 2026-01-05" in said.stdout
        statements = finance.extract_statements(said.stdout.split("finance/finance.duckdb:")[1])
        found = {row[0]: row[1] for one in statements for row in finance.execute(one).fetchall()}
        assert found[key] == amount
    alone = published.winshare("explain", payee, period, "--line", key, "--no-sql")
    assert alone.returncode == 0
    assert alone.stdout.count("source contribution.") == 1
    assert "select" not in alone.stdout
    stranger = published.winshare("explain", "no-such-number", period)
    assert stranger.returncode == 1
    assert "no employee has the number" in stranger.stderr


def test_who_is_not_paid_is_told_every_rule_and_every_assignment(published: Home) -> None:
    path = published.release / "finance" / "finance.duckdb"
    with duckdb.connect(str(path), read_only=True) as finance:
        left_out = finance.execute(
            "select employee_number, function, plan_component_key, period_key, "
            "list_sort(list(reason_code)) from bonus.fct_eligibility_reasons "
            "inner join people.dim_employees using (employee_key) "
            "where plan_component_key = 'commission_2025_bookings' and period_key = '2025-Q3' "
            "and function <> 'sales' group by all order by 1 limit 1"
        ).fetchone()
    number, _, component, period, reasons = left_out
    said = published.winshare("why-not", number, component, period)
    assert said.returncode == 0, said.stderr
    # not assigned, and before go-live too: the first reason is not the only one
    assert len(reasons) >= 2
    assert all(reason in said.stdout for reason in reasons)
    assert "job_profile account_executive: rejected" in said.stdout
    assert "version 2 rejected: in force from 2026-01-01" in said.stdout
    wrong = published.winshare("why-not", number, "comission_2025_bookings", period)
    assert wrong.returncode == 1
    assert "commission_2025_bookings" in wrong.stderr
