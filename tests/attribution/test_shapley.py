"""The Shapley value in SQL: against every order of members, and by its axioms."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attribution.compiled_sql import Rows, run

MILLION = 1_000_000
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Shares = Callable[..., dict[int, dict[str, dict]]]


def inputs(values: list[int], masks: list[int], functions: int, seed: int = 0) -> dict:
    """A version whose coalition of mask m is worth values[m] millionths, and deals of `masks`."""
    shuffled = random.Random(seed)
    tables: dict[str, tuple[dict[str, str], Rows]] = {
        "int_attribution__deal_versions": (
            {
                "opportunity_key": "text",
                "attribution_model": "text",
                "value_table_version": "text",
                "segment": "text",
                "coalition_mask": "bigint",
            },
            [
                {
                    "opportunity_key": f"deal {number}",
                    "attribution_model": "team_winrate",
                    "value_table_version": "v",
                    "segment": "all",
                    "coalition_mask": mask,
                }
                for number, mask in enumerate(masks)
            ],
        ),
        "int_attribution__coalition_values": (
            {
                "value_table_version": "text",
                "segment": "text",
                "coalition_mask": "bigint",
                "win_rate_units": "bigint",
            },
            [
                {
                    "value_table_version": "v",
                    "segment": "all",
                    "coalition_mask": mask,
                    "win_rate_units": value,
                }
                for mask, value in enumerate(values)
            ],
        ),
        "int_contribution__coalitions": (
            {"coalition_mask": "bigint", "coalition": "text", "function_count": "bigint"},
            [
                {"coalition_mask": mask, "coalition": str(mask), "function_count": mask.bit_count()}
                for mask in range(1 << functions)
            ],
        ),
        "int_contribution__functions": (
            {"function": "text", "function_number": "bigint", "function_bit": "bigint"},
            [
                {"function": f"f{n}", "function_number": n, "function_bit": 1 << n}
                for n in range(functions)
            ],
        ),
    }
    for _, rows in tables.values():
        shuffled.shuffle(rows)
    return tables


def by_every_order(values: list[int], mask: int) -> dict[str, Fraction]:
    """The average of what each member adds, over all orders in which they can come."""
    members = [n for n in range(mask.bit_length()) if mask >> n & 1]
    added = dict.fromkeys(members, 0)
    for order in itertools.permutations(members):
        before = 0
        for member in order:
            added[member] += values[before | 1 << member] - values[before]
            before |= 1 << member
    return {f"f{n}": Fraction(total, factorial(len(members))) for n, total in added.items()}


@pytest.fixture(scope="module")
def shares(duckdb_models: dict[str, str]) -> Shares:
    """Values and shares by coalition and function, of the compiled model."""
    sql = duckdb_models["int_attribution__coalition_shares"]

    def compute(values: list[int], masks: list[int], functions: int, seed: int = 0) -> dict:
        found: dict[int, dict[str, dict]] = {}
        for row in run(sql, inputs(values, masks, functions, seed)):
            found.setdefault(row["coalition_mask"], {})[row["function"]] = row
        return found

    return compute


def games(functions: int) -> st.SearchStrategy[list[int]]:
    rates = st.integers(0, MILLION)
    return st.lists(rates, min_size=1 << functions, max_size=1 << functions)


@pytest.mark.parametrize("functions", [1, 2, 3, 5, 8])
def test_values_are_those_of_every_order(functions: int, shares: Shares) -> None:
    drawn = random.Random(functions)
    values = [drawn.randrange(MILLION) for _ in range(1 << functions)]
    whole = (1 << functions) - 1
    masks = [whole, *(drawn.randrange(1, whole + 1) for _ in range(3))]
    for mask, found in shares(values, masks, functions).items():
        expected = by_every_order(values, mask)
        assert found.keys() == expected.keys()
        for function, value in expected.items():
            assert abs(Fraction(str(found[function]["value_rate"])) * MILLION - value) <= Fraction(
                1, 2
            )
            assert found[function]["is_negative"] == (value < 0)


@FEW
@given(games(4))
def test_efficiency_what_is_shared_is_what_the_coalition_is_worth(
    shares: Shares, values: list[int]
) -> None:
    [found] = shares(values, [15], 4).values()
    total = sum(Fraction(str(row["value_rate"])) for row in found.values()) * MILLION
    assert abs(total - (values[15] - values[0])) <= 2  # each is rounded once
    if any(row["share_units"] for row in found.values()):
        assert abs(sum(row["share_units"] for row in found.values()) - 10**12) <= 4


@FEW
@given(games(3))
def test_symmetry_who_adds_the_same_gets_the_same(shares: Shares, values: list[int]) -> None:
    """f0 and f1 change places in every coalition without changing its value."""
    swapped = {m: (m & ~3) | (m & 1) << 1 | m >> 1 & 1 for m in range(8)}
    even = [min(values[m], values[swapped[m]]) for m in range(8)]
    [found] = shares(even, [7], 3).values()
    assert found["f0"]["value_rate"] == found["f1"]["value_rate"]
    assert found["f0"]["share_units"] == found["f1"]["share_units"]


@FEW
@given(games(3))
def test_null_player_who_adds_nothing_gets_nothing(shares: Shares, values: list[int]) -> None:
    without = [values[m & ~2] for m in range(8)]
    [found] = shares(without, [7], 3).values()
    assert found["f1"]["value_rate"] == 0
    assert not found["f1"]["share_units"]


@FEW
@given(games(3), games(3))
def test_additivity_two_games_are_worth_their_sum(
    shares: Shares, one: list[int], other: list[int]
) -> None:
    one, other = [v // 2 for v in one], [v // 2 for v in other]
    both = [a + b for a, b in zip(one, other, strict=True)]
    parts = [shares(values, [7], 3)[7] for values in (one, other, both)]
    for function in ("f0", "f1", "f2"):
        apart = parts[0][function]["value_rate"] + parts[1][function]["value_rate"]
        assert abs(apart - parts[2][function]["value_rate"]) * MILLION <= 2


def test_t07_the_order_of_rows_changes_nothing(shares: Shares) -> None:
    drawn = random.Random(7)
    values = [drawn.randrange(MILLION) for _ in range(64)]
    masks = [drawn.randrange(1, 64) for _ in range(20)]
    assert shares(values, masks, 6, seed=1) == shares(values, masks, 6, seed=2)


def test_sixteen_functions_do_not_overflow(shares: Shares) -> None:
    """The largest game there may be: each function adds the same, so each gets a sixteenth."""
    values = [m.bit_count() * 62_500 for m in range(1 << 16)]
    [found] = shares(values, [(1 << 16) - 1], 16).values()
    assert {row["share_units"] for row in found.values()} == {10**12 // 16}
