"""Parts are exact (C02), though their floors are first guessed in doubles."""

from __future__ import annotations

import random

import duckdb

from tests.portability.macro_files import macros

# about where the guess gives way to a division, where doubles end, and what a share is of
EDGES = (0, 1, 2, 99, 10**12, 10**14 - 1, 10**14, 10**14 + 1, 2**53, 10**15 - 1, 10**17)
WHOLES = 4_000


def made(seed: int) -> list[tuple[int, int, int, int]]:
    """(whole number, part number, whole, weight), many quotients whole or nearly so."""
    chance = random.Random(seed)
    rows = []
    for number in range(WHOLES):
        count = chance.choice((1, 2, 3, 7, 40))
        scale = chance.choice((1, 3, 10**6, 10**12))
        weights = [scale * chance.randrange(0, 1_000) for _ in range(count)]
        whole = chance.choice(EDGES) + chance.choice((-1, 0, 0, 1))
        if chance.random() < 0.5:
            # divides evenly: the floor is the quotient itself, which a double may fall short of
            total = max(sum(weights), 1)
            whole = total * max(whole // total, 1)
        sign = chance.choice((1, -1))
        if abs(whole) <= 10**17:
            rows += [(number, part, sign * whole, weight) for part, weight in enumerate(weights)]
    return rows


def expected(whole: int, weights: list[int]) -> list[int | None]:
    total = sum(weights)
    if total == 0:
        return [None] * len(weights)
    parts = [abs(whole) * weight // total for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda part: (-(abs(whole) * weights[part] % total), part)
    )
    for part in by_remainder[: abs(whole) - sum(parts)]:
        parts[part] += 1
    return [part if whole >= 0 else -part for part in parts]


def test_c02_parts_are_those_of_whole_numbers_at_any_size() -> None:
    """Fails if a guess that is one unit off stays so, or is trusted where it may be off by two."""
    rows = made(seed=11)
    split = macros("duckdb").allocate_largest_remainder(
        "parts", {"part_minor": "whole_minor"}, "weight", ["whole_number"], ["part_number"]
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table parts "
            "(whole_number bigint, part_number bigint, whole_minor bigint, weight bigint)"
        )
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            "insert into parts select unnest(?), unnest(?), unnest(?), unnest(?)", columns
        )
        estimates = connection.execute(
            f"select count(*) filter (part_minor_gap < 0), "
            f"count(*) filter (part_minor_gap >= total_weight) from ({split})"
        ).fetchone()
        found = connection.execute(
            f"select whole_number, list(whole_minor), list(weight order by part_number), "
            f"list(part_minor order by part_number) from ({split}) group by whole_number"
        ).fetchall()
    # guesses did go wrong in both directions, so what puts them right was tried
    assert estimates is not None and min(estimates) > 0, estimates
    for _, wholes, weights, parts in found:
        assert parts == expected(wholes[0], weights), (wholes[0], weights)
