"""Release: after the last gate, all or nothing.

Build `releases/<id>/` in full beside the others, sync it, read it back and verify it; then, with
the release lock held and the parent still current, swap the pointer `releases/current`. A reader
opens through the pointer and keeps the generation it opened.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from orchestration import durable, journal
from orchestration.errors import NightError

MANIFEST = "manifest.json"
# the manifest's own SHA-256, as `sha256sum -c` reads it
SEAL = "manifest.sha256"
POINTER = "current"
# Which file is whose, the one with the fewest secrets first. Not people.duckdb: DuckDB names a
# database after its file, and a schema of the same name in it cannot be queried as people.<table>.
FILES = {"bi": "bi.duckdb", "people": "workforce.duckdb", "finance": "finance/finance.duckdb"}
# of the short form: 2^48 ids make a clash of two nights of one date no concern
_HASH_LENGTH = 12


def folder(home: Path) -> Path:
    return home / "releases"


def release_id(run_date: date, inputs: dict[str, str]) -> str:
    """Named by what went in: the same inputs are the same release."""
    return f"{run_date.isoformat()}-{durable.hash_of(inputs)[:_HASH_LENGTH]}"


def find(home: Path, identifier: str | None) -> dict[str, Any] | None:
    """The manifest of a release, with the hash of the manifest itself; None if there is none."""
    path = folder(home) / (identifier or "none") / MANIFEST
    if identifier is None or not path.exists():
        return None
    if not _is_sealed(path.parent):
        raise NightError(f"{path} is damaged; restore the release from a backup")
    try:
        manifest = durable.read_json(path)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise NightError(f"{path} is damaged; restore the release from a backup") from None
    return {**manifest, "manifest_hash": durable.sha256_of_file(path)}


def current(home: Path) -> dict[str, Any] | None:
    """The manifest of the release that readers see."""
    pointer = folder(home) / POINTER
    return find(home, pointer.readlink().name) if pointer.is_symlink() else None


def required(home: Path, identifier: str | None = None) -> dict[str, Any]:
    """The manifest of the named release, or of the current one. Raises NightError without it."""
    manifest = find(home, identifier) if identifier else current(home)
    if manifest is not None:
        return manifest
    if identifier:
        raise NightError(
            f"there is no release {identifier} in {home}; `winshare releases` lists them"
        )
    raise NightError(f"there is no release in {home} yet; run `winshare night`")


def file(home: Path, identifier: str, audience: str) -> Path:
    return folder(home) / identifier / FILES[audience]


def releases(home: Path) -> list[dict[str, Any]]:
    """All releases, oldest run date first."""
    names = [path.parent.name for path in folder(home).glob(f"[0-9]*/{MANIFEST}")]
    found = [manifest for name in sorted(names) if (manifest := find(home, name))]
    return sorted(found, key=lambda manifest: (manifest["run_date"], manifest["release_id"]))


def since(home: Path, newest: dict[str, Any] | None, identifier: str | None) -> list[str] | None:
    """The ids from `newest` back to `identifier`, that one left out; None where `newest` does not
    come from it. An `identifier` of None is what stood before the first release."""
    found: list[str] = []
    while newest is not None and newest["release_id"] != identifier:
        found.append(newest["release_id"])
        newest = find(home, newest["parent_release_id"])
    return found if newest is not None or identifier is None else None


def ancestors(
    home: Path, newest: dict[str, Any] | None, approvers: dict[str, str]
) -> list[dict[str, Any]]:
    """`newest` and the releases it came from, oldest first, as rows of raw_night.releases.

    `approvers` are those of the releases whose lines were posted, by release.
    """
    found = []
    while newest is not None:
        approved_by = approvers.get(newest["release_id"])
        found.append({**newest, **newest["inputs"], "approved_by": approved_by})
        newest = find(home, newest["parent_release_id"])
    return found[::-1]


@contextmanager
def pointer_lock(home: Path) -> Iterator[None]:
    with (durable.make_folder(folder(home)) / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def publish(home: Path, built: Path, manifest: dict[str, Any]) -> None:
    """Move the finished, verified folder `built` into place and point readers at it.

    Raises NightError when another release was published since this night began: its parent is
    no longer current (compare and swap).
    """
    identifier = manifest["release_id"]
    target = folder(home) / identifier
    with pointer_lock(home):
        now = current(home)
        now_id = now["release_id"] if now else None
        is_left = identifier in journal.left_releases(home)
        if now_id == identifier or is_left:
            # readers have seen it: its bytes stay
            _refuse_other_bytes(required(home, identifier), manifest)
        if now_id == identifier:
            shutil.rmtree(built)
            return
        if not is_left and now is not None and since(home, now, identifier) is not None:
            # its folder would be built anew, and it would become its own ancestor
            raise NightError(
                f"release {identifier} was published already and {now_id} came from it; "
                f"`winshare rollback {identifier}` points readers at it again"
            )
        # a release that was rolled back from comes back over any of those it came from
        parent = find(home, manifest["parent_release_id"])
        is_ancestor = is_left and since(home, parent, now_id) is not None
        if now_id != manifest["parent_release_id"] and not is_ancestor:
            raise NightError(
                f"release {now_id} was published while this night ran on "
                f"{manifest['parent_release_id']}; run the night again"
            )
        if is_left:
            shutil.rmtree(built)
            point_at(home, identifier)
            return
        if target.exists():
            # built by a night that was killed before it could publish: nobody ever saw it
            shutil.rmtree(target)
        built.rename(target)
        durable.sync_folder(target.parent)
        point_at(home, identifier)


def _refuse_other_bytes(published: dict[str, Any], manifest: dict[str, Any]) -> None:
    """The same inputs give the same data; where not, something undeclared leaked in."""
    before = {entry["table"]: entry["content_hash"] for entry in published["tables"]}
    after = {entry["table"]: entry["content_hash"] for entry in manifest["tables"]}
    differing = sorted(name for name in before if before[name] != after.get(name))
    if differing:
        raise NightError(
            f"release {manifest['release_id']} is published already and this night, from the same "
            f"inputs, differs in {', '.join(differing)}; the published one stays"
        )


def point_at(home: Path, identifier: str) -> None:
    aside = folder(home) / f".aside-{POINTER}"
    aside.unlink(missing_ok=True)
    aside.symlink_to(identifier)
    aside.replace(folder(home) / POINTER)
    durable.sync_folder(folder(home))


def seal(built: Path) -> None:
    """Write down the SHA-256 of the manifest, which holds that of every other file."""
    sha256 = durable.sha256_of_file(built / MANIFEST)
    durable.write_bytes(built / SEAL, f"{sha256}  {MANIFEST}\n".encode())


def _is_sealed(built: Path) -> bool:
    """Whether the manifest is what was sealed; a release made before there were seals is."""
    if not (built / SEAL).exists():
        return True
    sha256 = durable.sha256_of_file(built / MANIFEST)
    return (built / SEAL).read_bytes() == f"{sha256}  {MANIFEST}\n".encode()


def verify(built: Path) -> list[str]:
    """What is wrong with a release folder: files gone, changed or not named. Empty when sound."""
    if not _is_sealed(built):
        return [f"{MANIFEST} is not what was sealed"]
    manifest = durable.read_json(built / MANIFEST)
    named = {entry["path"]: entry for entry in manifest["files"]}
    present = {
        path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()
    } - {MANIFEST, SEAL}
    problems = [f"{name} is gone" for name in sorted(set(named) - present)]
    problems += [f"{name} is not in the manifest" for name in sorted(present - set(named))]
    for name in sorted(present & set(named)):
        path = built / name
        if durable.sha256_of_file(path) != named[name]["sha256"]:
            problems.append(f"{name} is not what was released (its SHA-256 differs)")
        elif path.stat().st_mode & 0o777 != int(named[name]["mode"], 8):
            problems.append(
                f"{name} has mode {path.stat().st_mode & 0o777:o}, not {named[name]['mode']}"
            )
    return problems


def refuse_damaged(home: Path, manifest: dict[str, Any], audience: str) -> None:
    """Raise NightError where an audience's file is not what was released: DuckDB would show what
    a flipped bit has made of it. What cannot be read is the reader's to say."""
    name = FILES[audience]
    expected = [entry["sha256"] for entry in manifest["files"] if entry["path"] == name]
    with suppress(OSError):
        if [durable.sha256_of_file(folder(home) / manifest["release_id"] / name)] != expected:
            raise NightError(
                f"release {manifest['release_id']} is damaged: {name} is not what was released; "
                "restore it from a backup"
            )
