"""Each kind of rule, once on data that keeps it and once on data that does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations import rules as must
from tests.expectations.asking import TABLE, verdict
from tests.expectations.conftest import Database
from tests.expectations.story_cases import STORIES, Case, lines

_SPAN = "key, valid_from_date, valid_to_date"
_NEW_YEAR, _MAY, _JULY = "date '2025-01-01'", "date '2025-05-01'", "date '2025-07-01'"
_OPEN = "date '9999-12-31'"
_FOUND = "rule, rows_covered, rows_failing"


def _volume(live_now: int, live_before: int) -> str:
    """So many records landed yesterday, and as many deleted or added tonight."""
    gone = max(live_before - live_now, 0)
    return (
        f"select range as id, 1 as version, false as gone, date '2026-01-04' as _landed_run_date, "
        f"1 as _landing_sequence from range({live_before}) "
        f"union all select range, 2, true, date '2026-01-05', 2 from range({gone}) "
        f"union all select range, 1, false, date '2026-01-05', 2 "
        f"from range({live_before}, {max(live_now, live_before)})"
    )


CASES = {
    **STORIES,
    "have_one_row_per": Case(
        must.have_one_row_per("key", "part"),
        lines("(1, 1)", "(1, 2)", columns="key, part"),
        lines("(1, 1)", "(1, 1)", columns="key, part"),
    ),
    "be_identifiers": Case(
        must.be_identifiers("key", "part"),
        lines("('0061t00000AbCdE', 'a.b@c.de')", "('zd-1_2', null)", columns="key, part"),
        lines(
            "(' a', 'b')",
            "('a', 'b '||chr(10))",
            "('N/A', 'b')",
            "('a', 'b c')",
            columns="key, part",
        ),
        failing=3,
    ),
    "always_have": Case(
        must.always_have("key", "part"),
        lines("(1, 1)", columns="key, part"),
        lines("(1, 1)", "(null, 1)", "(1, null)", columns="key, part"),
        failing=2,
    ),
    "be_at_least": Case(
        must.be_at_least("amount_minor", 0),
        lines("(0)", "(5)", columns="amount_minor"),
        lines("(0)", "(-1)", columns="amount_minor"),
    ),
    "be_at_least where": Case(
        must.be_at_least("amount_minor", 0, where="kind = 'payout'"),
        lines("(0, 'payout')", "(-1, 'clawback')", columns="amount_minor, kind"),
        lines("(-1, 'payout')", "(-1, 'clawback')", columns="amount_minor, kind"),
    ),
    "be_at_most": Case(
        must.be_at_most("share", Decimal("1.0")),
        lines("(cast(1 as decimal(18, 12)))", columns="share"),
        lines("(cast('1.000000000001' as decimal(18, 12)))", columns="share"),
    ),
    "be_between": Case(
        must.be_between("day", date(1990, 1, 1), must.run_date(plus_days=10)),
        lines("(date '1990-01-01')", "(date '2026-01-15')", columns="day"),
        lines("(date '1989-12-31')", "(date '2026-01-16')", columns="day"),
        failing=2,
    ),
    "be_one_of": Case(
        must.be_one_of("stage", ["it's won", "{lost}: 100 %"]),
        lines("('it''s won')", "('{lost}: 100 %')", "(null)", columns="stage"),
        lines("('it''s won')", "('elsewhere')", columns="stage"),
    ),
    "refer_to": Case(
        must.refer_to("currency", "bonus.currencies.code"),
        lines("('EUR')", columns="currency"),
        lines("('EUR')", "('XXX')", columns="currency"),
        beside={"bonus.currencies": "select 'EUR' as code"},
    ),
    "have_no_rows_where": Case(
        must.have_no_rows_where("ends < starts", because="a period has days"),
        lines("(1, 2)", columns="starts, ends"),
        lines("(1, 2)", "(2, 1)", columns="starts, ends"),
    ),
    "have_no": Case(
        must.have_no(
            "deal whose shares do not sum to 1",
            "select 1 from true_rows group by deal having sum(share) <> 1",
        ),
        lines("(1, 0.5)", "(1, 0.5)", columns="deal, share"),
        lines("(1, 0.5)", "(1, 0.5)", "(2, 0.9)", columns="deal, share"),
    ),
    "have_a_row_where": Case(
        must.have_a_row_where("valid_from_date <= (select max(run_date) from raw_night.run)"),
        lines(f"(1, {_NEW_YEAR}, {_OPEN})", columns=_SPAN),
        lines(f"(1, date '2027-01-01', {_OPEN})", columns=_SPAN),
    ),
    "match_rows_of": Case(
        must.match_rows_of("bonus.others", per=("kind",)),
        lines("(1, 'a')", "(2, 'a')", "(3, 'b')", columns="id, kind"),
        lines("(1, 'a')", "(2, 'b')", "(3, 'b')", columns="id, kind"),
        failing=2,
        beside={"bonus.others": lines("('a')", "('a')", "('b')", columns="kind")},
    ),
    "match_rows_of as a whole": Case(
        must.match_rows_of("bonus.others", their_where="kind = 'a'"),
        lines("(1)", "(2)", columns="id"),
        lines("(1)", columns="id"),
        beside={"bonus.others": lines("('a')", "('a')", "('b')", columns="kind")},
    ),
    "add_up_to": Case(
        must.add_up_to("bonus.totals.total_minor", "amount_minor", per=("currency",)),
        # beyond 2^53 a float would not see one minor unit (S05)
        lines("(9007199254740993, 'EUR')", "(1, 'JPY')", columns="amount_minor, currency"),
        lines("(9007199254740992, 'EUR')", "(1, 'JPY')", columns="amount_minor, currency"),
        beside={
            "bonus.totals": lines(
                "(9007199254740993, 'EUR')", "(1, 'JPY')", columns="total_minor, currency"
            )
        },
    ),
    "have_zero_failing": Case(
        must.have_zero_failing("splits_sum_to_one"),
        lines("('splits_sum_to_one', 10, 0)", "('another', 5, 3)", columns=_FOUND),
        lines("('splits_sum_to_one', 10, 4)", "('another', 5, 0)", columns=_FOUND),
        failing=4,
    ),
    "be_as_fresh_as": Case(
        must.be_as_fresh_as("raw_night.run.run_date", by="day", within_days=2),
        lines("(date '2025-01-01')", "(date '2026-01-03')", columns="day"),
        lines("(date '2025-01-01')", "(date '2026-01-02')", columns="day"),
    ),
    "not_overlap": Case(
        must.not_overlap("key"),
        # half-open: the end of one is the beginning of the next
        lines(f"(1, {_NEW_YEAR}, {_MAY})", f"(1, {_MAY}, {_OPEN})", columns=_SPAN),
        lines(f"(1, {_NEW_YEAR}, {_OPEN})", f"(1, {_MAY}, {_JULY})", columns=_SPAN),
    ),
    "leave_no_gap": Case(
        must.leave_no_gap("key"),
        lines(f"(1, {_NEW_YEAR}, {_MAY})", f"(1, {_MAY}, {_OPEN})", columns=_SPAN),
        lines(f"(1, {_NEW_YEAR}, {_MAY})", f"(1, {_JULY}, {_OPEN})", columns=_SPAN),
    ),
    # F27 and its twins one notch below
    "keep_volume losing": Case(
        must.keep_volume("id", version="version", deleted="gone"),
        _volume(live_now=701, live_before=1000),
        _volume(live_now=700, live_before=1000),
    ),
    "keep_volume gaining": Case(
        must.keep_volume("id", version="version", deleted="gone"),
        _volume(live_now=3999, live_before=1000),
        _volume(live_now=4000, live_before=1000),
    ),
}


def test_every_word_of_the_vocabulary_is_tried() -> None:
    # what only warns is tried in test_warnings_and_reviews.py
    # carry_all_of on a night in tests/gates/test_cross_checks.py
    tried = {case.rule.kind for case in CASES.values()}
    tried |= {"carry_all_of", "keep_proportions_of", "run_date"}
    assert tried == set(must.__all__)


@pytest.mark.parametrize("case", CASES)
def test_data_that_keeps_the_rule_passes(case: str, database: Database) -> None:
    tried = CASES[case]
    said = verdict(database({TABLE: tried.good, **tried.beside}), tried.rule)
    assert (said.status, said.rows_failing, said.reason) == ("passed", 0, None)
    assert said.rows_covered


@pytest.mark.parametrize("case", CASES)
def test_data_that_breaks_the_rule_is_broken_and_counted(case: str, database: Database) -> None:
    tried = CASES[case]
    said = verdict(database({TABLE: tried.bad, **tried.beside}), tried.rule)
    assert (said.status, said.rows_failing) == ("broken", tried.failing)


def test_a_broken_rule_over_several_columns_says_which(database: Database) -> None:
    path = database({TABLE: lines("(1, null)", "(2, null)", "(null, 1)", columns="key, part")})
    assert verdict(path, must.always_have("key", "part")).reason == (
        "key is empty in 1 rows; part is empty in 2 rows"
    )


def test_a_broken_rule_of_policy_names_its_rows(database: Database) -> None:
    path = database(
        {
            TABLE: lines(
                "('codes', 'plans', 2, 1, 'measure: a')",
                "('codes', 'pools', 2, 2, 'share_rule: b+c')",
                "('codes', 'quotas', 2, 0, null)",
                "('bounds', 'quotas', 2, 1, 'd')",
                columns=f"rule, table_name, {_FOUND.removeprefix('rule, ')}, failing_rows",
            )
        }
    )
    said = verdict(
        path, must.have_zero_failing("codes", named_by="table_name || ' ' || failing_rows")
    )
    assert (said.status, said.rows_failing) == ("broken", 3)
    assert said.reason == "plans measure: a; pools share_rule: b+c"


def test_s05_a_bound_beyond_two_to_the_53_is_compared_exactly(database: Database) -> None:
    path = database({TABLE: "select 9007199254740992 as amount_minor"})
    assert verdict(path, must.be_at_least("amount_minor", 9007199254740992)).status == "passed"
    assert verdict(path, must.be_at_least("amount_minor", 9007199254740993)).status == "broken"


def test_s05_a_float_is_refused_as_a_bound() -> None:
    with pytest.raises(TypeError, match="no exact bound"):
        must.be_at_least("amount_minor", 0.1)  # type: ignore[arg-type]
