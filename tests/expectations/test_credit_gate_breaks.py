"""Every rule of the credit gate, shown to break: two small deals that keep them all, and for each
rule a change of those that it and no other rule of its table is there to find."""

from __future__ import annotations

import duckdb
import pytest

from expectations.credit import GATES
from expectations.gate import BROKEN, PASSED
from expectations.judge import judge
from tests.expectations.conftest import Database
from tests.expectations.test_suites import rows, status

CREDITS = "contribution.fct_contribution_credits"
ROLLUPS = "contribution.fct_rollup_credits"
UNRESOLVED = "contribution.fct_unresolved_credits"
FUNCTIONS = "contribution.fct_function_contributions"
BOUNDS = "contribution.fct_model_bounds"
FITS = "contribution.fct_coalition_fits"
VALUES = "contribution.fct_coalition_values"
CALIBRATION = "contribution.fct_value_calibration"


def credit(key: str, deal: str, book: str, model: str, share: str, minor: int, why: str) -> str:
    paid = str(model != "first_touch").lower()
    return (
        f"('{key}', '{deal}', 'sales', '{model}', '{book}', date '2025-11-03', "
        f"timestamp '2025-11-03 10:00', cast({share} as decimal(18, 12)), {minor}, 'JPY', "
        f"{10 * minor}, 'EUR', {paid}, '{why}', 'ann')"
    )


GOOD = {
    "funnel.fct_opportunities": rows(
        "opportunity_key, amount_minor, plan_amount_minor, currency_code, plan_currency_code, "
        "is_won, is_held",
        "('d', 101, 1010, 'JPY', 'EUR', true, false)",
        "('e', -7, -70, 'JPY', 'EUR', true, false)",
        "('held', 5, 50, 'JPY', 'EUR', true, true)",
        "('open', 5, 50, 'JPY', 'EUR', false, false)",
    ),
    CREDITS: rows(
        "credit_key, opportunity_key, function, attribution_model, book, incentive_date, won_at, "
        "credit_share, credited_amount_minor, currency_code, plan_credited_amount_minor, "
        "plan_currency_code, is_paid_model, credit_reason_code, employee_key",
        credit("1", "d", "hard", "split", "0.5", 51, "split"),
        credit("2", "d", "hard", "split", "0.5", 50, "unresolved_identity"),
        credit("3", "d", "overlay", "split", "1.5", 151, "split"),
        credit("4", "d", "contribution", "linear", "0.5", 51, "touches"),
        credit("5", "d", "contribution", "linear", "0.5", 50, "touches"),
        credit("6", "d", "contribution", "first_touch", "1", 101, "touches"),
        credit("7", "e", "hard", "split", "1", -7, "owner"),
        credit("8", "e", "contribution", "linear", "1", -7, "touches"),
    ),
    "people.dim_employee_history": rows(
        "employee_key, manager_employee_key, valid_from_date, valid_to_date",
        "('lead', 'head', date '2025-01-01', date '9999-12-31')",
        "('head', null, date '2025-01-01', date '9999-12-31')",
    ),
    ROLLUPS: rows(
        "rollup_credit_key, opportunity_key, employee_key, book, incentive_date, credit_share, "
        "credited_amount_minor, furthest_level",
        "('1', 'd', 'lead', 'hard_rollup', date '2025-11-03', 0.5, 51, 1)",
        "('2', 'd', 'head', 'hard_rollup', date '2025-11-03', 1.0, 101, 8)",
        "('3', 'e', 'head', 'hard_rollup', date '2025-11-03', 1.0, -7, 1)",
    ),
    UNRESOLVED: rows(
        "opportunity_key, book, system, identity_value, credited_amount_minor, currency_code, "
        "plan_currency_code",
        "('d', 'hard', 'crm', 'u1', 30, 'JPY', 'EUR')",
        "('d', 'hard', 'crm', 'u2', 20, 'JPY', 'EUR')",
    ),
    FUNCTIONS: rows(
        "function, period_key, book, attribution_model, currency_code, plan_currency_code, "
        "credited_amount_minor, plan_credited_amount_minor, credit_share, suppressed",
        "('sales', '2025-Q4', 'hard', 'split', 'JPY', 'EUR', 101, 1010, 1.0, false)",
        "('legal', '2025-Q4', 'hard', 'split', 'JPY', 'EUR', null, null, null, true)",
    ),
    BOUNDS: rows(
        "opportunity_key, employee_key, lowest_share, highest_share",
        "('d', 'a', 0.2, 0.5)",
        "('d', 'b', 0.0, 1.0)",
    ),
    FITS: rows(
        "value_table_version, segment, coalition, coalition_mask, win_rate, additive_rate, "
        "opportunity_count, won_count",
        "('1', 'all', '', 0, 0.1, 0.1, 10, 10)",
        "('1', 'all', 'sales', 1, 0.4, 1.0, 3, 1)",
    ),
    VALUES: rows(
        "value_table_version, segment, coalition, coalition_mask, win_rate, opportunity_count, "
        "suppressed",
        "('1', 'all', '', 0, 0.10, 10, false)",
        "('1', 'all', 'sales', 1, null, null, true)",
    ),
    CALIBRATION: rows(
        "value_table_version, segment, band_number, expected_win_rate, observed_win_rate",
        "('1', 'all', 1, 0.1, 0.1)",
        "('1', 'all', 2, 0.3, null)",
    ),
}
# table, words of the rule that nothing else of its table has, what is done to the good tables
DAMAGE = [
    (CREDITS, "row per credit_key", f"insert into {CREDITS} from {CREDITS} where credit_key = '3'"),
    (CREDITS, "always have", f"update {CREDITS} set incentive_date = null where credit_key = '1'"),
    (CREDITS, "one of hard", f"update {CREDITS} set book = 'soft' where credit_key = '3'"),
    (
        CREDITS,
        "credit_share between",
        f"update {CREDITS} set credit_share = 1.2 - 1.4 * (credit_key = '2')::int "
        "where credit_key in ('1', '2')",
    ),
    (
        CREDITS,
        "exactly 1",
        f"update {CREDITS} set credit_share = 0.500000000001 where credit_key = '5'",
    ),
    (
        CREDITS,
        "fct_opportunities.amount_minor",
        f"update {CREDITS} set credited_amount_minor = 52 where credit_key = '1'",
    ),
    (
        CREDITS,
        "fct_opportunities.plan_amount_minor",
        f"update {CREDITS} set plan_credited_amount_minor = 511 where credit_key = '1'",
    ),
    (
        CREDITS,
        "more or less than its amount",
        f"update {CREDITS} set credited_amount_minor = 102 where credit_key = '6'",
    ),
    (CREDITS, "without hard", f"delete from {CREDITS} where credit_key = '7'"),
    (CREDITS, "credit that is paid", f"delete from {CREDITS} where credit_key = '8'"),
    (
        CREDITS,
        "paid by two models",
        f"update {CREDITS} set is_paid_model = true where credit_key = '6'",
    ),
    (
        ROLLUPS,
        "row per rollup",
        f"insert into {ROLLUPS} from {ROLLUPS} where employee_key = 'lead'",
    ),
    (ROLLUPS, "row per opp", f"update {ROLLUPS} set opportunity_key = 'd'"),
    (ROLLUPS, "one of hard", f"update {ROLLUPS} set book = 'hard'"),
    (ROLLUPS, "have credit_share", f"update {ROLLUPS} set credit_share = 2 * credit_share"),
    (ROLLUPS, "than there is", f"update {ROLLUPS} set credited_amount_minor = 102"),
    (ROLLUPS, "longer than", f"update {ROLLUPS} set furthest_level = 8"),
    (UNRESOLVED, "row per", f"insert into {UNRESOLVED} from {UNRESOLVED}"),
    (UNRESOLVED, "always have", f"update {UNRESOLVED} set currency_code = null"),
    (UNRESOLVED, "all held for somebody", f"delete from {UNRESOLVED} where identity_value = 'u2'"),
    (FUNCTIONS, "row per", f"insert into {FUNCTIONS} from {FUNCTIONS} where suppressed"),
    (FUNCTIONS, "suppressed", f"update {FUNCTIONS} set credit_share = 0.0 where suppressed"),
    (BOUNDS, "row per", f"update {BOUNDS} set employee_key = 'a'"),
    (BOUNDS, "lowest_share", f"update {BOUNDS} set lowest_share = 0.6 where employee_key = 'a'"),
    (FITS, "row per", f"update {FITS} set coalition = ''"),
    (FITS, "have win_rate", f"update {FITS} set win_rate = 1.1"),
    (FITS, "have additive_rate", f"update {FITS} set additive_rate = -0.1"),
    (FITS, "one of its coalitions", f"delete from {FITS} where coalition_mask = 0"),
    (FITS, "won_count", f"update {FITS} set won_count = 11 where coalition_mask = 0"),
    (VALUES, "row per", f"update {VALUES} set coalition = ''"),
    (VALUES, "as many rows", f"delete from {VALUES} where coalition_mask = 0"),
    (VALUES, "have win_rate", f"update {VALUES} set win_rate = 1.1 where coalition_mask = 0"),
    (VALUES, "suppressed", f"update {VALUES} set win_rate = 0.4 where suppressed"),
    (VALUES, "exact rate", f"update {VALUES} set win_rate = 0.12 where coalition_mask = 0"),
    (CALIBRATION, "row per", f"update {CALIBRATION} set band_number = 1"),
    (CALIBRATION, "have expected_win_rate", f"update {CALIBRATION} set expected_win_rate = 2"),
    (CALIBRATION, "have observed_win_rate", f"update {CALIBRATION} set observed_win_rate = -1"),
]


def test_credit_that_keeps_every_rule_passes_and_no_rule_is_left_unbroken(
    database: Database,
) -> None:
    verdicts = judge(database(GOOD), GATES, set())
    assert {one.status for one in verdicts} == {PASSED}
    for one in verdicts:
        tried = [words for table, words, _ in DAMAGE if table == one.table]
        assert any(words in one.expectation for words in tried), "nobody has seen it break"


@pytest.mark.parametrize(
    ("table", "words", "damage"), DAMAGE, ids=[f"{table}: {words}" for table, words, _ in DAMAGE]
)
def test_c01_c02_c05_c10_c11_a_credit_that_is_wrong_by_a_notch_is_found(
    table: str, words: str, damage: str, database: Database
) -> None:
    path = database(GOOD)
    with duckdb.connect(str(path)) as connection:
        connection.execute(damage)
    assert status(path, table, words) == BROKEN
