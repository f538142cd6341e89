"""The company's rules of pay as they land: keys, and what every model joins by date.

What else a row of policy can get wrong (codes, references, units, tiers, approvals) has its home
in int_bonus__policy_findings, which names the rows; the bonus gate judges it. Overlaps are refused
here already where a model before bonus joins by date: there they would double rows.
"""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate
from expectations.landing import by_hand, components, credit_rules, plans
from expectations.landing.bounds import EARLIEST_DATE, LATEST_DATE

_gate = partial(Gate, layer="landing.policy")
_RUN_DATE = must.run_date().sql
_IN_FORCE = f"valid_from_date <= {_RUN_DATE} and {_RUN_DATE} < valid_to_date"

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
            must.have_no_rows_where(
                "time_zone not in (select name from pg_timezone_names())",
                because="a day begins somewhere",
            ),
            must.refer_to("plan_currency_code", "raw_policy.currencies.currency_code"),
            must.be_between("go_live_date", EARLIEST_DATE, LATEST_DATE),
            must.be_at_least("restatement_horizon_days", 0),
            must.be_at_least("clock_skew_minutes", 0),
            must.be_at_least("broadcast_limit", 1),
            must.be_one_of(
                "invoice_rule",
                ["whole", "at_most"],
                because="a company may not compare deals with invoices",
                may_cover_nothing=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.fiscal_calendar",
        opens="every period",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("period_key", "period_type", "start_date", "end_date", "fiscal_year"),
            must.have_one_row_per("period_key"),
            must.not_overlap("period_type", start="start_date", end="end_date"),
            must.have_a_row_where(
                f"start_date <= {_RUN_DATE} and {_RUN_DATE} < end_date",
                because="a calendar that has run out puts new deals into no period",
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
        ],
    ),
    _gate(
        table="raw_policy.functions",
        opens="the functions that share a win",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("function", "function_name", "valid_from_date", "valid_to_date"),
            must.have_one_row_per("function"),
            must.have_no(
                "function beyond the sixteenth",
                "select 1 from judged having count(distinct function) > 16",
                because="a coalition has sixteen places",
            ),
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
            must.have_no(
                "contributing function that policy does not know",
                "select 1 from (select unnest(string_split(contributing_functions, '+')) as named "
                "from judged where contributing_functions <> '') "
                "where named not in (select function from raw_policy.functions)",
                because="functions joined with + are easily misspelt",
            ),
            must.have_a_row_where(
                f"stage = 'won' and {_IN_FORCE}",
                because="without it nothing would ever be won again",
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
    *credit_rules.GATES,
    *plans.GATES,
    *by_hand.GATES,
    *components.GATES,
)
