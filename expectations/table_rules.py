"""Rules about a table as a whole and against other tables. Used through rules.py.

Two sides are compared as signed rows that must sum to zero: exact integers, no join that could
fan out, and a side that lacks a group altogether is seen.
"""

from __future__ import annotations

from expectations.gate import Rule, Versions
from expectations.sql import listed, literal, name, relation


def have_no(what: str, query: str, because: str | None = None) -> Rule:
    """For what one condition cannot say: `query` selects a row for each `what` there is."""
    return Rule.that_tables_must("have_no", f"have no {what}", failing=query, because=because)


def have_a_row_where(condition: str, because: str | None = None) -> Rule:
    return Rule.that_tables_must(
        "have_a_row_where",
        f"have a row where {condition}",
        failing=f"select 1 where not exists (select 1 from true_rows where {condition})",
        because=because,
    )


def match_rows_of(
    table: str,
    per: tuple[str, ...] = (),
    where: str | None = None,
    their_where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """As many rows as `table` has, for each `per` (columns both tables have)."""
    key, group = _grouping(per)
    return Rule.that_tables_must(
        "match_rows_of",
        f"have as many rows as {table}" + _among(per, where, their_where),
        failing=f"select 1 from (select {key}1 as counted from true_rows{_where(where)} union all "
        f"select {key}-1 from {relation(table)}{_where(their_where)}) as both_sides"
        f"{group} having sum(counted) <> 0",
        covers=where or "true",
        columns=per,
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def add_up_to(
    target: str,
    column: str,
    per: tuple[str, ...],
    where: str | None = None,
    their_where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """`column` and `target` (schema.table.column) have the same exact sum for each `per`, the
    columns both tables have. Money never crosses currencies: `per` holds the currency."""
    table, _, theirs = target.rpartition(".")
    key, group = _grouping(per)
    ours = f"select {key}{name(column)} as amount from true_rows{_where(where)}"
    others = f"select {key}-{name(theirs)} from {relation(table)}{_where(their_where)}"
    return Rule.that_tables_must(
        "add_up_to",
        f"have {column} add up to {target}" + _among(per, where, their_where),
        failing=f"select 1 from ({ours} union all {others}) as both_sides"
        f"{group} having sum(amount) <> 0",
        covers=where or "true",
        columns=(*per, column),
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def carry_all_of(landed: str, staged: str, versions: Versions, because: str) -> Rule:
    """As many true records of `landed`, with the same exact total, as `staged` has; both are
    schema.table.column. Amounts are compared without their sign, which staging may set."""
    raw, _, column = landed.rpartition(".")
    table, _, theirs = staged.rpartition(".")
    key = ", ".join(name(one) for one in versions.key)
    # one landing may bring a record twice (C04)
    true_records = (
        f"with judged as (select * from {relation(raw)}) "
        f"select distinct {key}, {name(column)} as amount from judged where {versions.standing}"
    )
    return Rule.that_tables_must(
        "carry_all_of",
        f"carry all of {landed} over to {staged}",
        failing=f"select 1 from (select count(*) as records, sum(abs(amount)) as total "
        f"from ({true_records}) as true_records) as landed, (select count(*) as records, "
        f"sum(abs({name(theirs)})) as total from {relation(table)}) as staged "
        "where landed.records <> staged.records or landed.total is distinct from staged.total",
        columns=(landed, staged),
        because=because,
    )


def have_zero_failing(
    rule: str,
    because: str | None = None,
    may_cover_nothing: bool = False,
    named_by: str | None = None,
) -> Rule:
    """For models that emit (rule, rows_covered, rows_failing): this rule was emitted, spoke about
    some rows and no row breaks it. `named_by` is SQL of a text that names what fails in a row of
    the model, by keys that are neither pay nor personal."""
    this = f"rule = {literal(rule)}"
    return Rule.that_tables_must(
        "have_zero_failing",
        f"find no exception to: {rule}",
        failing="select unnest(range(greatest(coalesce(rows_failing, 1), 1))) from judged "
        f"where {this} and rows_failing is distinct from 0",
        counts=f"select coalesce(sum(rows_covered), 0) from judged where {this}",
        columns=(rule,),
        names=f"select string_agg({named_by}, '; ' order by {named_by}) from judged "
        f"where {this} and rows_failing is distinct from 0"
        if named_by
        else None,
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def _grouping(per: tuple[str, ...]) -> tuple[str, str]:
    key = ", ".join(name(column) for column in per)
    return (f"{key}, ", f" group by {key}") if per else ("", "")


def _where(condition: str | None) -> str:
    return f" where {condition}" if condition else ""


def _among(per: tuple[str, ...], where: str | None, their_where: str | None) -> str:
    said = f" per {listed(per)}" if per else ""
    said += f" where {where}" if where else ""
    return said + (f", against theirs where {their_where}" if their_where else "")
