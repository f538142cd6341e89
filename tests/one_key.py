"""One key for several homes, so that a test can compare what landed in them."""

from __future__ import annotations

from pathlib import Path

from orchestration import durable, vault


def give_key(home: Path) -> Path:
    """Put the tests' key into a home that has none; the home."""
    durable.make_folder(home)
    durable.make_folder(vault.folder(home), mode=0o700)
    durable.write_bytes(vault.folder(home) / "key", b"5a" * 32 + b"\n", mode=0o600)
    return home
