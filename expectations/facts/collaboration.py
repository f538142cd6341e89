"""Who helped whom, and what of it may be shown to everybody."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

# A company without these records has an empty table, and one with them a quiet first week.
_gate = partial(Gate, layer="facts", at_least_rows=0)
_RUN_DATE = must.run_date().sql

GATES = (
    _gate(
        table="collaboration.fct_interactions",
        opens="collaboration measures",
        rules=lambda: [
            must.have_one_row_per("interaction_key"),
            must.always_have(
                "giver_employee_key", "taker_employee_key", "kind", "event_at", "evidence_ref"
            ),
            must.have_no_rows_where(
                "giver_employee_key = taker_employee_key", because="help goes to somebody else"
            ),
            must.have_no_rows_where(
                "is_counted <> (exclusion_reason_code is null)",
                because="what is left out of a measure has its reason",
            ),
            must.refer_to("giver_employee_key", "people.dim_employees.employee_key"),
            must.refer_to("taker_employee_key", "people.dim_employees.employee_key"),
        ],
    ),
    _gate(
        table="collaboration.fct_collaboration_pairs",
        opens="who is tied with whom",
        rules=lambda: [
            must.have_one_row_per("employee_key", "colleague_employee_key", "collaboration_month"),
            must.be_at_least("shared_tie_count", 0),
            must.have_no_rows_where(
                "employee_key = colleague_employee_key or give_count + take_count < 1",
                because="a pair is two people who helped",
            ),
            must.have_no_rows_where(
                "is_strong_tie and not is_tie", because="a strong tie is a tie first"
            ),
        ],
    ),
    _gate(
        table="collaboration.fct_collaboration_monthly",
        opens="the give and take of a person",
        rules=lambda: [
            must.have_one_row_per("employee_key", "collaboration_month"),
            must.be_at_least("give_count", 0),
            must.be_at_least("take_count", 0),
            must.be_at_least("brokerage_count", 0),
            must.have_no_rows_where(
                "strong_tie_count > tie_count", because="a strong tie is a tie first"
            ),
            must.be_between("available_days", 0, 31),
        ],
    ),
    _gate(
        table="collaboration.fct_topic_expertise",
        opens="who knows what",
        rules=lambda: [
            must.have_one_row_per("topic", "employee_key"),
            must.be_at_least("expertise_score", 0),
            must.have_no_rows_where(
                "expertise_score > give_count", because="no help counts more than once"
            ),
            must.refer_to("employee_key", "people.dim_employees.employee_key"),
        ],
    ),
    _gate(
        table="collaboration.fct_topic_coverage",
        opens="which topics leave with their experts",
        rules=lambda: [
            must.have_one_row_per("topic"),
            must.be_one_of("coverage", ["covered", "orphaned", "unproven"]),
            must.have_no_rows_where(
                "(coverage = 'covered') <> (bus_factor > 0)",
                because="a topic without an expert who is there is not covered (P04)",
            ),
        ],
    ),
    _gate(
        table="collaboration.fct_function_flows",
        opens="which function helps which, for everybody to see",
        rules=lambda: [
            must.have_one_row_per("giver_function", "taker_function", "collaboration_month"),
            must.have_no_rows_where(
                "suppressed <> (interaction_count is null)",
                because="a count of few people is shown to nobody (P02)",
            ),
        ],
    ),
    _gate(
        table="collaboration.fct_team_collaboration",
        opens="how teams work together, for everybody to see",
        rules=lambda: [
            must.have_one_row_per("team", "collaboration_month"),
            must.have_no_rows_where(
                "suppressed and (member_count is not null or available_days is not null "
                "or give_count is not null or take_count is not null or tie_count is not null "
                "or strong_tie_count is not null or brokerage_count is not null)",
                because="a measure of few people is shown to nobody (P02)",
            ),
            must.have_no_rows_where(
                "suppressed and (reciprocity is not null or gives_per_day is not null "
                "or takes_per_day is not null or ties_per_day is not null "
                "or collaboration_load is not null)",
                because="a rate of few people is shown to nobody (P02)",
            ),
            must.have_no_rows_where(
                "not suppressed and member_count < (select max(min_group_size) "
                f"from raw_policy.company_settings where valid_from_date <= {_RUN_DATE} "
                f"and {_RUN_DATE} < valid_to_date)",
                because="a group that is shown is large enough (P02)",
            ),
        ],
    ),
)
