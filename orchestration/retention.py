"""Old releases give their room back, on the record; what was landed and posted stays for good.

Of a retired release its manifest stays, so that the chain of releases and every approval can still
be followed. What a replay of a close needs is in the ledger's archive, which nothing here touches.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import durable, identity, journal, release


def retire(home: Path, keep: int, now: datetime) -> list[str]:
    """Delete the files of all but the newest `keep` releases; the ids of those retired now.

    Kept whatever their age: the current one, and one that may still be closed, because an approval
    of it has not expired. The caller holds the night's lock.
    """
    with journal.lock(home), release.pointer_lock(home):
        records = journal.read(home)
        current = release.required(home)["release_id"]
        kept = {current, *_approved(records, now)}
        oldest_first = [one for one in release.releases(home) if one["release_id"] not in kept]
        going = oldest_first[: max(len(oldest_first) + 1 - keep, 0)]
        retired = journal.retired_releases(records)
        new = [manifest for manifest in going if manifest["release_id"] not in retired]
        for manifest in new:
            # recorded first: a release without files and without a record would be damage
            journal.append(home, "retirement", now, _body(manifest))
        for manifest in going:
            _empty(release.folder(home) / manifest["release_id"])
    return [manifest["release_id"] for manifest in new]


def _approved(records: list[journal.Record], now: datetime) -> set[str]:
    return {
        record["release_id"]
        for record in records
        if record["kind"] == "approval" and datetime.fromisoformat(record["expires_at"]) > now
    }


def _body(manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "release_id": manifest["release_id"],
        "manifest_hash": manifest["manifest_hash"],
        "retired_by": identity.of_process(),
    }


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path.name not in (release.MANIFEST, release.SEAL):
            path.unlink()
    durable.sync_folder(folder)
