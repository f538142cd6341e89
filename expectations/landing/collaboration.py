"""How colleagues helped each other."""

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

_gate = partial(Gate, layer="landing.collaboration")
_record = Versions(key=("id",), by="updated_at")

GATES = (
    _gate(
        table="raw_collaboration.answer",
        opens="who helped whom",
        at_least_rows=1,
        versions=Versions(key=("answer_id",), by="updated_at"),
        rules=lambda: [
            must.always_have(
                "answer_id",
                "question_id",
                "asker_email",
                "answerer_email",
                "created_at",
                "updated_at",
            ),
            must.be_identifiers("answer_id", "question_id", "opportunity_id"),
            tell_one_story("answer_id", version="updated_at", made="created_at"),
            must.be_between("created_at", EARLIEST_DATE, LATEST_DATE),
            must.be_as_fresh_as(NIGHT, by="_landed_run_date", within_days=SILENT_DAYS),
        ],
    ),
    _gate(
        table="raw_collaboration.introduction",
        opens="who shared their contacts",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have(
                "id", "introducer_email", "introduced_to_email", "created_at", "updated_at"
            ),
            must.be_identifiers("id", "contact_id", "opportunity_id"),
            tell_one_story("id", version="updated_at", made="created_at"),
        ],
    ),
    _gate(
        table="raw_collaboration.mentoring_session",
        opens="who teaches",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "mentor_email", "mentee_email", "held_at", "updated_at"),
            must.be_identifiers("id"),
            tell_one_story("id", version="updated_at"),
        ],
    ),
    _gate(
        table="raw_collaboration.article_use",
        opens="whose knowledge is used again",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have(
                "id", "article_id", "author_email", "user_email", "used_at", "updated_at"
            ),
            must.be_identifiers("id", "article_id", "opportunity_id"),
            tell_one_story("id", version="updated_at"),
        ],
    ),
    _gate(
        table="raw_collaboration.meeting_attendee",
        opens="who met whom",
        at_least_rows=0,
        versions=Versions(key=("meeting_id", "attendee_email"), by="updated_at"),
        rules=lambda: [
            must.always_have(
                "meeting_id", "organizer_email", "attendee_email", "held_at", "updated_at"
            ),
            must.be_identifiers("meeting_id", "attendee_email", "opportunity_id"),
            tell_one_story("meeting_id", "attendee_email", version="updated_at"),
            must.have_no(
                "meeting that attendees are told of at one time in two ways",
                "select 1 from true_rows group by meeting_id, updated_at "
                "having min(hash(organizer_email, attendee_count, topic, opportunity_id, held_at)) "
                "<> max(hash(organizer_email, attendee_count, topic, opportunity_id, held_at))",
                because="size, day and deal of a meeting are the meeting's, not an attendee's",
            ),
        ],
    ),
    _gate(
        table="raw_collaboration.insight",
        opens="what analysis changed",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "author_email", "opportunity_id", "delivered_at", "updated_at"),
            must.be_identifiers("id", "opportunity_id"),
            tell_one_story("id", version="updated_at"),
            must.have_no_rows_where(
                "acted_on_at < delivered_at or confirmed_at < acted_on_at "
                "or (confirmed_at is not null and acted_on_at is null)",
                because="an insight is delivered, then acted on, then confirmed",
            ),
        ],
    ),
    _gate(
        table="raw_collaboration.recognition",
        opens="recognition awards",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "giver_email", "receiver_email", "given_at", "updated_at"),
            must.be_identifiers("id"),
            tell_one_story("id", version="updated_at"),
            must.have_no_rows_where(
                "approved_at < given_at or (approved_at is null) <> (approved_by_email is null)",
                because="a second approval comes after, and from somebody",
            ),
        ],
    ),
)
