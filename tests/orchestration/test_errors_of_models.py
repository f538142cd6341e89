"""What a model's failure is called: by its kind, and in the engine's words only where those name
tables and columns and can hold no value (F63)."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import dbt

SALARY, NAME = "100400.31", "Anna Abel"
# each makes DuckDB quote what it could not work with
QUOTING = (
    f"select cast('{NAME}' as int)",
    f"select cast({SALARY} * 1000 as tinyint)",
    f"select error('{NAME} {SALARY}')",
    f"select date '{NAME}'",
    f"select cast(i as decimal(4, 2)) from (select {SALARY} as i)",
    f"select strptime('{NAME}', '%Y')",
    f"select unnest(['{NAME}', '{SALARY}'])::boolean",
    f"create temp table one (n varchar check (n <> '{NAME}')); insert into one values ('{NAME}')",
)


@pytest.mark.parametrize("statement", QUOTING)
def test_f63_no_model_s_failure_quotes_a_value(statement: str) -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute(statement)
    assert any(value in str(raised.value) for value in (NAME, "Abel", "100400")), "it quotes none"
    said = dbt._plain(f"Runtime Error in model x (models/x.sql)\n  {raised.value}")
    assert not any(value in said for value in (NAME, "Abel", "100400"))
    assert "Error" in said or "error" in said


@pytest.mark.parametrize("statement", ["select a from nowhere", "select a from (select 1 as b)"])
def test_a_model_s_failure_names_tables_and_columns(statement: str) -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute(statement)
    said = dbt._plain(f"Runtime Error in model x (models/x.sql)\n  {raised.value}")
    assert said == str(raised.value).splitlines()[0]
