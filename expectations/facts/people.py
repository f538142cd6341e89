"""Who is employed, in which function and under whom, on every day; and the fiscal calendar."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="facts")
_RUN_DATE = must.run_date().sql

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
