"""The words gates are written with; import it as `must`, so that a gate reads aloud.

    rules=lambda: [
        must.have_one_row_per("payout_line_key"),
        must.be_at_least("payout_amount_minor", 0, where="entry_type = 'payout'", because="..."),
    ]

Every rule is plain data: a sentence and the SQL of what breaks it, in which the judged table is
called `judged`. Comparisons are SQL on the stored types, so money is compared as integers; Great
Expectations' own bounds become floats on the way (S05). A value rule speaks about the rows whose
column is filled, and with `where` about those that meet it; covering no row is unproven unless
the rule says why that may be (`may_cover_nothing=True` with a `because`).
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.gate import Rule
from expectations.sql import Bound, listed, literal, name, relation, run_date, words


def _rule(
    kind: str,
    says: str,
    failing: str,
    *,
    because: str | None = None,
    may_cover_nothing: bool = False,
    **fields: object,
) -> Rule:
    if may_cover_nothing and not because:
        raise ValueError(f"a rule that may cover nothing says why: must {says}, because ...")
    sentence = f"must {says}" + (f", because {because}" if because else "")
    return Rule(kind, sentence, failing, may_cover_nothing=may_cover_nothing, **fields)  # type: ignore[arg-type]


def _value_rule(
    kind: str,
    says: str,
    column: str,
    breaks: str,
    where: str | None,
    because: str | None,
    may_cover_nothing: bool,
) -> Rule:
    met = f" and ({where})" if where else ""
    return _rule(
        kind,
        f"have {column} {says}" + (f" where {where}" if where else ""),
        # what cannot be compared breaks the rule: an unknown bound must not pass everything
        f"select 1 from judged where {name(column)} is not null{met} and ({breaks}) is not false",
        covers=f"{name(column)} is not null{met}",
        columns=(column,),
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def have_one_row_per(*columns: str) -> Rule:
    key = ", ".join(name(column) for column in columns)
    filled = " or ".join(f"{name(column)} is not null" for column in columns)
    return _rule(
        "have_one_row_per",
        f"have one row per {listed(columns)}",
        f"select 1 from judged group by {key} having count(*) > 1",
        covers=filled,
        columns=columns,
    )


def have_one_story_per(*columns: str) -> Rule:
    """The same record may come twice (C04), but not twice in different words: then nobody could
    say which is the newest."""
    key = ", ".join(name(column) for column in columns)
    same = " and ".join(f"judged.{name(c)} is not distinct from twice.{name(c)}" for c in columns)
    return _rule(
        "have_one_story_per",
        f"not tell two stories about one {listed(columns)}",
        f"with twice as (select {key} from judged group by {key} having count(*) > 1), "
        "told as (select distinct judged.* from judged "
        f"where exists (select 1 from twice where {same})) "
        f"select 1 from told group by {key} having count(*) > 1",
        columns=columns,
    )


def always_have(*columns: str) -> Rule:
    empty = [(f"{column} is empty", f"{name(column)} is null") for column in columns]
    return _rule(
        "always_have",
        f"always have {listed(columns)}",
        "select 1 from judged where " + " or ".join(condition for _, condition in empty),
        columns=columns,
        parts=tuple(empty),
    )


def be_at_least(
    column: str,
    least: Bound,
    where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    breaks = f"{name(column)} < {literal(least)}"
    says = f"at least {words(least)}"
    return _value_rule("be_at_least", says, column, breaks, where, because, may_cover_nothing)


def be_at_most(
    column: str,
    most: Bound,
    where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    breaks = f"{name(column)} > {literal(most)}"
    says = f"at most {words(most)}"
    return _value_rule("be_at_most", says, column, breaks, where, because, may_cover_nothing)


def be_between(
    column: str,
    least: Bound,
    most: Bound,
    where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """Both ends allowed."""
    breaks = f"{name(column)} < {literal(least)} or {name(column)} > {literal(most)}"
    says = f"between {words(least)} and {words(most)}"
    return _value_rule("be_between", says, column, breaks, where, because, may_cover_nothing)


def be_one_of(
    column: str,
    values: Iterable[Bound | bool],
    where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    allowed = tuple(values)
    breaks = f"{name(column)} not in ({', '.join(literal(value) for value in allowed)})"
    says = f"one of {', '.join(words(value) for value in allowed)}"
    return _value_rule("be_one_of", says, column, breaks, where, because, may_cover_nothing)


def refer_to(
    column: str,
    target: str,
    where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """`target` is schema.table.column."""
    table, _, key = target.rpartition(".")
    breaks = (
        f"not exists (select 1 from {relation(table)} as known "
        f"where known.{name(key)} = judged.{name(column)})"
    )
    says = f"known in {table}"
    return _value_rule("refer_to", says, column, breaks, where, because, may_cover_nothing)


def have_no_rows_where(
    condition: str,
    because: str,
    where: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """Rows that meet `condition` break the rule; it speaks about all rows, or those `where`."""
    among = f"({where}) and " if where else ""
    return _rule(
        "have_no_rows_where",
        f"have no rows where {condition}" + (f", among those where {where}" if where else ""),
        f"select 1 from judged where {among}({condition})",
        covers=where or "true",
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def have_no(what: str, query: str, because: str | None = None) -> Rule:
    """For what one condition cannot say: `query` selects a row for each `what` there is."""
    return _rule("have_no", f"have no {what}", query, because=because)


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
    return _rule(
        "match_rows_of",
        f"have as many rows as {table}" + _among(per, where, their_where),
        f"select 1 from (select {key}1 as counted from judged{_where(where)} union all "
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
    return _rule(
        "add_up_to",
        f"have {column} add up to {target}" + _among(per, where, their_where),
        f"select 1 from (select {key}{name(column)} as amount from judged{_where(where)} union all "
        f"select {key}-{name(theirs)} from {relation(table)}{_where(their_where)}) as both_sides"
        f"{group} having sum(amount) <> 0",
        covers=where or "true",
        columns=(*per, column),
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


def have_zero_failing(rule: str, because: str | None = None, may_cover_nothing: bool = False) -> Rule:
    """For models that emit (rule, rows_covered, rows_failing): this rule was emitted, spoke about
    some rows and no row breaks it. A rule the model does not emit is unproven."""
    this = f"rule = {literal(rule)}"
    return _rule(
        "have_zero_failing",
        f"find no row that breaks {rule}",
        f"select unnest(range(greatest(coalesce(rows_failing, 1), 1))) from judged where {this} "
        "and rows_failing is distinct from 0",
        counts=f"select case when count(*) > 0 then sum(rows_covered) end from judged where {this}",
        columns=(rule,),
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def be_as_fresh_as(
    reference: str, by: str, within_days: int = 0, because: str | None = None
) -> Rule:
    """The newest day in column `by` is no more than `within_days` before that in `reference`
    (schema.table.column)."""
    table, _, theirs = reference.rpartition(".")
    tolerance = f", give or take {within_days} days" if within_days else ""
    return _rule(
        "be_as_fresh_as",
        f"be as fresh by {by} as {reference}{tolerance}",
        f"select 1 from (select max(cast({name(by)} as date)) as newest from judged) as ours "
        f"where (newest >= (select max(cast({name(theirs)} as date)) from {relation(table)}) "
        f"- {within_days}) is not true",
        covers=f"{name(by)} is not null",
        columns=(by,),
        because=because,
    )


def keep_volume(
    *key: str,
    version: str,
    deleted: str | None = None,
    lose_percent: int = 30,
    gain_percent: int = 300,
    from_rows: int = 100,
) -> Rule:
    """Against the records known before tonight, live records neither fall by `lose_percent` nor
    grow by `gain_percent` in one night. Below `from_rows` earlier records a share says nothing.

    For tables that keep all landed versions: `key` names a record, `version` orders them.
    """
    keys = ", ".join(name(column) for column in key)
    gone = f"coalesce({name(deleted)}, false)" if deleted else "false"
    newest = f"max_by({gone}, row({name(version)}, _landing_sequence))"
    before = f"_landed_run_date < {run_date().sql}"
    return _rule(
        "keep_volume",
        f"neither lose {lose_percent} % nor gain {gain_percent} % of its live records in a night, "
        f"from {words(from_rows)} records on",
        "select 1 from (select count(*) filter (where not is_gone) as live_now, "
        "count(*) filter (where was_known and not was_gone) as live_before "
        f"from (select {newest} as is_gone, {newest} filter (where {before}) as was_gone, "
        f"bool_or({before}) as was_known from judged group by {keys}) as records) as volumes "
        f"where live_before >= {from_rows} and (live_now * 100 <= live_before * {100 - lose_percent} "
        f"or live_now * 100 >= live_before * {100 + gain_percent})",
        columns=key,
    )
