"""Forms of arithmetic that give another figure, or another type, on Spark than on DuckDB.

Types are told by how an expression is written and by the names of columns (`_minor` is BIGINT,
`_rate`, `_fx_rate`, `_share` and a source's `amount` are DECIMAL): that is what names are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

Finder = Callable[[exp.Expression], Iterator[exp.Expression]]

DECIMAL_NAME = re.compile(r"(_rate|_share|(^|_)amount|_price)$")
MONEY_NAME = re.compile(r"(_minor|(^|_)amount)$")
INTEGERS = (exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT)
# the value of these is one of, or made of, the values of their parts
PASSES_ON = (
    exp.Paren, exp.Neg, exp.Abs, exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Coalesce, exp.Nullif,
    exp.Greatest, exp.Least, exp.Sum, exp.Min, exp.Max, exp.Lag, exp.Lead, exp.ArgMax, exp.ArgMin,
    exp.Filter,
)  # fmt: skip


def _value_parts(node: exp.Expression) -> list[exp.Expression]:
    """The parts that a node's value comes from: no conditions, no partitions, no orders."""
    if isinstance(node, exp.Window):
        return [node.this]
    if isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]]
        return [*branches, *([node.args["default"]] if node.args.get("default") else [])]
    if isinstance(node, exp.ArgMax | exp.ArgMin | exp.Nullif | exp.Filter):
        return [node.this]
    if isinstance(node, PASSES_ON):
        return [part for part in node.iter_expressions() if isinstance(part, exp.Expression)]
    return []


def has_digits_after_the_point(node: exp.Expression) -> bool:
    """Whether an expression may be a DECIMAL with a fraction."""
    if isinstance(node, exp.Cast):
        kind = node.to
        scale = kind.expressions[1].name if len(kind.expressions) > 1 else "0"
        return kind.this in (exp.DType.DOUBLE, exp.DType.FLOAT) or (
            kind.this == exp.DType.DECIMAL and scale != "0"
        )
    if isinstance(node, exp.Literal):
        return not node.is_string and "." in node.name
    if isinstance(node, exp.Column):
        return bool(DECIMAL_NAME.search(node.name))
    if isinstance(node, exp.Div | exp.Avg):
        return True
    if isinstance(node, exp.Round):
        places = node.args.get("decimals")
        return places is not None and places.name != "0"
    return any(has_digits_after_the_point(part) for part in _value_parts(node))


def is_double(node: exp.Expression) -> bool:
    """Whether an expression is written as a DOUBLE."""
    if isinstance(node, exp.Cast):
        return node.to.this in (exp.DType.DOUBLE, exp.DType.FLOAT)
    return any(is_double(part) for part in _value_parts(node)) or (
        isinstance(node, exp.Div) and (is_double(node.this) or is_double(node.expression))
    )


def holds_money(node: exp.Expression) -> bool:
    """Whether a column of money stands anywhere inside."""
    return any(MONEY_NAME.search(column.name) for column in node.find_all(exp.Column))


def bare_casts(tree: exp.Expression) -> Iterator[exp.Expression]:
    """A fraction cast to an integer: DuckDB rounds it, Spark cuts it off."""
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in INTEGERS and has_digits_after_the_point(cast.this):
            yield cast


def averages(tree: exp.Expression) -> Iterator[exp.Expression]:
    """avg and median of anything but a plain double that is no money."""
    for call in tree.find_all(exp.Avg, exp.Median, exp.PercentileCont):
        if holds_money(call) or not is_double(call.this):
            yield call


def divisions(tree: exp.Expression) -> Iterator[exp.Expression]:
    """`/` of money, or of what is not a double: DOUBLE on DuckDB, DECIMAL on Spark."""
    for division in tree.find_all(exp.Div):
        sides = (division.this, division.expression)
        if holds_money(division) or not any(is_double(side) for side in sides):
            yield division


def zero_divisors(tree: exp.Expression) -> Iterator[exp.Expression]:
    """A divisor that may be zero: null on DuckDB, an error on Spark."""
    for division in tree.find_all(exp.Div, exp.IntDiv, exp.Mod):
        divisor = division.expression.unnest()
        while isinstance(divisor, exp.Cast):
            divisor = divisor.this.unnest()
        is_number = isinstance(divisor, exp.Literal) and not divisor.is_string
        if not isinstance(divisor, exp.Nullif) and not (is_number and float(divisor.name) != 0):
            yield division


def rounded_doubles(tree: exp.Expression) -> Iterator[exp.Expression]:
    """round of a double: a tie goes another way on each engine."""
    return (call for call in tree.find_all(exp.Round) if is_double(call.this))


def bare_sums(tree: exp.Expression) -> Iterator[exp.Expression]:
    """A sum of money that leaves a SELECT as the engine made it: HUGEINT on DuckDB."""
    for total in tree.find_all(exp.Sum):
        node: exp.Expression | None = total
        while node is not None and not isinstance(node, exp.Cast | exp.Select):
            inside, node = node, node.parent
        is_minor = any(column.name.endswith("_minor") for column in total.find_all(exp.Column))
        if isinstance(node, exp.Select) and is_minor and inside.arg_key == "expressions":
            yield total


def date_differences(tree: exp.Expression) -> Iterator[exp.Expression]:
    """Subtracted days or instants: a number on DuckDB, an interval on Spark."""
    for subtraction in tree.find_all(exp.Sub):
        sides = (subtraction.this, subtraction.expression)
        if all(
            isinstance(side, exp.Column) and side.name.endswith(("_date", "_at")) for side in sides
        ):
            yield subtraction


MONEY_FORMS: tuple[tuple[str, str, Finder], ...] = (
    ("cast without round", "cast(round(x, 0) as bigint)", bare_casts),
    ("average", "from sums and counts", averages),
    ("division", "divide_rounded for money, doubles for the rest", divisions),
    ("divisor may be zero", "nullif(d, 0)", zero_divisors),
    ("round of a double", "round decimals only", rounded_doubles),
    ("sum of money", "cast(sum(x) as bigint)", bare_sums),
    ("difference of dates", "days_between macro", date_differences),
)
