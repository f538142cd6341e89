"""`winshare plan check` names the row of each thing that is wrong with a policy folder."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from orchestration import contract, plan_check
from tests.portability.compiled import by_schema

SHIPPED = contract.DBT_PROJECT / "policy"
ON = date(2026, 1, 5)

# what somebody might write: file, what stands there, what they put instead, and what must be said
# of the line it stands in
WRONG = {
    "t01_a_gap_between_tiers": (
        "rate_tables", "standard_2025,2,0.500000", "standard_2025,2,0.600000", "without gap",
    ),
    "t01_an_overlap_of_tiers": (
        "rate_tables", "standard_2025,2,0.500000", "standard_2025,2,0.400000", "without gap",
    ),
    "g09_an_unknown_currency": (
        "plans", "Sales commission,EUR", "Sales commission,EUX", "no such currency",
    ),
    "e02_two_versions_in_force": (
        "plan_versions", "commission_2025,1,2025-01-01,2026-01-01",
        "commission_2025,1,2025-01-01,2026-02-01", "one version",
    ),
    "g06_a_pool_without_members": (
        "plan_assignments", "profit_share_2025,everyone", "success_bonus_2025,everyone", None,
    ),
    "f60_a_plan_without_an_approver": (
        "plan_versions", "commission_2025,2,2026-01-01,9999-12-31,s.moreau,m.okafor",
        "commission_2025,2,2026-01-01,9999-12-31,s.moreau,", "approved_by is empty",
    ),
    "g08_a_negative_amount": (
        "quotas", "account_executive,bookings,2025-Q1,300000.00",
        "account_executive,bookings,2025-Q1,-300000.00", "within their bounds",
    ),
    "a_percentage_above_one": (
        "rate_tables", "1.500000,,0.120000", "1.500000,,12.000000", "within their bounds",
    ),
    "a_value_that_cannot_be_read": (
        "quotas", "account_executive,bookings,2025-Q1,300000.00",
        "account_executive,bookings,2025-Q1,300000.0.0", "cannot be read exactly",
    ),
    "g09_a_third_of_a_cent": (
        "plan_components", "calendar_days,review,10.00,none,10000.00",
        "calendar_days,review,10.333,none,10000.00", "fit the digits",
    ),
    "a_row_with_a_field_too_many": (
        "plans", "Profit share,EUR", "Profit share,EUR,EUR", "fields where the header has",
    ),
    "a_required_column_is_missing": (
        "plans", "plan_key,plan_name,currency_code", "plan_key,plan_title,currency_code",
        "required column plan_name is missing",
    ),
    "a_code_nobody_knows": (
        "plan_components", "hard,won_date,marginal", "hard,won_date,marginel", "codes are known",
    ),
}  # fmt: skip

# what a row of one table makes wrong in another: where it is said, and what
ELSEWHERE = {
    "g06_a_pool_without_members": ("pools.csv", "a pool has members"),
}


@pytest.fixture(scope="session")
def sql(models: dict) -> dict[str, str]:
    """The models of policy, as `plan_check.models` gives them, each after what it reads."""
    judging = re.compile(r"stg_policy__|int_bonus__(\w+_checks|policy_findings)$")
    chosen = [name for name in models if judging.match(name)]
    chosen.sort(key=lambda name: (name.endswith("findings"), name.startswith("int_"), name))
    return {by_schema(models[name]["relation"]): by_schema(models[name]["sql"]) for name in chosen}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "policy")
    return tmp_path / "policy"


def test_the_shipped_policy_is_in_order(sql: dict[str, str]) -> None:
    before = {path.name: path.read_bytes() for path in SHIPPED.iterdir()}
    assert plan_check.check(SHIPPED, sql, ON, None) == []
    assert {path.name: path.read_bytes() for path in SHIPPED.iterdir()} == before


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_is_wrong_is_named_by_file_and_row(
    name: str, sql: dict[str, str], folder: Path
) -> None:
    """Fails if a mistake in a policy folder is not found, or is said of another row."""
    table, before, after, said = WRONG[name]
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text, "the shipped policy no longer says so"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    faults = plan_check.check(folder, sql, ON, None)
    if said is None:
        file, said = ELSEWHERE[name]
        assert any(fault.file == file and fault.row > 1 and said in fault.what for fault in faults)
        return
    line = text[: text.index(before)].count("\n") + 1
    named = [(fault.file, fault.row) for fault in faults if said in fault.what]
    # an edge of a tier is two rows' edge: either may be named
    assert any(file == path.name and abs(row - line) <= 1 for file, row in named), faults
    # no amount is quoted
    assert "300000" not in "".join(fault.what for fault in faults)


def test_shares_of_a_project_that_do_not_sum_are_named(sql: dict[str, str], folder: Path) -> None:
    add(
        folder / "projects.csv",
        project_key="launch",
        project_name="Launch",
        plan_component_key="growth_project_2025_launch",
        measure="bookings",
        start_date="2025-10-01",
        end_date="2026-01-01",
        target="1000",
        bonus_amount="100.00",
        currency_code="EUR",
        payout_curve_key="team_curve",
        approved_by="m.okafor",
        approved_date="2025-09-01",
    )
    for number in ("10001", "10002"):
        member = {"project_key": "launch", "employee_number": number, "share": "0.400000"}
        add(folder / "project_members.csv", **member)
    faults = plan_check.check(folder, sql, ON, None)
    named = {(fault.file, fault.row) for fault in faults if "add up" in fault.what}
    assert named & {("project_members.csv", 2), ("project_members.csv", 3), ("projects.csv", 2)}


def add(path: Path, **row: str) -> None:
    """Append a row to a policy file, by column name."""
    names = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(",".join(row.get(name, "") for name in names) + "\n")


def test_an_employee_nobody_knows_is_named_where_a_release_knows_them(
    sql: dict[str, str], folder: Path
) -> None:
    with (folder / "plan_assignments.csv").open("a", encoding="utf-8") as stream:
        stream.write("commission_2025,employee,99999,,2025-01-01,9999-12-31\n")
    assert plan_check.check(folder, sql, ON, None) == []
    faults = plan_check.check(folder, sql, ON, {"10001"})
    rows = len((folder / "plan_assignments.csv").read_text(encoding="utf-8").splitlines())
    assert ("plan_assignments.csv", rows) in {(fault.file, fault.row) for fault in faults}


def test_a_file_with_a_slip_in_its_name_is_not_overlooked(
    sql: dict[str, str], folder: Path
) -> None:
    (folder / "quotas.csv").rename(folder / "quota.csv")
    faults = plan_check.check(folder, sql, ON, None)
    assert any(fault.file == "quota.csv" and "quotas.csv" in fault.what for fault in faults)
