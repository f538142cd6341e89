"""Keep landing, releases, ledger and vault, which cannot be made again, in a folder; and back.

A backup is whole or absent, and says of every file what its bytes are. Settings, secrets and policy
are not in it: they stand elsewhere and have keepers of their own. It holds pay, so nobody but its
maker may enter it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration import durable, journal, release, vault
from orchestration.errors import NightError
from orchestration.night import RunLock

MANIFEST = "backup.json"
KEPT = ("landing", "ledger", "releases", "vault")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """What a backup holds; `release_id` is the release that is current in it."""

    folder: Path
    files: int
    bytes: int
    release_id: str | None


def backup(home: Path, folder: Path, now: datetime) -> Kept:
    """Copy `home` into `folder`, which must not be there. Raises NightError while a night runs."""
    folder = folder.resolve()
    if folder.exists():
        raise NightError(f"{folder} is there already; name a folder that is not")
    if folder.is_relative_to(home.resolve()):
        raise NightError(f"{folder} is inside {home}: what takes the one takes the other")
    aside = folder.with_name(f".aside-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    lock = RunLock(home)
    lock.acquire(f"a backup into {folder}")
    try:
        with journal.lock(home), release.pointer_lock(home):
            durable.make_folder(aside, mode=0o700)
            committed = list(_committed(home))
            files = [
                _copy(home / name, aside / name, name)
                for name in committed
                if (home / name).is_file()
            ]
            folders = {name: _mode(home / name) for name in committed if (home / name).is_dir()}
            current = release.current(home)
    finally:
        lock.release()
    kept = Kept(
        folder, len(files), sum(file["bytes"] for file in files),
        current["release_id"] if current else None,
    )  # fmt: skip
    manifest = {
        "made_at": journal.moment(now),
        "current_release": kept.release_id,
        "folders": folders,
        "files": files,
    }
    durable.write_bytes(aside / MANIFEST, durable.canonical_json(manifest), mode=0o600)
    durable.sync_folder(aside)
    aside.rename(folder)
    durable.sync_folder(folder.parent)
    return kept


def restore(folder: Path, home: Path) -> Kept:
    """Put a backup into a home that has none of what it holds, with every byte and mode compared.

    Raises NightError, and leaves the home without any of it, where something is not what was kept.
    """
    manifest = _manifest(folder)
    there = [name for name in KEPT if (home / name).exists() and any((home / name).iterdir())]
    if there:
        raise NightError(f"{home} has {', '.join(there)} already; restore into an empty place")
    aside = home / ".restoring"
    shutil.rmtree(aside, ignore_errors=True)
    durable.make_folder(aside, mode=0o700)
    try:
        for name, mode in manifest["folders"].items():
            _inside(aside, name).mkdir(parents=True, exist_ok=True)
            _inside(aside, name).chmod(int(mode, 8))
        for file in manifest["files"]:
            _restore(folder, aside, file)
        if manifest["current_release"]:
            release.point_at(aside, manifest["current_release"])
        _refuse_unsound(aside)
        for name in KEPT:
            if (aside / name).exists():
                shutil.rmtree(home / name, ignore_errors=True)
                (aside / name).rename(home / name)
        durable.sync_folder(home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    files = manifest["files"]
    size = sum(file["bytes"] for file in files)
    return Kept(folder, len(files), size, manifest["current_release"])


def _committed(home: Path) -> Iterator[str]:
    """Relative names of files and folders, a folder before what is in it: nothing that is being
    built, no lock, no pointer."""
    for top in KEPT:
        for path in (home / top, *sorted((home / top).rglob("*"))):
            name = path.relative_to(home)
            is_aside = any(part.startswith(".") for part in name.parts)
            if path.exists() and not path.is_symlink() and not is_aside:
                yield name.as_posix()


def _mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def _copy(source: Path, target: Path, name: str) -> dict[str, Any]:
    """Copy with a private mode, synced; what was read is what the manifest says of it."""
    durable.make_folder(target.parent, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        while block := reading.read(_BLOCK):
            digest.update(block)
            writing.write(block)
            size += len(block)
        writing.flush()
        os.fsync(writing.fileno())
    return {"path": name, "sha256": digest.hexdigest(), "bytes": size, "mode": _mode(source)}


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise NightError(f"{folder} is no backup: it has no {MANIFEST}")
    try:
        manifest: dict[str, Any] = durable.read_json(path)
    except ValueError:
        raise NightError(f"{path} is damaged; restore from another backup") from None
    return manifest


def _restore(folder: Path, aside: Path, file: dict[str, Any]) -> None:
    source, target = _inside(folder, file["path"]), _inside(aside, file["path"])
    if not source.is_file():
        raise NightError(f"{source} is gone; nothing was restored")
    copied = _copy(source, target, file["path"])
    if copied["sha256"] != file["sha256"]:
        raise NightError(f"{source} is not what was kept; nothing was restored")
    target.chmod(int(file["mode"], 8))


def _inside(folder: Path, name: str) -> Path:
    """A name of a manifest, refused where it would lead out of the folder."""
    parts = PurePosixPath(name).parts
    if not parts or parts[0] not in KEPT or ".." in parts:
        raise NightError(f"{MANIFEST} names {name}, which is no part of a home")
    return folder.joinpath(*parts)


def _refuse_unsound(home: Path) -> None:
    """What comes back must be what was closed and released, not only what was copied."""
    problems = journal.problems(home)
    retired = set() if problems else journal.retired_releases(journal.read(home))
    for manifest in release.releases(home):
        if manifest["release_id"] in retired:
            continue
        found = release.verify(release.folder(home) / manifest["release_id"])
        problems += [f"release {manifest['release_id']}: {problem}" for problem in found]
    problems += vault.problems(home)
    if problems:
        raise NightError("the backup holds damage: " + "; ".join(problems))
