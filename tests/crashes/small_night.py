"""A night of three small tables, published by what publishes a real one (F42, F46).

Everything between the last gate and the pointer is the real thing: build, register, seal, verify,
publish. What dbt and the gates would have said is given, so that a publication takes a tenth of a
second and can be killed at each of its points.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

# imported by the register when it writes: here once, and not in every child
import openpyxl  # noqa: F401
import xlsxwriter  # noqa: F401

from orchestration import durable, publish, release, release_build, warehouse
from orchestration.night import Night
from orchestration.settings import Settings

DAYS = {1: "2026-01-05-aaaaaaaaaaaa", 2: "2026-01-06-bbbbbbbbbbbb", 3: "2026-01-06-cccccccccccc"}
TABLES = {
    "funnel.fct_opportunities": (["all"], "opportunity_key text, amount_minor bigint"),
    "people.dim_employees": (["people", "finance"], "employee_key text, employee_name text"),
    "bonus.rpt_payout_register": (
        ["finance"], "payee_name text, payout_amount_minor bigint, currency_code text"
    ),
}  # fmt: skip


def _nodes() -> list[dict[str, Any]]:
    return [
        {
            "schema": name.partition(".")[0],
            "name": name.partition(".")[2],
            "description": "a table",
            "columns": {
                field.split()[0]: {"name": field.split()[0], "description": "a column"}
                for field in fields.split(", ")
            },
            "config": {"meta": {"audience": audience}},
        }
        for name, (audience, fields) in TABLES.items()
    ]


def prepare(home: Path, day: int) -> None:
    """What a night of that day has computed when its last gate passed."""
    path = warehouse.path_of(home)
    durable.make_folder(path.parent, mode=0o700)
    path.unlink(missing_ok=True)
    parent = DAYS.get(day - 1)
    with duckdb.connect(str(path)) as night:
        night.execute("create schema raw_night")
        night.execute(
            "create table raw_night.run as select ? as parent_release_id, 'l' as landing_hash, "
            "'p' as policy_hash, 'g' as ledger_hash, 'c' as code_hash",
            [parent],
        )
        for name, (_, fields) in TABLES.items():
            night.execute(f"create schema if not exists {name.partition('.')[0]}")
            night.execute(f"create table {name} ({fields})")
        night.execute(
            f"insert into funnel.fct_opportunities select 'o' || i, i * {day} from range(500) t(i)"
        )
        night.execute(
            f"insert into people.dim_employees select 'e' || i, 'Name {day}' from range(40) t(i)"
        )
        night.execute(
            "insert into bonus.rpt_payout_register "
            f"select 'Name ' || i, 100 * {day} + i, 'EUR' from range(40) t(i)"
        )


def publish_day(home: Path, day: int) -> None:
    """The publishing step of the night that `prepare` has left behind."""
    running = Night(
        Settings(home=home, threads=1),
        date.fromisoformat(DAYS[day][:10]),
        mock.Mock(),
        mock.Mock(),
        release_id=DAYS[day],
    )
    inputs = {f"{name}_hash": name[0] for name in ("landing", "policy", "code")}
    inputs["ledger_hash"] = "g"
    with (
        mock.patch.object(publish.evidence, "weigh", lambda *_: ([], {})),
        mock.patch.object(release_build, "published", lambda _: _nodes()),
        mock.patch.object(release_build, "input_hashes", lambda _: inputs),
        mock.patch.object(
            release_build.ledger_archive, "models_of_night", lambda _: b'{"models": []}\n'
        ),
    ):
        publish.publish(running)


def write_in_place(home: Path, day: int) -> None:
    """The positive control: a writer that changes what readers see, one file after the other."""
    here = (release.folder(home) / release.POINTER).resolve()
    with duckdb.connect(str(here / "bi.duckdb")) as file:
        file.execute(f"update funnel.fct_opportunities set amount_minor = amount_minor * {day}")
    for name in ("payout_register.draft.csv", "payout_register.draft.parquet"):
        path = here / "finance" / name
        descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(f"day {day}\n".encode() * 100)
        os.fsync(os.open(path, os.O_RDONLY))
    manifest = durable.read_json(here / release.MANIFEST)
    manifest["files"] = release_build._files(here)
    durable.write_bytes(here / release.MANIFEST, durable.canonical_json(manifest))
    release.seal(here)


WRITERS = {"publish": publish_day, "in place": write_in_place}


def seen(home: Path) -> dict[str, str]:
    """What a reader sees through the pointer: every file's bytes, and what verify says of them."""
    here = (release.folder(home) / release.POINTER).resolve()
    found = {
        path.relative_to(here).as_posix(): durable.sha256_of_file(path)
        for path in sorted(here.rglob("*"))
        if path.is_file()
    }
    return {"current": here.name, "problems": "; ".join(release.verify(here)), **found}


def data(home: Path) -> dict[str, str]:
    """What two publications of the same night have in common: each table's content hash, and
    Parquet, CSV and XLSX byte for byte."""
    here = (release.folder(home) / release.POINTER).resolve()
    manifest = durable.read_json(here / release.MANIFEST)
    files = {
        entry["path"]: entry["sha256"]
        for entry in manifest["files"]
        if not entry["path"].endswith(".duckdb")
    }
    return {"release": manifest["release_id"], **files} | {
        entry["table"]: entry["content_hash"] for entry in manifest["tables"]
    }
