"""The company's rules of pay, refused as a whole where they have gaps, overlaps or unknown codes.

What needs the models to see it, such as a component whose pool is in force for half a period, is
found in int_bonus__policy_findings and judged with the bonus layer.
"""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate
from expectations.landing import plans
from expectations.landing.bounds import EARLIEST_DATE, LATEST_DATE

_gate = partial(Gate, layer="landing.policy")
_RUN_DATE = must.run_date().sql
_IN_FORCE = f"valid_from_date <= {_RUN_DATE} and {_RUN_DATE} < valid_to_date"
_CURRENCIES = "raw_policy.currencies.currency_code"
_FUNCTIONS = "raw_policy.functions.function"

GATES = (
    _gate(
        table="raw_policy.company_settings",
        opens="the company's zone, currency and limits",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "company_name",
                "time_zone",
                "plan_currency_code",
                "go_live_date",
                "restatement_horizon_days",
                "min_group_size",
                "clock_skew_minutes",
                "broadcast_limit",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("valid_from_date"),
            must.not_overlap(),
            must.leave_no_gap(),
            must.have_a_row_where(_IN_FORCE),
            must.refer_to("plan_currency_code", _CURRENCIES),
            must.have_no_rows_where(
                "time_zone not in (select name from pg_timezone_names())",
                because="a day begins somewhere",
            ),
            must.be_between("go_live_date", EARLIEST_DATE, LATEST_DATE),
            must.be_at_least("restatement_horizon_days", 0),
            must.be_at_least("min_group_size", 1),
            must.be_at_least("clock_skew_minutes", 0),
            must.be_at_least("broadcast_limit", 1),
        ],
    ),
    _gate(
        table="raw_policy.fiscal_calendar",
        opens="every period",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("period_key", "period_type", "start_date", "end_date", "fiscal_year"),
            must.have_one_row_per("period_key"),
            must.be_one_of("period_type", ["month", "quarter", "year"]),
            must.not_overlap("period_type", start="start_date", end="end_date"),
            must.leave_no_gap("period_type", start="start_date", end="end_date"),
            must.refer_to(
                "parent_period_key",
                "raw_policy.fiscal_calendar.period_key",
                because="the longest periods have none above them",
                may_cover_nothing=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.currencies",
        opens="money in minor units",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("currency_code", "currency_name", "minor_digits"),
            must.have_one_row_per("currency_code"),
            must.be_between("minor_digits", 0, 4),
        ],
    ),
    _gate(
        table="raw_policy.fx_rates",
        opens="money in the plan's currency",
        # a company that sells in one currency needs none, and says so with an empty table
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "from_currency_code",
                "to_currency_code",
                "fx_rate",
                "rate_source",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("from_currency_code", "to_currency_code", "valid_from_date"),
            must.not_overlap("from_currency_code", "to_currency_code"),
            must.have_no_rows_where("fx_rate <= 0", because="money is worth something"),
            must.refer_to("from_currency_code", _CURRENCIES),
            must.refer_to("to_currency_code", _CURRENCIES),
        ],
    ),
    _gate(
        table="raw_policy.functions",
        opens="the functions that share a win",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("function", "function_name", "valid_from_date", "valid_to_date"),
            must.have_one_row_per("function"),
            must.not_overlap("function"),
        ],
    ),
    _gate(
        table="raw_policy.function_mappings",
        opens="who is in which function",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "source_field", "source_value", "function", "valid_from_date", "valid_to_date"
            ),
            must.have_one_row_per("source_field", "source_value", "valid_from_date"),
            must.not_overlap("source_field", "source_value"),
            must.be_one_of("source_field", ["organization_code", "job_profile_id"]),
            must.refer_to("function", _FUNCTIONS),
        ],
    ),
    _gate(
        table="raw_policy.funnel_definitions",
        opens="the stages of the funnel",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "definition_version",
                "subject",
                "stage",
                "stage_order",
                "source_field",
                "source_value",
                "owner_function",
                "valid_from_date",
                "valid_to_date",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per(
                "definition_version", "subject", "source_field", "source_value", "valid_from_date"
            ),
            must.not_overlap("subject", "source_field", "source_value"),
            must.be_one_of("subject", ["lead", "opportunity"]),
            must.be_one_of(
                "source_field", ["lead.created", "lead.status", "opportunity.stage_name"]
            ),
            must.refer_to("owner_function", _FUNCTIONS),
            must.have_a_row_where(f"stage = 'won' and {_IN_FORCE}"),
        ],
    ),
    _gate(
        table="raw_policy.contribution_types",
        opens="what counts as contribution",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "contribution_type",
                "source_table",
                "source_value",
                "weight",
                "lookback_days",
                "is_counted",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per(
                "contribution_type", "source_table", "source_value", "valid_from_date"
            ),
            must.not_overlap("contribution_type", "source_table", "source_value"),
            must.be_one_of(
                "source_table",
                [
                    "crm.opportunity",
                    "crm.opportunity_team_member",
                    "crm.task",
                    "crm.event",
                    "marketing.activity",
                    "product_usage.feature_request",
                    "product_usage.event_daily",
                    "support.ticket",
                    "collaboration.answer",
                    "collaboration.introduction",
                ],
                because="the records of another table would count nowhere",
            ),
            must.be_between("weight", 0, 1000),
            must.be_between("lookback_days", 0, 36_600),
            must.refer_to(
                "function",
                _FUNCTIONS,
                because="without one the employee's own function counts",
                may_cover_nothing=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.attribution_settings",
        opens="how credit is shared, and by which model it is paid",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "book",
                "attribution_model",
                "is_enabled",
                "is_paid",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("book", "attribution_model", "valid_from_date"),
            must.not_overlap("book", "attribution_model"),
            must.be_one_of("book", ["hard", "overlay", "contribution"]),
            must.be_one_of("attribution_model", ["split", "first_touch", "last_touch", "linear"]),
            must.not_overlap("book", where="is_paid"),
            must.have_no_rows_where(
                "is_paid and not is_enabled", because="nobody is paid by a model that does not run"
            ),
        ],
    ),
    _gate(
        table="raw_policy.identity_aliases",
        opens="who is who where systems disagree",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "system", "alias_value", "employee_number", "valid_from_date", "valid_to_date"
            ),
            must.have_one_row_per("system", "alias_value", "valid_from_date"),
            must.not_overlap("system", "alias_value"),
        ],
    ),
    _gate(
        table="raw_policy.excluded_identities",
        opens="who is no person",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("system", "identity_value", "reason_code"),
            must.have_one_row_per("system", "identity_value"),
        ],
    ),
    *plans.GATES,
)
