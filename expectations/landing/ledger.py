"""What earlier closes posted. Empty until the first close."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Versions
from expectations.landing.stories import tell_one_story

_gate = partial(Gate, layer="landing.ledger")

GATES = (
    _gate(
        table="raw_ledger.entry",
        opens="what is owed on top of what was posted",
        at_least_rows=0,
        versions=Versions(key=("entry_id",)),
        rules=lambda: [
            must.always_have(
                "entry_id",
                "payee_employee_number",
                "plan_component_key",
                "plan_version",
                "period_key",
                "run_seq",
                "account",
                "entry_type",
                "amount_minor",
                "currency_code",
                "source_ref",
                "cause",
                "posted_run_date",
            ),
            tell_one_story("entry_id"),
            must.have_no(
                "entry that was posted twice in different words",
                "select 1 from (select distinct entry_id, payee_employee_number, account, "
                "amount_minor, currency_code from judged) as told "
                "group by entry_id having count(*) > 1",
                because="a posted minor unit never changes",
            ),
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
            must.have_no(
                "currency in which the legs of a night's movements do not cancel",
                "select 1 from true_rows group by currency_code, posted_run_date "
                "having sum(amount_minor) <> 0",
                because="every movement has two legs (M07)",
            ),
        ],
    ),
)
