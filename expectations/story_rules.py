"""Rules about what a source told before: each holds tonight's landing against what stood on the
last good night, the newest one that was published. Used through rules.py.

A landing that was refused stays where it is, so what it said is not what was told before: the
next night repeats it and is refused again, until it is mended or two people sign.
"""

from __future__ import annotations

from dataclasses import replace

from expectations.gate import Rule
from expectations.sql import last_good_night, listed, name, relation

_LANDED = "_landed_run_date, _landing_sequence"
_NEWEST = "(select max(_landing_sequence) from judged)"


def have_one_story_per(*columns: str) -> Rule:
    """Of landed tables: one landing may bring a record twice (C04, F07), but not in two different
    words under one version, for then nobody knows which is true.

    Only the newest landing is asked: taken away and landed again, the mended source passes.
    """
    key = ", ".join(name(column) for column in columns)
    return Rule.that_tables_must(
        "have_one_story_per",
        f"not tell two stories about one {listed(columns)} in one landing",
        failing=f"select 1 from judged where _landing_sequence = {_NEWEST} group by {key} "
        # hash() of whole rows, compared within one query only
        "having min(hash(judged)) <> max(hash(judged))",
        columns=columns,
    )


def keep_its_story_about(*columns: str) -> Rule:
    """Of landed tables: what an earlier landing said of a record and version, tonight's repeats.

    A source that changes a record moves its version on; one that does not was damaged or edited
    behind its own back. An event never changes. A mend that keeps the version needs a review, once.
    """
    key = ", ".join(name(column) for column in columns)
    told = f"hash(*columns(* exclude ({_LANDED})))"
    before = f"_landed_run_date <= {last_good_night().sql}"
    last = f"max_by(told, _landing_sequence) filter (where {before})"
    tonight = f"told) filter (where _landing_sequence = {_NEWEST})"
    return _reviewed(
        "keep_its_story_about",
        f"not change what an earlier landing told about one {listed(columns)}",
        failing=f"select 1 from (select {key}, {_LANDED}, {told} as told from judged) as stories "
        f"group by {key} having min({tonight} <> {last} or max({tonight} <> {last}",
        columns=columns,
    )


def not_return_under_another(column: str, before: str | None = None) -> Rule:
    """No record that is new tonight says in all but its `column` what a record of another one said
    that tonight no longer brings.

    A source that is read in whole and whose key is damaged gives the record a second time. Of a
    source that is read by what changed, two records that are alike to the second are as rare.
    Without `before` the table keeps what earlier nights landed; of a snapshot it is the same table
    as the last good night knew it (schema.table).
    """
    told = f"hash(*columns(* exclude ({name(column)}, {_LANDED})))"
    known = (
        f"select {name(column)} as known_as, {told} as told, "
        f"_landing_sequence = {_NEWEST} as is_tonight, "
        f"_landed_run_date <= {last_good_night().sql} as was_before from judged"
    )
    if before is not None:
        known = (
            f"select {name(column)} as known_as, {told} as told, true as is_tonight, "
            f"false as was_before from judged union all select {name(column)}, {told}, "
            f"false, true from {relation(before)}"
        )
    records = (
        "select told, bool_or(is_tonight) as is_tonight, coalesce(bool_or(was_before), false) "
        f"as was_before from ({known}) as known group by told, known_as"
    )
    return _reviewed(
        "not_return_under_another",
        f"not bring a record again under another {column}",
        failing=f"select 1 from ({records}) as records group by told having "
        "bool_or(is_tonight and not was_before) and bool_or(was_before and not is_tonight)",
        columns=(column,),
    )


def stay_in(before: str, key: str, *columns: str, because: str) -> Rule:
    """Of snapshots: `columns` of a `key` are what they were in `before`, the same table as it stood
    on the last good night (schema.table), if it was there."""
    ours = ", ".join(f"judged.{name(column)}" for column in columns)
    theirs = ", ".join(f"earlier.{name(column)}" for column in columns)
    return _reviewed(
        "stay_in",
        f"keep {listed(columns)} of each {key} as on the last good night",
        failing=f"select 1 from judged inner join {relation(before)} as earlier "
        f"on judged.{name(key)} = earlier.{name(key)} "
        f"where row({ours}) is distinct from row({theirs})",
        columns=(key, *columns),
        because=because,
    )


def _reviewed(kind: str, says: str, **fields: object) -> Rule:
    return replace(Rule.that_tables_must(kind, says, **fields), may_be_reviewed=True)  # type: ignore[arg-type]
