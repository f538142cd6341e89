"""Pages of one night as they came: one line a page, one file a list, hashed.

`landing/<domain>/pages/<run_date>/<stream>.ndjson`, while a domain lands; longer where settings ask
for it: they hold what the source says of people, and the landing holds tokens (P05). The night's
manifest keeps how many came and the hash of each file.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from orchestration import durable
from orchestration.errors import SourceError


def folder_of(home: Path, domain: str, run_date: str) -> Path:
    return home / "landing" / domain / "pages" / run_date


class PageStore:
    """Takes pages while a source is read. As a context: closed, synced and hashed at its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._pages: dict[str, int] = {}
        self._digests: dict[str, Any] = {}

    def __enter__(self) -> PageStore:
        # what a try that was cut off has left
        shutil.rmtree(self.folder, ignore_errors=True)
        durable.make_folder(self.folder, mode=0o700)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for stream in self._open.values():
            stream.close()
        if kind is not None:
            return
        for name in self._open:
            durable.sync_file(self.folder / f"{name}.ndjson")
        durable.sync_folder(self.folder)

    def begin(self, name: str) -> None:
        """A list that is read and turns out empty has a file too: it was read."""
        if name in self._open:
            return
        self._open[name] = (self.folder / f"{name}.ndjson").open("wb")
        self._pages[name] = 0
        self._digests[name] = hashlib.sha256()

    def write(self, name: str, body: bytes) -> None:
        # a line break in well-formed JSON stands between values only, where a space means the same
        line = body.replace(b"\r", b" ").replace(b"\n", b" ").removeprefix(b"\xef\xbb\xbf") + b"\n"
        self._open[name].write(line)
        self._digests[name].update(line)
        self._pages[name] += 1

    def forget(self, name: str) -> None:
        """Begin a list again from its first page."""
        self._open.pop(name).close()
        self.begin(name)

    def drop(self, name: str) -> None:
        """A list that the account does not have."""
        if name in self._open:
            self._open.pop(name).close()
            (self.folder / f"{name}.ndjson").unlink()
            del self._pages[name], self._digests[name]

    def written(self, name: str) -> Path:
        """The file of a list as far as it was read."""
        self._open[name].flush()
        return self.folder / f"{name}.ndjson"

    def described(self) -> list[dict[str, Any]]:
        """What the manifest says of them; paths from the domain's landing folder."""
        return [
            {
                "stream": name,
                "path": f"pages/{self.folder.name}/{name}.ndjson",
                "pages": self._pages[name],
                "sha256": self._digests[name].hexdigest(),
            }
            for name in sorted(self._pages)
        ]


def forget_old(home: Path, domain: str, run_date: date, keep_days: int | None) -> list[Path]:
    """Delete the pages of nights more than `keep_days` before this one; which ones.

    Their manifests still say what came; what was made of the pages lies in Parquet beside them.
    """
    folder = folder_of(home, domain, run_date.isoformat()).parent
    if keep_days is None or not folder.is_dir():
        return []
    kept_from = run_date - timedelta(days=keep_days)
    old = [
        night for night in sorted(folder.iterdir()) if date.fromisoformat(night.name) < kept_from
    ]
    for night in old:
        shutil.rmtree(night)
    return old


def verified(home: Path, domain: str, described: list[dict[str, Any]]) -> dict[str, Path]:
    """The page files of a manifest by stream. Raises SourceError where one is not what landed."""
    found = {}
    for entry in described:
        path = home / "landing" / domain / entry["path"]
        if not path.is_file() or durable.sha256_of_file(path) != entry["sha256"]:
            raise SourceError(
                f"{domain}: {path} is not what was landed, or is no longer "
                "kept; restore it from a backup"
            )
        found[entry["stream"]] = path
    return found
