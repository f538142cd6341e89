"""Whom marketing reached, with what, and what those people did."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Versions
from expectations.landing.bounds import (
    EARLIEST_DATE,
    LATEST_DATE,
    NIGHT,
    SILENT_DAYS,
)
from expectations.landing.stories import tell_one_story

_gate = partial(Gate, layer="landing.marketing")
_record = Versions(key=("id",), by="updated_at")

GATES = (
    _gate(
        table="raw_marketing.program",
        opens="whose programs touched a deal",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "name", "created_at", "updated_at"),
            must.be_identifiers("id"),
            tell_one_story("id", version="updated_at", made="created_at"),
        ],
    ),
    _gate(
        table="raw_marketing.campaign",
        opens="which program an activity belongs to",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "updated_at"),
            must.be_identifiers("id", "program_id"),
            tell_one_story("id", version="updated_at", made="created_at"),
        ],
    ),
    _gate(
        table="raw_marketing.lead",
        opens="whom an activity reached",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "created_at", "updated_at"),
            must.be_identifiers("id"),
            tell_one_story("id", version="updated_at", made="created_at"),
            must.keep_volume("id", version="updated_at"),
        ],
    ),
    _gate(
        table="raw_marketing.activity",
        opens="marketing's touches",
        at_least_rows=1,
        versions=Versions(key=("id",)),
        rules=lambda: [
            must.always_have("id", "activity_date", "activity_type_id", "lead_id"),
            must.be_identifiers("id", "activity_type_id", "lead_id", "campaign_id"),
            tell_one_story("id"),
            must.be_between("activity_date", EARLIEST_DATE, LATEST_DATE),
            must.be_as_fresh_as(NIGHT, by="_landed_run_date", within_days=SILENT_DAYS),
            must.keep_proportions_of("activity_type_id"),
        ],
    ),
)
