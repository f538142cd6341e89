"""For each rule of a general kind, one thing done to a good night that the rule is there to find.

It follows from the rule's kind, columns and words, never from the SQL that judges: a rule whose SQL
was weakened meets the same damage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from expectations.gate import Gate, Rule
from expectations.sql import literal, name, relation
from tests.gates.mutants import ANOTHER
from tests.gates.small_night import SmallNight

_BOUNDS = re.compile(r"(at least|at most|between) (\S+)(?: and (\S+))?")
_LANDED = ("_landed_run_date", "_landing_sequence")


def damages(night: SmallNight, gate: Gate, rule: Rule) -> Iterator[list[str]]:
    """Statements to run one after the other, for each way; none where no row is there to damage."""
    row = _row(night, gate, rule)
    table = relation(gate.table)
    if rule.kind == "have_zero_failing":
        [sentence] = rule.columns
        found = f"where rule = {literal(sentence)}"
        yield [f"update {table} set rows_failing = 1 {found}"]
        return
    if row is None:
        return
    here = f"where rowid = {row}"
    if rule.kind == "always_have":
        for column in rule.columns:
            yield [f"update {table} set {name(column)} = null {here}"]
    elif rule.kind == "have_one_row_per":
        yield [f"insert into {table} select * from {table} {here}"]
    elif rule.kind == "have_one_story_per":
        yield [_told_anew(night, gate, rule, here, "_landing_sequence")]
    elif rule.kind == "keep_its_story_about":
        yield [_told_anew(night, gate, rule, here, "_landing_sequence + 1")]
    elif rule.kind == "not_return_under_another":
        # the newest landing, whole, with one key another: of a snapshot the last good night has it
        [column] = rule.columns
        yield [
            f"create temp table again as from {table}",
            *(
                []
                if gate.versions is None
                else [
                    f"insert into {table} by name select * replace "
                    "(_landing_sequence + 1 as _landing_sequence, "
                    "_landed_run_date + 1 as _landed_run_date) from again "
                    "where _landing_sequence = (select max(_landing_sequence) from again)"
                ]
            ),
            f"update {table} set {name(column)} = '{ANOTHER}' where rowid = (select min(rowid) "
            f"from {table} where _landing_sequence = (select max(_landing_sequence) from {table}))",
        ]
    elif rule.kind == "stay_in":
        for column in rule.columns[1:]:
            yield [f"update {table} set {name(column)} = null {here}"]
    elif rule.kind == "stand_as_approved":
        yield [f"delete from {table} {here}"]
    elif rule.kind == "carry_their_check_letters":
        for column in rule.columns:
            yield [f"update {table} set {name(column)} = '{ANOTHER}' {here}"]
    elif rule.kind == "be_identifiers":
        for column in rule.columns:
            yield [f"update {table} set {name(column)} = ' ' {here}"]
    elif rule.kind in ("be_one_of", "refer_to"):
        yield [f"update {table} set {name(rule.columns[0])} = '{ANOTHER}' {here}"]
    elif rule.kind in ("be_at_least", "be_at_most", "be_between"):
        for value in _beyond(rule):
            yield [f"update {table} set {name(rule.columns[0])} = {value} {here}"]
    elif rule.kind in ("add_up_to", "match_rows_of"):
        column = name(rule.columns[-1])
        yield [f"update {table} set {column} = {column} + 1 {here}"]
    elif rule.kind == "not_overlap":
        yield [f"insert into {table} select * from {table} {here}"]


def emptied(gate: Gate, rule: Rule) -> list[str]:
    """Statements that leave rows, and none that the rule speaks about; none where covering rows is
    not its own to say."""
    table = relation(gate.table)
    if rule.kind == "have_zero_failing":
        return [f"delete from {table} where rule = {literal(rule.columns[0])}"]
    if rule.counts or rule.covers == "true" or "is not null" not in rule.covers:
        return []
    return [f"update {table} set {', '.join(f'{name(c)} = null' for c in rule.columns)}"]


def _row(night: SmallNight, gate: Gate, rule: Rule) -> int | None:
    """A row that the rule speaks about and that is the true one of its record."""
    query = (
        f"with judged as (select *, rowid as found from {relation(gate.table)}) "
        f"select min(found) from judged where {gate.if_true(rule.covers)}"
    )
    if rule.kind in ("have_one_story_per", "keep_its_story_about"):
        query += " and _landing_sequence = (select max(_landing_sequence) from judged)"
    return (night.connection.execute(query).fetchone() or (None,))[0]


def _told_anew(night: SmallNight, gate: Gate, rule: Rule, here: str, landing: str) -> str:
    """The record once more in other words: a column outside its key is empty, or filled."""
    table = relation(gate.table)
    columns = night.connection.execute(f"describe {table}").fetchall()
    kind, column = next(
        (row[1], row[0]) for row in columns if row[0] not in (*rule.columns, *_LANDED)
    )
    filled = {"VARCHAR": f"'{ANOTHER}'", "DATE": "date '2000-01-01'"}.get(kind, "1")
    if kind.startswith("TIMESTAMP"):
        filled = "timestamp '2000-01-01'"
    other = f"case when {name(column)} is null then cast({filled} as {kind}) end as {name(column)}"
    return (
        f"insert into {table} select * replace ({other}, {landing} as _landing_sequence) "
        f"from {table} {here}"
    )


def _beyond(rule: Rule) -> Iterator[str]:
    """Values one notch outside of what the rule's words allow; a bound of the night is its own."""
    found = _BOUNDS.search(rule.sentence)
    if not found:
        return
    how, first, second = found.groups()
    if how != "at most":
        yield from _notch(first, -1)
    if how != "at least":
        yield from _notch(second if how == "between" else first, 1)


def _notch(bound: str, step: int) -> Iterator[str]:
    bound = bound.rstrip(",").replace(",", "")
    try:
        yield str(int(bound) + step)
    except ValueError:
        try:
            yield literal(date.fromisoformat(bound) + timedelta(step))
        except ValueError:
            if re.fullmatch(r"-?\d+\.\d+", bound):
                yield str(Decimal(bound) + step * Decimal("0.000001"))
