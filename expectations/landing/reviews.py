"""Exceptions that somebody asked for and somebody else signed: one rule, one table, one night."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate

_gate = partial(Gate, layer="landing.policy")

# the kinds of rules that a review may let pass (Rule.may_be_reviewed)
REVIEWED_KINDS = (
    "keep_its_story_about",
    "keep_volume",
    "not_return_under_another",
    "stand_as_approved",
    "stay_in",
)

GATES = (
    _gate(
        table="raw_policy.gate_reviews",
        opens="nights that a gate would refuse and two people looked at",
        at_least_rows=0,
        rules=lambda: [
            must.always_have(
                "table_name",
                "rule_kind",
                "run_date",
                "reason",
                "requested_by",
                "approved_by",
                "approved_date",
            ),
            must.have_one_row_per("table_name", "rule_kind", "run_date"),
            must.be_one_of(
                "rule_kind",
                REVIEWED_KINDS,
                because="nobody signs money or keys away",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "approved_by = requested_by or approved_date > run_date",
                because="a review is signed by somebody else, before its night (F60)",
            ),
        ],
    ),
)
