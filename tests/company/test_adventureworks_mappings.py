"""The mapping SELECTs of the AdventureWorks example give the figures its data is known for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, landing
from orchestration.extract import files
from orchestration.settings import DomainSource
from tests.company import adventureworks

RUN_DATE = date(2012, 3, 1)
DOMAINS = ("crm", "hr", "policy")

SOLD = """
    select
        opportunity.owner_id as person,
        period.start_date as quarter,
        cast(sum(round(opportunity.amount, 2)) as decimal(24, 2)) as sold
    from crm.opportunity
    inner join policy.fiscal_calendar as period
        on period.period_type = 'quarter'
        and opportunity.close_date >= period.start_date
        and opportunity.close_date < period.end_date
    where opportunity.is_won and opportunity.owner_id <> 'web-shop'
    group by all
"""


@pytest.fixture(scope="module")
def data(company_data: Callable[[str], Path]) -> Path:
    return company_data("adventureworks_sales")


@pytest.fixture(scope="module")
def landed(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which every landed table is `<domain>.<table>`."""
    home = tmp_path_factory.mktemp("adventureworks")
    with duckdb.connect() as connection:
        for name in DOMAINS:
            domain = contract.domains()[name]
            source = DomainSource(
                way="files", path=data, mappings=adventureworks.EXAMPLE / "mappings" / name
            )
            manifest = landing.land(
                home,
                domain,
                RUN_DATE,
                "files",
                lambda reading, cursor, domain=domain, source=source: files.read(
                    reading, domain, source, RUN_DATE, cursor
                ),
            )
            connection.execute(f"create schema {name}")
            for table, described in manifest["tables"].items():
                if described["files"]:
                    path = home / "landing" / name / described["files"][0]["path"]
                    connection.execute(f"create view {name}.\"{table}\" as from '{path}'")
        yield connection


def one(landed: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    return landed.execute(sql).fetchone()


def test_every_order_is_a_won_deal(landed: duckdb.DuckDBPyConnection) -> None:
    orders, won, sold_orders, sold = one(
        landed,
        "select count(*), count(*) filter (where is_won), "
        "count(*) filter (where owner_id <> 'web-shop'), "
        "sum(round(amount, 2)) filter (where owner_id <> 'web-shop') from crm.opportunity",
    )
    assert (orders, won) == (adventureworks.GIVEN_ORDERS, adventureworks.GIVEN_ORDERS)
    assert (sold_orders, sold) == (adventureworks.GIVEN_SOLD_ORDERS, adventureworks.GIVEN_SOLD)


def test_attainment_is_what_the_data_is_known_for(landed: duckdb.DuckDBPyConnection) -> None:
    rows = landed.execute(
        f"select sold.person, sold.quarter, sold.sold, quota.quota_amount from ({SOLD}) as sold "
        "inner join policy.fiscal_calendar as period on period.start_date = sold.quarter "
        "and period.period_type = 'quarter' inner join policy.quotas as quota "
        "on quota.assignee_code = sold.person and quota.period_key = period.period_key"
    ).fetchall()
    attained = {
        (person, quarter): (sold / quota).quantize(Decimal("0.0001"))
        for person, quarter, sold, quota in rows
    }
    given = adventureworks.GIVEN_ATTAINMENT
    assert {place: attained[place] for place in given} == given


def test_the_mappings_and_the_exported_files_agree_to_the_cent(
    landed: duckdb.DuckDBPyConnection, data: Path
) -> None:
    found = {(person, quarter): sold for person, quarter, sold in landed.execute(SOLD).fetchall()}
    assert found == adventureworks.expected(data).sold


def test_the_calendar_has_no_gap_and_nests(landed: duckdb.DuckDBPyConnection) -> None:
    for period_type in ("month", "quarter", "year"):
        periods = landed.execute(
            "select start_date, end_date from policy.fiscal_calendar where period_type = ? "
            "order by start_date",
            [period_type],
        ).fetchall()
        assert all(before[1] == after[0] for before, after in itertools.pairwise(periods))
        assert periods[0][0] == date(2011, 5, 31)
    outside = one(
        landed,
        "select count(*) from policy.fiscal_calendar as child inner join policy.fiscal_calendar "
        "as parent on child.parent_period_key = parent.period_key "
        "where child.start_date < parent.start_date or child.end_date > parent.end_date",
    )
    assert outside == (0,)


def test_every_salesperson_has_a_rate_of_their_own(landed: duckdb.DuckDBPyConnection) -> None:
    rates = dict(
        landed.execute(
            "select assignment.assignee_code, tier.rate from policy.plan_assignments as assignment "
            "inner join policy.rate_tables as tier using (rate_table_key)"
        ).fetchall()
    )
    assert len(rates) == 17
    assert (rates["274"], rates["275"], rates["289"]) == (
        Decimal("0"),
        Decimal("0.012"),
        Decimal("0.02"),
    )


def test_people_stay_where_their_history_says(landed: duckdb.DuckDBPyConnection) -> None:
    # the last day in Purchasing is the day before the first in Marketing
    assert landed.execute(
        "select organization.name, effective_date, end_date from hr.worker_position_history "
        "inner join hr.organization on organization.id = organization_id "
        "where worker_id = '16' order by effective_date"
    ).fetchall() == [
        ("Purchasing", date(2007, 12, 20), date(2009, 7, 14)),
        ("Marketing", date(2009, 7, 15), None),
    ]


def test_pay_is_the_hourly_rate_times_the_hours_of_a_year(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    assert one(
        landed,
        "select annual_currency_summary_total_base_pay, annual_currency_summary_currency "
        "from hr.worker_history where id = '275'",
    ) == (Decimal("47999.952"), "USD")


def test_every_department_has_a_function(landed: duckdb.DuckDBPyConnection) -> None:
    unmapped = one(
        landed,
        "select count(*) from hr.organization left join policy.function_mappings "
        "on source_value = code left join policy.functions using (function) "
        "where functions.function_name is null",
    )
    assert unmapped == (0,)


def test_p06_nothing_protected_is_read(landed: duckdb.DuckDBPyConnection) -> None:
    """Fails if birth dates, marital status or gender of the exported table were landed."""
    columns = landed.execute("select lower(column_name) from duckdb_columns()").fetchall()
    assert not {name for (name,) in columns} & {"birthdate", "maritalstatus", "gender"}
