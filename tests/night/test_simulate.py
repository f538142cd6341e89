"""`winshare simulate` beside a whole night: what changes, and that nothing else does."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb

from orchestration import durable
from tests.night.company import Home

POOL = "contribution_pool,rate_of_measure,bookings,0.020000"


def everything(home: Home) -> dict[str, str]:
    """SHA-256 of every file of a home that a night or a reader reads."""
    return {
        path.relative_to(home.path).as_posix(): durable.sha256_of_file(path)
        for folder in ("releases", "landing", "ledger", "work", "sample")
        for path in sorted((home.path / folder).rglob("*"))
        if path.is_file()
    }


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_simulation_shows_exactly_what_a_change_of_policy_changes(
    published: Home, tmp_path: Path
) -> None:
    """Fails if the same policy changes anything, if a raised rate changes anybody but those who
    share the pool, or if a file of the home is not what it was."""
    policy, out = tmp_path / "policy", tmp_path / "out"
    shutil.copytree(published.path / "sample" / "policy", policy)
    before = everything(published)
    command = ("simulate", "--policy", str(policy), "--out", str(out))
    same = published.winshare(*command)
    assert same.returncode == 0, same.stderr
    assert "0 payees change" in same.stdout
    payees = rows(out / "payees.csv")
    assert payees
    assert all(row["difference_minor"] == "0" for row in payees)

    text = (policy / "pools.csv").read_text(encoding="utf-8")
    assert POOL in text
    (policy / "pools.csv").write_text(text.replace(POOL, POOL.replace("0.02", "0.03")), "utf-8")
    raised = published.winshare(*command, "--periods", "2025-Q4")
    assert raised.returncode == 0, raised.stderr
    changed = {row["employee_number"]: row for row in rows(out / "payees.csv")
               if row["difference_minor"] != "0"}  # fmt: skip
    finance = published.release / "finance" / "finance.duckdb"
    with duckdb.connect(str(finance), read_only=True) as released:
        shared = dict(released.execute(
            "select payee_employee_number, sum(payout_amount_minor) from bonus.fct_payout_lines "
            "where component_type = 'contribution_bonus' and period_key = '2025-Q4' group by all"
        ).fetchall())  # fmt: skip
    assert {name: int(row["before_minor"]) for name, row in changed.items()} == shared
    for row in changed.values():
        # half as much again, but for the odd minor unit of the split
        assert row["plan_component_key"] == "contribution_bonus_2025_pool"
        assert abs(2 * int(row["after_minor"]) - 3 * int(row["before_minor"])) <= 3
    pools = {row["pool_key"]: row for row in rows(out / "pools.csv")}
    gained = sum(int(row["difference_minor"]) for row in changed.values())
    pool = pools.pop("contribution_pool")
    assert int(pool["after_paid_minor"]) - int(pool["before_paid_minor"]) == gained
    assert all(row["after_paid_minor"] == row["before_paid_minor"] for row in pools.values())
    assert everything(published) == before

    page = (out / "simulation.html").read_text(encoding="utf-8")
    assert all(sign not in page for sign in ("http", "<script", "src=", "url(", "@import"))
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in out.iterdir())
    assert out.stat().st_mode & 0o777 == 0o700


def test_a_missed_target_flips_its_gate(published: Home, tmp_path: Path) -> None:
    policy, out = tmp_path / "policy", tmp_path / "out"
    shutil.copytree(published.path / "sample" / "policy", policy)
    lines = (policy / "targets.csv").read_text(encoding="utf-8").splitlines()
    raised = [
        ",".join([*line.split(",")[:2], "99999999999.00", *line.split(",")[3:]])
        if line.startswith("revenue,2025-Q4,")
        else line
        for line in lines
    ]
    assert raised != lines
    (policy / "targets.csv").write_text("\n".join(raised) + "\n", encoding="utf-8")
    said = published.winshare("simulate", "--policy", str(policy), "--out", str(out))
    assert said.returncode == 0, said.stderr
    flipped = [(row["pay_gate"], row["before_is_open"], row["after_is_open"])
               for row in rows(out / "gates.csv")]  # fmt: skip
    assert ("revenue_target", "True", "False") in flipped
    paid = [row for row in rows(out / "payees.csv")
            if row["plan_component_key"] == "success_bonus_2025_targets"
            and row["period_key"] == "2025-Q4"]  # fmt: skip
    assert paid
    assert all(row["after_minor"] == "0" for row in paid)


def test_nothing_is_simulated_from_a_policy_that_a_night_would_refuse(
    published: Home, tmp_path: Path
) -> None:
    policy, out = tmp_path / "policy", tmp_path / "out"
    shutil.copytree(published.path / "sample" / "policy", policy)
    text = (policy / "pools.csv").read_text(encoding="utf-8")
    (policy / "pools.csv").write_text(text.replace(POOL, POOL.replace("0.02", "2.02")), "utf-8")
    refused = published.winshare("simulate", "--policy", str(policy), "--out", str(out))
    assert refused.returncode == 1
    assert "pools.csv:2" in refused.stderr
    assert not out.exists()
