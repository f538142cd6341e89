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
"""

PUBLIC = "public reference"
# what of a vendor's own was at hand; where nothing is said, its public reference only
API_EVIDENCE = {
    "hubspot.opportunity": "emulator, HubSpot's own client, payloads of a public mock",
    "hubspot.account": "payloads of a public mock",
    "hubspot.contact": "payloads of a public mock",
    "bamboohr.person_name": "models of BambooHR's own client",
    "bamboohr.person_contact_email_address": "models of BambooHR's own client",
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
