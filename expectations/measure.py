"""What a plain count says about a judged table: rows, rows a rule covers, values that are none.

Exact integers from SQL of our own, so that a pass never rests on the engine's word alone (S03).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import duckdb

from expectations.gate import Gate, Rule
from expectations.sql import name, relation

# comparisons with NaN and infinity are true or false by convention, not by sense
_MAY_BE_NO_NUMBER = ("FLOAT", "DOUBLE")
# enough to find the first rows of a broken policy, not so much that an alert drowns in them
_LONGEST_REASON = 600
# as many as the shipped policy's min_group_size asks of any group that is shown
_FEW_PAYEES = 5


@dataclass(frozen=True)
class Measured:
    """`covered` lacks the rules that could not be counted; `not_finite` has those with NaN or
    infinite values among what they speak about."""

    rows: int
    covered: dict[str, int]
    not_finite: dict[str, int]
    night_is_known: bool


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str] | None:
    """Column types by name; None when there is no such table."""
    try:
        described = connection.execute(f"describe {relation(table)}").fetchall()
    except duckdb.Error:
        return None
    return {row[0]: row[1] for row in described}


def measure(connection: duckdb.DuckDBPyConnection, gate: Gate, columns: dict[str, str]) -> Measured:
    """One scan for all rules; one each where that fails, so that a bad rule stands alone."""
    rules = gate.rules()
    counts = {("covered", rule.id): _covered(rule) for rule in rules}
    for rule in rules:
        doubtful = [c for c in rule.columns if columns.get(c) in _MAY_BE_NO_NUMBER]
        if doubtful:
            infinite = " or ".join(f"not isfinite({name(column)})" for column in doubtful)
            counts["not_finite", rule.id] = f"count(*) filter (where {infinite})"
    found = _count(connection, gate, {("rows", ""): "count(*)", **counts})
    if found is None:
        found = _count(connection, gate, {("rows", ""): "count(*)"}) or {}
        for key, counted in counts.items():
            found.update(_count(connection, gate, {key: counted}) or {})
    rows = found.pop(("rows", ""))
    by_kind: dict[str, dict[str, int]] = {"covered": {}, "not_finite": {}}
    for (kind, identifier), count in found.items():
        if count is not None and (kind == "covered" or count):
            by_kind[kind][identifier] = count
    return Measured(rows, **by_kind, night_is_known=_night_is_known(connection))


def _covered(rule: Rule) -> str:
    if rule.counts:
        return f"(select cast(({rule.counts}) as bigint))"
    return f"count(*) filter (where {rule.covers})"


def _count(
    connection: duckdb.DuckDBPyConnection,
    gate: Gate,
    counts: dict[tuple[str, str], str],
    among: str = "judged",
) -> dict[tuple[str, str], int | None] | None:
    query = f"{_reading(gate)} select {', '.join(counts.values())} from {among}"
    try:
        values = connection.execute(query).fetchone()
    except duckdb.Error:
        return None
    return dict(zip(counts, values, strict=True))


def _reading(gate: Gate) -> str:
    return gate.reading(relation(gate.table))


def _night_is_known(connection: duckdb.DuckDBPyConnection) -> bool:
    try:
        return connection.execute("select count(run_date) from raw_night.run").fetchone() == (1,)
    except duckdb.Error:
        return False


def why_not_evaluated(connection: duckdb.DuckDBPyConnection, gate: Gate, rule: Rule) -> str:
    """Why the engine gave no answer, without a value of the data.

    The query is planned and not run: planning speaks of names, running quotes what it met.
    """
    try:
        connection.execute(f"explain {_reading(gate)} {gate.failing(rule)}").fetchall()
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
        return str(error).splitlines()[0]
    except duckdb.Error as error:
        return f"it could not be planned ({type(error).__name__})"
    return "Great Expectations gave no answer"


def what_is_wrong(connection: duckdb.DuckDBPyConnection, gate: Gate, rule: Rule) -> str | None:
    """Which part of a rule is broken and how often, or which rows of policy break it, and what the
    failing rows come to; None where the sentence says it all."""
    said = [_what_fails(connection, gate, rule), price(connection, gate, rule)]
    return "; ".join(one for one in said if one) or None


def price(connection: duckdb.DuckDBPyConnection, gate: Gate, rule: Rule) -> str | None:
    """How many payees the failing rows are of, and how much they come to; None of rules that are
    not about rows. The sum of few is somebody's pay, and messages are read by many: it is not
    said (P02)."""
    if gate.price is None or rule.breaks is None:
        return None
    payee, amount, currency = map(name, (gate.price.payee, gate.price.amount, gate.price.currency))
    failing = f"from judged where {gate.if_true(rule.breaks)}"
    try:
        payees, *_ = connection.execute(
            f"{_reading(gate)} select count(distinct {payee}) {failing}"
        ).fetchone() or (0,)
        amounts = connection.execute(
            f"{_reading(gate)} select {currency}, sum(abs({amount})) {failing} "
            "group by all order by all"
        ).fetchall()
    except duckdb.Error:
        return None
    whose = f"of {payees} payee{'' if payees == 1 else 's'}"
    if payees < _FEW_PAYEES:
        return whose
    told = ", ".join(f"{total:,} {code or 'of no currency'}" for code, total in amounts if total)
    return f"{whose}, {gate.price.amount} {told}" if told else whose


def _what_fails(connection: duckdb.DuckDBPyConnection, gate: Gate, rule: Rule) -> str | None:
    if rule.names:
        try:
            named = connection.execute(f"{_reading(gate)} {rule.names}").fetchone()[0]
        except duckdb.Error:
            return None
        return named and textwrap.shorten(named, _LONGEST_REASON, placeholder=" ...")
    if len(rule.parts) < 2:
        return None
    counts = {
        ("part", said): f"count(*) filter (where {condition})" for said, condition in rule.parts
    }
    found = _count(connection, gate, counts, among="true_rows") or {}
    wrong = [f"{said} in {count} rows" for (_, said), count in found.items() if count]
    return "; ".join(wrong) or None
