"""A night over a company that nobody made for Winshare: AdventureWorks, through the files way in.

What is published is compared with figures recomputed from the exported files alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.company import adventureworks
from tests.night.company import Home, published_bytes

pytestmark = pytest.mark.night

RUN_DATE = "2012-03-01"
ABSENT = ("collaboration", "finance", "marketing", "product_usage", "support")
FINANCE = "finance/finance.duckdb"


@dataclass(frozen=True)
class Company:
    home: Home
    config: Path

    def night(self) -> str:
        return self.home.night(RUN_DATE, WINSHARE_CONFIG=str(self.config))

    def refusal(self, run_date: str) -> str:
        """Run a night that must stop; what it said."""
        finished = self.home.winshare(
            "night", "--run-date", run_date, WINSHARE_CONFIG=str(self.config)
        )
        assert finished.returncode != 0
        said = " ".join((finished.stdout + finished.stderr).split())
        assert "Traceback" not in said
        return said

    def rows(self, query: str, file: str = FINANCE) -> list[tuple]:
        with duckdb.connect(str(self.home.release / file), read_only=True) as reader:
            return reader.execute(query).fetchall()


@pytest.fixture(scope="module")
def data(company_data: Callable[[str], Path]) -> Path:
    return company_data("adventureworks_sales")


@pytest.fixture(scope="module")
def company(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company with one night published; the tests below only read it."""
    folder = tmp_path_factory.mktemp("adventureworks")
    made = Company(Home(folder / "home"), adventureworks.example(folder / "example", data))
    made.night()
    return made


@pytest.fixture
def own(company: Company, data: Path, tmp_path: Path) -> Company:
    """A company of the test's own, to break."""
    config = adventureworks.example(tmp_path / "example", data)
    return Company(company.home.copy(tmp_path / "home"), config)


def test_every_order_is_published_as_a_won_deal(company: Company) -> None:
    ((orders, won, sold, amount),) = company.rows(
        "select count(*), count(*) filter (where is_won), "
        "count(*) filter (where owner_employee_key is not null), "
        "sum(amount_minor) filter (where owner_employee_key is not null) "
        "from funnel.fct_opportunities"
    )
    assert (orders, won) == (adventureworks.GIVEN_ORDERS, adventureworks.GIVEN_ORDERS)
    assert (sold, amount) == (adventureworks.GIVEN_SOLD_ORDERS, adventureworks.GIVEN_SOLD * 100)


def test_attainment_is_what_the_data_is_known_for(company: Company, data: Path) -> None:
    rows = company.rows(
        "select employee_number, period.start_date, measured_minor, quota_minor, attainment "
        "from bonus.fct_attainment as attained "
        "inner join people.dim_employees as employee "
        "on employee.employee_key = attained.payee_employee_key "
        "inner join people.dim_periods as period on period.period_key = attained.period_key "
        "where measure = 'bookings' and period.period_type = 'quarter'"
    )
    attained = {(person, start): attainment for person, start, *_, attainment in rows}
    given = adventureworks.GIVEN_ATTAINMENT
    assert {place: round(attained[place], 4) for place in given} == given
    assert sum(row[2] for row in rows) == adventureworks.GIVEN_SOLD * 100
    expected = adventureworks.expected(data)
    measured = {(person, start): Decimal(minor) / 100 for person, start, minor, *_ in rows if minor}
    assert measured == expected.sold
    assert all(
        Decimal(quota) / 100 == expected.quota[person, start] for person, start, _, quota, _ in rows
    )


def test_each_person_is_paid_the_commission_that_their_orders_earn(
    company: Company, data: Path
) -> None:
    rows = company.rows(
        "select payee_employee_number, period.start_date, cast(sum(payout_amount_minor) as bigint) "
        "from bonus.fct_payout_lines as line "
        "inner join people.dim_periods as period on period.period_key = line.period_key "
        "where entry_type = 'earning' group by all"
    )
    paid = {(person, start): minor for person, start, minor in rows}
    assert paid == adventureworks.expected(data).commission_minor
    # C08: what nobody sold, nobody is paid for
    assert sum(paid.values()) == 108_629_63


def test_what_each_domain_lacks_is_said_and_not_invented(company: Company) -> None:
    from expectations import GATES

    evidence = company.rows("select gate, status from operations.fct_gate_evidence", "bi.duckdb")
    absent = {gate.name for gate in GATES if gate.absent_domain in ABSENT}
    assert {gate for gate, status in evidence if status == "absent"} == absent
    assert {status for gate, status in evidence if gate not in absent} == {"passed"}
    interactions = "select count(*) from collaboration.fct_interactions"
    assert company.rows(interactions, "workforce.duckdb") == [(0,)]


def test_people_are_in_the_function_that_their_history_says(company: Company) -> None:
    """The last day in a department is a day there: the next function begins the day after."""
    assert company.rows(
        "select function, history.valid_from_date, history.valid_to_date "
        "from people.dim_employee_history as history where employee_number = '16' "
        "order by valid_from_date"
    ) == [
        ("operations", date(2007, 12, 20), date(2009, 7, 15)),
        ("marketing", date(2009, 7, 15), date(9999, 12, 31)),
    ]


@pytest.mark.campaign
def test_f23_a_domain_that_was_not_declared_absent_stops_the_night(own: Company) -> None:
    before = published_bytes(own.home)
    declared = own.config.read_text()
    own.config.write_text(re.sub(r'\[domains.support\]\nway = "absent"\n', "", declared))
    assert own.config.read_text() != declared
    assert "support" in own.refusal("2012-03-02")
    assert published_bytes(own.home) == before


def test_f21_an_unreadable_amount_stops_the_night_and_is_placed(own: Company, data: Path) -> None:
    """What else can be wrong with a file is tried in tests/orchestration/extract."""
    before = published_bytes(own.home)
    exported = own.config.parent / "data"
    exported.unlink()
    exported.mkdir()
    for path in data.iterdir():
        (exported / path.name).symlink_to(path)
    orders = exported / "seed_salesorderheader.csv"
    text = orders.read_text(encoding="utf-8")
    orders.unlink()
    orders.write_text(text.replace("20565.6206", '"20,565.62"', 1), encoding="utf-8")
    said = own.refusal("2012-03-02")
    assert "crm.opportunity" in said
    assert "source column subtotal" in said
    assert "20,565" not in said
    assert published_bytes(own.home) == before
