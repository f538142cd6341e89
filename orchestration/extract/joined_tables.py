"""Canonical tables that a vendor spreads over several of its own: one SELECT each joins them.

In the SELECT, `source.<table>` must be there and `optional.<table>` is empty where it is not.
Columns that the alias map lists and the place lacks are null; a required column of ours for which
none of its sources is there is refused by name.
"""

from __future__ import annotations

from dataclasses import astuple

import duckdb

from orchestration.contract import RawTable
from orchestration.errors import SourceError
from orchestration.extract.alias_maps import Alias, VendorMap
from orchestration.extract.declared_types import quoted
from orchestration.extract.loader_marks import Marks
from orchestration.extract.places import PlaceTable
from orchestration.extract.select_files import one_select, tables_read


def joined(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    vendor: VendorMap,
    place: dict[str, PlaceTable],
    marks: Marks,
) -> tuple[str | None, dict[str, str]]:
    """The joined relation and its columns; None where the vendor's main table is not there."""
    name = f"{table.domain}.{table.name}"
    path = vendor.joins[table.name]
    sql = one_select(connection, path, name)
    read = tables_read(connection, sql)
    needed = {each.lower() for each in read.get("source", ())}
    optional = {each.lower() for each in read.get("optional", ())}
    listed = vendor.source_tables[table.name]
    main = next((each for each in listed if each in needed), None)
    if (main not in place) if main else not any(each in place for each in optional):
        return None, {}
    gone = sorted(needed - set(place))
    if gone:
        raise SourceError(f"{name}: {vendor.vendor}'s table {', '.join(gone)} is gone")
    _refuse_lost_columns(table, vendor, place, marks)
    for schema, names in (("source", needed), ("optional", optional)):
        connection.execute(f"create schema if not exists {schema}")
        for each in sorted(names):
            wanted = [mark for mark in astuple(marks) if mark]
            wanted += [
                a.source_column for a in vendor.feeding(table.name) if a.source_table == each
            ]
            _offer(connection, f"{schema}.{quoted(each)}", wanted, place.get(each))
    aside = quoted(f"joined_{table.domain}_{table.name}")
    try:
        # kept aside: the views that it reads are made anew for the next table
        connection.execute(f"create or replace temp table {aside} as {sql}")
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        told = str(error).splitlines()[0]
        raise SourceError(f"{name}: {vendor.vendor}'s tables cannot be joined: {told}") from None
    except duckdb.Error as error:
        told = type(error).__name__
        raise SourceError(f"{name}: {vendor.vendor}'s tables cannot be joined ({told})") from None
    described = connection.execute(f"describe {aside}").fetchall()
    return aside, {row[0]: row[1] for row in described}


def _refuse_lost_columns(
    table: RawTable, vendor: VendorMap, place: dict[str, PlaceTable], marks: Marks
) -> None:
    """A required column must have a source; a join would turn its absence into nothing."""
    sources: dict[str, list[Alias]] = {}
    for alias in vendor.feeding(table.name):
        if table.columns[alias.column].required:
            sources.setdefault(alias.column, []).append(alias)
    for column, aliases in sources.items():
        if not any(
            alias.source_column in astuple(marks)
            or alias.source_column in getattr(place.get(alias.source_table), "columns", ())
            for alias in aliases
        ):
            told = " or ".join(f"{alias.source_table}.{alias.source_column}" for alias in aliases)
            raise SourceError(
                f"{table.domain}.{table.name}: {vendor.vendor}'s column {told} is gone, and "
                f"{column} needs it"
            )


def _offer(
    connection: duckdb.DuckDBPyConnection, view: str, wanted: list[str], found: PlaceTable | None
) -> None:
    """Make `view` the table found, with nulls for what is wanted and not there."""
    missing = dict.fromkeys(each for each in wanted if not found or each not in found.columns)
    nulls = [f"cast(null as text) as {quoted(each)}" for each in missing]
    fields = ", ".join([*(["*"] if found else []), *nulls])
    rows = found.relation if found else "(select 1) as nothing where false"
    connection.execute(f"create or replace view {view} as select {fields} from {rows}")
