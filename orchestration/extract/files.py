"""Files: a folder of what a company can export, with one mapping SELECT a canonical table.

`<mappings>/<table>.sql` is plain DuckDB SQL over `source."<file name>"`; a table whose rows are
written by hand lies beside it as `<mappings>/<table>.csv`. Without mappings the folder itself holds
`<table>.csv` (or .tsv, .parquet, .ndjson) under the contract's own column names; a policy is such a
folder. Everything is read whole every night, save events that come in many files: of those a night
reads the files that are new.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import duckdb

from orchestration.contract import Domain, RawTable
from orchestration.errors import SourceError
from orchestration.extract.declared_types import literal, quoted, read_as, refuse_unreadable
from orchestration.extract.seen_files import SeenFiles
from orchestration.extract.select_files import one_select, tables_read
from orchestration.extract.source_files import (
    FORMATS,
    SourceFile,
    files_at,
    format_of,
    is_many,
    open_file,
    open_files,
    table_named,
    why_unreadable,
)
from orchestration.landing import Extract
from orchestration.settings import DomainSource


def read(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    cursor: str | None,
) -> Extract:
    """All tables of `domain` that the folder holds. Raises SourceError; never quotes a value."""
    if source.path is None:
        raise SourceError(
            f'{domain.name}: way = "files" needs a path; set it under [domains.{domain.name}]'
        )
    needed = any(table.required for table in domain.tables.values())
    for folder in filter(None, (source.path if needed else None, source.mappings)):
        if not folder.is_dir():
            raise SourceError(f"{domain.name}: there is no folder {folder}")
    selects: dict[str, str] = {}
    rows: dict[str, int] = {}
    seen = SeenFiles.read(cursor)
    for name, path in _table_files(domain, source.mappings or source.path).items():
        table = domain.tables[name]
        if path.suffix == ".sql":
            relation, columns = _mapped(connection, table, path, source, seen)
        else:
            opened = _opened(connection, path, None, table, source.path, "", seen)
            relation, columns = opened.relation, opened.columns
        selects[table.name], rows[table.name] = _select(connection, table, path, relation, columns)
    missing = [name for name, table in domain.tables.items() if table.required and name not in rows]
    if missing:
        raise SourceError(
            f"{domain.name}: there is no file for {', '.join(missing)} in "
            f"{source.mappings or source.path}; a table of {domain.name} is called for instance "
            f"{missing[0]}{'.sql' if source.mappings else '.csv'}"
        )
    return Extract(selects=selects, cursor=seen.written(), source_version="files", source_rows=rows)


def _table_files(domain: Domain, folder: Path) -> dict[str, Path]:
    """The one file that feeds each table, in the contract's order; what feeds none is refused.

    A name with a slip in it would otherwise be an optional table that nobody misses.
    """
    accepted = (*FORMATS, ".sql")
    found: dict[str, list[Path]] = {}
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_file() and format_of(path) in accepted:
            found.setdefault(table_named(path), []).append(path)
        elif path.is_dir() and path.name in domain.tables:
            found.setdefault(path.name, []).append(path)
    unknown = [
        path.name for stem, paths in found.items() if stem not in domain.tables for path in paths
    ]
    if unknown:
        raise SourceError(
            f"{domain.name}: {', '.join(unknown)} in {folder} is no table of {domain.name}; "
            f"its tables are {', '.join(domain.tables)}"
        )
    twice = [path.name for paths in found.values() if len(paths) > 1 for path in paths]
    if twice:
        raise SourceError(
            f"{domain.name}: {' and '.join(twice)} in {folder} feed the same table; keep one"
        )
    return {name: found[name][0] for name in domain.tables if name in found}


def _select(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    path: Path,
    relation: str,
    columns: dict[str, str],
) -> tuple[str, int]:
    """The landing SELECT of one table and how many rows the file holds."""
    known = {name.lower(): name for name in table.columns}
    fields, offered = [], {}
    for name, given in columns.items():
        value = quoted(name)
        contract_name = known.get(name.lower())
        if contract_name is None:
            fields.append(value)
            continue
        column = table.columns[contract_name]
        if given == "VARCHAR" and column.data_type == "text":
            # a quoted empty text is no text; a quoted empty amount stays one, and is refused
            value = f"nullif({value}, '')"
        offered[contract_name] = (value, given)
        fields.append(f"{read_as(column, value, given)} as {quoted(contract_name)}")
    try:
        rows = refuse_unreadable(connection, table, relation, offered, str(path))
    except duckdb.Error as error:
        raise SourceError(f"{table.domain}.{table.name}: {path} {why_unreadable(error)}") from None
    return f"select {', '.join(fields) or '1'} from {relation}", rows


def _mapped(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    path: Path,
    source: DomainSource,
    seen: SeenFiles,
) -> tuple[str, dict[str, str]]:
    """The rows a mapping SELECT makes, kept aside so that it runs once, and their columns."""
    name = f"{table.domain}.{table.name}"
    sql = one_select(connection, path, name)
    opened = [
        _offer(connection, file_name, path, source, table, seen)
        for file_name in sorted(tables_read(connection, sql).get("source", ()))
    ]
    connection.execute(f"set variable source = {literal(str(source.path))}")
    aside = quoted(f"mapped_{table.domain}_{table.name}")
    try:
        connection.execute(f"create or replace temp table {aside} as {sql}")
    except duckdb.Error as error:
        raise SourceError(f"{name}: {_why_mapping_fails(error, path, sql, opened)}") from None
    described = connection.execute(f"describe {aside}").fetchall()
    return aside, {row[0]: row[1] for row in described}


def _offer(
    connection: duckdb.DuckDBPyConnection,
    file_name: str,
    mapping: Path,
    source: DomainSource,
    table: RawTable,
    seen: SeenFiles,
) -> SourceFile:
    """Make `source."<file_name>"` mean that file of the company's folder, or those files."""
    name = f"{table.domain}.{table.name}"
    # as it is spelt: a link that stands in the folder is the company's own affair
    path = Path(os.path.normpath(source.path / file_name))
    if not path.is_relative_to(source.path):
        raise SourceError(f"{name}: {mapping} reads {file_name}, which is outside {source.path}")
    # a file without a header line has it in headers/, in the mappings folder or beside it, where
    # several domains share it
    places = (mapping.parent, mapping.parent.parent)
    headers = (place / "headers" / file_name for place in places)
    header = next((candidate for candidate in headers if candidate.is_file()), None)
    opened = _opened(connection, path, header, table, source.path, f" ({mapping.name})", seen)
    connection.execute("create schema if not exists source")
    connection.execute(
        f"create or replace view source.{quoted(file_name)} as select * from {opened.relation}"
    )
    return opened


def _opened(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    header: Path | None,
    table: RawTable,
    folder: Path,
    mapping: str,
    seen: SeenFiles,
) -> SourceFile:
    what_for = f"{table.domain}.{table.name}{mapping}"
    if table.load != "event" or not is_many(path):
        return open_file(connection, path, header, what_for)
    paths = files_at(path, what_for)
    new = seen.new_of(paths, folder, what_for)
    opened = open_files(connection, path, new or paths[-1:], header, what_for)
    if not new:
        nothing = f"(select * from {opened.relation} as read_before where false)"
        return SourceFile(path, nothing, opened.columns)
    return opened


def _why_mapping_fails(error: duckdb.Error, path: Path, sql: str, opened: list[SourceFile]) -> str:
    """Where a mapping went wrong. Its own line is quoted, the company's value never."""
    if isinstance(error, (duckdb.ConversionException, duckdb.OutOfRangeException)):
        # the engine puts the statement's line after the value it could not read
        line = re.findall(r"\n\nLINE (\d+): ", str(error))
        excerpt = sql.splitlines()[int(line[-1]) - 1].strip() if line else ""
        column = re.search(r"when casting from source column (\w+)\n\n", str(error))
        which = f" of source column {column[1]}" if column else ""
        where = f"{path} line {line[-1] if line else '?'} ({excerpt})"
        return f"{where} meets a value{which} it cannot read"
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        return f"{path}: {str(error).splitlines()[0]}"
    files = ", ".join(str(file.path) for file in opened) or str(path)
    return f"{path}: {files} {why_unreadable(error)}"
