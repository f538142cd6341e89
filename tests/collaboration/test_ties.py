"""Ties, strong ties and brokerage against counting them by hand, and their cost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.portability.compiled import by_schema

MONTH = date(2025, 7, 1)
NEXT = date(2025, 8, 1)

Helped = tuple[int, int, int]  # giver, taker, day after the first of the month


def tables(people: int) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "set threads = 1; create schema intermediate; create schema collaboration; "
        "create schema staging"
    )
    con.execute(
        "create table staging.stg_policy__collaboration_settings as select 28 as tie_window_days, "
        "2 as tie_interaction_count, 3 as strong_tie_shared_count, "
        "date '2000-01-01' as valid_from_date, date '9999-12-31' as valid_to_date"
    )
    con.execute(
        "create table intermediate.int_collaboration__available_days as select "
        "format('p{:05d}', n) as employee_key, "
        "['legal', 'sales', 'support'][n % 3 + 1] as function, "
        "'team' as team, month_start, cast(20 as decimal(12, 6)) as available_days "
        f"from range({people}) as numbers(n), "
        f"(values (date '{MONTH}'), (date '{NEXT}')) as months(month_start)"
    )
    return con


def built(con: duckdb.DuckDBPyConnection, sql: dict[str, str], helped: str) -> None:
    """Pairs and months of `helped`: a SELECT of number, giver, taker (numbers) and event_date."""
    con.execute(
        "create table collaboration.fct_interactions as select number as interaction_key, "
        "format('p{:05d}', giver) as giver_employee_key, "
        "format('p{:05d}', taker) as taker_employee_key, "
        "event_date, cast(event_date as timestamp) as event_at, "
        "cast(date_trunc('month', event_date) as date) as event_month, true as is_counted, "
        f"true as is_meaningful, cast(null as text) as exclusion_reason_code from ({helped})"
    )
    for model in ("fct_collaboration_pairs", "fct_collaboration_monthly"):
        select = by_schema(sql[model])
        con.execute(f"create table collaboration.{model} as {select}")


def by_hand(helped: list[Helped]) -> tuple[set[frozenset[int]], dict[frozenset[int], set[int]]]:
    """Ties of July, and whom each two people of it both are tied with."""
    days = defaultdict(list)
    for giver, taker, day in helped:
        days[frozenset((giver, taker))].append(day)
    ties = {
        pair
        for pair, on in days.items()
        for one, other in zip(sorted(on), sorted(on)[1:], strict=False)
        if other - one < 28 and other <= 30
    }
    everybody = {person for pair in ties for person in pair}
    shared = {
        pair: {p for p in everybody - pair if all(frozenset((p, q)) in ties for q in pair)}
        for pair in ties
    }
    return ties, shared


people_numbers = st.integers(0, 8)
one_help = st.tuples(people_numbers, people_numbers, st.integers(0, 60))


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(helped=st.lists(one_help, max_size=140))
def test_ties_strong_ties_and_brokerage_are_those_counted_by_hand(
    sql: dict[str, str], helped: list[Helped]
) -> None:
    helped = [help_ for help_ in helped if help_[0] != help_[1]]
    if not helped:
        return
    con = tables(people=9)
    rows = ", ".join(
        f"({n}, {giver}, {taker}, date '{MONTH + timedelta(days=day)}')"
        for n, (giver, taker, day) in enumerate(helped)
    )
    built(con, sql, f"from (values {rows}) as helped(number, giver, taker, event_date)")
    ties, shared = by_hand(helped)

    found = con.execute(
        "select employee_key, colleague_employee_key, is_tie, is_strong_tie, shared_tie_count "
        f"from collaboration.fct_collaboration_pairs where collaboration_month = date '{MONTH}'"
    ).fetchall()
    for person, colleague, is_tie, is_strong_tie, shared_tie_count in found:
        pair = frozenset((int(person[1:]), int(colleague[1:])))
        assert is_tie == (pair in ties)
        assert shared_tie_count == len(shared.get(pair, ()))
        assert is_strong_tie == (len(shared.get(pair, ())) >= 3)
    assert {frozenset((int(a[1:]), int(b[1:]))) for a, b, tie, *_ in found if tie} == ties

    for key, count in con.execute(
        "select employee_key, brokerage_count from collaboration.fct_collaboration_monthly "
        f"where collaboration_month = date '{MONTH}'"
    ).fetchall():
        person = int(key[1:])
        tied = [next(iter(pair - {person})) for pair in ties if person in pair]
        assert count == sum(
            1 for a, b in combinations(tied, 2) if a % 3 != b % 3 and frozenset((a, b)) not in ties
        )


def test_one_whom_everybody_knows_costs_what_their_ties_cost(sql: dict[str, str]) -> None:
    """Fails if ties are joined at both their ends, or two people of a month with each other: of
    4,000 people tied with one that is 16 million rows, which do not fit into this memory."""
    con = tables(people=4_001)
    con.execute("set memory_limit = '250MB'; set max_temp_directory_size = '0B'")
    built(
        con, sql,
        "select 2 * n + twice as number, 4000 as giver, n as taker, "
        f"date '{MONTH}' + cast(twice as integer) as event_date "
        "from range(4000) as numbers(n), range(2) as pair(twice)",
    )  # fmt: skip
    hub = con.execute(
        "select tie_count, strong_tie_count, brokerage_count "
        "from collaboration.fct_collaboration_monthly "
        f"where employee_key = 'p04000' and collaboration_month = date '{MONTH}'"
    ).fetchone()
    sizes = [1334, 1333, 1333]
    assert hub == (4_000, 0, sum(a * b for a, b in combinations(sizes, 2)))
