"""Places as a loader would fill them, read through the tables way in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, landing
from orchestration.errors import SourceError
from orchestration.extract import tables
from orchestration.settings import DomainSource

RUN_DATE = date(2026, 1, 5)
NEXT_DATE = date(2026, 1, 6)

USERS = (
    "select 'u1' as id, 'ann@c' as email, true as is_active, "
    "timestamp '2026-01-01' as system_modstamp"
)
ACCOUNTS = (
    "select 'a1' as id, 'Acme' as name, false as is_deleted, "
    "timestamp '2026-01-01' as system_modstamp"
)
OPPORTUNITY = (
    "select '{id}' as id, 'a1' as account_id, 'u1' as owner_id, '{stage}' as stage_name, "
    "100.5 as amount, timestamp '2026-01-01' as created_date, false as is_closed, "
    "false as is_won, {deleted} as is_deleted"
)


def opportunity(id: str = "o1", stage: str = "Open", deleted: str = "false", **more: str) -> str:
    extra = "".join(f", {value} as {name}" for name, value in more.items())
    return OPPORTUNITY.format(id=id, stage=stage, deleted=deleted) + extra


def database(path: Path, schema: str = "crm_schema", **made: str) -> Path:
    """A DuckDB file as a loader would fill it: table name -> the SELECT that makes it."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {schema}")
        for name, select in made.items():
            connection.execute(f'create table {schema}."{name}" as {select}')
    return path


def salesforce(path: Path, **made: str) -> Path:
    made = {"user": USERS, "account": ACCOUNTS, "opportunity": opportunity(), **made}
    return database(path, **made)


def land(path: Path, run_date: date = RUN_DATE, **source: object) -> dict:
    place = DomainSource(way="tables", path=path, **source)
    crm = contract.domains()["crm"]
    return landing.land(
        path.parent / "home",
        crm,
        run_date,
        "tables",
        lambda connection, cursor: tables.read(connection, crm, place, run_date, cursor),
    )


def landed(path: Path, table: str, run_date: date = RUN_DATE) -> list[dict[str, object]]:
    found = duckdb.sql(f"from '{path.parent}/home/landing/crm/{table}/{run_date}.parquet'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def refusal(path: Path, **source: object) -> str:
    with pytest.raises(SourceError) as refused:
        land(path, **source)
    return str(refused.value)
