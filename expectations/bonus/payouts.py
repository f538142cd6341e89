"""Finance may pay from these tables only when every rule below holds."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Price

# A night on which nothing is newly earned has no line. Lines that are missing break a control of
# fct_payout_reconciliation, which is never empty.
_gate = partial(Gate, layer="bonus", at_least_rows=0)
_LINES = "bonus.fct_payout_lines"

# both amounts are of one line, computed by the models and by the SQL that explains lines
_DISAGREEMENT = """
select 1
from raw_night.second_opinions as opinions
left join judged on judged.payout_line_key = opinions.payout_line_key
where judged.payout_amount_minor is distinct from opinions.payout_amount_minor
    or opinions.payout_amount_minor is null
"""

GATES = (
    _gate(
        table=_LINES,
        opens="statements",
        price=Price("payee_employee_key", "payout_amount_minor", "currency_code"),
        rules=lambda: [
            must.have_one_row_per("payout_line_key"),
            must.always_have(
                "payee_employee_key",
                "plan_component_key",
                "plan_version",
                "period_key",
                "account",
                "entry_type",
                "payout_amount_minor",
                "currency_code",
                "source_ref",
                "cause",
            ),
            must.be_one_of("account", ["payable", "held", "carried", "receivable", "in_review"]),
            must.be_one_of(
                "entry_type",
                [
                    "earning",
                    "adjustment",
                    "draw_advance",
                    "draw_recovery",
                    "draw_forgiveness",
                    "clawback",
                    "reserve",
                    "reserve_release",
                    "payout",
                    "accrual",
                    "accrual_reversal",
                    "quota_relief",
                    "prior_period_adjustment",
                ],
            ),
            must.refer_to("payee_employee_key", "people.dim_employees.employee_key"),
            must.have_no("sampled line on which the second opinion differs", _DISAGREEMENT),
            must.have_no(
                "line while no line has a second opinion",
                "select 1 from judged having count(*) > 0 "
                "and not exists (select 1 from raw_night.second_opinions)",
                because="an opinion that nobody asked for agrees with everything",
            ),
            must.have_no_rows_where(
                "payout_amount_minor <> case when account = 'payable' "
                "then entitled_minor - posted_minor "
                "when disposition_reason_code = 'disposition_changed' then -posted_minor "
                "else entitled_minor - posted_payable_minor - posted_minor end",
                because="newly earned is entitled to date less posted to date",
            ),
            must.have_no_rows_where(
                "account <> 'payable' and disposition_reason_code is null",
                because="who is not paid is told why",
            ),
            must.have_no_rows_where(
                "is_provisional and account = 'payable' and payout_amount_minor > 0 "
                "and cause <> 'opening_balance'",
                because="nothing is payable before finance has closed (G04)",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_payouts",
        opens="payments",
        price=Price("payee_employee_key", "payout_amount_minor", "currency_code"),
        rules=lambda: [
            must.have_one_row_per("payee_employee_key", "payment_run", "currency_code"),
            must.be_at_least(
                "payout_amount_minor", 0, because="nobody is paid less than nothing (M05)"
            ),
            must.add_up_to(
                f"{_LINES}.payout_amount_minor",
                "payout_amount_minor",
                per=("payee_employee_key", "payment_run", "currency_code"),
                their_where="account = 'payable'",
                because="a payment is the sum of its lines",
            ),
        ],
    ),
    _gate(
        table="bonus.rpt_payout_register",
        opens="the payout register",
        rules=lambda: [
            must.add_up_to(
                "bonus.fct_payouts.payout_amount_minor",
                "payout_amount_minor",
                per=("payee_employee_number", "payment_run", "currency_code"),
                because="payroll pays what it reads",
            ),
        ],
    ),
)
