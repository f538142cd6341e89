"""The seed files of Fivetran's own packages: which table of a connector each stands for."""

from __future__ import annotations

import csv
from pathlib import Path

# The connectors whose seeds stand for a whole domain, and what else lies beside them in its place.
VENDORS = {
    "salesforce": "crm",
    "hubspot": "crm",
    "zendesk": "support",
    "marketo": "marketing",
    "workday": "hr",
    "xero": "finance",
}
ADDITIONS = {"xero": ["netsuite"]}

PREFIXES = {
    "salesforce": "sf_",
    "marketo": "marketo_",
    "workday": "workday_",
    "xero": "xero_",
    "netsuite": "netsuite2_",
}

# The package calls some tables otherwise than the connector does.
CONNECTOR_NAMES = {("netsuite", "accounting_period"): "accountingperiod"}


def seed_tables(folder: Path, vendor: str) -> dict[str, Path]:
    """The connector's table names and the seed file of each."""
    prefix = PREFIXES.get(vendor, "")
    found = {}
    for path in sorted((folder / vendor).glob(f"{prefix}*_data.csv")):
        name = path.stem.removeprefix(prefix).removesuffix("_data")
        found[CONNECTOR_NAMES.get((vendor, name), name)] = path
    return found


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [name.strip().lower() for name in next(csv.reader(stream))]
