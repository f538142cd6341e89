"""Readers with an older DuckDB: a release opens in 1.4, with its texts and every type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import release_build

# `make test` puts it beside the environment (requirements/readers.txt)
OLDER = Path(sys.prefix) / "readers"
READER = """
import json, sys
import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as reader:
    reader.execute("set enable_progress_bar = false")
    print(json.dumps({
        "version": duckdb.__version__,
        "rows": [[str(value) for value in row] for row in reader.execute(sys.argv[2]).fetchall()],
    }))
"""
# every type that a published table may have
COLUMNS = {
    "payout_line_key": "text",
    "payout_amount_minor": "bigint",
    "credit_share": "decimal(18,12)",
    "fx_rate": "decimal(18,9)",
    "run_date": "date",
    "won_at": "timestamp",
    "is_open": "boolean",
    "line_count": "integer",
    "reciprocity": "double",
    "reason": "text",
}
# enough rows, and texts long and alike enough, for a newer DuckDB to want its newer compressions
ROWS = 30_000
VALUES = f"""
    select
        md5(cast(n as varchar)) as payout_line_key,
        n * 1000003 - 7 as payout_amount_minor,
        cast(n % 1000 / 1000 as decimal(18, 12)) as credit_share,
        cast(n / 7 as decimal(18, 9)) as fx_rate,
        date '2026-01-05' - cast(n % 400 as integer) as run_date,
        timestamp '2026-01-05 01:30:00' + to_seconds(n) as won_at,
        n % 3 = 0 as is_open,
        cast(n % 7 as integer) as line_count,
        sqrt(n) as reciprocity,
        case when n % 5 > 0 then 'because of rule ' || n % 11 || repeat(' and so on', n % 60) end
            as reason
    from range({ROWS}) as numbers (n)
    order by all
"""
ROW_AS_TEXT = " || ".join(f"coalesce(cast({name} as text), '')" for name in COLUMNS)
SUMMARY = f"""
    select count(*), sum(payout_amount_minor), sum(credit_share), max(fx_rate), min(run_date),
        max(won_at), count(*) filter (where is_open), max(reciprocity), count(reason),
        md5(string_agg({ROW_AS_TEXT}, '' order by payout_line_key))
    from bonus.fct_payout_lines
"""


@pytest.fixture(scope="module")
def audience_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for finance, written as a release writes it, from a night's file with one table."""
    folder = tmp_path_factory.mktemp("release")
    node: dict[str, Any] = {
        "schema": "bonus",
        "name": "fct_payout_lines",
        "config": {"meta": {"audience": ["finance"]}},
        "description": "One line of a statement: it's paid, or says why not.",
        "columns": {
            name: {"name": name, "description": f"The {name}, in 'its' own words."}
            for name in COLUMNS
        },
    }
    with duckdb.connect(str(folder / "night.duckdb")) as night:
        night.execute("create schema bonus")
        night.execute(f"create table bonus.fct_payout_lines as {VALUES}")
        assert described(night) == COLUMNS
        release_build.write_tables(night, folder, [node], {})
    return folder / "finance" / "finance.duckdb"


def described(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute("describe bonus.fct_payout_lines").fetchall()
    return {row[0]: row[1].lower().replace("varchar", "text") for row in rows}


def read(path: Path, query: str) -> dict[str, Any]:
    """What DuckDB 1.4, in a process of its own, answers."""
    assert (OLDER / "duckdb").is_dir(), f"there is no {OLDER}: set it up with `make test`"
    finished = subprocess.run(
        [sys.executable, "-c", READER, str(path), query],
        env={**os.environ, "PYTHONPATH": str(OLDER)},
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_an_older_duckdb_reads_the_same(audience_file: Path) -> None:
    with duckdb.connect(str(audience_file), read_only=True) as reader:
        now = [[str(value) for value in row] for row in reader.execute(SUMMARY).fetchall()]
    answer = read(audience_file, SUMMARY)
    assert answer["version"].startswith("1.4.")
    assert answer["rows"] == now
    assert now[0][0] == str(ROWS)


def test_an_older_duckdb_shows_the_texts_of_tables_and_columns(audience_file: Path) -> None:
    tables = read(audience_file, "select comment from duckdb_tables()")
    assert tables["rows"] == [["One line of a statement: it's paid, or says why not."]]
    columns = read(
        audience_file, "select column_name, comment from duckdb_columns() where not internal"
    )
    assert columns["rows"] == [[name, f"The {name}, in 'its' own words."] for name in COLUMNS]


def test_a_file_of_the_newest_storage_is_not_for_older_readers(tmp_path: Path) -> None:
    """Fails if the test before this one would pass whatever the storage version."""
    with duckdb.connect() as writer:
        path = tmp_path / "newest.duckdb"
        writer.execute(f"attach '{path}' as newest (storage_version 'latest')")
        writer.execute("create table newest.t as select 1 as one")
        writer.execute("detach newest")
    with pytest.raises(AssertionError, match="we can only read versions"):
        read(path, "select * from t")
