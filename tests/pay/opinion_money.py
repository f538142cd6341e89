"""Money of the second opinion: whole minor units, and fractions until the one rounding."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Exact = int | Fraction | Decimal
Part = TypeVar("Part", bound=str)


def rounded(amount: Exact) -> int:
    """To whole minor units, half away from zero."""
    exact = Fraction(amount)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def minor(amount: Exact, digits: int) -> int:
    """Major units as minor units of a currency with so many minor digits."""
    return rounded(Fraction(amount) * 10**digits)


def converted(amount_minor: int, rate: Decimal, from_digits: int, to_digits: int) -> int:
    """Minor units of one currency in those of another."""
    return rounded(Fraction(amount_minor, 10**from_digits) * Fraction(rate) * 10**to_digits)


def shared(whole: int, weights: Mapping[Part, int]) -> dict[Part, int]:
    """A whole in parts by weight: floors, then one unit each to the largest remainders, the
    smaller key first (C02). A negative whole is the mirror of the positive one. Without any
    weight nobody gets anything."""
    total = sum(weights.values())
    if total == 0:
        return dict.fromkeys(weights, 0)
    size = abs(whole)
    parts = {key: size * weight // total for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(size * weights[key] % total), key))
    for key in by_remainder[: size - sum(parts.values())]:
        parts[key] += 1
    return {key: part if whole >= 0 else -part for key, part in parts.items()}
