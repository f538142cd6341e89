"""The sample company makes sense: money, people and deals add up as a real company's do."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from tests.orchestration.sample.conftest import Delivered


def policy(company: Delivered, table: str) -> list[dict[str, str]]:
    path = company.folder / "policy" / f"{table}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_a_quarter_to_a_third_of_deals_are_won(company: Delivered) -> None:
    won, lost = company.rows(
        """select count(*) filter (is_won), count(*) filter (not is_won)
        from crm.opportunity where is_closed and not is_deleted"""
    )[0]
    assert 0.24 < won / (won + lost) < 0.34


def test_amounts_have_the_digits_of_their_currency(company: Delivered) -> None:
    for currency, digits in (("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)):
        for table, column in (("crm.opportunity", "amount"), ("finance.credit_note", "total")):
            code = "currency_iso_code" if table == "crm.opportunity" else "currency_code"
            wrong = company.value(
                f"select count(*) from {table} where {code} = '{currency}' "
                f"and {column} <> round({column}, {digits})"
            )
            assert wrong == 0, (currency, table)
    odd = "select count(*) from crm.opportunity where amount <> round(amount, 2)"
    assert company.value(odd) > 0, "some dinar amounts use the third digit"


def test_c01_revenue_splits_sum_to_exactly_100(company: Delivered) -> None:
    sums = company.rows(
        """select distinct sum(split_percentage) from crm.opportunity_split
        where split_type = 'Revenue' group by opportunity_id"""
    )
    assert sums == [(Decimal("100.000000"),)]
    assert company.value("select count(distinct split_percentage) from crm.opportunity_split") > 4


def test_an_opportunity_is_the_last_version_of_its_history(company: Delivered) -> None:
    differing = company.value(
        """select count(*) from crm.opportunity
        join (
            from crm.opportunity_history
            qualify row_number() over (partition by id order by _fivetran_start desc) = 1
        ) as history using (id)
        where (opportunity.owner_id, opportunity.stage_name, opportunity.amount,
               opportunity.is_won, opportunity.is_deleted, opportunity.system_modstamp)
            is distinct from (history.owner_id, history.stage_name, history.amount,
               history.is_won, history.is_deleted, history._fivetran_start)"""
    )
    assert differing == 0
    assert company.value("select count(*) from crm.opportunity") == company.value(
        "select count(distinct id) from crm.opportunity_history"
    )


def test_journals_balance(company: Delivered) -> None:
    unbalanced = company.value(
        """select count(*) from (
            select journal_id from finance.journal_line
            group by journal_id having sum(net_amount) <> 0
        )"""
    )
    assert unbalanced == 0


@pytest.mark.parametrize(("quarter", "is_met"), [(3, False), (4, True)])
def test_targets_of_2025_are_missed_in_the_third_and_met_in_the_fourth_quarter(
    company: Delivered, quarter: int, is_met: bool
) -> None:
    signs = policy(company, "ledger_measures")
    targets = {
        row["measure"]: Decimal(row["target_amount"])
        for row in policy(company, "targets")
        if row["period_key"] == f"2025-Q{quarter}"
    }
    assert set(targets) == {"revenue", "gross_operating_profit"}
    for measure, target in targets.items():
        types = ", ".join(f"'{row['account_type']}'" for row in signs if row["measure"] == measure)
        actual = company.value(
            f"""select -sum(net_amount) from finance.journal_line
            join finance.journal using (journal_id) join finance.account using (account_id)
            where type in ({types}) and year(journal_date) = 2025
                and quarter(journal_date) = {quarter}"""
        )
        assert (actual >= target) == is_met, (measure, actual, target)
        assert Decimal("0.8") < actual / target < Decimal("1.25")


def test_quotas_are_met_by_some_and_missed_by_some(company: Delivered) -> None:
    quota = {
        row["assignee_code"]: Decimal(row["quota_amount"])
        for row in policy(company, "quotas")
        if row["period_key"] == "2025-Q4"
    }
    rates = {"EUR": "1", "USD": "0.925", "JPY": "0.0064", "KWD": "3.01"}
    sold = company.rows(
        f"""select any_value(positions.job_profile_id), sum(amount * case currency_iso_code
            {" ".join(f"when '{code}' then {rate}" for code, rate in rates.items())} end)
        from crm.opportunity
        join crm."user" on "user".id = opportunity.owner_id
        join hr.worker_history as workers on workers.worker_code = "user".employee_number
            and workers.compensation_effective_date = workers.hire_date
        join hr.worker_position_history as positions on positions.worker_id = workers.id
            and close_date >= effective_date and (end_date is null or close_date <= end_date)
        where is_won and close_date between date '2025-10-01' and date '2025-12-31'
        group by owner_id"""
    )
    attainments = sorted(amount / quota[profile] for profile, amount in sold if profile in quota)
    assert len(attainments) >= 5
    assert attainments[0] < 1 < attainments[-1] < 4
    assert Decimal("0.5") < attainments[len(attainments) // 2] < Decimal("1.6")


def test_positions_cover_each_spell_without_gap_or_overlap(company: Delivered) -> None:
    gaps = company.rows(
        """with positions as (
            select worker_id, effective_date, end_date,
                lead(effective_date) over (
                    partition by worker_id order by effective_date
                ) as next_date
            from hr.worker_position_history
        )
        select worker_id from positions
        where next_date is not null and end_date is null or end_date >= next_date
            or (end_date + 1 < next_date and worker_id not in (
                select id from hr.worker_history where hire_date <> original_hire_date))"""
    )
    assert gaps == []
    ends = company.rows(
        """select workers.id from hr.worker_history as workers
        join (select worker_id, max(coalesce(end_date, date '9999-12-30')) as last_day
              from hr.worker_position_history group by worker_id) as positions
            on positions.worker_id = workers.id
        qualify row_number() over (partition by workers.id order by hire_date desc) = 1
            and coalesce(termination_date, date '9999-12-30') <> last_day"""
    )
    assert ends == []


def test_nobody_manages_the_team_they_are_in_and_managers_form_no_loop(company: Delivered) -> None:
    own = company.value(
        """select count(*) from hr.worker_position_history as positions
        join hr.organization on organization.id = positions.organization_id
        where organization.manager_id = positions.worker_id"""
    )
    assert own == 0
    managers = dict(company.rows('select id, manager_id from crm."user"'))
    for user, manager in managers.items():
        seen, above = {user}, manager
        while above is not None:
            assert above not in seen, f"loop at {above}"
            seen.add(above)
            above = managers[above]


def test_all_functions_work_on_deals(company: Delivered) -> None:
    functions = {
        name for (name,) in company.rows("select distinct function from opportunity_truth")
    }
    shipped = {row["function"] for row in policy(company, "functions")}
    assert functions == shipped
    assert {
        code for (code,) in company.rows("select distinct code from hr.organization")
    } == shipped


def test_books_close_about_the_fifth_working_day(company: Delivered) -> None:
    closed = company.rows(
        "select startdate, closed from finance.accounting_period where startdate >= '2025-11-01' "
        "order by startdate limit 4"
    )
    assert [flag for _, flag in closed] == [True, True, False, False]


def test_the_policy_folder_holds_every_shipped_table(company: Delivered) -> None:
    from orchestration.contract import DBT_PROJECT, domains

    shipped = {path.name for path in (DBT_PROJECT / "policy").glob("*.csv")}
    assert {path.name for path in (company.folder / "policy").iterdir()} == shipped
    for name in (
        "quotas",
        "targets",
        "identity_aliases",
        "excluded_identities",
        "opening_balances",
    ):
        columns = list(domains()["policy"].tables[name].columns)
        assert list(policy(company, name)[0]) == columns
