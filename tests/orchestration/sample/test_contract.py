"""What is delivered is what the raw contract says, and its records lead to each other."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import contract
from tests.orchestration.sample.conftest import SOURCES, Delivered

TABLES = [
    (domain, table) for domain in SOURCES for table in contract.domains()[domain].tables.values()
]
# (table, column) -> (table, column); users and other quoted names are SQL as written
REFERENCES = [
    ("crm.opportunity", "account_id", "crm.account", "id"),
    ("crm.opportunity", "owner_id", 'crm."user"', "id"),
    ("crm.opportunity_history", "id", "crm.opportunity", "id"),
    ("crm.opportunity_history", "owner_id", 'crm."user"', "id"),
    ("crm.task", "owner_id", 'crm."user"', "id"),
    ("crm.task", "left(what_id, 15)", "crm.opportunity", "left(id, 15)"),
    ("crm.task", "left(who_id, 15)", "crm.contact", "left(id, 15)"),
    ("crm.event", "owner_id", 'crm."user"', "id"),
    ("crm.event", "left(what_id, 15)", "crm.opportunity", "left(id, 15)"),
    ("crm.opportunity_split", "opportunity_id", "crm.opportunity", "id"),
    ("crm.opportunity_split", "split_owner_id", 'crm."user"', "id"),
    ("crm.opportunity_team_member", "opportunity_id", "crm.opportunity", "id"),
    ("crm.opportunity_team_member", "user_id", 'crm."user"', "id"),
    ("crm.lead", "owner_id", 'crm."user"', "id"),
    ("crm.lead", "converted_opportunity_id", "crm.opportunity", "id"),
    ("crm.lead", "converted_contact_id", "crm.contact", "id"),
    ("crm.contact", "account_id", "crm.account", "id"),
    ("crm.contact", "email", "marketing.lead", "email"),
    ("marketing.activity", "lead_id", "marketing.lead", "id"),
    ("marketing.activity", "campaign_id", "marketing.campaign", "id"),
    ("marketing.campaign", "program_id", "marketing.program", "id"),
    ("support.ticket", "assignee_id", 'support."user"', "id"),
    ("support.ticket", "requester_id", 'support."user"', "id"),
    ("support.ticket", "organization_id", "support.organization", "id"),
    ("support.organization", "external_id", "crm.account", "id"),
    ("support.satisfaction_rating", "ticket_id", "support.ticket", "id"),
    ("support.ticket_field_history", "ticket_id", "support.ticket", "id"),
    ("product_usage.event", "account_id", "crm.account", "id"),
    ("product_usage.event", "feature_id", "product_usage.feature", "id"),
    ("product_usage.feature_request", "account_id", "crm.account", "id"),
    ("collaboration.answer", "opportunity_id", "crm.opportunity", "id"),
    ("collaboration.introduction", "opportunity_id", "crm.opportunity", "id"),
    ("finance.invoice", "reference", "crm.opportunity", "id"),
    ("finance.credit_note", "reference", "finance.invoice", "reference"),
    ("finance.journal_line", "journal_id", "finance.journal", "journal_id"),
    ("finance.journal_line", "account_id", "finance.account", "account_id"),
    ("hr.worker_position_history", "organization_id", "hr.organization", "id"),
    ("hr.worker_position_history", "worker_id", "hr.worker_history", "id"),
    ("hr.person_contact_email_address", "personal_info_system_id", "hr.worker_history", "id"),
    ("hr.worker_leave_status", "worker_id", "hr.worker_history", "id"),
    ("hr.organization", "manager_id", "hr.worker_history", "id"),
    ("hr.organization", "superior_organization_id", "hr.organization", "id"),
]


@pytest.mark.parametrize(
    ("domain", "table"), TABLES, ids=lambda value: getattr(value, "name", value)
)
def test_every_delivery_has_exactly_the_contracts_columns(
    company: Delivered, domain: str, table: contract.RawTable
) -> None:
    files = sorted(company.folder.glob(f"nights/*/{domain}/{table.name}.parquet"))
    assert files[0].parts[-3] == "2026-01-05", "every table is in the base night"
    declared = {name: column.data_type.upper() for name, column in table.columns.items()}
    declared = {n: "VARCHAR" if kind == "TEXT" else kind for n, kind in declared.items()}
    for file in files:
        described = duckdb.sql(f"describe select * from '{file}'").fetchall()
        found = {name: kind.replace(",0)", ")") for name, kind, *_ in described}
        assert found == declared, file


@pytest.mark.parametrize(
    ("domain", "table"), TABLES, ids=lambda value: getattr(value, "name", value)
)
def test_keys_are_unique_and_required_columns_filled(
    company: Delivered, domain: str, table: contract.RawTable
) -> None:
    name = f'{domain}."{table.name}"'
    assert company.value(f"select count(*) from {name}") > 0
    filled = [column.name for column in table.columns.values() if column.required]
    if filled:
        empty = " or ".join(f"{column} is null" for column in filled)
        assert company.value(f"select count(*) from {name} where {empty}") == 0
    if table.load == "incremental":
        twice = company.rows(
            f"select {', '.join(table.key)} from all_{name} "
            f"group by {', '.join(table.key)}, {table.version} having count(*) > 1"
        )
        assert twice == [], "two versions of one record at one instant cannot be told apart"
    if table.load == "snapshot":
        nights = len(list((company.folder / "nights").iterdir()))
        files = list(company.folder.glob(f"nights/*/{domain}/{table.name}.parquet"))
        assert len(files) == nights


@pytest.mark.parametrize("size", ["company", "small_company"])
def test_references_lead_somewhere(size: str, request: pytest.FixtureRequest) -> None:
    delivered: Delivered = request.getfixturevalue(size)
    for table, column, target, key in REFERENCES:
        lost = delivered.rows(
            f"select distinct {column} from {table} where {column} is not null "
            f"and {column} not in (select {key} from {target} where {key} is not null) limit 3"
        )
        assert lost == [], f"{table}.{column}"


def test_nothing_is_delivered_before_it_happened(company: Delivered) -> None:
    """Fails if a delivery knows a change of a day that was not over when it was made."""
    for domain, table in TABLES:
        version = table.version or (
            "_fivetran_start" if "_fivetran_start" in table.columns else None
        )
        if version is None or table.name in ("worker_leave_status", "program", "campaign"):
            continue
        early = company.rows(
            f"""select {", ".join(table.key)}, {version}, run_date from all_{domain}."{table.name}"
            where timezone('Europe/Berlin', timezone('UTC', {version})) >= run_date limit 3"""
        )
        assert early == [], f"{domain}.{table.name}"
