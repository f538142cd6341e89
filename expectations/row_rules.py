"""Rules about rows and their keys, one table at a time. Used through rules.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from expectations.gate import Rule
from expectations.sql import Bound, listed, literal, name, relation, words

# what sources write where there is nothing
_NOTHING = ("", "-", "n/a", "nan", "none", "null")
# one for each pattern of capitals among five characters
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def have_one_row_per(*columns: str) -> Rule:
    key = ", ".join(name(column) for column in columns)
    return Rule.that_tables_must(
        "have_one_row_per",
        f"have one row per {listed(columns)}",
        failing=f"select 1 from judged group by {key} having count(*) > 1",
        covers=" or ".join(f"{name(column)} is not null" for column in columns),
        columns=columns,
    )


def always_have(*columns: str) -> Rule:
    empty = [(f"{column} is empty", f"{name(column)} is null") for column in columns]
    return Rule.that_tables_must(
        "always_have",
        f"always have {listed(columns)}",
        breaks=" or ".join(condition for _, condition in empty),
        columns=columns,
        parts=tuple(empty),
    )


def be_identifiers(*columns: str) -> Rule:
    """Text that names a record: nothing around it, no line in it, no word that stands for nothing.
    Sources name records as they like; what no source does on purpose is refused."""
    strays = ", ".join(f"chr({code})" for code in (9, 10, 13))
    wrong = [
        f"coalesce(trim({name(column)}) <> {name(column)} "
        f"or translate({name(column)}, concat({strays}), '') <> {name(column)} "
        f"or lower({name(column)}) in ({', '.join(literal(word) for word in _NOTHING)}), false)"
        for column in columns
    ]
    return Rule.that_tables_must(
        "be_identifiers",
        f"have identifiers in {listed(columns)}, where they are filled",
        breaks=" or ".join(wrong),
        columns=columns,
        parts=tuple(
            (f"{column} is no identifier", condition)
            for column, condition in zip(columns, wrong, strict=True)
        ),
    )


def carry_their_check_letters(*columns: str) -> Rule:
    """The last three of the 18 characters of a Salesforce id are worked out from the other 15, so
    an id that was cut, mistyped or pasted together shows by itself.

    A column holds Salesforce's ids if one in ten of its values carries the right letters, as of
    others one in 32,768 does. Then every value is such an id, in its long or its short form.
    """
    failing = " union all ".join(
        f"select 1 from (select {_is_salesforce(column)} as is_one, "
        f"length({name(column)}) = 15 as is_short from true_rows "
        f"where {name(column)} is not null) where not is_one and not is_short and "
        f"(select count(*) filter (where {_is_salesforce(column)}) * 10 >= count(*) "
        f"from judged where {name(column)} is not null)"
        for column in columns
    )
    return Rule.that_tables_must(
        "carry_their_check_letters",
        f"have the check letters of Salesforce's ids in {listed(columns)}, where they are such",
        failing=failing,
        covers=" or ".join(f"{name(column)} is not null" for column in columns),
        columns=columns,
        because="a source may have no such ids",
        may_cover_nothing=True,
    )


def _is_salesforce(column: str) -> str:
    letters = " || ".join(
        f"substr('{_CHECK_LETTERS}', 1 + "
        + " + ".join(
            f"case when substr({name(column)}, {first + at}, 1) between 'A' and 'Z' "
            f"then {2**at} else 0 end"
            for at in range(5)
        )
        + ", 1)"
        for first in (1, 6, 11)
    )
    return f"(length({name(column)}) = 18 and substr({name(column)}, 16, 3) = {letters})"


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
    named_by: str | None = None,
) -> Rule:
    """Both ends allowed. `named_by` is a column that says which row fails: a key, never a value."""
    breaks = f"{name(column)} < {literal(least)} or {name(column)} > {literal(most)}"
    says = f"between {words(least)} and {words(most)}"
    rule = _value_rule("be_between", says, column, breaks, where, because, may_cover_nothing)
    if named_by is None:
        return rule
    failing = f"select distinct {name(named_by)} as key from judged where {rule.breaks}"
    return replace(rule, names=f"select string_agg(key, '; ' order by key) from ({failing})")


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
    their_where: str | None = None,
    because: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """The value is in `target` (schema.table.column), among its rows `their_where`."""
    table, _, key = target.rpartition(".")
    among = f" and ({their_where})" if their_where else ""
    breaks = (
        f"not exists (select 1 from {relation(table)} as known "
        f"where known.{name(key)} = judged.{name(column)}{among})"
    )
    says = f"known in {table}" + (f" where {their_where}" if their_where else "")
    return _value_rule("refer_to", says, column, breaks, where, because, may_cover_nothing)


def have_no_rows_where(
    condition: str,
    because: str,
    where: str | None = None,
    may_cover_nothing: bool = False,
) -> Rule:
    """Rows that meet `condition` break the rule; it speaks about all rows, or those `where`."""
    among = f"({where}) and " if where else ""
    return Rule.that_tables_must(
        "have_no_rows_where",
        f"have no rows where {condition}" + (f", among those where {where}" if where else ""),
        breaks=f"{among}({condition})",
        covers=where or "true",
        because=because,
        may_cover_nothing=may_cover_nothing,
    )


def _value_rule(
    kind: str,
    says: str,
    column: str,
    breaks: str,
    where: str | None,
    because: str | None,
    may_cover_nothing: bool,
) -> Rule:
    covers = f"{name(column)} is not null" + (f" and ({where})" if where else "")
    return Rule.that_tables_must(
        kind,
        f"have {column} {says}" + (f" where {where}" if where else ""),
        # what cannot be compared breaks the rule: an unknown bound must not pass everything
        breaks=f"{covers} and ({breaks}) is not false",
        covers=covers,
        columns=(column,),
        because=because,
        may_cover_nothing=may_cover_nothing,
    )
