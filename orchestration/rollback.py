"""Point readers at an earlier release again, on the record: who, from where to where, and why.

Nothing is undone but the pointer. What was posted from a later release stays posted: the ledger is
an input of the next night, which starts from the release that is current then.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestration import identity, journal, release
from orchestration.errors import NightError
from orchestration.night import RunLock


def rollback(home: Path, release_id: str, reason: str, now: datetime) -> journal.Record:
    """Make a sound ancestor of the current release current.

    Raises NightError, and changes nothing, where it is none, where its bytes are not what was
    released, without a reason, or while a night is running.
    """
    if not reason.strip():
        raise NightError("a rollback needs its reason: --reason")
    # the same lock as a night's: a night that began on the later release must not publish after
    lock = RunLock(home)
    lock.acquire(f"a rollback to {release_id}")
    try:
        with journal.lock(home), release.pointer_lock(home):
            return _point_back(home, release_id, reason, now)
    finally:
        lock.release()


def _point_back(home: Path, release_id: str, reason: str, now: datetime) -> journal.Record:
    current = release.required(home)
    target = release.required(home, release_id)
    left = release.since(home, current, release_id)
    if left is None:
        raise NightError(
            f"{release_id} is no earlier release of {current['release_id']}, which is current"
        )
    problems = release.verify(release.folder(home) / release_id)
    if problems:
        raise NightError(f"release {release_id} is damaged: " + "; ".join(problems))
    # recorded first: a pointer that moved without a record would be a change by nobody
    record = journal.append(
        home,
        "rollback",
        now,
        {
            "release_id": release_id,
            "manifest_hash": target["manifest_hash"],
            "left": left,
            "reason": reason,
            "rolled_back_by": identity.of_process(),
        },
    )
    release.point_at(home, release_id)
    return record
