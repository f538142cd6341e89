"""Files that are whole or absent: written aside, synced, renamed, and the folder synced.

DuckDB writes in place and does not sync, and Parquet does not notice a flipped bit (S07); so
everything that outlives a night goes through here and carries its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def sha256_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def canonical_json(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no ASCII escapes, a newline at the end."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def hash_of(value: Any) -> str:
    return sha256_of_bytes(canonical_json(value))


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# a folder's own entry is synced the same way as a file
sync_folder = sync_file


def make_folder(path: Path, mode: int = 0o755) -> Path:
    """Create `path` with its parents, each new level synced into the one above.

    `mode` is for `path`; parents are made open, since other folders in them are for readers.
    """
    missing = []
    level = path
    while not level.exists():
        missing.append(level)
        level = level.parent
    for level in reversed(missing):
        level.mkdir(mode=mode if level == path else 0o755, exist_ok=True)
        sync_folder(level.parent)
    return path


def commit_file(aside: Path, final: Path) -> None:
    """Make the finished file `aside` appear as `final`, at once and for good."""
    sync_file(aside)
    aside.replace(final)
    sync_folder(final.parent)


def write_bytes(path: Path, content: bytes, mode: int = 0o644) -> None:
    make_folder(path.parent)
    aside = path.with_name(f".aside-{path.name}")
    # the mode is set before the content is there: nobody reads pay from a file still open to all
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(content)
    commit_file(aside, path)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
