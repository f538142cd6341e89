"""Homes to run nights in, and what they published, for the tests of whole nights."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration import durable, release

RUN_DATE = "2026-01-05"
NEXT_DATE = "2026-01-06"


@dataclass(frozen=True)
class Home:
    """A WINSHARE_HOME with a sample company in it, and the secrets its nights are given."""

    path: Path
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def temporary(self) -> Path:
        """Where what is run here puts its temporary files."""
        return self.path.with_name(f"{self.path.name}-temporary")

    @property
    def said(self) -> Path:
        """All that was printed by what was run here."""
        return self.path.with_name(f"{self.path.name}-said.txt")

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "WINSHARE" not in name}
        self.temporary.mkdir(exist_ok=True)
        given = {"WINSHARE_HOME": str(self.path), "TMPDIR": str(self.temporary)}
        return {**kept, **given, **self.secrets, **more}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", "from orchestration.cli import main; main()", *arguments]

    def winshare(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        finished = subprocess.run(
            self.command(*arguments),
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        with self.said.open("a", encoding="utf-8") as heard:
            heard.write(finished.stdout + finished.stderr)
        return finished

    def night(self, run_date: str = RUN_DATE, **environment: str) -> str:
        """Run a night that must publish; returns the release's id."""
        finished = self.winshare("night", "--run-date", run_date, **environment)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return self.current()

    def current(self) -> str:
        manifest = release.current(self.path)
        assert manifest is not None, "nothing is published"
        return manifest["release_id"]

    @property
    def release(self) -> Path:
        return (release.folder(self.path) / "current").resolve()

    def source(self, domain: str, table: str, run_date: str = RUN_DATE) -> Path:
        return self.path / "sample" / "nights" / run_date / domain / f"{table}.parquet"

    def copy(self, to: Path) -> Home:
        # hard links: nothing a night writes is ever changed in place, and a copy costs nothing
        shutil.copytree(self.path, to, symlinks=True, copy_function=os.link)
        # what is written in place is a copy of its own
        for private in ("work", "dagster", "cache", "vault"):
            if (self.path / private).exists():
                shutil.rmtree(to / private)
                shutil.copytree(self.path / private, to / private, symlinks=True)
        return Home(to, self.secrets)


def published_bytes(home: Home) -> dict[str, str]:
    """SHA-256 of every file a reader can see, through the pointer, and where the pointer points."""
    found = {
        path.relative_to(home.release).as_posix(): durable.sha256_of_file(path)
        for path in sorted(home.release.rglob("*"))
        if path.is_file()
    }
    return {"current": home.release.name, **found}


def published_data(home: Home) -> dict[str, str]:
    """What two releases of the same data have in common: Parquet, CSV and XLSX byte for byte,
    DuckDB files by the canonical content hash of each table."""
    manifest = durable.read_json(home.release / release.MANIFEST)
    data = {entry["table"]: entry["content_hash"] for entry in manifest["tables"]}
    files = {
        entry["path"]: entry["sha256"]
        for entry in manifest["files"]
        if not entry["path"].endswith(".duckdb")
    }
    return {"release": manifest["release_id"], **data, **files}
