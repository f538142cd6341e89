"""The models' totals of made paths against answers found another way.

First, last and linear: numpy over the raw events. Markov: each function's state taken out of the
chain and what is left solved as linear equations. Shapley: every order of members, in fractions.
Raises AssertionError where one is off, so that no figure stands beside a wrong answer.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import duckdb
import numpy as np

MILLION = 1_000_000
COALITIONS = 40
MOST_MEMBERS = 7

TOUCHES = """
select rank_of_deal, function_number, amount_minor
from (
    select dense_rank() over (order by opportunity_key) as rank_of_deal, opportunity_key,
        cast(substr(function, 10) as int) as function_number, event_at, contribution_event_key,
        amount_minor
    from contribution.fct_contribution_events
    inner join intermediate.int_funnel__opportunities using (opportunity_key)
    where is_won
)
order by rank_of_deal, event_at, contribution_event_key
"""
CREDITS = """
select attribution_model, cast(substr(function, 10) as int), sum(credited_amount_minor),
    count(*)
from contribution.fct_contribution_credits
where attribution_model in ('first_touch', 'last_touch', 'linear') and function <> 'unassigned'
group by all
"""
STEPS = """
with newest as (
    select max_by(value_table_version, start_date) as version, max(start_date) as start_date
    from intermediate.int_contribution__value_versions where attribution_model = 'markov'
),
deals as (
    select is_won, list(function order by event_at, contribution_event_key) as path
    from contribution.fct_contribution_events
    inner join intermediate.int_funnel__opportunities using (opportunity_key), newest
    where closed_date < newest.start_date
    group by opportunity_key, is_won
)
select coalesce(path[step - 1], 'start') as source,
    coalesce(path[step], case when is_won then 'won' else 'lost' end) as target, count(*)
from deals, range(1, 18) as steps(step) where step <= len(path) + 1
group by all
"""


def check(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What was compared and how far it was off at most, a line each."""
    return [_heuristics(connection), _markov(connection), _shapley(connection)]


def _heuristics(connection: duckdb.DuckDBPyConnection) -> str:
    deal, function, amount = connection.execute(TOUCHES).fetchnumpy().values()
    starts = np.flatnonzero(np.r_[True, deal[1:] != deal[:-1]])
    lengths = np.diff(np.r_[starts, len(deal)])
    expected = {
        "first_touch": np.bincount(function[starts], amount[starts], 16),
        "last_touch": np.bincount(function[starts + lengths - 1], amount[starts], 16),
        "linear": np.bincount(function, amount / np.repeat(lengths, lengths), 16),
    }
    furthest = 0.0
    for model, number, total, parts in connection.execute(CREDITS).fetchall():
        off = abs(int(total) - float(expected[model][number]))
        # to the minor unit a part is less than one from its fraction
        assert off <= (parts if model == "linear" else 0.5), (model, number, off)
        furthest = max(furthest, off / max(float(expected[model][number]), 1))
    return f"first, last, linear totals: within {furthest:.1e} of numpy"


def _markov(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute(STEPS).fetchall()
    effects = dict(
        connection.execute(
            "select function, cast(removal_rate as double) from raw_fitted.removal_effects "
            "where value_table_version = (select max_by(value_table_version, start_date) "
            "from intermediate.int_contribution__value_versions)"
        ).fetchall()
    )
    names = sorted({source for source, _, _ in found})
    whole = _won_rate(found, names, without=None)
    furthest = 0.0
    for function in names:
        if function != "start":
            expected = 1 - _won_rate(found, names, without=function) / whole
            furthest = max(furthest, abs(effects[function] - expected))
    assert furthest < 2 / MILLION, furthest
    return f"removal effects: within {furthest:.1e} of a linear solve without each function"


def _won_rate(steps: list[tuple[str, str, int]], names: list[str], without: str | None) -> float:
    """How likely a path from start is won; paths that meet `without` are lost there."""
    at = {name: place for place, name in enumerate(names)}
    matrix, won, leaving = np.zeros((len(names),) * 2), np.zeros(len(names)), np.zeros(len(names))
    for source, target, count in steps:
        leaving[at[source]] += count
        if target == "won":
            won[at[source]] += count
        elif target in at and target != without:
            matrix[at[source], at[target]] += count
    equations = np.eye(len(names)) - matrix / leaving[:, None]
    return float(np.linalg.solve(equations, won / leaving)[at["start"]])


def _shapley(connection: duckdb.DuckDBPyConnection) -> str:
    numbers = dict(connection.execute(
        "select function, function_number from intermediate.int_contribution__functions"
    ).fetchall())  # fmt: skip
    chosen = connection.execute(
        "select distinct value_table_version, segment, coalition_mask "
        "from intermediate.int_attribution__coalition_shares "
        f"where bit_count(coalition_mask) <= {MOST_MEMBERS} "
        f"order by hash(coalition_mask, value_table_version) limit {COALITIONS}"
    ).fetchall()
    for version, segment, mask in chosen:
        where = f"value_table_version = '{version}' and segment = '{segment}'"
        values = dict(connection.execute(
            "select coalition_mask, win_rate_units "
            "from intermediate.int_attribution__coalition_values "
            f"where {where} and coalition_mask & {mask} = coalition_mask"
        ).fetchall())  # fmt: skip
        found = connection.execute(
            "select function, value_rate from intermediate.int_attribution__coalition_shares "
            f"where {where} and coalition_mask = {mask}"
        ).fetchall()
        expected = _by_every_order(values, mask)
        for function, rate in found:
            off = abs(Fraction(str(rate)) * MILLION - expected[numbers[function]])
            assert off <= Fraction(1, 2), (version, mask, function)
    return f"Shapley values: {len(chosen)} coalitions equal to every order of their members"


def _by_every_order(values: dict[int, int], mask: int) -> dict[int, Fraction]:
    members = [number for number in range(16) if mask >> number & 1]
    added = dict.fromkeys(members, 0)
    for order in itertools.permutations(members):
        before = 0
        for member in order:
            added[member] += values[before | 1 << member] - values[before]
            before |= 1 << member
    orders = math.factorial(len(members))
    return {member: Fraction(total, orders) for member, total in added.items()}
