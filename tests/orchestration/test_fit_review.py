"""A fit beside the one before, and a draft until a release that holds it is approved."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orchestration import approval, console_ledger, fit_review, release
from orchestration.errors import NightError
from tests.orchestration.ledger_home import NOW, Company, Line

TABLE = """
create schema contribution;
create table contribution.fct_coalition_fits (
    value_table_version text, segment text, coalition text, coalition_mask bigint,
    fitted_date date, opportunity_count bigint, win_rate decimal(9, 6),
    previous_win_rate decimal(9, 6));
"""
MASKS = {"nobody": 0, "legal": 1, "sales": 2, "legal+sales": 3}


def values(version: str, now: list[float], before: list[float] | None = None) -> str:
    rows = [
        f"('{version}', 'all', '{coalition}', {mask}, date '2026-01-05', "
        f"{0 if mask == 3 else 20}, {now[mask]}, {before[mask] if before else 'null'})"
        for coalition, mask in MASKS.items()
    ]
    return f"insert into contribution.fct_coalition_fits values {', '.join(rows)};"


FIRST = values("2025-Q4", [0.1, 0.2, 0.3, 0.6])
SECOND = values("2026-01", [0.1, 0.2, 0.5, 0.6], before=[0.1, 0.2, 0.3, 0.6])


@pytest.fixture
def company(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Company:
    # what all may see is in each audience's file, and this home has one
    monkeypatch.setitem(release.FILES, "bi", release.FILES["finance"])
    return Company(tmp_path / "home")


def test_a_fit_is_shown_beside_the_one_before(company: Company) -> None:
    company.publish(Line(), sql=TABLE + FIRST + SECOND)
    found = fit_review.review(company.home, most_shifts=5)
    assert found.version == "2026-01"
    added = {one.function: (one.added_rate, one.previous_added_rate) for one in found.functions}
    # sales adds 0.4 to nobody and 0.4 to legal, where it added 0.2 and 0.4
    assert added == {
        "sales": (Decimal("0.4"), Decimal("0.3")),
        "legal": (Decimal("0.1"), Decimal("0.2")),
    }
    # the coalition that moved most; one that no deal has shown is no shift
    assert [shift.coalition for shift in found.shifts] == ["sales", "legal", "nobody"]


def test_what_is_printed_says_whether_it_is_approved(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    told = company.publish(Line(), sql=TABLE + FIRST + SECOND)
    console_ledger.fit(fit_review.review(company.home, 1))
    printed = capsys.readouterr().out
    assert "sales" in printed
    assert "+0.100" in printed
    assert f"not approved yet; `winshare approve {told['release_id']}`" in printed
    approval.approve(company.settings, told["release_id"], None, NOW)
    console_ledger.fit(fit_review.review(company.home, 0))
    assert f"with release {told['release_id']}" in capsys.readouterr().out


def test_p07_a_fit_is_a_draft_until_a_release_that_holds_it_is_approved(company: Company) -> None:
    first = company.publish(Line(), sql=TABLE + FIRST)
    assert fit_review.review(company.home, 5).approval is None
    approval.approve(company.settings, first["release_id"], None, NOW)
    given = fit_review.review(company.home, 5).approval
    assert given is not None
    assert given["release_id"] == first["release_id"]
    # frozen: the next night's release holds the same values, approved already
    company.publish(Line(), run_date="2026-02-07", sql=TABLE + FIRST)
    assert fit_review.review(company.home, 5).approval == given
    # the next period's fit is another one
    company.publish(Line(), run_date="2026-02-08", sql=TABLE + FIRST + SECOND)
    assert fit_review.review(company.home, 5).approval is None


def test_f60_an_approval_of_other_values_of_the_version_is_none(company: Company) -> None:
    first = company.publish(Line(), sql=TABLE + FIRST)
    approval.approve(company.settings, first["release_id"], None, NOW)
    other = values("2025-Q4", [0.1, 0.2, 0.3, 0.7])
    company.publish(Line(), run_date="2026-02-07", sql=TABLE + other)
    assert fit_review.review(company.home, 5).approval is None


def test_a_release_without_values_says_so(company: Company) -> None:
    with pytest.raises(NightError, match="no release"):
        fit_review.review(company.home, 5)
    company.publish(Line(), sql=TABLE)
    with pytest.raises(NightError, match="no fitted values"):
        fit_review.review(company.home, 5)
