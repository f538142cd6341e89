"""Files: a folder of what a company can export, with one mapping SELECT a canonical table.

`<mappings>/<table>.sql` is plain DuckDB SQL over `source."<file name>"`; a table whose rows are
written by hand lies beside it as `<mappings>/<table>.csv`. Without mappings the folder itself holds
`<table>.csv` (or .tsv, .parquet, .ndjson) under the contract's own column names; a policy is such a
folder. Everything is read whole every night.
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
from orchestration.extract.select_files import one_select, tables_read
from orchestration.extract.source_files import FORMATS, SourceFile, open_file, why_unreadable
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
    for name, path in _table_files(domain, source.mappings or source.path).items():
        table = domain.tables[name]
        if path.suffix == ".sql":
            relation, columns = _mapped(connection, table, path, source)
        else:
            opened = open_file(connection, path, None, f"{domain.name}.{table.name}")
            relation, columns = opened.relation, opened.columns
        selects[table.name], rows[table.name] = _select(connection, table, path, relation, columns)
    missing = [name for name, table in domain.tables.items() if table.required and name not in rows]
    if missing:
        raise SourceError(
            f"{domain.name}: there is no file for {', '.join(missing)} in "
            f"{source.mappings or source.path}; a table of {domain.name} is called for instance "
            f"{missing[0]}{'.sql' if source.mappings else '.csv'}"
        )
    return Extract(selects=selects, cursor=None, source_version="files", source_rows=rows)


def _table_files(domain: Domain, folder: Path) -> dict[str, Path]:
    """The one file that feeds each table, in the contract's order; what feeds none is refused.

    A name with a slip in it would otherwise be an optional table that nobody misses.
    """
    accepted = (*FORMATS, ".sql")
    found: dict[str, list[Path]] = {}
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        if path.is_file() and path.suffix.lower() in accepted and not path.name.startswith("."):
            found.setdefault(path.stem, []).append(path)
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
    connection: duckdb.DuckDBPyConnection, table: RawTable, path: Path, source: DomainSource
) -> tuple[str, dict[str, str]]:
    """The rows a mapping SELECT makes, kept aside so that it runs once, and their columns."""
    name = f"{table.domain}.{table.name}"
    sql = one_select(connection, path, name)
    opened = [
        _offer(connection, file_name, path, source, name)
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
    name: str,
) -> SourceFile:
    """Make `source."<file_name>"` mean that file of the company's folder."""
    # as it is spelt: a link that stands in the folder is the company's own affair
    path = Path(os.path.normpath(source.path / file_name))
    if not path.is_relative_to(source.path):
        raise SourceError(f"{name}: {mapping} reads {file_name}, which is outside {source.path}")
    # a file without a header line has it in headers/, in the mappings folder or beside it, where
    # several domains share it
    places = (mapping.parent, mapping.parent.parent)
    headers = (place / "headers" / file_name for place in places)
    header = next((candidate for candidate in headers if candidate.is_file()), None)
    opened = open_file(connection, path, header, f"{name} ({mapping.name})")
    connection.execute("create schema if not exists source")
    connection.execute(
        f"create or replace view source.{quoted(file_name)} as select * from {opened.relation}"
    )
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
