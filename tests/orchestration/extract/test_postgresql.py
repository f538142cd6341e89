"""PostgreSQL places: a real server's tables are read as those of any other place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration import contract, landing
from orchestration.errors import SourceError
from orchestration.extract import tables
from orchestration.settings import DomainSource
from orchestration.settings_tables import PostgresPlace
from tests.orchestration.extract.loaded import NEXT_DATE, RUN_DATE, landed

# `make test` puts it beside the environment (requirements/emulators.txt)
EMULATORS = Path(sys.prefix) / "emulators"
PASSWORD = "a-password-of-the-tests"

pytestmark = pytest.mark.skipif(
    not EMULATORS.is_dir(), reason="`make .venv/emulators` sets the server up"
)

MADE = f"""
drop schema if exists crm_schema cascade;
drop role if exists reader;
create role reader login password '{PASSWORD}';
create schema crm_schema;
grant usage on schema crm_schema to reader;
create table crm_schema."user" as select
    'u1' as id, 'ann@c' as email, true as is_active, timestamp '2026-01-01' as system_modstamp;
create table crm_schema.account as select
    'a1' as id, 'Acme' as name, false as is_deleted, timestamp '2026-01-01' as system_modstamp;
create table crm_schema.opportunity (
    id varchar(18), account_id text, owner_id text, stage_name text, amount numeric,
    created_date timestamptz, is_closed boolean, is_won boolean, is_deleted boolean,
    close_date date, "_fivetran_synced" timestamptz, raw jsonb, key uuid
);
create table crm_schema.nobodys as select 1 as secret;
insert into crm_schema.opportunity values
    ('o1', 'a1', 'u1', 'Open', 99999999999999.99, '2026-01-01 10:00+02', false, false, false,
     '2026-02-01', '2026-01-03 00:00+00', '{{"a": 1}}', gen_random_uuid()),
    ('o2', 'a1', 'u1', 'Open', null, '2026-01-01', false, false, false, null,
     '2026-01-04 00:00+00', null, null);
grant select on all tables in schema crm_schema to reader;
revoke select on crm_schema.nobodys from reader;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    # a socket's path is at most 107 characters long, and the folder of a test is longer
    folder = Path(tempfile.mkdtemp(prefix="ws-"))
    kept = {name: value for name, value in os.environ.items() if "WINSHARE" not in name}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("postgres_server.py")), str(folder / "pg")],
        env=kept | {"PYTHONPATH": str(EMULATORS), "HOME": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        uri = process.stdout.readline().strip()
        address = urlsplit(uri)
        host = parse_qs(address.query).get("host", [address.hostname])[0]
        yield {"uri": uri, "host": host, "port": address.port or 5432}
    finally:
        process.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def run(server: dict[str, Any], statements: str) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server["uri"], autocommit=True) as link, link.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";\n")):
            cursor.execute(statement)


@pytest.fixture
def place(server: dict[str, Any]) -> DomainSource:
    run(server, MADE)
    told = {"host": server["host"], "port": server["port"], "database": "postgres"}
    return DomainSource(
        way="tables",
        postgresql=PostgresPlace(**told, user="reader", password=PASSWORD, encryption="disable"),
    )


def land(home: Path, source: DomainSource, run_date: Any = RUN_DATE) -> dict[str, Any]:
    crm = contract.domains()["crm"]
    return landing.land(
        home,
        crm,
        run_date,
        "tables",
        lambda connection, cursor: tables.read(connection, crm, source, run_date, cursor),
    )


def test_amounts_days_and_instants_land_as_they_are(place: DomainSource, tmp_path: Path) -> None:
    manifest = land(tmp_path / "home", place)
    first, second = landed(tmp_path / "place", "opportunity")
    assert first["amount"] == Decimal("99999999999999.99")
    assert first["created_date"] == datetime(2026, 1, 1, 8)
    assert (first["close_date"].isoformat(), second["close_date"]) == ("2026-02-01", None)
    assert manifest["tables"]["opportunity"]["rows"] == 2
    assert json.loads(manifest["cursor_to"]) == {"opportunity": "2026-01-04T00:00:00+00:00"}


def test_the_next_night_asks_only_for_what_was_written_since(
    server: dict[str, Any], place: DomainSource, tmp_path: Path
) -> None:
    land(tmp_path / "home", place)
    # before the cursor: a night that asked for it again would land what nobody wrote
    run(server, "update crm_schema.opportunity set stage_name = 'Lost' where id = 'o1'")
    run(
        server,
        "insert into crm_schema.opportunity select 'o3', account_id, owner_id, stage_name, 12.5, "
        "created_date, is_closed, is_won, is_deleted, close_date, '2026-01-05 03:00+00' "
        "from crm_schema.opportunity where id = 'o2'",
    )
    land(tmp_path / "home", place, NEXT_DATE)
    rows = landed(tmp_path / "place", "opportunity", NEXT_DATE)
    assert [(row["id"], row["amount"]) for row in rows] == [("o2", None), ("o3", Decimal("12.5"))]


def test_f22_an_amount_that_is_no_number_is_refused_without_its_value(
    server: dict[str, Any], place: DomainSource, tmp_path: Path
) -> None:
    run(server, "update crm_schema.opportunity set amount = 'NaN' where id = 'o1'")
    with pytest.raises(SourceError, match=r"1 rows .* have a amount that cannot be read"):
        land(tmp_path / "home", place)


def test_d05_a_column_that_was_renamed_is_refused_by_name(
    server: dict[str, Any], place: DomainSource, tmp_path: Path
) -> None:
    run(server, "alter table crm_schema.opportunity rename stage_name to stage")
    with pytest.raises(SourceError, match="required column stage_name is gone"):
        land(tmp_path / "home", place)


def test_what_cannot_be_reached_is_told_without_the_password(
    place: DomainSource, tmp_path: Path
) -> None:
    nowhere = place.postgresql.model_copy(update={"host": "127.0.0.1", "port": 1})
    with pytest.raises(SourceError) as refused:
        land(tmp_path / "home", place.model_copy(update={"postgresql": nowhere}))
    assert "PostgreSQL database postgres on 127.0.0.1 cannot be read" in str(refused.value)
    assert PASSWORD not in str(refused.value)
    assert refused.value.__cause__ is None


def test_several_schemas_are_asked_about(
    server: dict[str, Any], place: DomainSource, tmp_path: Path
) -> None:
    run(
        server,
        "create schema if not exists other;\ngrant usage on schema other to reader;\n"
        "create table if not exists other.account as select 1 as id;\n"
        "grant select on other.account to reader",
    )
    with pytest.raises(SourceError, match="has the schemas crm_schema, other; say which one"):
        land(tmp_path / "home", place)
    found = land(tmp_path / "home", place.model_copy(update={"schema_name": "CRM_schema"}))
    assert found["tables"]["account"]["rows"] == 1
