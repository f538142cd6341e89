"""What counts as work on a deal and how it is shared, as the company's rules of it land."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="landing.policy")
_RUN_DATE = must.run_date().sql
_IN_FORCE = f"valid_from_date <= {_RUN_DATE} and {_RUN_DATE} < valid_to_date"

# the models that fct_contribution_credits knows, and the codes of those that are fitted
_MODELS = (
    "split",
    "first_touch",
    "last_touch",
    "linear",
    "u_shaped",
    "w_shaped",
    "full_path",
    "time_decay",
    "markov",
    "team_winrate",
)
_FITTED_CODES = {
    "refit_period_type": ["month", "quarter", "year"],
    "segment_field": ["all", "opportunity_type"],
    "negative_value_rule": ["floor_at_zero", "linear"],
}

GATES = (
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
            must.stand_as_approved(
                "before_policy.contribution_types",
                "contribution_type",
                "source_table",
                "source_value",
                "valid_from_date",
                ends=True,
            ),
            must.not_overlap("source_table", "source_value"),
            must.have_a_row_where(f"is_counted and {_IN_FORCE}"),
        ],
    ),
    _gate(
        table="raw_policy.interaction_kinds",
        opens="which help counts",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "kind", "is_meaningful", "is_expertise_shown", "valid_from_date", "valid_to_date"
            ),
            must.have_one_row_per("kind", "valid_from_date"),
            must.not_overlap("kind"),
        ],
    ),
    _gate(
        table="raw_policy.collaboration_settings",
        opens="ties, experts and steady groups",
        at_least_rows=1,
        rules=lambda: [
            must.always_have(
                "tie_window_days",
                "tie_interaction_count",
                "strong_tie_shared_count",
                "expertise_half_life_days",
                "expert_score",
                "steady_group_size",
                "valid_from_date",
                "valid_to_date",
            ),
            must.have_one_row_per("valid_from_date"),
            must.not_overlap(),
            must.leave_no_gap(),
            must.have_a_row_where(_IN_FORCE),
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
            must.stand_as_approved(
                "before_policy.attribution_settings",
                "book",
                "attribution_model",
                "valid_from_date",
                ends=True,
            ),
            must.be_one_of("attribution_model", _MODELS),
            *(
                must.be_one_of(
                    column, codes, because="only a fitted model has it", may_cover_nothing=True
                )
                for column, codes in _FITTED_CODES.items()
            ),
            must.have_no_rows_where(
                "coalesce(first_touch_rate, 0) + coalesce(lead_created_rate, 0) "
                "+ coalesce(opportunity_created_rate, 0) + coalesce(last_touch_rate, 0) "
                "+ coalesce(other_touch_rate, 0) <> 1",
                because="positions share one whole deal",
                where="is_enabled and attribution_model in ('u_shaped', 'w_shaped', 'full_path')",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "coalesce(half_life_days, 0) <= 0",
                because="time decay needs a half-life",
                where="is_enabled and attribution_model = 'time_decay'",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "refit_period_type is null or coalesce(prior_weight, 0) <= 0 "
                "or coalesce(effect_prior_weight, 0) < 0",
                because="a fitted model says when it is fitted and what it is drawn to",
                where="is_enabled and attribution_model = 'team_winrate'",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "refit_period_type is null or coalesce(chain_order, 0) not between 1 and 3",
                because="a chain says when it is fitted and how far it looks back",
                where="is_enabled and attribution_model = 'markov'",
                may_cover_nothing=True,
            ),
            must.not_overlap("book", "attribution_model"),
            must.have_a_row_where(f"book = 'hard' and is_enabled and {_IN_FORCE}"),
            must.have_a_row_where(
                f"book = 'contribution' and is_enabled and is_paid and {_IN_FORCE}"
            ),
        ],
    ),
)
