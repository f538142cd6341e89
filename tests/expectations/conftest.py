from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

Database = Callable[..., Path]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Make a night's file: `database({"bonus.lines": "select ..."}, run_date="2026-01-05")`.
    `last_good` is the date of the newest release."""

    def make(
        tables: dict[str, str], run_date: str | None = "2026-01-05", last_good: str = "2026-01-04"
    ) -> Path:
        path = tmp_path / "night.duckdb"
        with duckdb.connect(str(path)) as connection:
            nights = [f"select date '{run_date}' as run_date"] if run_date else []
            for select in nights:
                connection.execute("create schema raw_night")
                connection.execute(f"create table raw_night.run as {select}")
                connection.execute(
                    f"create table raw_night.releases as select date '{last_good}' as run_date"
                )
            # a policy without reviews, as nearly all are
            connection.execute("create schema raw_policy")
            connection.execute(
                "create table raw_policy.gate_reviews (table_name text, rule_kind text, "
                "run_date date, requested_by text, approved_by text, approved_date date)"
            )
            for name, select in tables.items():
                connection.execute(f"create schema if not exists {name.split('.')[0]}")
                connection.execute(f"create table {name} as {select}")
        return path

    return make
