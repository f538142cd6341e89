"""A night that passed is published, all of it, for each audience what is theirs."""

from __future__ import annotations

import csv

import duckdb
import openpyxl
import pytest

from tests.night.company import NEXT_DATE, Home

pytestmark = pytest.mark.night


def rows(home: Home, file: str, query: str) -> list[tuple]:
    with duckdb.connect(str(home.release / file), read_only=True) as reader:
        return reader.execute(query).fetchall()


def test_every_gate_left_evidence_that_passed(published: Home) -> None:
    from expectations import GATES

    said = rows(
        published, "bi.duckdb", "select distinct gate, status from operations.fct_gate_evidence"
    )
    assert sorted(said) == sorted((gate.name, "passed") for gate in GATES)


def test_each_audience_has_its_file_and_pay_is_private(published: Home) -> None:
    modes = {
        path.relative_to(published.release).as_posix(): path.stat().st_mode & 0o777
        for path in published.release.rglob("*")
    }
    for path, mode in modes.items():
        if path.startswith("finance"):
            assert mode in (0o600, 0o700), path
    schemas = {
        file: {row[0] for row in rows(published, file, "select schema_name from duckdb_tables()")}
        for file in ("bi.duckdb", "workforce.duckdb", "finance/finance.duckdb")
    }
    assert "bonus" in schemas["finance/finance.duckdb"]
    pay = "select table_name from duckdb_tables() where schema_name = 'bonus' order by 1"
    assert rows(published, "bi.duckdb", pay) == [("fct_gate_results",)]
    assert rows(published, "workforce.duckdb", pay) == [("fct_gate_results",)]


def test_the_register_says_the_same_in_every_format(published: Home) -> None:
    stem = published.release / "finance" / "payout_register.draft"
    published_rows = rows(
        published,
        "finance/finance.duckdb",
        "select currency_code, sum(payout_amount_minor) from bonus.fct_payouts group by all",
    )
    expected = {currency: int(total) for currency, total in published_rows}
    assert expected, "a sample night pays somebody"
    with stem.with_suffix(".draft.csv").open(encoding="utf-8", newline="") as stream:
        from_csv = list(csv.DictReader(stream))
    sheet = openpyxl.load_workbook(stem.with_suffix(".draft.xlsx"))["Register"]
    header, *values = sheet.iter_rows(values_only=True)
    from_xlsx = [dict(zip(header, row, strict=True)) for row in values]
    with duckdb.connect() as reader:
        from_parquet = reader.execute(
            "select currency_code, cast(sum(payout_amount_minor) as bigint) "
            f"from '{stem.with_suffix('.draft.parquet')}' group by all"
        ).fetchall()
    for found in (from_csv, from_xlsx):
        totals: dict[str, int] = {}
        for row in found:
            currency = row["currency_code"]
            totals[currency] = totals.get(currency, 0) + int(row["payout_amount_minor"])
        assert totals == expected
    assert dict(from_parquet) == expected


def test_nothing_before_go_live_is_ever_paid(published: Home) -> None:
    early = rows(
        published,
        "finance/finance.duckdb",
        "select count(*) from bonus.fct_payout_lines as line "
        "join people.dim_periods as period using (period_key) "
        "where period.start_date < date '2025-10-01'",
    )
    assert early == [(0,)]
    history = rows(
        published,
        "finance/finance.duckdb",
        "select count(*) from funnel.fct_opportunities "
        "where is_won and won_date < date '2025-10-01'",
    )
    assert history[0][0] > 0, "three years of won deals lie before go-live"


def test_every_control_of_the_reconciliation_is_zero(published: Home) -> None:
    found = rows(
        published,
        "finance/finance.duckdb",
        "select count(*), count(*) filter (where difference_minor <> 0 "
        "or left_minor - right_minor <> difference_minor) from bonus.fct_payout_reconciliation",
    )
    assert found[0][0] > 0
    assert found[0][1] == 0


def test_nights_follow_one_another(published: Home) -> None:
    first = published.current()
    second = published.night(NEXT_DATE)
    assert second != first
    chain = rows(
        published,
        "bi.duckdb",
        "select release_id, parent_release_id from operations.fct_releases order by run_date",
    )
    assert chain == [(first, None), (second, first)]
    listed = published.winshare("releases")
    assert first in listed.stdout
    assert second in listed.stdout


def test_a_published_table_can_be_shown_and_an_unknown_one_is_named(published: Home) -> None:
    shown = published.winshare("show", "funnel.fct_opportunities", "--rows", "3")
    assert shown.returncode == 0, shown.stderr
    assert "opportunity_key" in shown.stdout
    unknown = published.winshare("show", "funnel.nothing")
    assert unknown.returncode == 1
    assert "funnel.nothing is not published" in unknown.stderr
    assert published.winshare("verify").returncode == 0
