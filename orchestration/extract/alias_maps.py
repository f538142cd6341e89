"""Which table and column of a loader's schema feeds which of ours: tables of names, never computed.

`aliases/<loader>/<domain>/<vendor>.csv` has one row a canonical column and source column. Several
rows of one canonical column are alternatives, the first that is there is read. Several source
tables of one canonical table are alternatives too, unless `aliases/<loader>/<domain>/<vendor>/
<table>.sql` says how they join.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.contract import Domain
from orchestration.errors import SourceError

ALIASES = Path(__file__).parent / "aliases"
HEADER = ["table", "column", "source_table", "source_column"]


@dataclass(frozen=True)
class Alias:
    table: str
    column: str
    source_table: str
    source_column: str
    # as the file has it: DuckDB's names have no case, the keys of an API's records do
    spelled: str = ""


@dataclass(frozen=True)
class VendorMap:
    """One vendor's names for one domain, in the order of the file."""

    vendor: str
    aliases: tuple[Alias, ...]
    joins: dict[str, Path]

    @cached_property
    def source_tables(self) -> dict[str, tuple[str, ...]]:
        """Canonical table -> its source tables, the preferred one first."""
        found: dict[str, dict[str, None]] = {}
        for alias in self.aliases:
            found.setdefault(alias.table, {})[alias.source_table] = None
        return {table: tuple(names) for table, names in found.items()}

    def feeding(self, table: str) -> list[Alias]:
        return [alias for alias in self.aliases if alias.table == table]

    def fields(self, source_table: str) -> tuple[str, ...]:
        """Every column that is read of a source table, for whichever of ours."""
        found = (alias.spelled for alias in self.aliases if alias.source_table == source_table)
        return tuple(dict.fromkeys(found))

    def columns(self, table: str, source_table: str) -> dict[str, list[str]]:
        """Canonical column -> the source columns that may feed it, the preferred one first."""
        found: dict[str, list[str]] = {}
        for alias in self.feeding(table):
            if alias.source_table == source_table:
                found.setdefault(alias.column, []).append(alias.source_column)
        return found


def vendor_maps(loader: str, domain: Domain, own: Path | None = None) -> dict[str, VendorMap]:
    """The maps of every vendor known for a domain under a loader.

    own: folder of a company's own `<vendor>.csv`, whose rows come before the shipped ones.
    """
    folder = ALIASES / loader / domain.name
    shipped = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    owned = {path.stem: path for path in sorted(own.glob("*.csv"))} if own else {}
    maps = {}
    for vendor in sorted({*shipped, *owned}):
        paths = [paths[vendor] for paths in (owned, shipped) if vendor in paths]
        maps[vendor] = VendorMap(
            vendor=vendor,
            aliases=tuple(alias for path in paths for alias in _rows(path, domain)),
            joins={path.stem: path for path in sorted((folder / vendor).glob("*.sql"))},
        )
    return maps


def _rows(path: Path, domain: Domain) -> list[Alias]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if header != HEADER:
            raise SourceError(f"{domain.name}: {path} must have the columns {', '.join(HEADER)}")
        # Airbyte writes AccountId
        rows = [
            Alias(row[0], row[1], row[2].lower(), row[3].lower(), row[3]) for row in reader if row
        ]
    for alias in rows:
        table = domain.tables.get(alias.table)
        if table is None or alias.column not in table.columns:
            raise SourceError(
                f"{domain.name}: {path} feeds {alias.table}.{alias.column}, which is no column "
                f"of {domain.name}"
            )
    return rows
