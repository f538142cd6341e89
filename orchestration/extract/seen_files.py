"""Which files of events earlier nights have read: the cursor of a way in that is a folder.

A file is known by its path, and is not opened again while its size and time stay. What was read and
has other bytes now is refused: its events could not be told from those that were counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from orchestration import durable
from orchestration.errors import SourceError


@dataclass
class SeenFiles:
    """path within the folder -> size, time of change in nanoseconds, SHA-256."""

    files: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> SeenFiles:
        said = json.loads(cursor) if cursor else {}
        return cls({name: tuple(mark) for name, mark in said.items()})

    def written(self) -> str | None:
        return json.dumps(self.files, sort_keys=True) if self.files else None

    def new_of(self, paths: list[Path], folder: Path, what_for: str) -> list[Path]:
        """Those of `paths` that no night has read; from now on they are read. Raises SourceError.

        A file that two tables read is new to neither after the first: name each table's own.
        """
        new = []
        for path in paths:
            name = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
            state = path.stat()
            before = self.files.get(name)
            if before and before[:2] == (state.st_size, state.st_mtime_ns):
                continue
            digest = durable.sha256_of_file(path)
            if before and before[2] != digest:
                raise SourceError(
                    f"{what_for}: {path} was read by an earlier night and has changed since; "
                    "deliver new events in files of their own"
                )
            if before is None:
                new.append(path)
            self.files[name] = (state.st_size, state.st_mtime_ns, digest)
        return new
