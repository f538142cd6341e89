"""Each vendor's made-up company, lived from a seed, and what is known beside what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from orchestration.extract.api.vendors import salesforce as vendor
from tests.sources.bamboohr import LEAVE, PARENTAL, POSITION, UNPAID, WORKER, BambooHR
from tests.sources.chaos import Lived, lived
from tests.sources.hubspot import DEAL, SPLIT, HubSpot
from tests.sources.hubspot import HISTORY as DEAL_HISTORY
from tests.sources.hubspot_marketing import Portal
from tests.sources.nights import in_the_clear
from tests.sources.salesforce import DEAL as SF_DEAL
from tests.sources.salesforce import HISTORY as SF_HISTORY
from tests.sources.salesforce import Salesforce
from tests.sources.test_marketo import Marketo
from tests.sources.test_xero import Xero
from tests.sources.zendesk import HISTORY, TICKET, Zendesk

Rows = set[tuple[Any, ...]]
# what was compared -> what is known of it and what is true
Compared = dict[str, tuple[Rows, Rows]]
CLIENT = {"token": None, "client_id": "me", "client_secret": "hush"}


def zendesk(seed: int, home: Path) -> tuple[Lived, Compared]:
    desk = Zendesk(seed)
    told = lived(seed, desk, "support", "zendesk", home, {"user": "agent@example.com"})
    return told, {
        "tickets": (
            {row for row in told.known("ticket", *TICKET) if row[1] != "deleted"},
            {row for row in desk.true_tickets() if row[1] != "deleted"},
        ),
        "users": (told.known("user", "id", "email", "active"), desk.true_users()),
        "history": (told.known("ticket_field_history", *HISTORY), desk.true_history()),
        "ratings": (
            told.known("satisfaction_rating", "id", "score", "ticket_id"),
            desk.true_ratings(),
        ),
    }


def bamboohr(seed: int, home: Path) -> tuple[Lived, Compared]:
    company = BambooHR(seed)
    kinds = {"leave_types": (PARENTAL, UNPAID)}
    told = lived(seed, company, "hr", "bamboohr", home, kinds)
    leaves = {row for row in told.known("worker_leave_status", *LEAVE) if row[2]}
    return told, {"leaves": (leaves, company.true_leaves())} | {
        table: (alive(told.known(table, *columns, "is_deleted")), true)
        for table, columns, true in (
            ("worker_history", WORKER, company.true_workers()),
            ("worker_position_history", POSITION, company.true_positions()),
        )
    }


def xero(seed: int, home: Path) -> tuple[Lived, Compared]:
    books = Xero(seed)
    told = lived(seed, books, "finance", "xero", home, CLIENT | {"account": "tenant"})
    return told, {
        "invoices": (
            {r for r in told.known("invoice", "invoice_id", "status") if r[1] != "DELETED"},
            {(number, bill["Status"]) for number, bill in books.invoices.items()},
        ),
        "journal lines": (
            told.known("journal_line", "journal_line_id", "net_amount"),
            {
                (line["JournalLineID"], Decimal(str(line["NetAmount"])))
                for journal in books.journals
                for line in journal["JournalLines"]
            },
        ),
    }


def marketo(seed: int, home: Path) -> tuple[Lived, Compared]:
    tool = Marketo(seed)
    told = lived(seed, tool, "marketing", "marketo", home, dict(CLIENT))
    return told, {
        "activities": (
            told.known("activity", "id", "lead_id"),
            {(deed["marketoGUID"], str(deed["leadId"])) for deed in tool.deeds},
        ),
        "leads": (told.known("lead", "id"), {(str(deed["leadId"]),) for deed in tool.deeds}),
        "programs": (
            told.known("program", "id", "name"),
            {(str(program["id"]), program["name"]) for program in tool.programs},
        ),
    }


def hubspot_marketing(seed: int, home: Path) -> tuple[Lived, Compared]:
    portal = Portal(seed)
    told = lived(seed, portal, "marketing", "hubspot_marketing", home, {})
    submissions = portal.true_submissions()
    programs = told.known("program", "id", "name", "owner_email")
    campaigns = told.known("activity", "id", "campaign_id")
    return told, {
        "submissions": (told.known("activity", "id", "activity_date", "lead_id"), submissions),
        "leads": (
            told.known("lead", "id"),
            {row[2:] for row in submissions if row[2] != "unassigned"},
        ),
        # one that was deleted is kept: no column of the table could show it
        "programs": (
            {row for row in programs if row[0] not in portal.ended},
            portal.true_campaigns(),
        ),
        # what was told of a submission stays, whatever its form is of later
        "campaigns of submissions": (campaigns, campaigns & portal.may_be_of()),
    }


def hubspot(seed: int, home: Path) -> tuple[Lived, Compared]:
    portal = HubSpot(seed)
    told = lived(seed, portal, "crm", "hubspot", home, {})
    deals = {number for number, deal in portal.kinds["deals"].items() if not deal["archived"]}
    companies = portal.kinds["companies"].values()
    return told, {
        "deals": (
            {row for row in told.known("opportunity", *DEAL) if not row[-1]},
            portal.true_deals(),
        ),
        "splits": (
            alive(told.known("opportunity_split", *SPLIT, "is_deleted")),
            portal.true_splits(),
        ),
        "history": (
            {row for row in told.known("opportunity_history", *DEAL_HISTORY) if row[0] in deals},
            {row for number in deals for row in portal.true_history(number)},
        ),
        "companies": (
            told.known("account", "id", "name", "is_deleted"),
            {(company["id"], company["properties"]["name"], False) for company in companies},
        ),
    }


def salesforce(seed: int, home: Path) -> tuple[Lived, Compared]:
    with ExitStack() as patched:
        patched.enter_context(in_the_clear())
        # every third company is large: Bulk 2.0 reads it
        if seed % 3 == 0:
            patched.enter_context(mock.patch.object(vendor, "BULK_ABOVE", 3))
            patched.enter_context(mock.patch.object(vendor, "BULK_PAGE", 4))
        org = Salesforce(seed)
        told = lived(seed, org, "crm", "salesforce", home, dict(CLIENT), scheme="https")
    deals = {number for number, d in org.objects["Opportunity"].items() if not d["IsDeleted"]}
    accounts = org.objects["Account"].values()
    return told, {
        "deals": (
            {row for row in told.known("opportunity", *SF_DEAL) if not row[-2]},
            org.true_deals(),
        ),
        "splits": (
            told.known("opportunity_split", "id", "opportunity_id", "split_type"),
            org.true_splits(),
        ),
        "history": (
            {row for row in told.known("opportunity_history", *SF_HISTORY) if row[0] in deals},
            {row for number in deals for row in org.true_history(number)},
        ),
        "accounts": (
            told.known("account", "id", "master_record_id", "is_deleted"),
            {(a["Id"], a["MasterRecordId"], a["IsDeleted"]) for a in accounts},
        ),
    }


def alive(rows: Rows) -> Rows:
    """Without the last column, those of which it does not say that they are gone."""
    return {row[:-1] for row in rows if not row[-1]}


VENDORS: dict[str, Callable[[int, Path], tuple[Lived, Compared]]] = {
    told.__name__: told
    for told in (bamboohr, hubspot, hubspot_marketing, marketo, salesforce, xero, zendesk)
}
