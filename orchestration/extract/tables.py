"""Tables: a place that Fivetran, Airbyte or dlt fills, read through a table of names.

Not here: the names (alias_maps, aliases/), what is in the place (places), and what a loader's own
columns mean (loader_marks).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import duckdb

from orchestration.contract import Domain, RawTable
from orchestration.errors import SourceError
from orchestration.extract.alias_maps import VendorMap, vendor_maps
from orchestration.extract.declared_types import literal, quoted, read_as, refuse_unreadable
from orchestration.extract.joined_tables import joined
from orchestration.extract.loader_marks import MARKS, Offered, rows_that_count
from orchestration.extract.places import PlaceTable, tables_in
from orchestration.landing import Extract
from orchestration.settings import DomainSource


def read(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    cursor: str | None,
) -> Extract:
    """What the loader wrote since `cursor`; snapshots and joined tables whole. Raises SourceError.

    The cursor holds, per source table, when the loader last wrote a row that was read. The rows of
    that instant are read again: more of them may have come.
    """
    maps = vendor_maps(source.loader, domain, source.mappings)
    marks = MARKS[source.loader]
    since: dict[str, str] = json.loads(cursor) if cursor else {}
    place = _place(connection, domain, source, maps, since, marks.synced)
    tell_account(connection, source)
    reached = dict(since)
    gathered = Gathered()
    for vendor in _vendors(domain, source, maps, place):
        for name, source_tables in vendor.source_tables.items():
            table = domain.tables[name]
            found = relation_of(connection, table, vendor, place, source.loader)
            if found is None:
                continue
            relation, offered, used = found
            synced = marks.synced
            if used and synced in place[used].columns and table.load != "snapshot":
                relation = _written_since(relation, synced, since.get(used))
                last = _reached(connection, place[used], synced, run_date)
                reached[used] = max(last, since.get(used, last))
            where = f"{source.path or source.postgresql} ({', '.join(source_tables)})"
            gathered.take(connection, table, relation, offered, where)
    return Extract(
        selects=gathered.selects,
        cursor=json.dumps(reached, sort_keys=True) if reached else None,
        source_version=source.loader,
        source_rows=gathered.rows,
        fed_by=gathered.fed_by,
    )


def tell_account(connection: duckdb.DuckDBPyConnection, source: DomainSource) -> None:
    """What a vendor's account says of itself and no loader lands, for the SELECTs that join."""
    currency = literal(source.account_currency) if source.account_currency else "null::varchar"
    connection.execute(f"set variable account_currency = {currency}")
    connection.execute(f"set variable account_time_zone = {literal(source.account_time_zone)}")


@dataclass
class Gathered:
    """What feeds the tables of one domain: SELECTs, counts of rows, columns of the source."""

    selects: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    fed_by: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: RawTable,
        relation: str,
        offered: Offered,
        where: str,
    ) -> None:
        """Add one table. Raises SourceError, naming `where`, if a value cannot be read."""
        self.rows[table.name] = _checked(connection, table, relation, offered, where)
        self.selects[table.name] = _select_of(table, relation, offered)
        self.fed_by[table.name] = {column: value for column, (value, _) in offered.items()}


def _place(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    maps: dict[str, VendorMap],
    since: dict[str, str],
    synced: str | None,
) -> dict[str, PlaceTable]:
    """The place's tables. Of PostgreSQL only those somebody reads, and of them only what is new,
    save of those that a snapshot or a join wants whole."""
    if source.path is not None:
        return tables_in(connection, source.path, source.schema_name, domain.name)
    if source.postgresql is None:
        raise SourceError(
            f'{domain.name}: way = "tables" needs a path; set it under [domains.{domain.name}]'
        )
    wanted, whole = set(), set()
    for vendor in maps.values():
        for name, names in vendor.source_tables.items():
            wanted.update(names)
            if name in vendor.joins or domain.tables[name].load == "snapshot":
                whole.update(names)
    # what an API's reader never needs
    from orchestration.extract import postgresql

    new = {name: instant for name, instant in since.items() if name not in whole}
    found = postgresql.tables_in(
        connection, source.postgresql, source.schema_name, domain.name, wanted, new, synced
    )
    if not found:
        raise SourceError(f"{domain.name}: {source.postgresql} holds no table that is known")
    return found


def relation_of(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    vendor: VendorMap,
    place: dict[str, PlaceTable],
    loader: str,
) -> tuple[str, Offered, str | None] | None:
    """What feeds one of our tables: relation, columns, and the source table where it is one alone.

    None where the place has none of its source tables.
    """
    if table.name in vendor.joins:
        relation, columns = joined(connection, table, vendor, place, MARKS[loader])
        if relation is None:
            return None
        return relation, {column: (quoted(column), columns[column]) for column in columns}, None
    used = _first_usable(table, vendor, vendor.source_tables[table.name], place)
    if used is None:
        return None
    offered = _offered(table, vendor, used, place[used])
    return *rows_that_count(table, place[used], offered, loader), used


def _select_of(table: RawTable, relation: str, offered: Offered) -> str:
    """The SELECT that reads each offered column as the contract declares it."""
    fields = ", ".join(
        f"{read_as(table.columns[column], value, given)} as {quoted(column)}"
        for column, (value, given) in offered.items()
    )
    return f"select {fields} from {relation}"


def _vendors(
    domain: Domain, source: DomainSource, maps: dict[str, VendorMap], place: dict[str, PlaceTable]
) -> list[VendorMap]:
    """The vendor whose tables these are, then maps that only add tables it does not have.

    A map that feeds no required table is such an addition: accounting periods, say, of a ledger
    that keeps none.
    """
    required = [name for name, table in domain.tables.items() if table.required]
    whole = {
        name: entry
        for name, entry in maps.items()
        if any(t in entry.source_tables for t in required)
    }
    if not whole:
        raise SourceError(
            f"{domain.name}: no names are known for {domain.name} tables that {source.loader} "
            "fills; read them as files with mappings, or give names under mappings"
        )
    if source.vendor is not None and source.vendor not in whole:
        raise SourceError(
            f"{domain.name}: no names are known for vendor {source.vendor} under "
            f"{source.loader}; known are {', '.join(whole)}"
        )

    def present(vendor: VendorMap) -> int:
        return sum(any(t in place for t in vendor.source_tables.get(name, ())) for name in required)

    chosen = [source.vendor] if source.vendor else [name for name in whole if present(whole[name])]
    if len(chosen) != 1:
        told = "none of the tables" if not chosen else f"tables of {' and '.join(chosen)}"
        raise SourceError(
            f"{domain.name}: {source.path or source.postgresql} holds {told} that {source.loader} "
            f"writes for {domain.name}; say which vendor it is with vendor under "
            f"[domains.{domain.name}] ({', '.join(whole)}), and where its tables are with "
            "schema_name"
        )
    vendor = whole[chosen[0]]
    additions = [
        VendorMap(
            entry.vendor,
            tuple(alias for alias in entry.aliases if alias.table not in vendor.source_tables),
            entry.joins,
        )
        for name, entry in maps.items()
        if name not in whole
    ]
    return [vendor, *additions]


def _first_usable(
    table: RawTable, vendor: VendorMap, source_tables: Iterable[str], place: dict[str, PlaceTable]
) -> str | None:
    """The first source table that is there. One that mainly feeds another table of ours (the
    current rows of what may be kept with its history) must also have the key's columns."""
    main = {names[0]: name for name, names in vendor.source_tables.items() if name != table.name}
    for name in source_tables:
        if name not in place:
            continue
        aliases = vendor.columns(table.name, name)
        has_key = all(
            any(column in place[name].columns for column in aliases.get(key, []))
            for key in table.key
        )
        if has_key or name not in main:
            return name
    return None


def _offered(table: RawTable, vendor: VendorMap, used: str, source: PlaceTable) -> Offered:
    """Which column of a source table feeds which of ours."""
    offered = {}
    for column, candidates in vendor.columns(table.name, used).items():
        name = next((name for name in candidates if name in source.columns), None)
        if name is not None:
            offered[column] = (quoted(name), source.columns[name])
    return offered


def _written_since(relation: str, synced: str, since: str | None) -> str:
    if since is None:
        return relation
    mark = quoted(synced)
    written = f"{mark} is null or cast({mark} as timestamptz) >= timestamptz {literal(since)}"
    return f"(select * from {relation} as read_before where {written})"


def _reached(
    connection: duckdb.DuckDBPyConnection, source: PlaceTable, synced: str, run_date: date
) -> str:
    """The last instant the loader wrote at, never past the night itself (F09)."""
    last = connection.execute(
        f"select max(timezone('UTC', cast({quoted(synced)} as timestamptz))) from {source.relation}"
    ).fetchone()[0]
    bound = datetime.combine(run_date + timedelta(days=1), time.min)
    return f"{min(last or datetime.min.replace(year=1970), bound).isoformat()}+00:00"


def _checked(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    relation: str,
    offered: Offered,
    where: str,
) -> int:
    try:
        return refuse_unreadable(connection, table, relation, offered, where)
    except duckdb.Error as error:
        raise SourceError(
            f"{table.domain}.{table.name}: {where} cannot be read ({type(error).__name__})"
        ) from None
