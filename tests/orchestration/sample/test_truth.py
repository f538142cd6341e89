"""The planted truth: an exact Shapley value of what made deals won, consistent with the records."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest

from orchestration import sample
from orchestration.sample import causes
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS
from orchestration.sample.truth import shares
from tests.orchestration.sample.conftest import Delivered, opened


def probability(members: frozenset[int], mood: int, structure: str) -> int:
    mask = np.asarray([sum(1 << member for member in members)], dtype=np.int64)
    return int(causes.win_probability(mask, np.asarray([mood], dtype=np.int64), structure)[0])


@pytest.mark.parametrize("structure", causes.STRUCTURES)
@pytest.mark.parametrize("functions", [("sales",), ("sales", "solutions", "engineering", "legal")])
def test_shapley_is_the_mean_gain_over_all_orders_of_arrival(
    structure: str, functions: tuple[str, ...]
) -> None:
    members = [FUNCTION_CODE[function] for function in functions]
    expected = dict.fromkeys(members, Fraction(0))
    for order in permutations(members):
        before: frozenset[int] = frozenset()
        for member in order:
            after = before | {member}
            gain = probability(after, 20, structure) - probability(before, 20, structure)
            expected[member] += Fraction(gain, factorial(len(members)))
            before = after
    mask = np.asarray([sum(1 << member for member in members)], dtype=np.int64)
    value, whole = causes.shapley(mask, np.asarray([20], dtype=np.int64), structure)
    total = sum(expected.values())
    for member in members:
        assert Fraction(int(value[0, member]), int(whole[0])) == expected[member] / total
    assert value[0].sum() == whole[0]


@pytest.mark.parametrize("structure", causes.STRUCTURES)
def test_one_more_function_never_makes_a_win_less_likely(structure: str) -> None:
    """Fails if a true share could be negative."""
    mask = np.arange(1 << len(FUNCTIONS), dtype=np.int64)
    for mood in (-60, 0, 60):
        moods = np.full(len(mask), mood, dtype=np.int64)
        base = causes.win_probability(mask, moods, structure)
        assert base.min() >= 0 and base.max() <= causes.MILLION
        for member in range(len(FUNCTIONS)):
            more = causes.win_probability(mask | 1 << member, moods, structure)
            assert (more >= base).all()


def test_shares_are_divided_digit_by_digit_without_overflow() -> None:
    numerator = np.asarray([1, 2, 39_916_800 * 10**6 - 1], dtype=np.int64)
    denominator = np.asarray([3, 3, 39_916_800 * 10**6], dtype=np.int64)
    expected = [int(n) * 10**12 // int(d) for n, d in zip(numerator, denominator, strict=True)]
    assert shares(numerator, denominator).tolist() == expected


@pytest.mark.parametrize("size", ["company", "small_company"])
def test_true_shares_sum_to_one_on_every_deal(size: str, request: pytest.FixtureRequest) -> None:
    delivered: Delivered = request.getfixturevalue(size)
    sums = delivered.rows(
        "select distinct sum(true_share) from opportunity_truth group by opportunity_id"
    )
    assert sums == [(Decimal(1),)]
    assert delivered.value("select min(true_share) from opportunity_truth") >= 0


def test_persons_share_what_their_function_has(company: Delivered) -> None:
    differing = company.rows(
        """select opportunity_id, function from opportunity_truth
        full join (
            select opportunity_id, function, sum(true_share) as persons_share
            from person_truth group by all
        ) as persons using (opportunity_id, function)
        where persons_share is distinct from true_share limit 3"""
    )
    assert differing == []
    assert company.value("select min(true_share) from person_truth") >= 0


def test_decided_deals_are_those_of_the_data(company: Delivered) -> None:
    differing = company.rows(
        """select id from crm.opportunity
        full join (
            select distinct opportunity_id, is_won as was_won from opportunity_truth
        ) as truth
            on truth.opportunity_id = opportunity.id
        where (is_closed and (opportunity_id is null or was_won <> is_won))
            or (not is_closed and opportunity_id is not null)"""
    )
    assert differing == []


def test_outcomes_follow_the_planted_probability(company: Delivered) -> None:
    won, expected = company.rows(
        """select count(*) filter (is_won), cast(sum(win_probability) as double)
        from (select distinct opportunity_id, is_won, win_probability, is_planted
              from opportunity_truth) where not is_planted"""
    )[0]
    # about five standard deviations of 1,850 draws
    assert abs(won - expected) < 100


def test_presence_is_what_the_records_say(company: Delivered) -> None:
    """Fails if truth knows of a function that no record names, or records name one it ignores.

    Compared for the functions whose records name the deal itself.
    """
    company.connection.execute(
        """create or replace temp table named as
        with employees as (
            select worker_code, code as function, effective_date,
                coalesce(end_date, date '9999-12-31') as end_date
            from hr.worker_position_history as positions
            join (select distinct id, worker_code from hr.worker_history) as workers
                on workers.id = positions.worker_id
            join hr.organization on organization.id = positions.organization_id
        ),
        touches as (
            select what_id, owner_id, completed_date_time as event_at from crm.task
            where not is_deleted
            union all
            select what_id, owner_id, start_date_time from crm.event where who_count <= 25
        )
        select distinct opportunity.id as opportunity_id, function from touches
        join crm.opportunity on left(what_id, 15) = left(opportunity.id, 15) and is_closed
        join (
            from crm.opportunity_history where is_closed
            qualify row_number() over (partition by id order by _fivetran_start) = 1
        ) as decided on decided.id = opportunity.id and event_at < decided._fivetran_start
        join crm."user" on "user".id = touches.owner_id
        join employees on worker_code = employee_number
            and cast(event_at as date) between effective_date and employees.end_date"""
    )
    functions = "('legal', 'finance', 'analytics', 'solutions')"
    unnamed = company.value(
        f"""select count(*) from opportunity_truth
        where function in {functions} and opportunity_id not in (select id from crm.opportunity
            where is_deleted) and (opportunity_id, function) not in (from named)"""
    )
    ignored = company.value(
        f"""select count(*) from named where function in {functions}
        and (opportunity_id, function) not in (
            select opportunity_id, function from opportunity_truth)"""
    )
    everything = company.value(f"select count(*) from named where function in {functions}")
    assert everything > 1000
    # users without an employee number, answers to colleagues and late records are not looked up
    assert ignored == 0
    assert unnamed < everything * 0.12


def test_each_structure_makes_other_wins(small_company: Delivered, tmp_path: Path) -> None:
    wins = {}
    for structure in causes.STRUCTURES:
        sample.make(tmp_path / structure, "XS", structure=structure)
        delivered = opened(tmp_path / structure)
        wins[structure] = tuple(
            delivered.rows("select id from crm.opportunity where is_won order by 1")
        )
        total = "select count(distinct opportunity_id) from opportunity_truth"
        assert 0.1 < len(wins[structure]) / delivered.value(total) < 0.6, structure
    assert len(set(wins.values())) == 3
