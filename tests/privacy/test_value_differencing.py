"""P02: what everybody may read of the fitted win rates tells of no handful of deals, not even to
somebody who knows how the rates are made and holds two versions side by side."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.attribution.compiled_sql import Rows, run
from tests.portability.compiled import compiled_once, read

K, PRIOR_WEIGHT = 5, 50
FITS = {
    "value_table_version": "text", "segment": "text", "coalition": "text",
    "coalition_mask": "bigint", "fitted_date": "date", "opportunity_count": "bigint",
    "won_count": "bigint", "win_rate": "decimal(9, 6)",
}  # fmt: skip
SETTINGS = {"min_group_size": "bigint", "valid_from_date": "date", "valid_to_date": "date"}
Deals = tuple[int, int]


def rate(deals: Deals, additive_rate: Decimal) -> Decimal:
    """As fct_coalition_fits has it, which is described in docs for everybody."""
    count, won = deals
    exact = (won + PRIOR_WEIGHT * additive_rate) / (count + PRIOR_WEIGHT)
    return round(exact, 6)


def exact(versions: list[Deals], additive_rate: Decimal) -> Rows:
    return [
        {
            "value_table_version": str(number), "segment": "all", "coalition": "legal",
            "coalition_mask": 1, "fitted_date": date(2026, 1, 1), "opportunity_count": deals[0],
            "won_count": deals[1], "win_rate": rate(deals, additive_rate),
        }
        for number, deals in enumerate(versions)
    ]  # fmt: skip


def published(sql: str, rows: Rows) -> Rows:
    """The rows of fct_coalition_values, oldest version first."""
    lasting = {"min_group_size": K, "valid_from_date": date.min, "valid_to_date": date.max}
    given = {
        "fct_coalition_fits": (FITS, rows),
        "stg_policy__company_settings": (SETTINGS, [lasting]),
        "run": ({"run_date": "date"}, [{"run_date": date(2026, 1, 5)}]),
    }
    return sorted(run(sql, given), key=lambda row: row["value_table_version"])


def fits_rounded(row: Rows, deals: Deals, additive_rate: Decimal) -> bool:
    """Whether these deals would be published as this row of fct_coalition_values."""
    if row["suppressed"]:
        return 0 < deals[0] < K
    shown = round(rate(deals, additive_rate), 1)
    return deals[0] // K * K == row["opportunity_count"] and shown == row["win_rate"]


def fits_exactly(row: Rows, deals: Deals, additive_rate: Decimal) -> bool:
    """The same where counts of K and more and every rate are shown as they are."""
    is_told = deals[0] == row["opportunity_count"] or 0 < row["opportunity_count"] < K
    return is_told and rate(deals, additive_rate) == row["win_rate"]


def told(
    rows: Rows, additive_rate: Decimal, is_like: Callable[[Rows, Deals, Decimal], bool]
) -> list[set[Deals]]:
    """What may have happened: of each version its deals, of each two what came between them."""
    every = [(count, won) for count in range(41) for won in range(count + 1)]
    found = [{d for d in every if is_like(row, d, additive_rate)} for row in rows]
    between = [
        {
            (new[0] - old[0], new[1] - old[1])
            for old in before
            for new in after
            if 0 <= new[1] - old[1] <= new[0] - old[0]
        }
        for before, after in itertools.pairwise(found)
    ]
    return found + between


def a_few(found: list[set[Deals]]) -> int:
    """How often a handful of deals is told without a doubt."""
    return sum(len(one) == 1 and 0 < next(iter(one))[0] < K for one in found)


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    models = read(compiled_once(tmp_path_factory, "duckdb"), "models.json")
    return models["fct_coalition_values"]["sql"]


def histories(count: int) -> list[tuple[list[Deals], Decimal]]:
    """Three versions of a coalition, a few deals or none more in each, and its additive rate."""
    chance = random.Random(2)
    made = []
    for _ in range(count):
        total, versions = (chance.randint(0, 12), []), []
        deals = (total[0], chance.randint(0, total[0]))
        for _ in range(3):
            versions.append(deals)
            more = chance.randint(0, 9)
            deals = (deals[0] + more, deals[1] + chance.randint(0, more))
        made.append((versions, Decimal(chance.randint(20_000, 980_000)) / 1_000_000))
    return made


def test_p02_no_two_versions_of_win_rates_tell_of_a_handful_of_deals(sql: str) -> None:
    """Fails if a count or a rate is shown so finely that one number of deals explains it alone."""
    for versions, additive_rate in histories(200):
        rows = published(sql, exact(versions, additive_rate))
        assert a_few(told(rows, additive_rate, fits_rounded)) == 0, (versions, additive_rate)


def test_p02_the_attack_finds_them_behind_exact_rates() -> None:
    """Positive control: what finance reads, with small counts hidden and rates not."""
    found = sum(
        a_few(told(exact(versions, additive_rate), additive_rate, fits_exactly))
        for versions, additive_rate in histories(200)
    )
    assert found > 150


def test_p02_a_small_coalition_shows_neither_count_nor_rate(sql: str) -> None:
    deals = [(0, 0), (4, 4), (5, 4), (9, 0), (10, 10)]
    rows = published(sql, exact(deals, Decimal("0.5")))
    assert [(row["opportunity_count"], row["win_rate"]) for row in rows] == [
        (0, Decimal("0.5")),
        (None, None),
        (5, Decimal("0.5")),
        (5, Decimal("0.4")),
        (10, Decimal("0.6")),
    ]
