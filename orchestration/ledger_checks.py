"""What stands against a close, in plain words: open gates, open books, a stale release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, dbt, journal, landing
from orchestration.errors import NightError
from orchestration.ledger_entries import ACCRUALS
from orchestration.release_reader import reading


@dataclass(frozen=True)
class Span:
    """The periods that a close settles: all that end after the last close and by its own end."""

    period_key: str
    end_date: date
    covered: list[str]


def span(pay: duckdb.DuckDBPyConnection, records: list[journal.Record], period_key: str) -> Span:
    """What closing `period_key` settles. Raises NightError when there is no such period, or it
    lies before one that is closed."""
    known = pay.execute(
        "select period_key, end_date from people.dim_periods order by end_date, period_key"
    ).fetchall()
    ends = dict(known)
    if period_key not in ends:
        raise NightError(f"{period_key} is no period of the fiscal calendar")
    closed = journal.closes(records)
    through = max((date.fromisoformat(one["end_date"]) for one in closed), default=date.min)
    end = ends[period_key]
    if end <= through:
        newest = max(closed, key=lambda one: one["end_date"])["period_key"]
        raise NightError(
            f"{period_key} ends before {newest}, which is closed; what has changed in it since is "
            "settled with the next close"
        )
    return Span(period_key, end, [key for key, ended in known if through < ended <= end])


def not_closed(home: Path, manifest: dict[str, Any], what: Span) -> str:
    """Why finance would not let the period be closed (G04); empty when it would."""
    with reading(home, manifest, "finance") as pay:
        row = pay.execute(
            "select is_closed from people.dim_periods where period_key = ?",
            [what.period_key],
        ).fetchone()
    if row is not None and row[0]:
        return ""
    return f"finance has not closed {what.period_key} (G04): its accounting period is open"


def stale(
    home: Path, manifest: dict[str, Any], records: list[journal.Record], domains: list[str]
) -> list[str]:
    """What has happened since the release was calculated (M11)."""
    run_date = date.fromisoformat(manifest["run_date"])
    found = []
    for name in domains:
        newest = landing.manifests(home, name, date.max)[-1:]
        if newest and date.fromisoformat(newest[0]["run_date"]) > run_date:
            found.append(f"{name} has landed again on {newest[0]['run_date']}")
    known = landing.manifests(home, "ledger", run_date)
    if not known or known[-1]["source_version"] != journal.head(records):
        found.append("the ledger has moved on")
    if manifest["inputs"]["code_hash"] != dbt.code_hash():
        found.append("the code has changed")
    if not found:
        return []
    why = ", ".join(found)
    return [f"release {manifest['release_id']} is stale (M11): {why} since; run the night again"]


def open_controls(home: Path, manifest: dict[str, Any], what: Span) -> list[str]:
    """Gates without a pass and controls with a difference, as the release itself says."""
    found = []
    with reading(home, manifest, "finance") as pay:
        gates = pay.execute(
            "select gate, count(*) from operations.fct_gate_evidence "
            "where status not in ('passed', 'absent') or release_id <> ? group by gate order by 1",
            [manifest["release_id"]],
        ).fetchall()
        proven = pay.execute("select count(*) from operations.fct_gate_evidence").fetchall()[0][0]
        controls = pay.execute(
            "select control, count(*), count(*) filter (where difference_minor <> 0) "
            "from bonus.fct_payout_reconciliation group by control order by control"
        ).fetchall()
        later = pay.execute(
            "select distinct lines.period_key from bonus.fct_payout_lines as lines "
            "inner join people.dim_periods as periods using (period_key) "
            f"where lines.entry_type not in {ACCRUALS} "
            "and periods.end_date > ? and periods.end_date <= ? order by 1",
            [what.end_date, date.fromisoformat(manifest["run_date"])],
        ).fetchall()
    found += [f"gate {name} is open: {count} rules did not pass" for name, count in gates]
    if not proven:
        found.append("no gate left evidence")
    if not controls:
        found.append("nothing was reconciled")
    found += [
        f"control '{name}' is open: {open_} of {count} do not add up"
        for name, count, open_ in controls
        if open_
    ]
    if later:
        # what is payable was decided as one sum over all periods that ended: half of it is none
        keys = ", ".join(key for (key,) in later)
        found.append(f"the release settles {keys} too, which ended by its night: close that one")
    return found


def present_domains(absent: set[str]) -> list[str]:
    return [name for name in contract.landed() if name not in absent]
