"""Which features customers asked for and use."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Versions
from expectations.landing.bounds import EARLIEST_DATE, LATEST_DATE
from expectations.landing.stories import tell_one_story

_gate = partial(Gate, layer="landing.product_usage")

GATES = (
    _gate(
        table="raw_product_usage.feature",
        opens="who built what customers use",
        at_least_rows=1,
        versions=Versions(key=("id",), by="last_updated_at"),
        rules=lambda: [
            must.always_have("id", "name", "last_updated_at"),
            must.be_identifiers("id"),
            tell_one_story("id", version="last_updated_at", made="created_at"),
        ],
    ),
    _gate(
        table="raw_product_usage.feature_request",
        opens="what customers asked for",
        at_least_rows=0,
        versions=Versions(key=("id",), by="updated_at"),
        rules=lambda: [
            must.always_have("id", "account_id", "created_at", "updated_at"),
            must.be_identifiers("id", "account_id", "feature_id"),
            tell_one_story("id", version="updated_at", made="created_at"),
        ],
    ),
    _gate(
        table="raw_product_usage.event_daily",
        opens="the use of features as contribution",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("account_id", "user_id", "feature_id", "event_date", "event_count"),
            must.be_at_least("event_count", 1),
            must.be_between("event_date", EARLIEST_DATE, LATEST_DATE),
        ],
    ),
)
