"""The additive win rates: known answers, the pull to the average, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from orchestration import additive_rates

LATTICE = np.arange(8)[:, None] >> np.arange(3) & 1


def test_an_additive_truth_is_found_again() -> None:
    effects = np.asarray([-1.5, 0.4, 1.1, 0.0])
    rate = 1 / (1 + np.exp(-(effects[0] + LATTICE @ effects[1:])))
    deals = np.full(8, 10_000_000)
    found = additive_rates.fit(LATTICE, deals, np.rint(deals * rate).astype(int), pull=0.0)
    assert found == pytest.approx(effects, abs=1e-4)


def test_a_function_on_every_deal_gets_the_average_effect() -> None:
    """It cannot be told from the base rate: neither all of the credit nor none."""
    always = LATTICE[LATTICE[:, 2] == 1]
    deals = np.full(len(always), 500)
    won = np.asarray([50, 120, 180, 300])
    found = additive_rates.fit(always, deals, won, pull=30.0)
    assert found[3] == pytest.approx(found[1:3].mean(), abs=1e-3)


def test_a_strong_pull_makes_all_effects_one() -> None:
    deals, won = np.full(8, 50), np.asarray([5, 9, 20, 25, 6, 12, 22, 30])
    found = additive_rates.fit(LATTICE, deals, won, pull=1e6)
    assert found[1:] == pytest.approx(np.full(3, found[1:].mean()), abs=1e-4)


def test_a_coalition_that_won_everything_settles() -> None:
    deals, won = np.full(8, 3), np.asarray([0, 0, 0, 3, 0, 3, 3, 3])
    rates = additive_rates.rates_in_millionths(
        additive_rates.fit(LATTICE, deals, won, pull=30.0), LATTICE
    )
    assert np.all((rates > 0) & (rates < additive_rates.MILLION))


def test_t07_the_order_of_coalitions_changes_nothing() -> None:
    deals, won = np.arange(10, 18), np.asarray([1, 2, 3, 4, 5, 6, 7, 8])
    forward = additive_rates.fit(LATTICE, deals, won, pull=30.0)
    backward = additive_rates.fit(LATTICE[::-1], deals[::-1], won[::-1], pull=30.0)
    assert forward == pytest.approx(backward, abs=1e-9)


def test_more_wins_than_deals_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot win more"):
        additive_rates.fit(LATTICE, np.full(8, 1), np.full(8, 2), pull=0.0)
