"""The raw contract, read from its one home: the dbt source YAML files under models/staging.

Here: which tables and columns the sources owe us, and how each table is landed. Not here: what
the columns mean (staging models) or whether the rows are good (expectations).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"

# libyaml parses the thousand lines in a twentieth of the time of the pure Python loader
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Two columns that landing adds to every raw table: when our landing first saw the row (the
# night's business date, never the wall clock) and in which landing of its domain.
LANDED_COLUMNS = {"_landed_run_date": "date", "_landing_sequence": "bigint"}


@dataclass(frozen=True)
class RawColumn:
    """`personal` is never shown in evidence. `token` says how landing puts a token in the place of
    a value that names a person: an address, a name, or an alias, which may be an address."""

    name: str
    data_type: str
    required: bool
    personal: bool
    token: str | None = None


@dataclass(frozen=True)
class RawTable:
    """One canonical raw table. `load` is snapshot, incremental or event; `version` is the
    column whose greatest value is the newest version of a key, `person` the one that says, in a
    table about people, whose row it is."""

    domain: str
    name: str
    load: str
    key: tuple[str, ...]
    version: str | None
    required: bool
    rollup: bool
    columns: dict[str, RawColumn]
    person: str | None = None

    @property
    def token_columns(self) -> tuple[RawColumn, ...]:
        return tuple(column for column in self.columns.values() if column.token)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """Columns that carry a control total in the landing manifest."""
        return tuple(
            column.name
            for column in self.columns.values()
            if column.data_type == "bigint" or column.data_type.startswith("decimal")
        )


@dataclass(frozen=True)
class Domain:
    name: str
    description: str
    tables: dict[str, RawTable]

    @property
    def names_people(self) -> bool:
        return any(table.token_columns for table in self.tables.values())


def source_files() -> list[Path]:
    return sorted((DBT_PROJECT / "models" / "staging").glob("*/_*__sources.yml"))


@cache
def _declared() -> dict[str, Domain]:
    found: dict[str, Domain] = {}
    for path in source_files():
        for source in yaml.load(path.read_text(encoding="utf-8"), _LOADER)["sources"]:
            name = source["name"].removeprefix("raw_")
            if name == "night":
                continue
            tables = (_table(name, entry) for entry in source["tables"])
            found[name] = Domain(
                name=name,
                description=source["description"],
                tables={table.name: table for table in tables if table is not None},
            )
    return found


@cache
def domains() -> dict[str, Domain]:
    """Every domain that a source gives, by name, in alphabetical order; the night itself and what
    it fits are no sources."""
    return {name: domain for name, domain in _declared().items() if name != "fitted"}


def landed() -> dict[str, Domain]:
    """Everything a night reads from landing: what sources gave, and what nights have fitted."""
    return _declared()


def fitted() -> Domain:
    """What nights fit from their own facts and land beside the sources, frozen."""
    return _declared()["fitted"]


def _table(domain: str, entry: dict) -> RawTable | None:
    meta = entry["config"]["meta"]
    if "rolled_up_from" in meta:
        return None
    columns = {}
    for column in entry["columns"]:
        column_meta = column.get("config", {}).get("meta", {})
        columns[column["name"]] = RawColumn(
            name=column["name"],
            data_type=column["data_type"],
            required=column_meta.get("required", False),
            personal=column_meta.get("personal", False),
            token=column_meta.get("token"),
        )
    return RawTable(
        domain=domain,
        name=entry["name"],
        load=meta["load"],
        key=tuple(meta["key"]),
        version=meta.get("version"),
        required=meta["required"],
        rollup=meta.get("landed_as") == "rollup",
        columns=columns,
        person=meta.get("person"),
    )
