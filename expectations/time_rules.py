"""Rules about validity, freshness and volume. Used through rules.py."""

from __future__ import annotations

from dataclasses import replace

from expectations.gate import Rule
from expectations.sql import last_good_night, listed, name, relation, run_date, words

# Validity is half-open: valid_from_date <= d < valid_to_date.
_FROM, _TO = "valid_from_date", "valid_to_date"


def not_overlap(*key: str, start: str = _FROM, end: str = _TO, where: str | None = None) -> Rule:
    """No day on which two rows of one `key` are in force (E02, E08)."""
    of = f" of one {listed(key)}" if key else ""
    return Rule.that_tables_must(
        "not_overlap",
        f"never have two rows{of} in force on one day" + (f" where {where}" if where else ""),
        failing=f"{_ends_so_far(key, start, end, where)} "
        "where starts < latest_end or ends <= starts",
        covers=where or "true",
        columns=(*key, start, end),
    )


def leave_no_gap(*key: str, start: str = _FROM, end: str = _TO, where: str | None = None) -> Rule:
    """Between the first and the last day of a `key`, a row is in force on every day."""
    of = f" of one {listed(key)}" if key else ""
    return Rule.that_tables_must(
        "leave_no_gap",
        f"leave no day between two rows{of} without one in force"
        + (f" where {where}" if where else ""),
        failing=f"{_ends_so_far(key, start, end, where)} where starts > latest_end",
        covers=where or "true",
        columns=(*key, start, end),
    )


def _ends_so_far(key: tuple[str, ...], start: str, end: str, where: str | None) -> str:
    by = f"partition by {', '.join(name(column) for column in key)} " if key else ""
    condition = f" where {where}" if where else ""
    return (
        f"select 1 from (select {name(start)} as starts, {name(end)} as ends, "
        f"max({name(end)}) over ({by}order by {name(start)}, {name(end)} "
        f"rows between unbounded preceding and 1 preceding) as latest_end "
        f"from true_rows{condition}) as spans"
    )


def be_as_fresh_as(
    reference: str, by: str, within_days: int = 0, because: str | None = None
) -> Rule:
    """The newest day in column `by` is no more than `within_days` before that in `reference`
    (schema.table.column)."""
    table, _, theirs = reference.rpartition(".")
    tolerance = f", give or take {within_days} days" if within_days else ""
    return Rule.that_tables_must(
        "be_as_fresh_as",
        f"be as fresh by {by} as {reference}{tolerance}",
        failing=f"select 1 from (select max(cast({name(by)} as date)) as newest from judged) "
        f"as ours where (newest >= (select max(cast({name(theirs)} as date)) "
        f"from {relation(table)}) - {within_days}) is not true",
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
    """Against the records known on the last good night, live records neither fall by
    `lose_percent` nor grow by `gain_percent` (F27). Below `from_rows` earlier records a share says
    nothing, and an honest jump has its review. For tables that keep all landed versions, ordered
    by `version`.
    """
    keys = ", ".join(name(column) for column in key)
    gone = f"coalesce({name(deleted)}, false)" if deleted else "false"
    newest = f"max_by({gone}, row({name(version)}, _landed_run_date, _landing_sequence))"
    before = f"_landed_run_date <= {last_good_night().sql}"
    records = (
        f"select {newest} as is_gone, {newest} filter (where {before}) as was_gone, "
        f"coalesce(bool_or({before}), false) as was_known from judged group by {keys}"
    )
    volumes = (
        "select count(*) filter (where not is_gone) as live_now, "
        "count(*) filter (where was_known and not was_gone) as live_before "
        f"from ({records}) as records"
    )
    return replace(
        Rule.that_tables_must(
            "keep_volume",
            f"neither lose {lose_percent} % nor gain {gain_percent} % of its live records in a "
            f"night, from {words(from_rows)} records on",
            failing=f"select 1 from ({volumes}) as volumes "
            f"where live_before >= {from_rows} and ("
            f"live_now * 100 <= live_before * {100 - lose_percent} or "
            f"live_now * 100 >= live_before * {100 + gain_percent})",
            columns=key,
        ),
        may_be_reviewed=True,
    )


def keep_proportions_of(column: str, move_percent: int = 30, from_rows: int = 100) -> Rule:
    """A warning: no value's share among tonight's new rows is `move_percent` points from what it
    was among all earlier ones. Business moves too, so this stops nothing. Below `from_rows` rows
    on either side a share says nothing.
    """
    tonight = f"_landed_run_date = {run_date().sql}"
    value = f"coalesce(cast({name(column)} as varchar), '')"
    counts = (
        f"select {value} as told, count(*) filter (where {tonight}) as now_count, "
        f"count(*) filter (where not ({tonight})) as before_count from judged group by all"
    )
    shares = (
        "select now_count, before_count, sum(now_count) over () as now_total, "
        f"sum(before_count) over () as before_total from ({counts}) as counts"
    )
    return replace(
        Rule.that_tables_must(
            "keep_proportions_of",
            f"keep the shares of {column} within {move_percent} points of what they were, "
            f"from {words(from_rows)} rows on",
            failing=f"select 1 from ({shares}) as shares "
            f"where now_total >= {from_rows} and before_total >= {from_rows} and abs("
            "now_count * before_total - before_count * now_total) * 100 "
            f">= {move_percent} * now_total * before_total",
            columns=(column,),
        ),
        only_warns=True,
    )
