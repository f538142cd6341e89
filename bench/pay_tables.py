"""Made inputs of the bonus segment: people, won deals with their credits, books, praise and help.

The shipped policy with ten components, each paid by the month: all that a company might pay for,
over MONTHS months that are all live. Everything is drawn from numbers, so the same size is the same
company.
"""

from __future__ import annotations

from datetime import date

import duckdb

from orchestration import contract, parquet

RUN_DATE = date(2025, 12, 31)
FROM, MONTHS = date(2023, 1, 1), 36
WON_DEALS_EACH = 15
OPEN_END = "date '9999-12-31'"

_PEOPLE = """
create or replace temp table people as
select
    n,
    'e' || n as employee_number,
    md5('employee ' || n) as employee_key,
    'e' || n || '@example.com' as email,
    ['sales', 'sales', 'sales', 'marketing', 'product', 'engineering', 'engineering', 'support',
     'success', 'finance'][n % 10 + 1] as function,
    md5('employee ' || n // 10 * 10) as manager_employee_key,
    case when n % 20 = 7 then date '2025-06-01' else date '9999-12-31' end as left_date,
    3000000 + n * 7919 % 9000000 as base_pay
from (select range as n from range({employees}));
create or replace temp table deals as
select
    n,
    md5('deal ' || n) as opportunity_key,
    'deal-' || n as opportunity_id_crm,
    date '{start}' + cast(n * 31 % 1095 as int) as won_date,
    date '{start}' + cast(n * 31 % 1095 as int) + interval 15 hour as won_at,
    10000 + n * 104729 % 5000000 as amount_minor,
    case when n % 3 = 0 then 'New Business' else 'Renewal' end as opportunity_type
from (select range as n from range({deals}));
create or replace temp table months as
select range as m, cast(date '{start}' + to_months(cast(range as int)) as date) as start_date
from range({months})
"""
# relation: the columns that the models read and what they hold; all other columns are null
_FILLED = {
    "raw_night.run": "select date '{run_date}' as run_date, 'made' as release_id",
    "intermediate.int_identity__employees":
        "select employee_key, employee_number, email from people",
    "people.dim_employees": "select employee_key, employee_number, email, function from people",
    "intermediate.int_identity__employee_identities":
        "select 'collaboration' as system, email as identity_value, employee_key, "
        "date '1900-01-01' as valid_from_date, {open_end} as valid_to_date from people",
    "intermediate.int_identity__employee_history":
        "select employee_key, employee_number, function, function as team, manager_employee_key, "
        "case when function = 'sales' then 'account_executive' else function end as "
        "job_profile_id, 1 as fte_rate, date '2020-01-01' as valid_from_date, "
        "left_date as valid_to_date from people",
    "intermediate.int_identity__employee_spells":
        "select employee_key, employee_number, date '2020-01-01' as hire_date, "
        "left_date as termination_date, date '2020-01-01' as valid_from_date, "
        "left_date as valid_to_date from people",
    "intermediate.int_identity__employee_compensation":
        "select employee_key, base_pay + raise as annual_base_pay_minor, 'EUR' as currency_code, "
        "valid_from_date, valid_to_date from people cross join (values "
        "(0, date '2020-01-01', date '2024-07-01'), (100000, date '2024-07-01', {open_end})) "
        "as pays (raise, valid_from_date, valid_to_date)",
    "people.dim_periods":
        "select *, end_date <= date '{run_date}' as is_closed from "
        "(select * exclude (_landed_run_date, _landing_sequence) from raw_policy.fiscal_calendar)",
    "intermediate.int_funnel__opportunities":
        "select opportunity_key, opportunity_id_crm, opportunity_type, won_date, won_at, "
        "amount_minor, 'EUR' as currency_code, amount_minor as plan_amount_minor, "
        "'EUR' as plan_currency_code, true as is_closed, true as is_won, false as is_held "
        "from deals",
    "funnel.fct_opportunities":
        "select opportunity_key, opportunity_id_crm, true as is_won, won_date, won_at, "
        "amount_minor, 'EUR' as currency_code, amount_minor as plan_amount_minor, "
        "'EUR' as plan_currency_code, strftime(won_date, '%Y-%m') as period_key, "
        "false as is_held from deals",
    # one seller or two; four who contributed
    "contribution.fct_contribution_credits":
        "select md5(opportunity_key || book || part) as credit_key, opportunity_key, "
        "md5('employee ' || (n * 7 + part * 10 + case book when 'hard' then n % 3 - n * 7 % 10 "
        "else part end + {employees}) % {employees}) as employee_key, book, "
        "case book when 'hard' then 'split' else 'linear' end as attribution_model, "
        "book = 'contribution' as is_paid_model, won_date as incentive_date, won_at, "
        "cast(1.0 / parts as decimal(18, 12)) as credit_share, "
        "amount_minor // parts + case when part < amount_minor % parts then 1 else 0 end "
        "as credited_amount_minor, 'EUR' as currency_code, credited_amount_minor "
        "as plan_credited_amount_minor, 'EUR' as plan_currency_code from ("
        "select *, unnest(range(parts)) as part from (select *, 'hard' as book, 1 + n % 2 as parts "
        "from deals union all select *, 'contribution' as book, 4 as parts from deals))",
    "staging.stg_finance__invoices":
        "select 'i' || n as invoice_id_finance, opportunity_id_crm as reference, "
        "won_date as invoice_date, case when n % 10 < 9 then won_date + 30 end as paid_date, "
        "'ACCREC' as document_type, 'AUTHORISED' as status, 'EUR' as currency_code, "
        "amount_minor / 100 as amount from deals",
    "staging.stg_finance__credit_notes":
        "select 'r' || n as credit_note_id_finance, opportunity_id_crm as reference, "
        "won_date + 60 as credit_note_date, 'ACCRECCREDIT' as document_type, 'PAID' as status, "
        "'EUR' as currency_code, amount_minor // 200 as amount from deals where n % 50 = 0",
    "staging.stg_finance__accounts":
        "select * from (values ('s', 'SALES'), ('c', 'DIRECTCOSTS')) "
        "as accounts (account_id_finance, account_type)",
    "staging.stg_finance__journals":
        "select 'j' || m as journal_id_finance, start_date as journal_date from months",
    "staging.stg_finance__journal_lines":
        "select 'j' || m || account as journal_line_id_finance, 'j' || m as journal_id_finance, "
        "account as account_id_finance, net_amount from months cross join "
        "(values ('s', -{employees} * 40000), ('c', {employees} * 10000)) "
        "as amounts (account, net_amount)",
    "staging.stg_collaboration__recognitions":
        "select 'p' || m || '-' || n as recognition_id_collaboration, email as giver_email, "
        "'e' || (n * 7 + m + 1) % {employees} || '@example.com' as receiver_email, "
        "start_date + interval 9 day as given_at from people cross join months "
        "where (n + m) % 5 = 0",
    "staging.stg_collaboration__mentoring_sessions":
        "select 't' || m || '-' || n as mentoring_session_id_collaboration, "
        "'e' || (n + 1) % {employees} || '@example.com' as mentor_email, email as mentee_email, "
        "start_date + interval 12 day as held_at, start_date + interval 13 day as confirmed_at "
        "from people cross join months where n % 20 = 3",
    # six customers a month rate each of support, one of six not well
    "intermediate.int_contribution__account_records":
        "select 'support.satisfaction_rating' as source_table, "
        "case when (n + k + m) % 6 = 0 then 'bad' else 'good' end as source_value, "
        "'q' || m || '-' || n || '-' || k as record_id, 'collaboration' as system, "
        "email as identity_value, start_date + interval 8 day as event_at "
        "from people cross join months cross join range(6) as ratings (k) "
        "where function = 'support'",
    "collaboration.fct_interactions":
        "select md5('h' || m || '-' || n) as interaction_key, employee_key as giver_employee_key, "
        "start_date + cast(n % 20 as int) as event_date, true as is_counted "
        "from people cross join months where (n * 3 + m) % 4 > 0",
}  # fmt: skip
# every row of a plan is in force over all months, by the month, and every period is live
_POLICY = """
delete from raw_policy.plan_components where plan_key = 'team_lead_2025' or plan_version > 1;
update raw_policy.plan_components set period_type = 'month';
delete from raw_policy.plan_versions where plan_version > 1;
delete from raw_policy.plan_assignments where plan_key = 'team_lead_2025';
delete from raw_policy.eligibility_rules where plan_component_key like 'team_lead%';
update raw_policy.company_settings set go_live_date = date '{start}';
delete from raw_policy.targets;
insert into raw_policy.targets by name
select measure, period_key, 1000 as target_amount, 'EUR' as currency_code
from raw_policy.fiscal_calendar, unnest(['revenue', 'gross_operating_profit']) as m (measure)
where period_type = 'month';
delete from raw_policy.quotas;
insert into raw_policy.quotas by name
select 'job_profile' as assignee_type, 'account_executive' as assignee_code,
    'bookings' as measure, period_key, 20000 as quota_amount, 'EUR' as currency_code
from raw_policy.fiscal_calendar where period_type = 'month'
"""
_DATED = (
    "plan_versions", "plan_assignments", "pools", "pay_gates", "component_goals",
    "eligibility_rules", "mentor_rules", "recognition_rules",
)  # fmt: skip


def shipped_policy(connection: duckdb.DuckDBPyConnection) -> None:
    """The shipped policy, its plans by the month, in raw_policy."""
    for table in contract.domains()["policy"].tables.values():
        file = contract.DBT_PROJECT / "policy" / f"{table.name}.csv"
        columns = {name: column.data_type for name, column in table.columns.items()}
        fields = ", ".join(f"{name} {kind}" for name, kind in
                           {**columns, **contract.LANDED_COLUMNS}.items())  # fmt: skip
        connection.execute(f"drop view raw_policy.{table.name}")
        connection.execute(f"create table raw_policy.{table.name} ({fields})")
        connection.execute(
            f"insert into raw_policy.{table.name} by name "
            f"select * from read_csv({parquet.literal(file)}, header = true, all_varchar = true)"
        )
    connection.execute(_POLICY.format(start=FROM))
    for name in _DATED:
        connection.execute(
            f"update raw_policy.{name} set valid_from_date = date '{FROM}', "
            f"valid_to_date = {OPEN_END}"
        )


def fill(connection: duckdb.DuckDBPyConnection, employees: int) -> None:
    """Rows for every table that the bonus segment reads; what stood there is gone."""
    told = {
        "employees": employees, "deals": employees * WON_DEALS_EACH, "months": MONTHS,
        "start": FROM, "run_date": RUN_DATE, "open_end": OPEN_END,
    }  # fmt: skip
    connection.execute(_PEOPLE.format(**told))
    for relation, rows in _FILLED.items():
        connection.execute(f"delete from {relation}")
        connection.execute(f"insert into {relation} by name {rows.format(**told)}")
