"""What a night is a function of: landing, policy, ledger, code and its date, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from orchestration import contract, dbt, durable, journal, landing, release, rollup, warehouse
from orchestration.night import Night


def begin(running: Night) -> dict[str, int]:
    """Make the night's file: raw views, the night's own row, the releases so far.

    Returns the landed rows of each domain.
    """
    home, run_date = running.home, running.run_date
    path = warehouse.begin(home)
    warehouse.expose_landing(home, run_date, running.absent, running.settings.threads)
    inputs = input_hashes(running)
    running.release_id = release.release_id(run_date, inputs)
    parent = release.current(home)
    is_current = parent is not None and parent["release_id"] == running.release_id
    if is_current or running.release_id in journal.left_releases(home):
        # this very night was published already: rebuilt on the parent it had, to the same bytes
        known = release.required(home, running.release_id)
        parent = release.find(home, known["parent_release_id"])
    history = release.ancestors(home, parent, _approvers(running))
    row: dict[str, Any] = {
        "run_date": run_date,
        "release_id": running.release_id,
        "parent_release_id": parent["release_id"] if parent else None,
        **inputs,
    }
    # a night that runs again is held against the nights before it, not against itself
    good = [date.fromisoformat(f"{one['run_date']}") for one in history]
    last_good_night = max((night for night in good if night < run_date), default=None)
    warehouse.expose_before(home, last_good_night, running.absent, running.settings.threads)
    with warehouse.connect(path) as connection:
        warehouse.insert(connection, "run", [row])
        warehouse.insert(connection, "releases", history)
        counted = connection.execute("select domain, row_count from raw_night.domain_status")
        return dict(counted.fetchall())


def _approvers(running: Night) -> dict[str, str]:
    """Who approved what was posted, as far as this night's landing of the ledger goes."""
    landed = landing.manifests(running.home, "ledger", running.run_date)
    return journal.approvers(running.home, int(landed[-1]["cursor_to"] or 0)) if landed else {}


def input_hashes(running: Night) -> dict[str, str]:
    """A night is a function of these and its date: the same five give the same bytes."""
    present = [name for name in contract.domains() if name not in running.absent]
    sources = [name for name in present if name not in ("policy", "ledger")]
    home, run_date = running.home, running.run_date
    # what tonight fits follows from the rest; what earlier nights fitted stands
    before = run_date - timedelta(days=1)
    return {
        "landing_hash": durable.hash_of(
            [
                landing.hash_of(home, sources, run_date),
                landing.hash_of(home, ["fitted"], before),
                sorted(running.absent),
                rollup.MEMORY_DAYS,
            ]
        ),
        "policy_hash": landing.hash_of(home, ["policy"], run_date),
        "ledger_hash": landing.hash_of(home, ["ledger"], run_date),
        "code_hash": dbt.code_hash(),
    }
