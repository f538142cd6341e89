"""What a source calls a value, read as the type the raw contract declares: exactly or not at all.

Here: the SQL that reads one offered column, and the refusal of values that would change or vanish
on the way. Not here: which columns a table has (the contract) and how rows are landed (landing).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from orchestration.contract import RawColumn, RawTable
from orchestration.errors import SourceError

# DuckDB casts '1_000', '0x10' and 'infinity', and drops the offset of '2024-01-01T00:00:00+02:00'
# when it casts that text to a timestamp: so text is looked at before it is cast.
_WHOLE_NUMBER = r"^\s*[+-]?\d+\s*$"
_CALENDAR_DATE = r"^\s*\d{4}-"
_OFFSET = r"(Z|UTC|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*[+-]\d{2}(:?\d{2})?)\s*$"
_FLOATS = ("FLOAT", "DOUBLE")


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def read_as(column: RawColumn, value: str, given: str) -> str:
    """SQL that reads `value`, an expression of DuckDB type `given`, as the column's type."""
    declared = column.data_type
    if declared == "timestamp":
        return _read_instant(value, given)
    if declared == "date" and given == "TIMESTAMP WITH TIME ZONE":
        return f"cast(timezone('UTC', {value}) as date)"
    if declared == "text" and given in _FLOATS:
        # an id that a loader stored as a float is the whole number it stands for: 42, not 42.0
        whole = f"{value} = trunc({value}) and abs({value}) < 1e15"
        as_whole = f"cast(cast({value} as bigint) as text)"
        return f"case when {whole} then {as_whole} else cast({value} as text) end"
    return f"cast({value} as {declared})"


def _read_instant(value: str, given: str) -> str:
    if given == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {value})"
    if given == "VARCHAR":
        return (
            f"case when regexp_matches({value}, {literal(_OFFSET)}) "
            f"then timezone('UTC', cast({value} as timestamptz)) "
            f"else cast({value} as timestamp) end"
        )
    return f"cast({value} as timestamp)"


def cannot_be_read(column: RawColumn, value: str, given: str) -> str | None:
    """The condition under which `value` cannot be read as declared; None where it always can."""
    declared = column.data_type
    if declared == "text":
        return None
    unreadable = None
    if given == "VARCHAR":
        target = "timestamptz" if declared == "timestamp" else declared
        unreadable = f"try_cast({value} as {target}) is null"
        shape = _shape(declared)
        if shape:
            unreadable += f" or not regexp_matches({value}, {literal(shape)})"
    elif given in _FLOATS and declared.startswith("decimal"):
        unreadable = f"not isfinite({value}) or try_cast({value} as {declared}) is null"
    elif declared == "bigint" and (given in _FLOATS or given.startswith("DECIMAL")):
        unreadable = f"coalesce(try_cast({value} as bigint) <> {value}, true)"
    elif given.startswith("DECIMAL") and declared.startswith("decimal"):
        unreadable = f"coalesce(try_cast({value} as {declared}) <> {value}, true)"
    return f"({value} is not null and ({unreadable}))" if unreadable else None


def _shape(declared: str) -> str | None:
    """How a value of this type is written; what a cast would round or guess does not match."""
    if declared == "bigint":
        return _WHOLE_NUMBER
    if declared in ("date", "timestamp"):
        return _CALENDAR_DATE
    scale = re.fullmatch(r"decimal\(\d+, *(\d+)\)", declared)
    if scale:
        # at most the declared number of decimals, then only zeros: a cast would round in silence
        return rf"^\s*[+-]?(\d+(\.\d{{0,{scale[1]}}}0*)?|\.\d{{1,{scale[1]}}}0*)\s*$"
    return None


def refuse_unreadable(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    relation: str,
    offered: Mapping[str, tuple[str, str]],
    place: str,
) -> int:
    """How many rows `relation` has.

    `offered`: contract column -> (expression over the relation, its DuckDB type). Raises
    SourceError where a value is unreadable, naming place, column, count and the first such row (row
    1 is the first row of data), never the value.
    """
    conditions = {}
    for name, (value, given) in offered.items():
        condition = cannot_be_read(table.columns[name], value, given)
        if condition:
            conditions[name] = condition
    counts = "".join(f", count(*) filter (where {test})" for test in conditions.values())
    rows, *failing = connection.execute(f"select count(*){counts} from {relation}").fetchone()
    told = []
    for (name, condition), count in zip(conditions.items(), failing, strict=True):
        if count:
            numbered = f"select row_number() over () as number, * from {relation}"
            first = connection.execute(
                f"select min(number) from ({numbered}) where {condition}"
            ).fetchone()[0]
            declared = table.columns[name].data_type
            told.append(
                f"{count} rows (the first is row {first} of the data) have a {name} that cannot be "
                f"read exactly as {declared}"
            )
    if told:
        raise SourceError(
            f"{table.domain}.{table.name}: in {place} " + "; ".join(told) + "; write amounts as "
            "1234.50, dates as 2024-12-31, and leave a field without quotes where there is no value"
        )
    return rows
