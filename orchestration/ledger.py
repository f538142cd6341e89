"""The ledger: a period is closed once, exactly as it was approved, and never edited after.

A close is committed by one record of the journal, put in place after all that it names; killed
before, it never happened, killed after, it is done. Two at once take the lock one after the other
and the second finds nothing left to do (M08).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import (
    approval,
    journal,
    ledger_archive,
    ledger_checks,
    ledger_entries,
    ledger_export,
    release,
)
from orchestration.errors import NightError
from orchestration.identity import of_process
from orchestration.ledger_checks import Span
from orchestration.release_reader import reading
from orchestration.settings import Settings


@dataclass(frozen=True)
class Closed:
    """A close that stands. `is_new` is false when it stood before: then nothing was posted."""

    record: journal.Record
    is_new: bool


def close(settings: Settings, period_key: str, now: datetime) -> Closed:
    """Post the approved lines of the current release for all that ended by `period_key`'s end.

    Raises NightError with everything that stands against it; then nothing was posted.
    """
    home = settings.home
    with journal.lock(home):
        records = journal.read(home)
        for record in journal.closes(records):
            if period_key in record["covered_periods"]:
                return Closed(record, is_new=False)
        manifest = release.required(home)
        approval.refuse_other_bytes(home, manifest)
        with reading(home, manifest, "finance") as pay:
            what = ledger_checks.span(pay, records, period_key)
        domains = ledger_checks.present_domains(settings.absent_domains())
        given = _approval_or_refusal(settings, manifest, records, what, domains, now)
        record = _post(home, manifest, given, what, domains, now)
        return Closed(record, is_new=True)


def _approval_or_refusal(
    settings: Settings,
    manifest: dict[str, Any],
    records: list[journal.Record],
    what: Span,
    domains: list[str],
    now: datetime,
) -> journal.Record:
    """The approval that lets the close go on. Raises NightError naming all that does not."""
    home = settings.home
    against = ledger_checks.stale(home, manifest, records, domains)
    against += filter(None, [ledger_checks.not_closed(home, manifest, what)])
    against += ledger_checks.open_controls(home, manifest, what)
    given = None
    try:
        given = approval.standing(settings, manifest, records, now)
    except NightError as error:
        against.append(str(error))
    if against or given is None:
        raise NightError(f"{what.period_key} was not closed: " + "; ".join(against))
    return given


def _post(
    home: Path,
    manifest: dict[str, Any],
    given: journal.Record,
    what: Span,
    domains: list[str],
    now: datetime,
) -> journal.Record:
    end = what.end_date.isoformat()
    with reading(home, manifest, "finance", catalogue="finance") as connection:
        select = ledger_entries.lines_select("finance.", manifest["run_date"], end)
        lines_hash, lines = ledger_entries.take_lines(connection, select)
        entries = ledger_entries.write(
            connection, home, ledger_entries.legs_of_lines(), f"close-{what.period_key}"
        )
        run = connection.execute(
            "select distinct payment_run from finance.bonus.fct_payout_lines"
        ).fetchall()
        archive = {
            "register": ledger_export.keep_register(connection, home, run[0][0] if run else ""),
            **ledger_archive.keep(home, manifest, domains),
        }
    return journal.append(
        home,
        "close",
        now,
        {
            "period_key": what.period_key,
            "end_date": end,
            "covered_periods": what.covered,
            "release_id": manifest["release_id"],
            "manifest_hash": manifest["manifest_hash"],
            "run_date": manifest["run_date"],
            "payment_run": run[0][0] if run else "",
            "inputs": manifest["inputs"],
            "domains": domains,
            "made_by": manifest["made_by"],
            "approved_by": given["approved_by"],
            "approval_sequence": given["sequence"],
            "closed_by": of_process(),
            "lines": lines,
            "lines_hash": lines_hash,
            "entries": entries,
            "archive": archive,
        },
    )


def state(home: Path, manifest: dict[str, Any]) -> str:
    """Where a release stands on its way to payroll: draft, approved, closed or exported."""
    records = journal.read(home)
    of_release = [one for one in records if one.get("release_id") == manifest["release_id"]]
    undone = {one["reversed_sequence"] for one in of_release if one["kind"] == "reversal"}
    kinds = {one["kind"] for one in of_release if one["sequence"] not in undone}
    words = {"export": "exported", "close": "closed", "approval": "approved"}
    return next((word for kind, word in words.items() if kind in kinds), "draft")
