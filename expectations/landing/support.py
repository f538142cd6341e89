"""Who solved whose tickets, and how customers rated it."""

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

_gate = partial(Gate, layer="landing.support")
_record = Versions(key=("id",), by="updated_at")

GATES = (
    _gate(
        table="raw_support.user",
        opens="who is an agent",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "role", "updated_at"),
            must.be_identifiers("id", "organization_id"),
            tell_one_story("id", version="updated_at"),
            must.be_one_of(
                "role",
                ["end-user", "agent", "admin"],
                because="a renamed role would make agents customers (D05)",
            ),
        ],
    ),
    _gate(
        table="raw_support.organization",
        opens="which account a ticket belongs to",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "updated_at"),
            must.be_identifiers("id", "external_id"),
            tell_one_story("id", version="updated_at"),
        ],
    ),
    _gate(
        table="raw_support.ticket",
        opens="solved tickets as contribution",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "status", "created_at", "updated_at"),
            must.be_identifiers("id", "assignee_id", "requester_id", "organization_id"),
            tell_one_story("id", version="updated_at", made="created_at"),
            must.be_one_of(
                "status",
                ["new", "open", "pending", "hold", "solved", "closed", "deleted"],
                because="a renamed status would hide solved tickets (D05)",
            ),
            must.be_between("created_at", EARLIEST_DATE, LATEST_DATE),
            must.be_as_fresh_as(NIGHT, by="_landed_run_date", within_days=SILENT_DAYS),
            must.keep_volume("id", version="updated_at"),
            must.keep_proportions_of("status"),
        ],
    ),
    _gate(
        table="raw_support.ticket_field_history",
        opens="who carried a ticket before it was solved",
        at_least_rows=0,
        versions=Versions(key=("ticket_id", "field_name", "updated")),
        rules=lambda: [
            must.always_have("ticket_id", "field_name", "updated"),
            must.be_identifiers("ticket_id", "user_id"),
            tell_one_story("ticket_id", "field_name", "updated"),
        ],
    ),
    _gate(
        table="raw_support.satisfaction_rating",
        opens="how support was rated",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "ticket_id", "score", "created_at", "updated_at"),
            must.be_identifiers("id", "ticket_id", "assignee_id", "requester_id"),
            tell_one_story("id", version="updated_at", made="created_at"),
            must.be_one_of(
                "score",
                [
                    "offered",
                    "unoffered",
                    "good",
                    "good_with_comment",
                    "bad",
                    "bad_with_comment",
                    "received",
                    "received_with_comment",
                    "received_without_comment",
                ],
                because="an unknown score would count as no rating (C13)",
            ),
        ],
    ),
)
