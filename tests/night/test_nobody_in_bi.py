"""The file for everybody with BI access says nothing about a person."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.night.company import Home

pytestmark = pytest.mark.night

_NAMES = ("employee_key", "employee_number", "employee_name", "email")


def names_of_persons(home: Home) -> list[str]:
    """What every employee is called in the files of HR and finance."""
    with duckdb.connect(str(home.release / "workforce.duckdb"), read_only=True) as reader:
        columns = [row[0] for row in reader.execute("describe people.dim_employees").fetchall()]
        kept = [column for column in _NAMES if column in columns]
        rows = reader.execute(f"select {', '.join(kept)} from people.dim_employees").fetchall()
    return sorted({value for row in rows for value in row if value})


def places_of_persons(file: Path, names: list[str]) -> list[str]:
    """Text columns in which a name stands, alone or within a longer text (a key made of keys)."""
    found = []
    with duckdb.connect(str(file), read_only=True) as reader:
        columns = reader.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where not internal and data_type = 'VARCHAR' order by 1, 2"
        ).fetchall()
        for table, column in columns:
            hits = reader.execute(
                f'select count(*) from {table} where list_has_any(?, [trim("{column}")]) '
                f"or exists (select 1 from unnest(?) as names(name) where length(name) > 8 "
                f'and contains("{column}", name))',
                [names, names],
            ).fetchone()
            if hits and hits[0]:
                found.append(f"{table}.{column}")
    return found


def test_no_text_of_the_bi_file_names_an_employee(published: Home) -> None:
    """Fails if a row of the BI file is about a person: a deal without splits beside its owner is
    that person's credit, and credit times published rates is pay."""
    names = names_of_persons(published)
    assert len(names) > 24, "twelve people, each with a key and a number at least"
    assert places_of_persons(published.release / "bi.duckdb", names) == []
    # the same look does find them where they belong
    held = places_of_persons(published.release / "workforce.duckdb", names)
    assert "funnel.fct_opportunities.owner_employee_key" in held
    assert "contribution.fct_contribution_credits.employee_key" in held


def test_the_parquet_of_everybody_is_what_the_bi_file_holds(published: Home) -> None:
    folder = published.release / "bi"
    with duckdb.connect(str(published.release / "bi.duckdb"), read_only=True) as reader:
        for path in sorted(folder.rglob("*.parquet")):
            table = f"{path.parent.name}.{path.stem}"
            in_file = reader.execute(f"describe {table}").fetchall()
            in_parquet = reader.execute(f"describe select * from '{path}'").fetchall()
            assert [row[0] for row in in_parquet] == [row[0] for row in in_file], table
    whole = published.release / "finance" / "parquet" / "funnel" / "fct_opportunities.parquet"
    assert whole.exists(), "who may see the owner finds the table in full among their own"
