"""A home with one release that could be closed, made by hand in milliseconds."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, durable, journal, ledger_archive, release
from orchestration.settings import Settings
from orchestration.settings_tables import Approval

NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)
# an account that nobody who runs these tests has
MAKER = {"kind": "operating_system", "name": "nightly", "uid": 999_999}
CODE = "code of the night"

_TABLES = """
create schema people; create schema operations; create schema bonus;
create table people.dim_periods (
    period_key text, period_type text, start_date date, end_date date, is_closed boolean);
insert into people.dim_periods values
    ('2025-12', 'month', '2025-12-01', '2026-01-01', true),
    ('2025-Q4', 'quarter', '2025-10-01', '2026-01-01', true),
    ('2026-01', 'month', '2026-01-01', '2026-02-01', true),
    ('2026-02', 'month', '2026-02-01', '2026-03-01', false);
create table people.dim_plan_components (
    plan_component_key text, plan_version bigint, payroll_code text);
insert into people.dim_plan_components values ('commission', 1, 'COM'), ('pool', 1, 'CBP');
create table operations.fct_gate_evidence (gate text, status text, release_id text);
create table bonus.fct_payout_reconciliation (control text, difference_minor bigint);
insert into bonus.fct_payout_reconciliation values ('credits = deals', 0);
create table bonus.fct_payout_lines (
    payout_line_key text, payee_employee_number text, plan_component_key text,
    plan_version bigint, period_key text, run_seq bigint, payment_run text, account text,
    entry_type text, payout_amount_minor bigint, currency_code text, source_ref text, cause text,
    opportunity_key text);
"""


@dataclass(frozen=True)
class Line:
    """One line of a statement, as far as a test cares."""

    payee: str = "10001"
    amount: int = 100_00
    account: str = "payable"
    period: str = "2026-01"
    entry_type: str = "earning"
    source: str = "deal 1"
    component: str = "commission"
    currency: str = "EUR"


@dataclass
class Company:
    """A home, its settings, and what its releases hold."""

    home: Path
    approval: Approval = field(default_factory=Approval)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, approval=self.approval)

    def land(self, run_date: str) -> None:
        """Commit a landing of every domain; the ledger's says what was posted by then."""
        for name in contract.domains():
            manifest = {
                "domain": name,
                "run_date": run_date,
                "way": "ledger" if name == "ledger" else "files",
                "source_version": journal.head(journal.read(self.home)),
                "tables": {},
            }
            path = self.home / "landing" / name / "manifests" / f"{run_date}.json"
            if not path.exists():
                durable.write_bytes(path, durable.canonical_json(manifest))

    def publish(
        self,
        *lines: Line,
        run_date: str = "2026-02-06",
        sql: str = "",
        models: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Land and publish a release of that date with these lines; its manifest. `sql` is run on
        its tables before they are sealed; `models` are what it says it was made with."""
        self.land(run_date)
        before = release.current(self.home)
        identifier = f"{run_date}-{len(release.releases(self.home)):012d}"
        built = release.folder(self.home) / f".building-{identifier}"
        durable.make_folder(built / "finance", mode=0o700)
        run_seq = 1 + len(journal.postings(journal.read(self.home)))
        with duckdb.connect(str(built / release.FILES["finance"])) as finance:
            finance.execute(_TABLES)
            finance.execute(
                "insert into operations.fct_gate_evidence values ('bonus', 'passed', ?)",
                [identifier],
            )
            for number, line in enumerate(lines):
                finance.execute(
                    "insert into bonus.fct_payout_lines values "
                    "(?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 'deal_won', null)",
                    [
                        f"{identifier}-{number}", line.payee, line.component, line.period,
                        run_seq, f"{run_date[:7]}#{run_seq}", line.account, line.entry_type,
                        line.amount, line.currency, line.source,
                    ],
                )  # fmt: skip
            finance.execute(sql or "select 1")
        (built / release.FILES["finance"]).chmod(0o600)
        told = durable.canonical_json(models or {"models": [], "contract": {}})
        durable.write_bytes(built / ledger_archive.MODELS, told)
        manifest = {
            "release_id": identifier,
            "run_date": run_date,
            "parent_release_id": before["release_id"] if before else None,
            "made_by": MAKER,
            "inputs": {"code_hash": CODE},
            "tables": [],
            "files": [
                {
                    "path": path.relative_to(built).as_posix(),
                    "sha256": durable.sha256_of_file(path),
                    "mode": f"{path.stat().st_mode & 0o777:o}",
                }
                for path in sorted(built.rglob("*"))
                if path.is_file()
            ],
        }
        durable.write_bytes(built / release.MANIFEST, durable.canonical_json(manifest))
        release.publish(self.home, built, manifest)
        found = release.current(self.home)
        assert found is not None
        return found

    def entries(self, query: str) -> list[tuple]:
        """Rows of a query over all posted entries as table `entry`."""
        from orchestration import ledger_entries

        posted = journal.postings(journal.read(self.home))
        with duckdb.connect() as connection:
            connection.execute(
                f"create view entry as from {ledger_entries.scan(self.home, posted)}"
            )
            return connection.execute(query).fetchall()


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def on(text: str) -> date:
    return date.fromisoformat(text)


def make_key(folder: Path, name: str) -> Path:
    """An SSH key of somebody; its public half is beside it."""
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def allow(folder: Path, **keys: Path) -> Path:
    """A file of allowed signers: each key under a name."""
    lines = [
        f"{name}@example.com {' '.join(key.with_suffix('.pub').read_text().split()[:2])}\n"
        for name, key in keys.items()
    ]
    path = folder / "allowed_signers"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def sign(key: Path, statement: bytes, namespace: str = "winshare-approval") -> str:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key)]
    return subprocess.run(command, input=statement, check=True, capture_output=True).stdout.decode()
