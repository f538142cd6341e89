"""Who did what for which deal."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="facts", absent_domain="crm")
GATES = (
    _gate(
        table="contribution.fct_contribution_events",
        opens="paths, and the values fitted on them",
        at_least_rows=1,
        rules=lambda: [
            must.have_one_row_per("contribution_event_key"),
            must.always_have(
                "opportunity_key",
                "function",
                "contribution_type",
                "event_at",
                "evidence_ref",
                "is_counted",
            ),
            must.refer_to("opportunity_key", "funnel.fct_opportunities.opportunity_key"),
            must.have_no_rows_where(
                "is_counted = (exclusion_reason_code is not null)",
                because="what does not count has a reason, and only that",
            ),
            must.be_at_least("weight", 0),
            must.have_no(
                "third of the evidence by people whom nobody knows",
                "select 1 from judged having count(*) >= 100 and 3 * count(*) filter "
                "(where exclusion_reason_code = 'unresolved_identity') >= count(*)",
                because="a source whose ids have changed would move credit to all others",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_rating_scores",
        opens="what customers say of support",
        # customers may rate nobody
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("employee_key", "period_key"),
            must.have_no_rows_where(
                "good_count < 0 or good_count > answer_count",
                because="nobody is praised more often than asked",
            ),
            must.have_no_rows_where(
                "is_scored = (rating_score_0_100 is null)",
                because="too few answers are no score, and not a full one (C13)",
            ),
        ],
    ),
)
