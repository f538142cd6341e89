"""Approval: a checker who did not make a release says yes to exactly its bytes (P07, F60).

What is approved is the hash of the release's manifest, which names every file by its SHA-256; so
an approval holds for these bytes and no others. It stands in the journal, and it expires.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration import durable, identity, journal, release
from orchestration.errors import NightError
from orchestration.settings import Settings


def statement(manifest: dict[str, Any]) -> bytes:
    """What a checker signs: the release by its name and by the hash of its manifest."""
    return durable.canonical_json(
        {
            "i_approve_release": manifest["release_id"],
            "with_manifest_sha256": manifest["manifest_hash"],
        }
    )


def find(home: Path, release_id: str) -> dict[str, Any]:
    """The manifest of a sound release. Raises NightError when it is unknown or damaged."""
    manifest = release.required(home, release_id)
    refuse_other_bytes(home, manifest)
    return manifest


def refuse_other_bytes(home: Path, manifest: dict[str, Any]) -> None:
    problems = release.verify(release.folder(home) / manifest["release_id"])
    if problems:
        raise NightError(
            f"release {manifest['release_id']} is not what was released: " + "; ".join(problems)
        )


def approve(
    settings: Settings, release_id: str, signature: str | None, now: datetime
) -> journal.Record:
    """Record that the release is approved, by this process's account or by who signed.

    Raises NightError for the maker, for a signature that does not hold, and for one that was
    used before: an old yes is no new one.
    """
    home = settings.home
    manifest = find(home, release_id)
    maker = _maker(manifest)
    checker = identity.of_process()
    if signature is not None:
        checker = identity.of_signature(
            statement(manifest), signature, settings.approval.allowed_signers
        )
    _refuse_maker(maker, checker, settings)
    with journal.lock(home):
        earlier = journal.read(home)
        if signature is not None and any(
            record.get("signature") == signature for record in earlier
        ):
            raise NightError("this signature was given before; sign the statement again")
        expires = now + timedelta(days=settings.approval.valid_days)
        return journal.append(
            home,
            "approval",
            now,
            {
                "release_id": manifest["release_id"],
                "manifest_hash": manifest["manifest_hash"],
                "made_by": maker,
                "approved_by": checker,
                "expires_at": journal.moment(expires),
                "signature": signature,
            },
        )


def _maker(manifest: dict[str, Any]) -> dict[str, Any]:
    if "made_by" not in manifest:
        raise NightError(
            f"release {manifest['release_id']} does not say who made it, so nobody can check "
            "that its checker is somebody else; run the night again"
        )
    return manifest["made_by"]


def _refuse_maker(maker: dict[str, Any], checker: dict[str, Any], settings: Settings) -> None:
    if identity.is_same_person(maker, checker, settings.approval.principals):
        raise NightError(
            f"{identity.in_words(checker)} made this release, and its maker never approves it; "
            "let somebody else do it, from an account of their own or with a signature"
        )


def standing(
    settings: Settings, manifest: dict[str, Any], records: list[journal.Record], now: datetime
) -> journal.Record:
    """The approval that lets a release be closed. Raises NightError saying why there is none.

    Everything is judged again: bytes, maker, expiry, and a signature by the keys that count now.
    """
    given = [
        record
        for record in records
        if record["kind"] == "approval" and record["release_id"] == manifest["release_id"]
    ]
    if not given:
        raise NightError(
            f"release {manifest['release_id']} is not approved: "
            f"`winshare approve {manifest['release_id']}` by somebody who did not make it"
        )
    why = ""
    for record in reversed(given):
        why = _why_not(settings, manifest, record, now)
        if not why:
            return record
    raise NightError(f"the approval of release {manifest['release_id']} does not hold: {why}")


def _why_not(
    settings: Settings, manifest: dict[str, Any], record: journal.Record, now: datetime
) -> str:
    if record["manifest_hash"] != manifest["manifest_hash"]:
        return "it was given for other bytes"
    if datetime.fromisoformat(record["expires_at"]) <= now:
        return f"it expired at {record['expires_at']}"
    try:
        checker = record["approved_by"]
        if record["signature"] is not None:
            checker = identity.of_signature(
                statement(manifest), record["signature"], settings.approval.allowed_signers
            )
        _refuse_maker(_maker(manifest), checker, settings)
    except NightError as error:
        return str(error)
    return ""
