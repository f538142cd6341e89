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
