"""The payout register that payroll imports: only of a closed run, and the same however often.

A payment is a payee, a payment run and a currency; its key is the hash of these and of what is
paid, so payroll that gets a file twice sees the same keys and pays once (M06).
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import (
    durable,
    journal,
    ledger_archive,
    ledger_entries,
    parquet,
    register,
    release,
    vault,
)
from orchestration.errors import NightError
from orchestration.identity import of_process
from orchestration.release_reader import reading, select

# One row a payee, component, version, period and currency that the close made payable.
_REGISTER = """
with sums as (
    select
        payee_employee_number,
        plan_component_key,
        plan_version,
        period_key,
        currency_code,
        count(*) as line_count,
        cast(sum(amount_minor) as bigint) as payout_amount_minor
    from memory.main.posted_lines
    where account = 'payable'
    group by all
    having sum(amount_minor) <> 0
),

payments as (
    select
        payee_employee_number,
        currency_code,
        sha256(concat_ws(chr(31), payee_employee_number, '{run}', currency_code, string_agg(
            concat_ws(chr(30), plan_component_key, plan_version, period_key, payout_amount_minor),
            chr(29) order by plan_component_key, plan_version, period_key
        ))) as payment_key
    from sums
    group by payee_employee_number, currency_code
)

select
    payments.payment_key,
    '{run}' as payment_run,
    sums.payee_employee_number,
    components.payroll_code,
    sums.plan_component_key,
    sums.plan_version,
    sums.period_key,
    sums.line_count,
    sums.payout_amount_minor,
    sums.currency_code
from sums
inner join payments using (payee_employee_number, currency_code)
inner join finance.people.dim_plan_components as components
    using (plan_component_key, plan_version)
"""


def keep_register(connection: duckdb.DuckDBPyConnection, home: Path, run: str) -> str:
    """Archive the register of the lines being posted; its SHA-256.

    Raises NightError when a payment would be negative (M05) or text could run as a formula where
    payroll opens it (F64).
    """
    connection.execute(
        f"create or replace table memory.main.register as {_REGISTER.format(run=run)}"
    )
    negative = connection.execute(
        "select count(*) from (select 1 from memory.main.register "
        "group by payment_key having sum(payout_amount_minor) < 0)"
    ).fetchall()[0][0]
    if negative:
        raise NightError(f"nothing was posted: {negative} payments are below zero (M05)")
    result = connection.execute("from memory.main.register order by all")
    names = [column[0] for column in result.description]
    for row in result.fetchall():
        for name, value in zip(names, row, strict=True):
            if register.neutral(value) != value:
                raise NightError(
                    f"nothing was posted: {name} holds text that payroll's spreadsheet would run"
                )
    aside = durable.make_folder(ledger_archive.folder(home), mode=0o700) / ".aside-register"
    parquet.write(connection, "from memory.main.register order by all", aside, mode=0o600)
    sha256 = durable.sha256_of_file(aside)
    durable.commit_file(aside, ledger_archive.folder(home) / sha256)
    return sha256


def export(home: Path, period_key: str, now: datetime) -> tuple[Path, dict[str, Any], bool]:
    """Write the register of a closed period for payroll; its folder, record, and if it is new.

    The first export posts payable -> paid. Every other writes the same bytes and posts nothing.
    Raises NightError when the period is not closed or an archived register is damaged.
    """
    with journal.lock(home):
        records = journal.read(home)
        close = journal.close_of(records, period_key)
        damaged = ledger_archive.problems(home, close)
        if damaged:
            raise NightError("; ".join(damaged) + "; restore it from a backup")
        before = journal.export_of(records, close)
        folder = home / "exports" / (close["payment_run"] or close["period_key"]).replace("#", "-")
        files = _write(home, close, folder)
        if before is not None:
            if files != before["files"]:
                raise NightError(f"the export of {period_key} would differ from the one that was")
            return folder, before, False
        with duckdb.connect() as connection:
            entries = ledger_entries.write(
                connection,
                home,
                ledger_entries.legs_of_payment(home, close),
                f"export-{close['period_key']}",
            )
        record = journal.append(
            home,
            "export",
            now,
            {
                "period_key": close["period_key"],
                "release_id": close["release_id"],
                "close_sequence": close["sequence"],
                "payment_run": close["payment_run"],
                "exported_by": of_process(),
                "files": files,
                "entries": entries,
            },
        )
        return folder, record, True


def write_with_names(home: Path, period_key: str, path: Path, now: datetime) -> int:
    """Write the register of a closed period with who each payee is, for people; rows written.

    Outside the home, so that an erasure finds all that names a person in the vault. Raises
    NightError where it would be inside, or the period is not closed.
    """
    if path.resolve().is_relative_to(home.resolve()):
        raise NightError(f"{path} is inside {home}, which names nobody; choose a place elsewhere")
    close = journal.close_of(journal.read(home), period_key)
    manifest = release.required(home, close["release_id"])
    archived = ledger_archive.folder(home) / close["archive"]["register"]
    with reading(home, manifest, "finance") as connection:
        rows = select(
            connection,
            "select employees.employee_name as payee_name, register.* "
            f"from {parquet.scan([archived])} as register "
            "left join people.dim_employees as employees "
            "on register.payee_employee_number = employees.employee_number order by all",
        )
    named = vault.revealed(home, rows, f"export {period_key}", now)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0] if rows else ("payee_name",))
    writer.writerows([[register.neutral(value) for value in row.values()] for row in named])
    durable.write_bytes(path, text.getvalue().encode("utf-8"), mode=0o600)
    return len(named)


def _write(home: Path, close: journal.Record, folder: Path) -> dict[str, str]:
    """The register in all its formats; SHA-256 by name."""
    durable.make_folder(folder.parent, mode=0o700)
    durable.make_folder(folder, mode=0o700)
    archived = ledger_archive.folder(home) / close["archive"]["register"]
    with duckdb.connect() as connection:
        register.write(
            connection,
            folder,
            date.fromisoformat(close["run_date"]),
            source=parquet.scan([archived]),
            state="exported",
        )
    return {path.name: durable.sha256_of_file(path) for path in sorted(folder.glob("payout_*"))}
