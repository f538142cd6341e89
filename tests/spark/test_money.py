"""The money macros give the same minor unit on DuckDB, on Spark and by exact arithmetic."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.portability.macro_files import Macros
from tests.spark.engines import Engines
from tests.spark.rows import ROWS, Row, generated

EXACT = Context(prec=60)
# more digits than a currency has: nothing is guessed
UNKNOWN_DIGITS = {None, 9}


@pytest.fixture(scope="module")
def rows() -> dict[int, Row]:
    return {row.part_id: row for row in generated()}


def rounded(value: Fraction) -> int:
    """Half away from zero."""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    whole += 2 * rest >= value.denominator
    return whole if value >= 0 else -whole


def answers(connection: Any, columns: str) -> list[tuple]:
    found = connection.execute(f"select part_id, {columns} from ours").fetchall()
    assert len(found) >= ROWS
    return found


def test_rows_hold_the_hard_cases(rows: dict[int, Row]) -> None:
    """Fails if the generator stops making what the tests below are for."""
    tied = [
        row for row in rows.values() if row.divisor and row.tied_dividend * 2 % row.divisor == 0
    ]
    assert sum(row.tied_dividend < 0 for row in tied) > 1_000
    assert sum(row.whole_minor < 0 for row in rows.values()) > 10_000
    assert {row.minor_digits for row in rows.values()} == {0, 2, 3, None, 9}
    assert {row.weight for row in rows.values()} >= {0, 1, 2, 3}


def test_major_units_become_minor_units(engines: Engines, rows: dict[int, Row]) -> None:
    def write(macros: Macros) -> str:
        return f"select part_id, {macros.to_minor('amount', 'minor_digits')} as minor from parts"

    connection, differing = engines.compare(write, "to_minor")
    assert differing == []
    for part_id, minor in answers(connection, "minor"):
        row = rows[part_id]
        if row.minor_digits in UNKNOWN_DIGITS:
            assert minor is None
        else:
            exact = row.amount.scaleb(row.minor_digits or 0, context=EXACT)
            assert minor == int(exact.quantize(Decimal(1), ROUND_HALF_UP, context=EXACT)), row


def test_m10_conversion_rounds_once(engines: Engines, rows: dict[int, Row]) -> None:
    def write(macros: Macros) -> str:
        converted = macros.convert_minor(
            "amount_minor", "minor_digits", "fx_rate", "to_minor_digits"
        )
        return f"select part_id, {converted} as minor from parts where minor_digits <> 9"

    connection, differing = engines.compare(write, "convert_minor")
    assert differing == []
    for part_id, minor in connection.execute("from ours").fetchall():
        row = rows[part_id]
        shift = row.to_minor_digits - (row.minor_digits or 0)
        exact = Fraction(row.amount_minor) * Fraction(row.fx_rate) * Fraction(10) ** shift
        assert minor == rounded(exact), row


def test_integer_division(engines: Engines, rows: dict[int, Row]) -> None:
    """Fails if a quotient is cut the other way for negatives, or a zero divisor stops the night."""

    def write(macros: Macros) -> str:
        return f"""
            select
                part_id,
                cast({macros.integer_divide("tied_dividend", "divisor")} as bigint) as quotient,
                {macros.divide_rounded("tied_dividend", "divisor")} as nearest
            from parts
        """

    connection, differing = engines.compare(write, "integer_divide")
    assert differing == []
    for part_id, quotient, nearest in answers(connection, "quotient, nearest"):
        row = rows[part_id]
        if row.divisor == 0:
            assert (quotient, nearest) == (None, None)
        else:
            towards_zero = abs(row.tied_dividend) // row.divisor
            assert quotient == (towards_zero if row.tied_dividend >= 0 else -towards_zero), row
            assert nearest == rounded(Fraction(row.tied_dividend, row.divisor)), row


def test_a_decimal_becomes_an_integer_by_rounding(engines: Engines, rows: dict[int, Row]) -> None:
    """Fails if one engine rounds and the other cuts off: STACK's trap, and the macro's reason."""

    def write(macros: Macros) -> str:
        return f"""
            select
                part_id,
                {macros.rate_units("rate")} as units,
                cast(round(amount_minor * rate, 0) as bigint) as by_rate_minor
            from parts
        """

    connection, differing = engines.compare(write, "rate_units")
    assert differing == []
    for part_id, units, by_rate in answers(connection, "units, by_rate_minor"):
        row = rows[part_id]
        assert units == row.rate * 1_000_000
        assert by_rate == rounded(Fraction(row.amount_minor) * Fraction(row.rate)), row


def test_c02_parts_add_up_to_the_whole(engines: Engines, rows: dict[int, Row]) -> None:
    """Fails if a minor unit is lost or given twice, ties fall differently, or signs do."""

    def write(macros: Macros) -> str:
        split = macros.allocate_largest_remainder(
            "parts",
            {"part_minor": "whole_minor", "other_part_minor": "other_minor"},
            "weight",
            ["group_id"],
            ["part_key"],
        )
        return f"select part_id, part_minor, other_part_minor from ({split}) as split_parts"

    connection, differing = engines.compare(write, "allocate")
    assert differing == []
    given = {row[0]: row[1:] for row in answers(connection, "part_minor, other_part_minor")}
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows.values():
        groups[row.group_id].append(row)
    for parts in groups.values():
        for index, whole in enumerate((parts[0].whole_minor, parts[0].other_minor)):
            expected = largest_remainder(whole, parts)
            assert [given[part.part_id][index] for part in parts] == expected, parts
            assert None in expected or sum(expected) == whole


def largest_remainder(whole: int, parts: list[Row]) -> list[int | None]:
    """C02 by hand: floors, then one unit each by remainder, then by key; negatives are mirrored."""
    total = sum(part.weight for part in parts)
    if total == 0:
        return [None] * len(parts)
    floors = [abs(whole) * part.weight // total for part in parts]
    order = sorted(
        range(len(parts)),
        key=lambda index: (-(abs(whole) * parts[index].weight % total), parts[index].part_key),
    )
    for index in order[: abs(whole) - sum(floors)]:
        floors[index] += 1
    return [floor if whole >= 0 else -floor for floor in floors]


def test_shares_of_one_split_add_up_to_one(engines: Engines) -> None:
    def write(macros: Macros) -> str:
        split = macros.allocate_largest_remainder(
            "weighed", {"units": "whole_units"}, "weight", ["group_id"], ["part_key"]
        )
        return f"""
            with weighed as (select parts.*, {macros.share_whole()} as whole_units from parts)
            select part_id, group_id, {macros.share_from_units("units")} as credit_share
            from ({split}) as split_parts
        """

    connection, differing = engines.compare(write, "shares")
    assert differing == []
    totals = connection.execute(
        "select distinct sum(credit_share) from ours where credit_share >= 0 group by group_id"
    ).fetchall()
    assert totals == [(Decimal(1),)]
