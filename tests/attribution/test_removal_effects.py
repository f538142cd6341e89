"""Removal effects by one inversion: against a linear solve with the function taken out."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from orchestration.removal_effects import LOST, START, WON, function_of, removal_effects

Steps = list[tuple[str, str, int]]


def chance_to_win(steps: Steps, without: str | None = None) -> float:
    """The probability that a path is won, by solving for it; paths end where `without` works."""
    names = sorted({state for source, target, _ in steps for state in (source, target)})
    names = [name for name in names if name not in (WON, LOST)]
    kept = [name for name in names if function_of(name) != without]
    system, won = np.eye(len(kept)), np.zeros(len(kept))
    for source in kept:
        total = sum(count for one, _, count in steps if one == source)
        for one, target, count in steps:
            if one == source and target in kept:
                system[kept.index(source), kept.index(target)] -= count / total
            elif one == source and target == WON:
                won[kept.index(source)] += count / total
    return float(np.linalg.solve(system, won)[kept.index(START)])


def walks(order: int, seed: int) -> Steps:
    """Steps of random paths with loops, whose states are the last `order` functions."""
    drawn = random.Random(seed)
    counted: dict[tuple[str, str], int] = {}
    for _ in range(300):
        path = [drawn.choice("abcde") for _ in range(drawn.randrange(0, 9))]
        states = [">".join(path[max(0, n - order + 1) : n + 1]) for n in range(len(path))]
        states = [START, *states, drawn.choice([WON, LOST, LOST])]
        for step in itertools.pairwise(states):
            counted[step] = counted.get(step, 0) + 1
    return [(source, target, count) for (source, target), count in counted.items()]


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("seed", [1, 2])
def test_effects_are_those_of_taking_the_function_out(order: int, seed: int) -> None:
    steps = walks(order, seed)
    effects = removal_effects(*zip(*steps, strict=True))
    whole = chance_to_win(steps)
    assert effects.keys() == set("abcde")
    for function, effect in effects.items():
        assert effect == pytest.approx(1 - chance_to_win(steps, function) / whole, abs=1e-9)


def test_a_function_on_every_won_path_is_worth_all_of_them() -> None:
    steps = [(START, "a", 10), ("a", "b", 5), ("b", "a", 3), ("a", WON, 4), ("a", LOST, 4),
             ("b", LOST, 2)]  # fmt: skip
    effects = removal_effects(*zip(*steps, strict=True))
    assert effects["a"] == pytest.approx(1)
    assert 0 < effects["b"] < 1


def test_t07_the_order_of_steps_changes_nothing() -> None:
    steps = walks(2, 3)
    again = removal_effects(*zip(*reversed(steps), strict=True))
    assert removal_effects(*zip(*steps, strict=True)) == pytest.approx(again, abs=1e-12)


def test_paths_that_nobody_won_have_no_effects() -> None:
    with pytest.raises(ValueError, match="no path is won"):
        removal_effects([START, "a"], ["a", LOST], [1, 1])
