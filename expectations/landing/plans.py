"""The plans in policy as they land: keys and required columns. int_bonus__policy_findings judges
what the rows say."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="landing.policy")

GATES = (
    _gate(
        table="raw_policy.plans",
        opens="the plans",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("plan_key", "plan_name", "currency_code"),
            must.have_one_row_per("plan_key"),
        ],
    ),
    _gate(
        table="raw_policy.plan_versions",
        opens="which version of a plan rules when",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "plan_key",
                "plan_version",
                "valid_from_date",
                "valid_to_date",
                "prepared_by",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("plan_key", "plan_version"),
            must.stand_as_approved(
                "before_policy.plan_versions", "plan_key", "plan_version", ends=True, anew=True
            ),
            must.not_overlap("plan_key"),
        ],
    ),
    _gate(
        table="raw_policy.plan_components",
        opens="what a plan pays for",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "plan_component_key",
                "plan_key",
                "plan_version",
                "component_type",
                "component_name",
                "period_type",
                "credit_date_rule",
                "proration_basis",
                "leaver_rule",
                "payroll_code",
            ),
            must.have_one_row_per("plan_component_key", "plan_version"),
            must.stand_as_approved(
                "before_policy.plan_components",
                "plan_component_key",
                "plan_version",
                whole=("plan_key", "plan_version"),
            ),
        ],
    ),
    _gate(
        table="raw_policy.plan_assignments",
        opens="who is on which plan",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "plan_key", "assignee_type", "assignee_code", "valid_from_date", "valid_to_date"
            ),
            must.have_one_row_per("plan_key", "assignee_type", "assignee_code", "valid_from_date"),
        ],
    ),
    _gate(
        table="raw_policy.rate_tables",
        opens="commission rates",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("rate_table_key", "tier", "lower_attainment", "rate"),
            must.have_one_row_per("rate_table_key", "tier"),
            must.stand_as_approved(
                "before_policy.rate_tables", "rate_table_key", "tier", whole=("rate_table_key",)
            ),
        ],
    ),
    _gate(
        table="raw_policy.release_shares",
        opens="what is paid when",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "release_schedule_key", "share_number", "days_after_win", "release_share"
            ),
            must.have_one_row_per("release_schedule_key", "share_number"),
            must.stand_as_approved(
                "before_policy.release_shares",
                "release_schedule_key",
                "share_number",
                whole=("release_schedule_key",),
            ),
        ],
    ),
    _gate(
        table="raw_policy.quotas",
        opens="attainment",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "assignee_type",
                "assignee_code",
                "measure",
                "period_key",
                "quota_amount",
                "currency_code",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("assignee_type", "assignee_code", "measure", "period_key"),
            must.stand_as_approved(
                "before_policy.quotas",
                "assignee_type",
                "assignee_code",
                "measure",
                "period_key",
                anew=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.targets",
        opens="what pay gates and pools are compared with",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "measure",
                "period_key",
                "target_amount",
                "currency_code",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("measure", "period_key"),
            must.stand_as_approved("before_policy.targets", "measure", "period_key", anew=True),
        ],
    ),
    _gate(
        table="raw_policy.disposition_rules",
        opens="where an amount waits that cannot be paid",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("reason_code", "account", "valid_from_date", "valid_to_date"),
            must.have_one_row_per("plan_component_key", "reason_code", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.disposition_rules",
                "plan_component_key",
                "reason_code",
                "valid_from_date",
                ends=True,
            ),
            must.have_no_rows_where(
                "account = 'payable'", because="what cannot be paid is not payable"
            ),
        ],
    ),
    _gate(
        table="raw_policy.pay_gates",
        opens="conditions of pay",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "plan_component_key",
                "pay_gate",
                "measure",
                "gate_basis",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("plan_component_key", "pay_gate", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.pay_gates",
                "plan_component_key",
                "pay_gate",
                "valid_from_date",
                ends=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.pools",
        opens="money to share",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "pool_key",
                "funding_type",
                "currency_code",
                "share_rule",
                "unallocated_pool_policy",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("pool_key", "valid_from_date"),
            must.stand_as_approved("before_policy.pools", "pool_key", "valid_from_date", ends=True),
        ],
    ),
    _gate(
        table="raw_policy.ledger_measures",
        opens="revenue and profit from the books",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("measure", "account_type", "sign"),
            must.have_one_row_per("measure", "account_type"),
        ],
    ),
    _gate(
        table="raw_policy.eligibility_rules",
        opens="who may be paid",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("plan_component_key", "rule_code", "valid_from_date", "valid_to_date"),
            must.have_one_row_per("plan_component_key", "rule_code", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.eligibility_rules",
                "plan_component_key",
                "rule_code",
                "valid_from_date",
                ends=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.employee_ratings",
        opens="who is rated well enough",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "employee_number",
                "rating",
                "approved_by",
                "approved_date",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("employee_number", "valid_from_date"),
        ],
    ),
    _gate(
        table="raw_policy.plan_signatures",
        opens="who signed their plan",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("employee_number", "plan_key", "plan_version", "signed_date"),
            must.have_one_row_per("employee_number", "plan_key", "plan_version"),
        ],
    ),
    _gate(
        table="raw_policy.payroll_codes",
        opens="what payroll calls each incentive",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("payroll_code", "payroll_name", "component_type"),
            must.have_one_row_per("payroll_code"),
        ],
    ),
)
