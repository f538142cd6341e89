"""Names stand in a register for people only, and outside the home (P05)."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import approval, dbt, ledger, ledger_export
from orchestration.errors import NightError
from tests.orchestration.ledger_home import CODE, NOW, Company, Line


def test_f64_p05_names_are_written_for_people_alone_and_never_as_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    company = Company(tmp_path / "home")
    named = "select '10001' as employee_number, '=1+1' as employee_name"
    manifest = company.publish(Line(), sql=f"create table people.dim_employees as {named}")
    approval.approve(company.settings, manifest["release_id"], None, NOW)
    ledger.close(company.settings, "2026-01", NOW)
    with pytest.raises(NightError, match="names nobody"):
        ledger_export.write_with_names(company.home, "2026-01", company.home / "names.csv", NOW)
    path = tmp_path / "names.csv"
    assert ledger_export.write_with_names(company.home, "2026-01", path, NOW) == 1
    header, row = path.read_text(encoding="utf-8").splitlines()
    assert header.startswith("payee_name,payment_key,") and row.startswith("'=1+1,")
    assert f"{path.stat().st_mode & 0o777:o}" == "600"
