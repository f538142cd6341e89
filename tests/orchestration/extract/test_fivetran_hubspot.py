"""HubSpot as Fivetran lands it: what hangs together over several of the connector's tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.settings import DomainSource
from tests.orchestration.extract.loaded import database, land, landed

SYNCED = "timestamp '2026-01-02' as _fivetran_synced"
HUBSPOT = {
    "owner": f"select 7 as owner_id, 'ann@c' as email, 3 as active_user_id, {SYNCED}",
    "company": "select unnest([5, 6]) as id, unnest(['Acme', 'Ackme']) as property_name, "
    f"unnest(['6', null]) as property_hs_merged_object_ids, false as is_deleted, {SYNCED}",
    "contact": "select unnest([1, 2, 3]) as id, unnest(['a@c', 'b@c', 'c@c']) as property_email, "
    f"unnest([null, '1;9', null]) as property_hs_merged_object_ids, {SYNCED}",
    "contact_merge_audit": "select 2 as canonical_vid, 3 as vid_to_merge, "
    "timestamp '2026-01-01 12:00:00' as \"timestamp\"",
    "deal": "select unnest([1, 2]) as deal_id, unnest(['new', 'again']) as deal_pipeline_id, 7 as "
    "owner_id, 's1' as deal_pipeline_stage_id, 10.5 as property_amount, unnest([timestamp "
    "'2026-03-31 22:00:00', timestamp '2026-03-31 21:59:59']) as property_closedate, "
    f"timestamp '2026-01-01' as property_createdate, false as is_deleted, {SYNCED}",
    "deal_company": "select 1 as deal_id, 5 as company_id, 5 as type_id",
    "deal_pipeline_stage": "select 's1' as stage_id, unnest(['new', 'again']) as pipeline_id, "
    "unnest(['Closed Won', 'Proposal']) as label, unnest([true, false]) as closed_won",
    "merged_deal": "select 1 as deal_id, 2 as merged_deal_id, timestamp '2026-01-03' as "
    "_fivetran_synced",
    "deal_stage": "select 1 as deal_id, timestamp '2026-01-01 08:00:00' as date_entered, "
    "'s1' as value",
    "deal_property_history": "select 1 as deal_id, unnest(['amount', 'hubspot_owner_id', "
    "'closedate', 'amount', 'hubspot_owner_id', 'dealname']) as name, unnest([timestamp "
    "'2026-01-01 07:00:00', '2026-01-01 08:00:00', '2026-01-01 09:00:00', '2026-01-01 10:00:00', "
    "'2026-01-01 11:00:00', '2026-01-01 12:00:00']) as \"timestamp\", unnest(['0.1', '7', "
    "'1774994400000', '1234567890.123456', '', 'a name']) as value",
    "engagement_call": "select unnest([11, 12]) as engagement_id, unnest(['COMPLETED', 'BUSY']) as "
    "property_hs_call_status, 7 as property_hubspot_owner_id, timestamp '2026-01-01 23:30:00' as "
    f"property_hs_timestamp, timestamp '2026-01-01' as property_hs_createdate, {SYNCED}",
    "engagement_task": "select unnest([13, 14]) as engagement_id, unnest(['COMPLETED', "
    "'NOT_STARTED']) as property_hs_task_status, timestamp '2026-01-01 09:00:00' as "
    f"property_hs_task_completion_date, timestamp '2026-01-01' as property_hs_createdate, {SYNCED}",
    "engagement_deal": "select unnest([11, 13, 13]) as engagement_id, unnest([1, 1, 2]) as deal_id",
}


@pytest.fixture
def berlin(place: Path) -> Path:
    """All of it landed, from an account in Berlin whose currency is the pound."""
    land(database(place, **HUBSPOT), account_time_zone="Europe/Berlin", account_currency="GBP")
    return place


def rows(place: Path, table: str) -> dict[str, dict]:
    return {row["id"]: row for row in landed(place, table)}


def test_a_close_date_is_a_day_in_the_accounts_zone(berlin: Path) -> None:
    deals = rows(berlin, "opportunity")
    assert deals["1"]["close_date"] == date(2026, 4, 1)
    assert deals["2"]["close_date"] == date(2026, 3, 31)
    assert {deal["currency_iso_code"] for deal in deals.values()} == {"GBP"}


def test_without_an_account_the_day_is_utcs_and_no_currency_is_made_up(place: Path) -> None:
    land(database(place, **HUBSPOT))
    deals = rows(place, "opportunity")
    assert deals["1"]["close_date"] == date(2026, 3, 31)
    assert deals["1"]["currency_iso_code"] is None


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="is no time zone"):
        DomainSource(way="tables", path="x", account_time_zone="Europe/Atlantis")


def test_d03_what_was_merged_is_gone_and_says_into_which(berlin: Path) -> None:
    """D03, F10: deals by the connector's table of merges, contacts and companies also by ids."""
    deals = rows(berlin, "opportunity")
    assert {key: deal["is_deleted"] for key, deal in deals.items()} == {"1": False, "2": True}
    assert deals["2"]["system_modstamp"] == datetime(2026, 1, 3)
    contacts = rows(berlin, "contact")
    assert {key: each["master_record_id"] for key, each in contacts.items()} == {
        "1": "2",
        "2": None,
        "3": "2",
        "9": "2",
    }
    assert {key for key, each in contacts.items() if not each["is_deleted"]} == {"2"}
    accounts = rows(berlin, "account")
    assert accounts["6"]["master_record_id"] == "5"
    assert accounts["6"]["is_deleted"] and not accounts["5"]["is_deleted"]


def test_a_stage_means_what_it_means_in_the_deals_own_pipeline(berlin: Path) -> None:
    """Two pipelines may call a stage the same: a deal of one is not won in the other."""
    deals = landed(berlin, "opportunity")
    assert sorted((deal["id"], deal["stage_name"], deal["is_won"]) for deal in deals) == [
        ("1", "Closed Won", True),
        ("2", "Proposal", False),
    ]


def test_a_history_carries_owner_amount_and_close_date(berlin: Path) -> None:
    told = sorted(landed(berlin, "opportunity_history"), key=lambda row: row["_fivetran_start"])
    assert [
        (row["_fivetran_start"].hour, row["stage_name"], row["owner_id"], row["amount"])
        for row in told
    ] == [
        (7, None, None, Decimal("0.1")),
        (8, "Closed Won", "7", Decimal("0.1")),
        (9, "Closed Won", "7", Decimal("0.1")),
        (10, "Closed Won", "7", Decimal("1234567890.123456")),
        (11, "Closed Won", None, Decimal("1234567890.123456")),
    ]
    assert [row["close_date"] for row in told] == [None, None, *[date(2026, 4, 1)] * 3]


def test_calls_and_tasks_are_done_when_they_say_so(berlin: Path) -> None:
    """A task that was opened again keeps the instant of its old completion at HubSpot."""
    tasks = rows(berlin, "task")
    assert {key: task["completed_date_time"] for key, task in tasks.items()} == {
        "11": datetime(2026, 1, 1, 23, 30),
        "12": None,
        "13": datetime(2026, 1, 1, 9),
        "14": None,
    }
    assert {tasks[key]["type"] for key in ("11", "12")} == {"Call"}
    # the day in the account's zone
    assert tasks["11"]["activity_date"] == date(2026, 1, 2)
    # of one deal where linked to one, of none where linked to two
    assert (tasks["11"]["what_id"], tasks["13"]["what_id"]) == ("1", None)
