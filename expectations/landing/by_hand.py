"""What people decided by hand, as it lands: each row says why, who asked and who else approved.
int_bonus__policy_findings judges what the rows say."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="landing.policy", at_least_rows=0)
_DECIDED = ("reason", "requested_by", "approved_by", "approved_date")

GATES = (
    _gate(
        table="raw_policy.opening_balances",
        opens="what was owed before go-live",
        rules=lambda: [
            must.always_have(
                "employee_number",
                "plan_component_key",
                "account",
                "balance_amount",
                "currency_code",
                "as_of_date",
                "reason",
                "approved_by",
            ),
            must.have_one_row_per("employee_number", "plan_component_key", "account"),
            must.stand_as_approved(
                "before_policy.opening_balances", "employee_number", "plan_component_key", "account"
            ),
        ],
    ),
    _gate(
        table="raw_policy.draws",
        opens="advances and guarantees",
        rules=lambda: [
            must.always_have(
                "employee_number",
                "plan_component_key",
                "draw_type",
                "draw_amount",
                "currency_code",
                *_DECIDED,
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per(
                "employee_number", "plan_component_key", "draw_type", "valid_from_date"
            ),
            must.stand_as_approved(
                "before_policy.draws",
                "employee_number",
                "plan_component_key",
                "draw_type",
                "valid_from_date",
                ends=True,
                anew=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.adjustments",
        opens="money added or taken by hand",
        rules=lambda: [
            must.always_have(
                "adjustment_id",
                "employee_number",
                "plan_component_key",
                "period_key",
                "adjustment_amount",
                "currency_code",
                *_DECIDED,
            ),
            must.have_one_row_per("adjustment_id"),
            must.stand_as_approved("before_policy.adjustments", "adjustment_id", anew=True),
        ],
    ),
    _gate(
        table="raw_policy.overrides",
        opens="inputs replaced by hand",
        rules=lambda: [
            must.always_have(
                "override_id",
                "overridden_input",
                "employee_number",
                "override_amount",
                "currency_code",
                *_DECIDED,
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("override_id"),
            must.stand_as_approved("before_policy.overrides", "override_id", ends=True, anew=True),
        ],
    ),
)
