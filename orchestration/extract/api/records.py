"""Landed pages as tables: one row a record, every value text as the source wrote it.

The newest version of a record is kept where a list gave it several times (F07), told by the
record's own values only, so that the order of pages changes nothing (F13).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from orchestration.errors import SourceError
from orchestration.extract import exact_json
from orchestration.extract.api.vendor import Stream
from orchestration.extract.declared_types import literal, quoted
from orchestration.extract.places import PlaceTable


def table_of(
    connection: duckdb.DuckDBPyConnection, path: Path, stream: Stream, fields: tuple[str, ...]
) -> tuple[PlaceTable, list[str]]:
    """The table of one list, and the keys of its records that nobody reads.

    A field that no record has is not among the columns: the source dropped or renamed it. Of a list
    without records all are.
    """
    records = quoted(f"records_{stream.name}")
    with tempfile.TemporaryDirectory(prefix="winshare-") as aside:
        is_exact = not exact_json.needs_copy(path)
        pages = path if is_exact else exact_json.copy(path, Path(aside) / path.name)
        _read(connection, pages, stream, records)
    rows = connection.execute(f"select count(*) from {records}").fetchone()[0]
    paths = {name: json_path(name) for name in dict.fromkeys([*fields, *stream.key])}
    there = dict.fromkeys(paths, 1)
    if rows:
        counts = ", ".join(
            f"count(*) filter (where json_exists(record, {literal(p)}))" for p in paths.values()
        )
        found = connection.execute(f"select {counts} from {records}").fetchone()
        there = dict(zip(paths, found, strict=True))
    lost = [name for name in stream.key if not there[name]]
    if lost:
        raise SourceError(f"{stream.name}: {', '.join(lost)} is gone from what the source sends")
    offered = [name for name in paths if there[name]]
    newest = quoted(f"newest_{stream.name}")
    connection.execute(
        f"create or replace temp table {newest} as {_newest(records, stream, offered)}"
    )
    keys = connection.execute(
        f"select distinct unnest(json_keys(record)) from {records} order by 1"
    ).fetchall()
    read = {name.split(".")[0] for name in paths}
    columns = {name.lower(): "VARCHAR" for name in offered}
    return PlaceTable(newest, columns), [row[0] for row in keys if row[0] not in read]


def count_of(connection: duckdb.DuckDBPyConnection, path: Path, stream: Stream) -> int:
    """How many different records the pages hold of those that the source counts."""
    records = quoted(f"counted_{stream.name}")
    _read(connection, path, stream, records)
    keys = ", ".join(f"(record ->> {literal(json_path(key))})" for key in stream.key)
    query = f"select count(distinct row({keys})) from {records}"
    if stream.uncounted is not None:
        path_of_mark, value = stream.uncounted
        mark = f"record ->> {literal(json_path(path_of_mark))}"
        query += f" where ({mark}) is distinct from {literal(value)}"
    return connection.execute(query).fetchone()[0]


def json_path(name: str) -> str:
    return "$" + "".join(".*" if part == "*" else f'."{part}"' for part in name.split("."))


def _read(connection: duckdb.DuckDBPyConnection, path: Path, stream: Stream, records: str) -> None:
    with path.open("rb") as lines:
        longest = max(map(len, lines), default=0)
    pages = (
        # the engine sets two buffers of this size aside for each thread
        f"read_ndjson_objects({literal(str(path))}, maximum_object_size = {longest + 1024})"
        if longest
        else "(select cast(null as json) as json where false)"
    )
    path_of_list = "$" if stream.records == "$" else json_path(stream.records)
    listed = f"json -> {literal(path_of_list)}"
    if stream.records.endswith(".*"):
        record = f"unnest({listed})"
    else:
        record = f"unnest(from_json({listed}, '[\"JSON\"]'))" if stream.records else "json"
    try:
        connection.execute(
            f"create or replace temp table {records} as select {record} as record from {pages}"
        )
    except duckdb.Error as error:
        raise SourceError(
            f"{stream.name}: its pages cannot be read ({type(error).__name__})"
        ) from None


def _newest(records: str, stream: Stream, offered: list[str]) -> str:
    fields = [f"(record ->> {literal(json_path(name))}) as {quoted(name)}" for name in offered]
    versions = []
    for number, name in enumerate(stream.version):
        value = f"(record ->> {literal(json_path(name))})"
        # an instant as text, or as seconds or milliseconds since 1970, which Xero writes as
        # /Date(1573755038314+0000)/: larger is newer either way
        fields.append(
            f"coalesce(epoch_us(try_cast({value} as timestamptz)), "
            f"try_cast({value} as decimal(38, 6)), "
            f"try_cast(regexp_extract({value}, '^/Date\\((-?[0-9]+)', 1) as decimal(38, 6))) "
            f"as _version_{number}"
        )
        versions.append(f"_version_{number} desc nulls last")
    keys = ", ".join(quoted(name) for name in stream.key)
    values = [f"{quoted(name)} desc nulls last" for name in offered]
    columns = ", ".join(quoted(name) for name in offered)
    return (
        f"select {columns} from (select *, row_number() over (partition by {keys} "
        f"order by {', '.join([*versions, *values])}) as _rank "
        f"from (select {', '.join(fields)} from {records})) where _rank = 1"
    )
