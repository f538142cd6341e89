"""Why an employee is not paid by a component in a period: every rule that failed, every assignment
and version that was considered, closed pay gates, and what holds the lines there are.

Read from a release's finance file with the user's own rights.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import NightError
from orchestration.explain import finance
from orchestration.release_reader import Row, employee, first, period, select

# Each assignment of the component's plan beside where the employee was while it held in the period.
_ASSIGNMENTS = """
with candidates as (
    select distinct assignments.*
    from bonus.dim_plan_assignments as assignments
    inner join people.dim_plan_components as components using (plan_key)
    where components.plan_component_key = $component
),

posts as (
    select history.*
    from people.dim_employee_history as history
    where employee_key = $employee
        and valid_from_date < $end_date and $start_date < valid_to_date
)

select
    candidates.plan_key,
    candidates.assignee_type,
    candidates.assignee_code,
    candidates.valid_from_date,
    candidates.valid_to_date,
    case
        when candidates.valid_from_date >= $end_date or candidates.valid_to_date <= $start_date
        then 'assignment_not_in_force'
        when count(posts.employee_key) = 0 then 'not_employed'
        when count(*) filter (where is_theirs) > 0 then 'assigned'
        when candidates.assignee_type = 'function' then 'other_function'
        when candidates.assignee_type = 'job_profile' then 'other_job_profile'
        else 'other_employee'
    end as verdict,
    string_agg(distinct posts.function, ', ' order by posts.function) as functions,
    string_agg(distinct posts.job_profile_id, ', ' order by posts.job_profile_id) as job_profiles
from candidates
left join (
    select
        posts.*,
        candidates.plan_assignment_key,
        case candidates.assignee_type
            when 'everyone' then true
            when 'function' then candidates.assignee_code = posts.function
            when 'job_profile' then candidates.assignee_code = posts.job_profile_id
            when 'employee' then candidates.assignee_code = posts.employee_number
        end and posts.valid_from_date < candidates.valid_to_date
            and candidates.valid_from_date < posts.valid_to_date as is_theirs
    from posts
    cross join candidates
) as posts
    on candidates.plan_assignment_key = posts.plan_assignment_key
group by
    candidates.plan_key,
    candidates.assignee_type,
    candidates.assignee_code,
    candidates.valid_from_date,
    candidates.valid_to_date
order by candidates.assignee_type, candidates.assignee_code, candidates.valid_from_date
"""


@dataclass
class WhyNot:
    """`eligibility` is None where the release has no row for the three at all."""

    release_id: str
    employee: Row
    component: str
    period: Row
    eligibility: Row | None
    reasons: list[Row]
    versions: list[Row]
    assignments: list[Row]
    gates: list[Row]
    lines: list[Row]


def find(
    home: Path, employee_number: str, component: str, period_key: str, release_id: str | None
) -> WhyNot:
    """Raises NightError where there is no such employee, component or period."""
    with finance(home, release_id) as (manifest, connection):
        person = employee(connection, employee_number)
        span = period(connection, period_key)
        key = _component(connection, component)
        of_three = (person["employee_key"], key, period_key)
        found = select(
            connection,
            "select * from bonus.fct_bonus_eligibility where employee_key = ? "
            "and plan_component_key = ? and period_key = ?",
            *of_three,
        )
        return WhyNot(
            release_id=manifest["release_id"],
            employee=person,
            component=key,
            period=span,
            eligibility=first(found),
            reasons=select(
                connection,
                "select * from bonus.fct_eligibility_reasons where employee_key = ? "
                "and plan_component_key = ? and period_key = ? "
                "order by is_measurement_rule desc, reason_code",
                *of_three,
            ),
            versions=_versions(connection, key, span),
            assignments=select(
                connection, _ASSIGNMENTS, employee=person["employee_key"], component=key,
                start_date=span["start_date"], end_date=span["end_date"],
            ),
            gates=select(
                connection,
                "select * from bonus.fct_gate_results where plan_component_key = ? "
                "and period_key = ? order by pay_gate",
                key, period_key,
            ),
            lines=select(
                connection,
                "select account, disposition_reason_code, entry_type, count(*) as line_count "
                "from bonus.fct_payout_lines where payee_employee_key = ? "
                "and plan_component_key = ? and period_key = ? group by all order by all",
                *of_three,
            ),
        )  # fmt: skip


def _component(connection: duckdb.DuckDBPyConnection, asked: str) -> str:
    """The component of that key, or the only one of that type or plan."""
    known = select(
        connection,
        "select distinct plan_component_key, component_type, plan_key "
        "from people.dim_plan_components order by 1",
    )
    named = sorted({row["plan_component_key"] for row in known if asked in row.values()})
    if len(named) == 1:
        return named[0]
    keys = sorted({row["plan_component_key"] for row in known})
    near = named or difflib.get_close_matches(asked, keys, n=3, cutoff=0.4) or keys
    raise NightError(f"{asked} names no single component; components are {', '.join(near)}")


def _versions(connection: duckdb.DuckDBPyConnection, key: str, span: Row) -> list[Row]:
    return select(
        connection,
        "select plan_version, period_type, valid_from_date, valid_to_date, case "
        "when period_type <> $period_type then 'other_period_type' "
        "when valid_from_date >= $end_date or valid_to_date <= $start_date "
        "then 'version_not_in_force' else 'in_force' end as verdict "
        "from people.dim_plan_components where plan_component_key = $component "
        "order by plan_version",
        component=key, period_type=span["period_type"],
        start_date=span["start_date"], end_date=span["end_date"],
    )  # fmt: skip
