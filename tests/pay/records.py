"""What people did beside their deals, as rows of the tables that goals and awards look at.

Everybody is known by their number in every system.
"""

from __future__ import annotations

from datetime import date, datetime

from tests.pay.company import Row, opportunity_key

Record = tuple[str, Row]


def recognition(
    name: str, giver: str, receiver: str, at: datetime, approver: str | None = None
) -> Record:
    return "staging.stg_collaboration__recognitions", {
        "recognition_id_collaboration": name, "giver_email": giver, "receiver_email": receiver,
        "given_at": at, "approved_by_email": approver, "approved_at": at if approver else None,
    }  # fmt: skip


def mentoring(
    name: str, mentor: str, mentee: str, at: datetime, is_confirmed: bool = True
) -> Record:
    return "staging.stg_collaboration__mentoring_sessions", {
        "mentoring_session_id_collaboration": name, "mentor_email": mentor,
        "mentee_email": mentee, "held_at": at, "confirmed_at": at if is_confirmed else None,
    }  # fmt: skip


def help_given(name: str, giver: str, taker: str, day: date, is_counted: bool = True) -> Record:
    return "collaboration.fct_interactions", {
        "interaction_key": name, "giver_employee_key": giver, "taker_employee_key": taker,
        "event_date": day, "is_counted": is_counted,
    }  # fmt: skip


def work(deal: str, who: str | None, contribution_type: str, is_counted: bool = True) -> Record:
    """Somebody's part in a deal, counted or not."""
    return "contribution.fct_contribution_events", {
        "contribution_event_key": f"{deal}:{who}:{contribution_type}",
        "opportunity_key": opportunity_key(deal), "employee_key": who,
        "contribution_type": contribution_type, "is_counted": is_counted,
    }  # fmt: skip


def leave(who: str, start: date, end: date) -> Record:
    return "intermediate.int_identity__employee_leaves", {
        "employee_key": who, "leave_start_date": start, "leave_end_date": end,
    }  # fmt: skip


def rating(name: str, who: str | None, at: datetime, is_good: bool) -> Record:
    return "intermediate.int_contribution__account_records", {
        "source_table": "support.satisfaction_rating",
        "source_value": "good" if is_good else "bad", "record_id": name, "system": "support",
        "identity_value": who, "event_at": at,
    }  # fmt: skip


def insight(
    name: str, author: str, at: datetime, adopter: str | None = None,
    adopted_at: datetime | None = None,
) -> Record:  # fmt: skip
    return "intermediate.int_contribution__shared_records", {
        "source_table": "collaboration.insight", "record_id": name, "system": "collaboration",
        "identity_value": author, "counterparty_identity_value": adopter, "event_at": at,
        "fulfilled_at": adopted_at,
    }  # fmt: skip


def task(name: str, who: str, kind: str, asked: datetime, done: datetime | None) -> Record:
    return "staging.stg_crm__tasks", {
        "task_id_crm": name, "owner_user_id_crm": who, "task_type": kind, "created_at": asked,
        "completed_at": done,
    }  # fmt: skip


def feature(name: str, owner: str | None, shipped: datetime | None) -> Record:
    return "staging.stg_product_usage__features", {
        "feature_id_product_usage": name, "owner_email": owner, "shipped_at": shipped,
    }  # fmt: skip


def request(name: str, feature_id: str | None, at: datetime) -> Record:
    return "staging.stg_product_usage__feature_requests", {
        "feature_request_id_product_usage": name, "feature_id_product_usage": feature_id,
        "created_at": at,
    }  # fmt: skip


def adoption(account: str, feature_id: str, day: date) -> Record:
    return "staging.stg_product_usage__feature_adoptions", {
        "account_id_crm": account, "feature_id_product_usage": feature_id,
        "first_event_date": day,
    }  # fmt: skip


def lead(name: str, stage: str, day: date) -> Record:
    return "intermediate.int_funnel__stage_entries", {
        "stage_entry_key": f"{name}:{stage}:{day}", "subject": "lead", "subject_id_crm": name,
        "stage": stage, "entered_date": day,
    }  # fmt: skip
