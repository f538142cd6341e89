"""The tables of names: every name of ours in them exists, and nothing a night needs is left out."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import contract
from orchestration.extract.alias_maps import ALIASES, VendorMap, vendor_maps
from orchestration.extract.select_files import one_select, tables_read

MAPS = [(path.parts[-3], path.parts[-2], path.stem) for path in sorted(ALIASES.glob("*/*/*.csv"))]


def vendor_map(loader: str, domain: str, vendor: str) -> VendorMap:
    return vendor_maps(loader, contract.domains()[domain])[vendor]


@pytest.mark.parametrize(("loader", "domain", "vendor"), MAPS)
def test_every_mapped_table_has_its_required_columns(loader: str, domain: str, vendor: str) -> None:
    found = vendor_map(loader, domain, vendor)
    for name in found.source_tables:
        table = contract.domains()[domain].tables[name]
        needed = {column.name for column in table.columns.values() if column.required}
        fed = {alias.column for alias in found.feeding(name)}
        assert needed | set(table.key) <= fed, name


@pytest.mark.parametrize(("loader", "domain", "vendor"), MAPS)
def test_no_name_is_given_twice(loader: str, domain: str, vendor: str) -> None:
    aliases = vendor_map(loader, domain, vendor).aliases
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize(("loader", "domain", "vendor"), MAPS)
def test_a_join_reads_the_tables_that_the_names_list(loader: str, domain: str, vendor: str) -> None:
    found = vendor_map(loader, domain, vendor)
    connection = duckdb.connect()
    for table, path in found.joins.items():
        read = tables_read(connection, one_select(connection, path, table))
        names = {name.lower() for schema in ("source", "optional") for name in read.get(schema, ())}
        assert set(read) <= {"source", "optional"}
        assert set(found.source_tables[table]) <= names, table


def test_every_file_under_aliases_is_used() -> None:
    """Fails if a join lies in a folder that no table of names stands beside."""
    joins = {path for found in MAPS for path in vendor_map(*found).joins.values()}
    assert joins == set(ALIASES.rglob("*.sql"))
