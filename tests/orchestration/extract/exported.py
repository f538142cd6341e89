"""Folders as a company would export them, read through the files way in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, landing, vault
from orchestration.errors import SourceError
from orchestration.extract import files
from orchestration.settings import DomainSource

RUN_DATE = date(2026, 1, 5)
ANSWERS = (
    "answer_id,question_id,asker_email,answerer_email,is_accepted,created_at,updated_at\n"
    "a1,q1,ann@c,bob@c,true,2026-01-01 10:00:00,2026-01-02 10:00:00\n"
)
QUOTAS = (
    "assignee_type,assignee_code,measure,period_key,quota_amount,currency_code,approved_by,"
    "approved_date\n"
)
QUOTA = 'employee,e{number},bookings,2026-Q1,{amount},EUR,"m, okafor",2025-12-01\n'


def rows_of(
    domain: str, path: Path, table: str, mappings: Path | None = None
) -> list[dict[str, object]]:
    """The rows of one table as landed, with what tokens stand for."""
    home = path.parent / "home"
    source = DomainSource(way="files", path=path, mappings=mappings)
    wanted = contract.domains()[domain]
    landing.land(
        home,
        wanted,
        RUN_DATE,
        "files",
        lambda connection, cursor: files.read(connection, wanted, source, RUN_DATE, cursor),
    )
    found = duckdb.sql(f"from '{home}/landing/{domain}/{table}/*.parquet'")
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return vault.revealed(home, rows, "a test", datetime.now(UTC))


def refusal(domain: str, path: Path, mappings: Path | None = None) -> str:
    with pytest.raises(SourceError) as refused:
        rows_of(domain, path, "nothing", mappings)
    told = str(refused.value)
    assert "\n" not in told
    return told


def policy_with_quotas(folder: Path, *amounts: str) -> Path:
    """The shipped policy with the quotas replaced."""
    for path in (contract.DBT_PROJECT / "policy").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    rows = "".join(QUOTA.format(number=i, amount=amount) for i, amount in enumerate(amounts))
    (folder / "quotas.csv").write_text(QUOTAS + rows)
    return folder
