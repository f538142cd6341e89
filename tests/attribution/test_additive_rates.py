"""The additive win rates: known answers, the pull to the average, and what is refused."""

from __future__ import annotations

import dataclasses

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
    effects = additive_rates.fit(LATTICE, deals, won, pull=30.0)
    bend = additive_rates.fit_bend(effects, LATTICE, deals, won)
    rates = additive_rates.rates_in_millionths(effects, bend, LATTICE)
    assert np.all((rates > 0) & (rates < additive_rates.MILLION))


def test_where_effects_add_up_on_the_logit_nothing_bends() -> None:
    effects = np.asarray([-1.5, 0.4, 1.1, 0.3])
    rate = 1 / (1 + np.exp(-(effects[0] + LATTICE @ effects[1:])))
    deals = np.full(8, 1_000_000)
    bend = additive_rates.fit_bend(effects, LATTICE, deals, np.rint(deals * rate).astype(int))
    assert bend.bend == pytest.approx(0, abs=1e-4)
    assert additive_rates.rates_in_millionths(effects, bend, LATTICE) == pytest.approx(
        rate * additive_rates.MILLION, abs=50
    )


def test_where_each_can_win_alone_effects_bend_down_and_rates_come_closer() -> None:
    chance = np.asarray([0.1, 0.25, 0.4])
    rate = 1 - np.prod(1 - LATTICE * chance, axis=1) * 0.95
    deals = np.full(8, 1_000_000)
    won = np.rint(deals * rate).astype(int)
    effects = additive_rates.fit(LATTICE, deals, won, pull=1.0)
    bend = additive_rates.fit_bend(effects, LATTICE, deals, won)
    straight = dataclasses.replace(bend, level=bend.middle, slope=bend.spread, bend=0.0)
    errors = [
        np.abs(
            additive_rates.rates_in_millionths(effects, one, LATTICE) / additive_rates.MILLION
            - rate
        ).sum()
        for one in (bend, straight)
    ]
    assert bend.bend < -0.05
    assert errors[0] < errors[1] / 2


@pytest.mark.parametrize("curve", [-0.4, 0.4])
def test_however_it_bends_more_effect_never_wins_less(curve: float) -> None:
    effects = np.asarray([0.0, 1.0, 2.0, 4.0])
    bend = additive_rates.Bend(middle=3.5, spread=1.5, level=-1.0, slope=0.5, bend=curve)
    rates = additive_rates.rates_in_millionths(effects, bend, LATTICE)
    assert np.all(np.diff(rates[np.argsort(LATTICE @ effects[1:])]) >= 0)
    assert rates.min() < rates.max()


def test_coalitions_that_are_all_alike_do_not_bend() -> None:
    alike, deals, won = LATTICE[[7]], np.asarray([40]), np.asarray([10])
    effects = additive_rates.fit(alike, deals, won, pull=30.0)
    bend = additive_rates.fit_bend(effects, alike, deals, won)
    assert bend.bend == 0
    assert additive_rates.rates_in_millionths(effects, bend, alike) == pytest.approx(250_000, abs=2)


def test_t07_the_order_of_coalitions_changes_nothing() -> None:
    deals, won = np.arange(10, 18), np.asarray([1, 2, 3, 4, 5, 6, 7, 8])
    forward = additive_rates.fit(LATTICE, deals, won, pull=30.0)
    backward = additive_rates.fit(LATTICE[::-1], deals[::-1], won[::-1], pull=30.0)
    assert forward == pytest.approx(backward, abs=1e-9)


def test_more_wins_than_deals_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot win more"):
        additive_rates.fit(LATTICE, np.full(8, 1), np.full(8, 2), pull=0.0)
