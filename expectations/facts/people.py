"""Who is employed, in which function and under whom, on every day; and the fiscal calendar."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="facts")
_RUN_DATE = must.run_date().sql

# Who leaves around tonight may be counted either way. A hire without a position yet is nobody's
# mistake; a tenth of the company is.
_UNLIKE_HR = f"""
select 1 from (
    select
        count(*) filter (where at_hr) as hr_count,
        count(*) filter (where at_hr <> is_known) as unlike_count
    from (
        select
            bool_or(side = 'hr') as at_hr,
            bool_or(side = 'known') as is_known
        from (
            select 'hr' as side, worker_code as employee_number from (
                select * from raw_hr.worker_history
                qualify row_number() over (
                    partition by id
                    order by hire_date desc, _fivetran_start desc, _landing_sequence desc
                ) = 1
            ) as workers
            where not coalesce(is_deleted, false)
                and hire_date <= {_RUN_DATE}
                and coalesce(termination_date > {_RUN_DATE}, true)
            union all
            select 'known' as side, employee_number from judged where is_active
        ) as sides
        where employee_number not in (
            select worker_code from raw_hr.worker_history
            where termination_date between {_RUN_DATE} - 1 and {_RUN_DATE} + 1
        )
        group by employee_number
    ) as employees
) as counts
where unlike_count * 10 >= greatest(hr_count, 20)
"""

GATES = (
    _gate(
        table="people.dim_employees",
        opens="everything about people",
        at_least_rows=1,
        absent_domain="hr",
        rules=lambda: [
            must.have_one_row_per("employee_key"),
            must.have_one_row_per("employee_number"),
            must.always_have("employee_key", "employee_number", "function", "team", "is_active"),
            must.be_between("fte_rate", 0, 1),
            must.have_a_row_where("is_active", because="a company of leavers is a broken extract"),
            must.have_no(
                "tenth of the head count, two people at least, on which HR says otherwise",
                _UNLIKE_HR,
                because="who is lost between two tables is not paid",
            ),
            must.have_no_rows_where(
                "manager_employee_key = employee_key", because="nobody leads themselves (E08)"
            ),
        ],
    ),
    _gate(
        table="people.dim_employee_history",
        opens="the function and team of every day",
        at_least_rows=1,
        absent_domain="hr",
        rules=lambda: [
            must.not_overlap("employee_key"),
            must.always_have(
                "employee_key",
                "employee_number",
                "function",
                "team",
                "valid_from_date",
                "valid_to_date",
                "fte_rate",
            ),
            must.be_between("fte_rate", 0, 1),
            must.refer_to("employee_key", "people.dim_employees.employee_key"),
        ],
    ),
    _gate(
        table="people.dim_accounts",
        opens="customers",
        at_least_rows=1,
        absent_domain="crm",
        rules=lambda: [
            must.have_one_row_per("account_key"),
            must.always_have("account_key", "account_id_crm", "account_name", "is_deleted"),
        ],
    ),
    _gate(
        table="people.dim_functions",
        opens="functions",
        at_least_rows=2,
        rules=lambda: [
            must.have_one_row_per("function"),
            must.have_a_row_where(
                "function = 'unassigned'", because="credit of an empty seat stays visible (C08)"
            ),
        ],
    ),
    _gate(
        table="people.dim_periods",
        opens="periods",
        at_least_rows=1,
        rules=lambda: [
            must.have_one_row_per("period_key"),
            must.not_overlap("period_type", start="start_date", end="end_date"),
            must.have_no_rows_where(
                f"is_closed and end_date > {_RUN_DATE}",
                because="nobody closes what has not ended (G04)",
            ),
        ],
    ),
)
