"""Nothing that is nobody's business is anywhere but where it belongs (F63), and text stays text
(F64). The company of all these nights is planted with both: see canaries.py."""

from __future__ import annotations

import csv
import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration import vault
from orchestration.register import neutral
from orchestration.release_reader import select
from tests.night.canaries import HOSTILE, RECORDS, SECRETS, TOKEN, Canaries, leaks
from tests.night.company import Home

pytestmark = pytest.mark.night

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_f63_five_hundred_canaries_stay_where_they_belong(
    _published: Home, planted_canaries: Canaries
) -> None:
    """Logs, output, dbt's target, Dagster's storage and metadata, evidence, manifests, caches,
    temporary files: none of them holds a name, a salary or a secret after a night."""
    assert planted_canaries.count >= 500
    assert (_published.path / "dagster" / "history" / "runs.db").exists()
    assert (_published.path / "cache" / "dbt" / "manifest.json").exists()
    assert "Published release" in _published.said.read_text(encoding="utf-8")
    release = f"home/releases/{_published.release.name}"
    theirs = (f"{release}/finance/", f"{release}/people/", f"{release}/workforce.duckdb")
    # the names of customers are for everybody; the test below holds that they alone are there
    everybodys = (f"{release}/bi.duckdb", f"{release}/bi/people/dim_accounts.parquet")
    found = leaks(_published.path.parent, planted_canaries, (*RECORDS, *theirs, *everybodys))
    assert found == []


def test_f63_the_file_for_everybody_names_customers_only(
    published: Home, planted_canaries: Canaries
) -> None:
    with duckdb.connect(str(published.release / "bi.duckdb"), read_only=True) as reader:
        tables = reader.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        rows = [str(reader.execute(f"from {table}").fetchall()).encode() for (table,) in tables]
    heard = {token for text in rows for token in TOKEN.findall(text)}
    assert heard
    assert heard <= planted_canaries.tokens["crm/account"]
    assert not any(planted_canaries.pay.search(text) for text in rows)


def test_f63_what_holds_pay_or_names_is_closed_to_others(published: Home) -> None:
    """Fails if a file with pay or people's names can be opened by whoever has an account."""
    for path in sorted(path for path in published.path.rglob("*") if path.is_file()):
        name = path.relative_to(published.path).as_posix()
        inside = name.partition("/")[2].partition("/")[2]
        if name.startswith(("sample/", "releases/")) and not inside.startswith(
            ("finance/", "people/", "workforce")
        ):
            continue
        if name == "layout.json":
            continue
        levels = [path, *(level for level in path.parents if published.path in level.parents)]
        assert any(level.stat().st_mode & 0o007 == 0 for level in levels), name


def _as_text(path: Path, text: str) -> None:
    path.write_text(f"the night said: {text}\n", encoding="utf-8")


def _as_zip(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", text)


def _as_event(path: Path, text: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table event_logs (event text)")
        # longer than a page, so that the words of it stand apart in the file
        database.execute("insert into event_logs values (?)", ["x" * 4090 + " " + text])


def _as_table(path: Path, text: str) -> None:
    with duckdb.connect(str(path)) as database:
        database.execute("create table said as select ? as text", [text])


def _as_parquet(path: Path, text: str) -> None:
    with duckdb.connect() as database:
        database.execute(f"copy (select '{text}' as text) to '{path}' (format parquet)")


def _as_packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode()))


@pytest.mark.parametrize("leak", [_as_text, _as_zip, _as_event, _as_table, _as_parquet, _as_packed])
def test_f63_a_leak_in_any_container_is_found(
    leak: Callable[[Path, str], None], planted_canaries: Canaries, tmp_path: Path
) -> None:
    """Positive control: a name, a secret or a salary, in each way a file may hold it."""
    name = min(planted_canaries.tokens["hr/person_name"]).decode()
    major, minor = max(planted_canaries.salaries).split(".")
    for text in (name, SECRETS["WINSHARE_ALERT__SMTP_PASSWORD"], f"{int(major):,}.{minor}"):
        path = tmp_path / "found"
        leak(path, text)
        assert leaks(tmp_path, planted_canaries) == ["found: 1"]
        path.unlink()
    leak(tmp_path / "found", f"1{major}.{minor} {major}.{minor}7 a{major}{minor}")
    assert leaks(tmp_path, planted_canaries) == []


def test_f64_hostile_text_comes_out_as_it_went_in(published: Home) -> None:
    """Names of people and customers, literal in the vault and in tables; as text and never as a
    formula in CSV and XLSX, where numbers stay numbers."""
    names = published.source("hr", "person_name")
    accounts = published.source("crm", "account")
    finance = published.release / "finance"
    with duckdb.connect() as reader:
        reader.execute(f"attach '{finance / 'finance.duckdb'}' as finance (read_only)")
        people = reader.execute(
            f"select trim(trim(first_name) || ' ' || trim(last_name)) from '{names}' order by all"
        ).fetchall()
        told = select(reader, "select employee_name from finance.people.dim_employees")
        opened = vault.revealed(published.path, told, "a test", NOW)
        assert people == sorted((row["employee_name"],) for row in opened)
        planted = reader.execute(f"select name from '{accounts}'").fetchall()
        shown = reader.execute("select account_name from finance.people.dim_accounts").fetchall()
        assert set(shown) <= set(planted)
        register = reader.execute(
            "select payee_name, payroll_name, payout_amount_minor "
            f"from '{finance}/payout_register.draft.parquet' order by all"
        ).fetchall()
    used = {start for start in HOSTILE for (text,) in planted + people if start in text}
    assert used == set(HOSTILE), "every kind of hostile text was in some name"
    with (finance / "payout_register.draft.csv").open(encoding="utf-8", newline="") as stream:
        cells = list(csv.DictReader(stream))
    assert not [cell for row in cells for cell in row.values() if neutral(cell) != cell
                and not cell.lstrip("-").isdigit()]  # fmt: skip
    written = [
        (row["payee_name"], row["payroll_name"], int(row["payout_amount_minor"])) for row in cells
    ]
    assert sorted(written) == sorted((neutral(a), neutral(b), paid) for a, b, paid in register)
    assert all(neutral(named) != named for _, named, _ in register)
    book = openpyxl.load_workbook(finance / "payout_register.draft.xlsx")["Register"]
    header, *rows = book.iter_rows()
    place = [cell.value for cell in header].index
    for row in rows:
        assert {cell.data_type for cell in row} <= {"s", "n"}, "no cell is a formula"
        assert row[place("payout_amount_minor")].data_type == "n"
    assert len(rows) == len(register)
