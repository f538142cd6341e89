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


def stand_as_approved(
    before: str, *key: str, whole: tuple[str, ...] = (), ends: bool = False, anew: bool = False
) -> Rule:
    """Of policy: each row that the last good night knew, by its `key`, is there and says what it
    said in `before`, the same table as it stood then (schema.table).

    `whole`: rows alike in these columns are one rule, to which none is added either. `ends`: a row
    may end on another day, if neither day is past. `anew`: a row may say something else under a
    later approved_date. Everything else is a new version or key, or a review (F61).
    """
    free = ["_landed_run_date", "_landing_sequence", *(["valid_to_date"] if ends else [])]
    told = f"hash(*columns(each -> not list_contains({free}, each)))"
    group = ", ".join(name(column) for column in whole)
    also = [f"hash({group}) as part_of"] if whole else []
    also += ["valid_to_date as ends_on"] if ends else []
    also += ["approved_date as approved_on"] if anew else []
    # a part of a key may be empty: a rule for all components, say
    known_as = ", ".join(name(column) for column in key)
    fields = ", ".join([f"hash({known_as}) as known_as", f"{told} as told", *also])
    changed = "tonight.told <> earlier.told"
    if ends:
        changed = (
            f"({changed} or (tonight.ends_on <> earlier.ends_on and "
            f"least(tonight.ends_on, earlier.ends_on) <= {last_good_night().sql}))"
        )
    if anew:
        changed = f"({changed} and tonight.approved_on <= earlier.approved_on)"
    added = "tonight.part_of in (select part_of from earlier)" if whole else "false"
    return _reviewed(
        "stand_as_approved",
        f"keep what the last good night knew of each {listed(key)}"
        + (f", nothing added to a {listed(whole)}" if whole else "")
        + (", unless it ends later than that" if ends else "")
        + (", unless it was approved anew" if anew else ""),
        failing=f"with tonight as (select {fields} from judged), "
        f"earlier as (select {fields} from {relation(before)}) "
        "select 1 from tonight full join earlier using (known_as) "
        f"where case when earlier.told is null then {added} when tonight.told is null then true "
        f"else {changed} end",
        columns=key,
    )


def _reviewed(kind: str, says: str, **fields: object) -> Rule:
    return replace(Rule.that_tables_must(kind, says, **fields), may_be_reviewed=True)  # type: ignore[arg-type]
