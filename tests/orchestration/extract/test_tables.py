"""Tables: a loader's place is read under its own names, or what is missing is named."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contract import domains
from tests.orchestration.extract.loaded import (
    ACCOUNTS,
    USERS,
    database,
    land,
    landed,
    opportunity,
    refusal,
    salesforce,
)

DLT = {"_dlt_valid_from": "timestamp '2026-01-01'", "_dlt_valid_to": "null"}


def test_the_vendor_is_known_by_its_tables(place: Path) -> None:
    deals = opportunity(_fivetran_synced="timestamp '2026-01-03'")
    manifest = land(salesforce(place, opportunity=deals))
    assert manifest["source_version"] == "fivetran"
    (row,) = landed(place, "opportunity")
    assert (row["stage_name"], row["amount"]) == ("Open", Decimal("100.5"))
    assert manifest["tables"]["opportunity_split"]["is_offered"] is False


def test_parquet_and_csv_files_are_a_place_too(tmp_path: Path) -> None:
    folder = tmp_path / "loaded"
    (folder / "opportunity").mkdir(parents=True)
    duckdb.sql(f"copy ({USERS}) to '{folder}/user.csv'")
    duckdb.sql(f"copy ({ACCOUNTS}) to '{folder}/account.parquet'")
    for part in ("1", "2"):
        duckdb.sql(
            f"copy ({opportunity(f'o{part}', _fivetran_synced=chr(39) + '2026-01-02' + chr(39))}) "
            f"to '{folder}/opportunity/{part}.parquet'"
        )
    assert land(folder)["tables"]["opportunity"]["rows"] == 2


def test_a_version_column_that_is_gone_falls_back_to_when_the_loader_wrote(place: Path) -> None:
    land(salesforce(place, opportunity=opportunity(_fivetran_synced="timestamp '2026-01-03'")))
    assert landed(place, "opportunity")[0]["system_modstamp"] == datetime(2026, 1, 3)


def test_a_company_may_name_columns_of_its_own(place: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "salesforce.csv").write_text(
        "table,column,source_table,source_column\nopportunity,amount,opportunity,net_amount_c\n"
    )
    synced = {"_fivetran_synced": "timestamp '2026-01-03'", "net_amount_c": "12.25"}
    land(salesforce(place, opportunity=opportunity(**synced)), mappings=own)
    assert landed(place, "opportunity")[0]["amount"] == Decimal("12.25")


def test_d05_a_required_column_that_was_renamed_is_refused_by_name(place: Path) -> None:
    renamed = opportunity(_fivetran_synced="now()").replace("stage_name", "stage")
    assert "required column stage_name is gone" in refusal(salesforce(place, opportunity=renamed))


def test_s11_a_column_that_was_all_null_and_so_never_made_is_null_in_its_type(place: Path) -> None:
    """dlt makes no column of which a load held no value: what is read is declared, and is there."""
    deals = opportunity(system_modstamp="timestamp '2026-01-02'", **DLT)
    land(database(place, sf_user=USERS, account=ACCOUNTS, opportunity=deals), loader="dlt")
    (row,) = landed(place, "opportunity")
    declared = domains()["crm"].tables["opportunity"].columns
    assert set(declared) <= set(row)
    missing = {"campaign_id", "lead_source"}
    assert all(row[name] is None for name in missing)
    assert not any(f" as {name}" in deals for name in missing), "the source has no such column"


def test_an_amount_that_is_not_a_number_is_refused_by_place(place: Path) -> None:
    bad = opportunity(_fivetran_synced="now()").replace("100.5", "'nan'::double")
    told = refusal(salesforce(place, opportunity=bad))
    assert "crm.opportunity" in told
    assert "1 rows (the first is row 1 of the data) have a amount" in told


@pytest.mark.parametrize(
    ("made", "source", "told_as"),
    [
        ({"thing": "select 1 as id"}, {}, "holds none of the tables"),
        ({"user": USERS, "owner": USERS, "deal": USERS}, {}, "tables of hubspot and salesforce"),
        ({"user": USERS}, {"vendor": "pipedrive"}, "no names are known for vendor pipedrive"),
        ({"user": USERS}, {"schema_name": "elsewhere"}, "has no schema elsewhere"),
        ({"user": USERS}, {}, "account: the source has no such table, and it is required"),
    ],
)
def test_a_place_that_cannot_be_read_says_what_to_do(
    place: Path, made: dict[str, str], source: dict[str, str], told_as: str
) -> None:
    assert told_as in refusal(database(place, **made), **source)


def test_two_schemas_need_a_name(place: Path) -> None:
    with duckdb.connect(str(salesforce(place))) as connection:
        connection.execute("create schema sandbox")
        connection.execute('create table sandbox."user" as select 1 as id')
        connection.execute(
            "alter table crm_schema.opportunity add column _fivetran_synced timestamp "
            "default timestamp '2026-01-02'"
        )
    assert "crm_schema, sandbox" in refusal(place)
    assert land(place, schema_name="crm_schema")["tables"]["user"]["rows"] == 1


@pytest.mark.parametrize("content", [None, b"no database"])
def test_a_place_that_is_no_database_is_named(place: Path, content: bytes | None) -> None:
    if content is not None:
        place.write_bytes(content)
    assert str(place) in refusal(place)


HUBSPOT = {
    "owner": "select 7 as owner_id, 'ann@c' as email, 'Ann' as first_name, 'Bo' as last_name, "
    "3 as active_user_id, timestamp '2026-01-01' as updated_at",
    "company": "select 5 as id, 'Acme' as property_name, false as is_deleted, "
    "timestamp '2026-01-01' as _fivetran_synced",
    "deal": "select unnest([1, 2]) as deal_id, unnest([7, null]) as owner_id, 's1' as "
    "deal_pipeline_stage_id, 10.5 as property_amount, timestamp '2026-01-01' as "
    "property_createdate, false as is_deleted, timestamp '2026-01-02' as _fivetran_synced",
    "deal_company": "select 1 as deal_id, unnest([4, 5]) as company_id, unnest([9, 5]) as type_id",
    "deal_pipeline_stage": "select 's1' as stage_id, 'Closed Won' as label, true as closed_won",
}


def test_a_deals_company_and_stage_are_joined_to_it(place: Path) -> None:
    land(database(place, **HUBSPOT))
    first, second = sorted(landed(place, "opportunity"), key=lambda row: row["id"])
    assert (first["owner_id"], first["account_id"]) == ("7", "5")
    assert (first["stage_name"], first["is_won"]) == ("Closed Won", True)
    # C08: a deal that is nobody's says so
    assert (second["owner_id"], second["account_id"]) == ("unassigned", "unassigned")


@pytest.mark.parametrize(
    ("table", "old", "new", "told_as"),
    [
        ("deal_pipeline_stage", "closed_won", "won", "deal_pipeline_stage.closed_won is gone"),
        ("deal", "owner_id", "hubspot_owner", "deal.owner_id is gone"),
        ("deal_company", "company_id", "company", "deal_company.company_id is gone"),
        ("deal_company", "deal_id", "deal", 'does not have a column named "deal_id"'),
    ],
)
def test_d05_a_join_does_not_hide_a_renamed_column(
    place: Path, table: str, old: str, new: str, told_as: str
) -> None:
    made = {**HUBSPOT, table: HUBSPOT[table].replace(old, new)}
    assert told_as in refusal(database(place, **made), vendor="hubspot")


def test_a_join_does_not_hide_a_table_that_is_gone(place: Path) -> None:
    made = {name: select for name, select in HUBSPOT.items() if name != "deal_pipeline_stage"}
    assert "deal_pipeline_stage is gone" in refusal(database(place, **made))


def test_a_split_is_called_by_the_name_of_its_type(place: Path) -> None:
    made = {
        "opportunity": opportunity(_fivetran_synced="timestamp '2026-01-02'"),
        "opportunity_split": "select 's1' as id, 'o1' as opportunity_id, 'u1' as split_owner_id, "
        "'t1' as split_type_id, 60.0 as split_percentage, false as is_deleted, "
        "timestamp '2026-01-01' as system_modstamp",
        "opportunity_split_type": "select 't1' as id, 'Revenue' as developer_name",
    }
    land(salesforce(place, **made))
    assert landed(place, "opportunity_split")[0]["split_type"] == "Revenue"


def test_c01_a_type_of_split_that_need_not_be_whole_is_an_overlay(place: Path) -> None:
    made = {
        "opportunity": opportunity(_fivetran_synced="timestamp '2026-01-02'"),
        "opportunity_split": "select 's1' as id, 'o1' as opportunity_id, 'u1' as split_owner_id, "
        "'t1' as split_type_id, 60.0 as split_percentage, false as is_deleted, "
        "timestamp '2026-01-01' as system_modstamp",
        "opportunity_split_type": "select 't1' as id, 'Specialists' as developer_name, "
        "false as is_total_validated",
    }
    land(salesforce(place, **made))
    assert landed(place, "opportunity_split")[0]["split_type"] == "Overlay"


def spelt_like_airbyte(select: str) -> str:
    names = [row[0] for row in duckdb.sql(f"describe {select}").fetchall()]
    spelt = {name: "".join(part.capitalize() for part in name.split("_")) for name in names}
    fields = ", ".join(f'"{name}" as "{new}"' for name, new in spelt.items())
    return f"select {fields}, timestamptz '2026-01-04' as _airbyte_extracted_at from ({select})"


def test_airbyte_keeps_salesforces_own_spelling(place: Path) -> None:
    deals = spelt_like_airbyte(opportunity(system_modstamp="timestamp '2026-01-02'"))
    made = {"User": spelt_like_airbyte(USERS), "Account": spelt_like_airbyte(ACCOUNTS)}
    manifest = land(database(place, Opportunity=deals, **made), loader="airbyte")
    assert landed(place, "opportunity")[0]["system_modstamp"] == datetime(2026, 1, 2)
    assert json.loads(manifest["cursor_to"])["opportunity"] == "2026-01-04T00:00:00+00:00"


def test_dlt_calls_a_user_otherwise_and_closes_versions_by_date(place: Path) -> None:
    versions = " union all ".join(
        opportunity(
            stage=stage,
            system_modstamp="timestamp '2026-01-02'",
            _dlt_valid_from=f"timestamp '{start}'",
            _dlt_valid_to=end,
        )
        for stage, start, end in [
            ("Open", "2026-01-01", "timestamp '2026-01-03'"),
            ("Won", "2026-01-03", "null"),
        ]
    )
    land(database(place, sf_user=USERS, account=ACCOUNTS, opportunity=versions), loader="dlt")
    (row,) = landed(place, "opportunity")
    assert (row["stage_name"], row["is_deleted"]) == ("Won", False)
