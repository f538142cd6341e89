"""The plans in the policy: who is paid for what, by which rates, pools and gates."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate
from expectations.landing.bounds import LARGEST_AMOUNT

_gate = partial(Gate, layer="landing.policy")
_CURRENCIES = "raw_policy.currencies.currency_code"
_PERIODS = "raw_policy.fiscal_calendar.period_key"
_COMPONENT_TYPES = ["commission", "contribution_bonus", "success_bonus", "profit_share"]
# bookings come from credit; every other measure is a sum of the books
_UNKNOWN_MEASURE = (
    "measure <> 'bookings' and measure not in (select measure from raw_policy.ledger_measures)"
)
_MEASURES = "nobody could say what is measured"

GATES = (
    _gate(
        table="raw_policy.plans",
        opens="the plans",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("plan_key", "plan_name", "currency_code"),
            must.have_one_row_per("plan_key"),
            must.refer_to("currency_code", _CURRENCIES),
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
            must.not_overlap("plan_key"),
            must.refer_to("plan_key", "raw_policy.plans.plan_key"),
            must.have_no_rows_where(
                "approved_by = prepared_by", because="the checker is not the maker"
            ),
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
            must.be_one_of("component_type", _COMPONENT_TYPES),
            must.be_one_of("period_type", ["month", "quarter", "year"]),
            must.have_no_rows_where(
                _UNKNOWN_MEASURE,
                because=_MEASURES,
                where="measure is not null",
                may_cover_nothing=True,
            ),
            must.be_one_of("credit_date_rule", ["won_date"]),
            must.be_one_of("proration_basis", ["calendar_days"]),
            must.be_one_of("leaver_rule", ["review"]),
            must.be_one_of("tier_method", ["marginal"], where="component_type = 'commission'"),
            must.be_between(
                "target_rate",
                0,
                5,
                because="a bonus of five salaries is a percentage written as a share (G09)",
                may_cover_nothing=True,
            ),
            must.be_between(
                "minimum_payment_amount",
                0,
                LARGEST_AMOUNT,
                because="a plan may pay the smallest amount",
                may_cover_nothing=True,
            ),
            must.refer_to("payroll_code", "raw_policy.payroll_codes.payroll_code"),
            must.have_no(
                "component of a plan version that does not exist",
                "select 1 from true_rows where not exists (select 1 from raw_policy.plan_versions "
                "as known where known.plan_key = true_rows.plan_key "
                "and known.plan_version = true_rows.plan_version)",
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
            must.not_overlap("plan_key", "assignee_type", "assignee_code"),
            must.be_one_of("assignee_type", ["everyone", "function", "job_profile", "employee"]),
            must.refer_to("plan_key", "raw_policy.plans.plan_key"),
        ],
    ),
    _gate(
        table="raw_policy.rate_tables",
        opens="commission rates",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("rate_table_key", "tier", "lower_attainment", "rate"),
            must.have_one_row_per("rate_table_key", "tier"),
            must.have_no(
                "tier that does not begin where the one below it ends, or the first at 0",
                "select 1 from (select lower_attainment, lag(upper_attainment, 1, 0) over ("
                "partition by rate_table_key order by tier) as below_ends from true_rows) "
                "where lower_attainment is distinct from below_ends",
                because="attainment would fall into two tiers or none (T01)",
            ),
            must.be_between("rate", 0, 1, because="a rate is a share, not a percentage (G09)"),
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
            must.be_one_of("assignee_type", ["job_profile", "employee"]),
            must.have_no_rows_where(_UNKNOWN_MEASURE, because=_MEASURES),
            must.be_between("quota_amount", 0, LARGEST_AMOUNT),
            must.refer_to("period_key", _PERIODS),
            must.refer_to("currency_code", _CURRENCIES),
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
            must.have_no_rows_where(_UNKNOWN_MEASURE, because=_MEASURES),
            must.be_between("target_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
            must.refer_to("period_key", _PERIODS),
            must.refer_to("currency_code", _CURRENCIES),
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
            must.not_overlap("plan_component_key", "pay_gate"),
            must.be_one_of("gate_basis", ["before_bonus", "after_bonus"]),
            must.have_no_rows_where(_UNKNOWN_MEASURE, because=_MEASURES),
            must.refer_to("plan_component_key", "raw_policy.plan_components.plan_component_key"),
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
            must.not_overlap("pool_key"),
            must.be_one_of(
                "funding_type", ["rate_of_measure", "fixed_amount", "profit_rate_after_bonus"]
            ),
            must.be_one_of("share_rule", ["contribution_credit", "salary_days"]),
            must.be_one_of("unallocated_pool_policy", ["lapse", "redistribute"]),
            must.have_no_rows_where(
                "(funding_type = 'fixed_amount') <> (fixed_amount is not null) "
                "or (funding_type <> 'fixed_amount') <> (funding_rate is not null)",
                because="a pool is funded by a fixed amount or by a rate",
            ),
            must.have_no_rows_where(
                "funding_rate not between 0 and 1", because="a rate is a share, not a percentage"
            ),
            must.refer_to("currency_code", _CURRENCIES),
        ],
    ),
    _gate(
        table="raw_policy.ledger_measures",
        opens="revenue and profit from the books",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("measure", "account_type", "sign"),
            must.have_one_row_per("measure", "account_type"),
            must.be_one_of("sign", [-1, 1]),
        ],
    ),
    _gate(
        table="raw_policy.eligibility_rules",
        opens="who may be paid",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("plan_component_key", "rule_code", "valid_from_date", "valid_to_date"),
            must.have_one_row_per("plan_component_key", "rule_code", "valid_from_date"),
            must.not_overlap("plan_component_key", "rule_code"),
            must.be_one_of(
                "rule_code", ["min_service_days", "employed_at_period_end", "active_at_payment"]
            ),
            must.have_no_rows_where(
                "coalesce(threshold, -1) < 0 and rule_code = 'min_service_days'",
                because="a least service has a length",
            ),
            must.refer_to("plan_component_key", "raw_policy.plan_components.plan_component_key"),
        ],
    ),
    _gate(
        table="raw_policy.opening_balances",
        opens="what was owed before go-live",
        at_least_rows=0,
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
            must.be_between("balance_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
            must.refer_to("currency_code", _CURRENCIES),
        ],
    ),
    _gate(
        table="raw_policy.payroll_codes",
        opens="what payroll calls each incentive",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("payroll_code", "payroll_name", "component_type"),
            must.have_one_row_per("payroll_code"),
            must.be_one_of("component_type", _COMPONENT_TYPES),
        ],
    ),
)
