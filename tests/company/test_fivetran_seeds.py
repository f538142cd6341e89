"""Tables as Fivetran writes them land and pass through staging: they prove the raw contract.

Their keys rarely join, so nothing is said of the facts they would make.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, landing, warehouse
from orchestration.errors import SourceError
from orchestration.extract import files, tables
from orchestration.settings import DomainSource
from tests.company.seeds import ADDITIONS, VENDORS, seed_tables

RUN_DATE = date(2026, 1, 5)

# An older shape of the connector, in which a meeting does not say whose it was; refused by name.
OUTDATED = {("hubspot", "engagement_meeting")}


def loaded(seeds: Path, vendor: str, place: Path, typed: bool, outdated: bool = False) -> Path:
    """A DuckDB file as the connector would have filled it; `typed` as dbt types seeds, or text."""
    with duckdb.connect(str(place)) as connection:
        connection.execute("create schema connector")
        for source in (vendor, *ADDITIONS.get(vendor, [])):
            for table, path in seed_tables(seeds, source).items():
                if (source, table) in OUTDATED and not outdated:
                    continue
                if source != vendor and table != "accountingperiod":
                    continue
                connection.execute(
                    f"create table connector.\"{table}\" as from read_csv('{path}', "
                    f"header = true, delim = ',', quote = '\"', all_varchar = {not typed})"
                )
    return place


def land(home: Path, domain: str, source: DomainSource) -> dict:
    wanted = contract.domains()[domain]
    way = tables if source.way == "tables" else files
    return landing.land(
        home,
        wanted,
        RUN_DATE,
        source.way,
        lambda connection, cursor: way.read(connection, wanted, source, RUN_DATE, cursor),
    )


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "as text"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_the_seeds_of_a_connector_land(
    company_data: Callable[[str], Path], tmp_path: Path, vendor: str, typed: bool
) -> None:
    place = loaded(company_data("fivetran_seeds"), vendor, tmp_path / "place.duckdb", typed)
    manifest = land(tmp_path, VENDORS[vendor], DomainSource(way="tables", path=place))
    offered = {name for name, table in manifest["tables"].items() if table["is_offered"]}
    required = {
        name for name, table in contract.domains()[VENDORS[vendor]].tables.items() if table.required
    }
    assert required <= offered
    assert all(manifest["tables"][name]["rows"] > 0 for name in required)


def test_typed_or_as_text_the_rows_are_the_same(
    company_data: Callable[[str], Path], tmp_path: Path
) -> None:
    seeds = company_data("fivetran_seeds")
    hashes = []
    for typed in (True, False):
        place = loaded(seeds, "xero", tmp_path / f"{typed}.duckdb", typed)
        manifest = land(tmp_path / str(typed), "finance", DomainSource(way="tables", path=place))
        hashes.append({name: table.get("row_hash") for name, table in manifest["tables"].items()})
    assert hashes[0] == hashes[1]


def test_a_meeting_without_an_owner_column_is_refused_by_name(
    company_data: Callable[[str], Path], tmp_path: Path
) -> None:
    seeds = company_data("fivetran_seeds")
    place = loaded(seeds, "hubspot", tmp_path / "place.duckdb", typed=True, outdated=True)
    with pytest.raises(SourceError, match=r"engagement_meeting\.property_hubspot_owner_id"):
        land(tmp_path, "crm", DomainSource(way="tables", path=place))


@pytest.mark.parametrize(
    "vendors",
    [("salesforce", "zendesk", "marketo", "workday", "xero"), ("hubspot",)],
    ids=["all with salesforce", "hubspot"],
)
def test_the_seeds_pass_through_staging(
    company_data: Callable[[str], Path], tmp_path: Path, vendors: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    policy = DomainSource(way="files", path=contract.DBT_PROJECT / "policy")
    land(home, "policy", policy)
    for vendor in vendors:
        seeds = company_data("fivetran_seeds")
        place = loaded(seeds, vendor, tmp_path / f"{vendor}_place.duckdb", typed=True)
        land(home, VENDORS[vendor], DomainSource(way="tables", path=place))
    present = {"policy", *(VENDORS[vendor] for vendor in vendors)}
    night = warehouse.begin(home)
    warehouse.expose_landing(home, RUN_DATE, set(contract.domains()) - present)
    with warehouse.connect(night) as connection:
        warehouse.insert(connection, "run", [{"run_date": RUN_DATE, "release_id": "trial"}])
    built = subprocess.run(
        [
            sys.executable, "-m", "dbt.cli.main", "build",
            "--select", "path:models/staging",
            "--indirect-selection", "buildable",
            "--exclude-resource-type", "unit_test",
            "--project-dir", str(contract.DBT_PROJECT),
            "--profiles-dir", str(contract.DBT_PROJECT),
            "--target-path", str(tmp_path / "target"),
            "--log-path", str(tmp_path / "target"),
            "--quiet",
        ],
        env={**os.environ, "WINSHARE_WAREHOUSE": str(night)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    with warehouse.connect(night, read_only=True) as connection:
        for vendor in vendors:
            staged = connection.execute(
                "select count(*) from duckdb_tables() where schema_name = 'staging' "
                "and table_name like ? and estimated_size > 0",
                [f"stg_{VENDORS[vendor]}__%"],
            ).fetchone()
            assert staged[0] > 0, vendor
