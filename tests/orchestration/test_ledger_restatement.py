"""Restatement: whose entitlement to a closed period would be another today, and through what.

A company of one table of deals, one of people, one of rates, and models of a few lines."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from orchestration import (
    approval,
    contract,
    dbt,
    landing,
    ledger,
    ledger_replay,
    ledger_restatement,
)
from orchestration.contract import Domain, RawColumn, RawTable
from orchestration.errors import NightError
from orchestration.landing import Extract
from tests.orchestration.ledger_home import CODE, NOW, Company, on

_EARNINGS = """
with newest as (
    select *, row_number() over (partition by id order by version desc) as version_rank
    from raw_crm.opportunity
)
select
    newest.owner as payee_employee_key,
    '2026-01' as period_key,
    'EUR' as currency_code,
    newest.amount * workers.fte * rates.rate * fx.rate{more} as entitled_minor
from newest
inner join raw_hr.worker as workers on newest.owner = workers.number
cross join raw_policy.plan_components as rates
cross join raw_policy.fx_rates as fx
where newest.version_rank = 1 and not newest.is_deleted
"""
_EMPLOYEES = "select number as employee_key, number as employee_number from raw_hr.worker"


def _table(domain: str, name: str, load: str, key: str, **columns: str) -> RawTable:
    raw = {
        column: RawColumn(column, data_type, required=True, personal=False)
        for column, data_type in columns.items()
    }
    return RawTable(domain, name, load, (key,), None, True, False, raw)


TABLES = {
    "crm": [_table("crm", "opportunity", "incremental", "id", id="text", owner="text",
                   amount="bigint", is_deleted="boolean", version="bigint")],
    "hr": [_table("hr", "worker", "snapshot", "number", number="text", fte="bigint")],
    "policy": [
        _table("policy", "plan_components", "snapshot", "rate", rate="bigint"),
        _table("policy", "fx_rates", "snapshot", "rate", rate="bigint"),
    ],
}  # fmt: skip
DOMAINS = {
    name: Domain(name, name, {table.name: table for table in tables})
    for name, tables in TABLES.items()
}
CLOSED = {
    "opportunity": "('d1', 'ann', 10, false, 1), ('d2', 'ann', 7, false, 1), "
    "('d3', 'ben', 5, false, 1)",
    "worker": "('ann', 1), ('ben', 1)",
    "plan_components": "(100)",
    "fx_rates": "(1)",
}


def models(more: str = "") -> dict[str, Any]:
    """The models as a release tells them; `more` is what newer code adds to every entitlement."""

    def model(name: str, sql: str, *sources: str) -> dict[str, Any]:
        return {"name": f"intermediate.{name}", "reads": [], "sources": list(sources),
                "is_view": False, "columns": {}, "sql": sql}  # fmt: skip

    employees = model("int_identity__employees", _EMPLOYEES, "raw_hr.worker")
    earnings = model(
        "int_bonus__earnings", _EARNINGS.format(more=more), "raw_crm.opportunity",
        "raw_hr.worker", "raw_policy.plan_components", "raw_policy.fx_rates",
    )  # fmt: skip
    earnings["reads"] = [employees["name"]]
    contract = {name: asdict(domain) for name, domain in DOMAINS.items()}
    return {"models": [employees, earnings], "contract": contract}


def land(company: Company, run_date: str, **rows: str) -> None:
    for domain in DOMAINS.values():
        selects = {
            name: f"select * from (values {rows[name]}) as told({', '.join(table.columns)})"
            for name, table in domain.tables.items()
            if name in rows
        }
        reader = lambda *_, selects=selects: Extract(selects, None, "made")  # noqa: E731
        landing.land(company.home, domain, on(run_date), "files", reader)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """With January closed on CLOSED."""
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    found = Company(tmp_path / "home")
    land(found, "2026-02-06", **CLOSED)
    release_id = found.publish(models=models())["release_id"]
    approval.approve(found.settings, release_id, None, NOW)
    ledger.close(found.settings, "2026-01", NOW)
    return found


def restated(
    company: Company, more: str = "", opportunity: str = "", **changed: str
) -> dict[str, tuple]:
    """(closed, now, causes) by payee after a night with these news."""
    rows = {**CLOSED, **changed}
    # of deals only what is new is delivered; none, and the old come again
    rows["opportunity"] = opportunity or CLOSED["opportunity"]
    land(company, "2026-02-07", **rows)
    company.publish(run_date="2026-02-07", models=models(more))
    found = ledger_restatement.restatement(company.home, "2026-01")
    return {
        row.payee_employee_number: (row.closed_minor, row.now_minor, row.by_cause)
        for row in found.rows
    }


def test_f62_nothing_changed_nothing_to_restate(company: Company) -> None:
    assert restated(company) == {}


@pytest.mark.parametrize(
    "news, payee, now, cause",
    [
        ({"opportunity": "('d9', 'ben', 3, false, 1)"}, "ben", 800, "late_record"),
        ({"opportunity": "('d1', 'ann', 11, false, 2)"}, "ann", 1800, "corrected_record"),
        ({"opportunity": "('d2', 'ann', 7, true, 2)"}, "ann", 1000, "deleted_record"),
        ({"worker": "('ann', 2), ('ben', 1)"}, "ann", 3400, "hr_change"),
    ],
)
def test_f62_each_cause_is_told_apart(
    company: Company, news: dict[str, str], payee: str, now: int, cause: str
) -> None:
    closed = {"ann": 1700, "ben": 500}[payee]
    assert restated(company, **news) == {payee: (closed, now, {cause: now - closed})}


def test_f62_the_causes_add_up_to_the_difference(company: Company) -> None:
    """Fails if an amount that two changes touch is counted twice, or not at all."""
    found = restated(
        company,
        more=" + 1",
        opportunity="('d9', 'ben', 3, false, 1), ('d1', 'ann', 11, false, 2), "
        "('d2', 'ann', 7, true, 2)",
        worker="('ann', 2), ('ben', 1)",
        plan_components="(90)",
        fx_rates="(3)",
    )
    assert found == {
        "ann": (1700, 5941, {
            "corrected_record": 100, "deleted_record": -700, "hr_change": 1100,
            "fx_change": 4400, "policy_change": -660, "code_change": 1,
        }),
        "ben": (500, 2162, {
            "late_record": 300, "fx_change": 1600, "policy_change": -240, "code_change": 2,
        }),
    }  # fmt: skip
    for closed, now, causes in found.values():
        assert closed + sum(causes.values()) == now


def test_m09_what_somebody_asked_for_restates_as_manual() -> None:
    """Fails if a table of decisions by hand, which say who asked, restates as a change of rules."""
    by_hand = [table for table in contract.domains()["policy"].tables.values()
               if "requested_by" in table.columns]  # fmt: skip
    assert {"adjustments", "draws", "overrides"} <= {table.name for table in by_hand}
    for table in by_hand:
        moved = [cause for cause in ledger_restatement.CAUSES
                 if ledger_restatement._kinds(table, cause, frozenset())]  # fmt: skip
        assert moved == ["manual"], table.name


def test_a_landing_that_is_not_the_recorded_one_is_not_replayed(company: Company) -> None:
    manifest = company.home / "landing" / "hr" / "manifests" / "2026-02-06.json"
    manifest.write_text(manifest.read_text().replace('"rows": 2', '"rows": 3'))
    with pytest.raises(NightError, match="hr as landed by 2026-02-06 is not what 2026-01"):
        ledger_replay.replay(company.home, "2026-01")


def test_a_landed_file_that_was_changed_is_not_replayed(company: Company) -> None:
    path = next((company.home / "landing" / "crm" / "opportunity").glob("*.parquet"))
    content = bytearray(path.read_bytes())
    content[30] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(NightError, match="is not what was landed"):
        ledger_restatement.restatement(company.home, "2026-01")


def test_an_open_period_is_not_restated(company: Company) -> None:
    with pytest.raises(NightError, match="2026-02 is not closed; closed are 2026-01"):
        ledger_restatement.restatement(company.home, "2026-02")
