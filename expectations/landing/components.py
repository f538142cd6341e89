"""What plan components pay by, as it lands: keys and required columns. int_bonus__policy_findings
judges what the rows say."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

# a company may pay by none of these
_gate = partial(Gate, layer="landing.policy", at_least_rows=0)

GATES = (
    _gate(
        table="raw_policy.payout_curves",
        opens="what an attainment pays",
        rules=lambda: [
            must.always_have(
                "payout_curve_key", "point", "attainment", "payout_rate", "interpolation"
            ),
            must.have_one_row_per("payout_curve_key", "point"),
            must.stand_as_approved(
                "before_policy.payout_curves",
                "payout_curve_key",
                "point",
                whole=("payout_curve_key",),
            ),
        ],
    ),
    _gate(
        table="raw_policy.component_goals",
        opens="what team targets, KPI and success bonuses are measured by",
        rules=lambda: [
            must.always_have(
                "plan_component_key",
                "goal_key",
                "subject",
                "function",
                "measure",
                "direction",
                "weight",
                "payout_curve_key",
                "unscored_rule",
                "valid_from_date",
                "valid_to_date",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("plan_component_key", "goal_key", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.component_goals",
                "plan_component_key",
                "goal_key",
                "valid_from_date",
                ends=True,
                anew=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.recognition_rules",
        opens="recognition awards",
        rules=lambda: [
            must.always_have(
                "plan_component_key",
                "award_amount",
                "currency_code",
                "allowance_per_month",
                "max_per_pair_month",
                "ring_rule",
                "manager_rule",
                "valid_from_date",
                "valid_to_date",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("plan_component_key", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.recognition_rules",
                "plan_component_key",
                "valid_from_date",
                ends=True,
                anew=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.mentor_rules",
        opens="mentor bonuses",
        rules=lambda: [
            must.always_have(
                "plan_component_key",
                "award_amount",
                "currency_code",
                "least_session_count",
                "progress_measure",
                "manager_rule",
                "valid_from_date",
                "valid_to_date",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("plan_component_key", "valid_from_date"),
            must.stand_as_approved(
                "before_policy.mentor_rules",
                "plan_component_key",
                "valid_from_date",
                ends=True,
                anew=True,
            ),
        ],
    ),
    _gate(
        table="raw_policy.projects",
        opens="growth projects",
        rules=lambda: [
            must.always_have(
                "project_key",
                "project_name",
                "plan_component_key",
                "measure",
                "start_date",
                "end_date",
                "target",
                "bonus_amount",
                "currency_code",
                "payout_curve_key",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("project_key"),
            must.stand_as_approved("before_policy.projects", "project_key", anew=True),
        ],
    ),
    _gate(
        table="raw_policy.project_members",
        opens="who shares a growth project",
        rules=lambda: [
            must.always_have("project_key", "employee_number", "share"),
            must.have_one_row_per("project_key", "employee_number"),
            must.stand_as_approved(
                "before_policy.project_members",
                "project_key",
                "employee_number",
                whole=("project_key",),
            ),
        ],
    ),
    _gate(
        table="raw_policy.spifs",
        opens="contests",
        rules=lambda: [
            must.always_have(
                "spif_key",
                "spif_name",
                "plan_component_key",
                "measure",
                "start_date",
                "end_date",
                "award_type",
                "tie_rule",
                "budget_amount",
                "currency_code",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("spif_key"),
            must.stand_as_approved("before_policy.spifs", "spif_key", anew=True),
        ],
    ),
    _gate(
        table="raw_policy.spif_prizes",
        opens="prizes of contests",
        rules=lambda: [
            must.always_have("spif_key", "place", "prize_amount"),
            must.have_one_row_per("spif_key", "place"),
            must.stand_as_approved(
                "before_policy.spif_prizes", "spif_key", "place", whole=("spif_key",)
            ),
        ],
    ),
)
