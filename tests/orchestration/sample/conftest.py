"""One small and one ordinary sample company, made once, and SQL over what they delivered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import contract, sample

NIGHTS = 12
SOURCES = [name for name in contract.domains() if name not in ("policy", "ledger")]


@dataclass(frozen=True)
class Delivered:
    """A sample company on disk; each table is a view of what its deliveries say in the end."""

    folder: Path
    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]

    @property
    def listing(self) -> dict[str, Any]:
        return json.loads((self.folder / "sample.json").read_text(encoding="utf-8"))

    def planted(self, kind: str) -> list[str]:
        return self.listing["planted"].get(kind, [])


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its path within the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def opened(folder: Path) -> Delivered:
    """Views `<domain>.<table>` of the newest rows, and `all_<domain>.<table>` of every delivery."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for domain in SOURCES:
        connection.execute(f"create schema {domain}; create schema all_{domain}")
        for table in contract.domains()[domain].tables.values():
            files = sorted(folder.glob(f"nights/*/{domain}/{table.name}.parquet"))
            if table.load == "snapshot":
                files = files[-1:]
            listed = ", ".join(f"'{file}'" for file in files)
            connection.execute(
                f"""create view all_{domain}."{table.name}" as
                select * exclude (filename), cast(split_part(filename, '/', -3) as date) as run_date
                from read_parquet([{listed}], filename = true)"""
            )
            version = f"{table.version} desc," if table.version else ""
            connection.execute(
                f"""create view {domain}."{table.name}" as select * from all_{domain}."{table.name}"
                qualify row_number() over (
                    partition by {", ".join(table.key)} order by {version} run_date desc
                ) = 1"""
            )
    for truth in ("opportunity_truth", "person_truth"):
        file = folder / "truth" / f"{truth}.parquet"
        connection.execute(f"create view {truth} as select * from '{file}'")
    return Delivered(folder, connection)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Size S, with enough nights for every later change."""
    folder = tmp_path_factory.mktemp("sample") / "s"
    sample.make(folder, "S", nights=NIGHTS)
    return opened(folder)


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Size XS, with a month of nights."""
    folder = tmp_path_factory.mktemp("sample") / "xs"
    sample.make(folder, "XS", nights=30)
    return opened(folder)
