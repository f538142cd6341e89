"""Close: exactly the approved lines, once, whole or not at all, and never over an open control."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from orchestration import (
    approval,
    dbt,
    journal,
    ledger,
    ledger_export,
    ledger_reversal,
    ledger_verify,
    release,
)
from orchestration.errors import NightError
from tests.orchestration.ledger_home import CODE, NOW, Company, Line, later

HELD = Line(payee="10002", amount=55, account="held", source="deal 2")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    return Company(tmp_path / "home")


def approve(company: Company) -> None:
    manifest = release.current(company.home)
    assert manifest is not None
    approval.approve(company.settings, manifest["release_id"], None, NOW)


def close(company: Company, period: str = "2026-01") -> ledger.Closed:
    return ledger.close(company.settings, period, NOW)


def refused(company: Company, period: str = "2026-01") -> str:
    """Why a close is refused; nothing was posted."""
    before = journal.read(company.home)
    with pytest.raises(NightError) as error:
        close(company, period)
    assert journal.read(company.home) == before
    return str(error.value)


def test_a_close_posts_exactly_the_approved_lines(company: Company) -> None:
    """Of periods that ended; what accrues in the open one is nobody's yet."""
    company.publish(
        Line(), HELD, Line(period="2025-Q4", amount=-300, source="deal 3"),
        Line(period="2026-02", account="held", entry_type="accrual", source="deal 4"),
    )  # fmt: skip
    approve(company)
    done = close(company)
    assert done.is_new
    assert done.record["lines"] == 3
    assert done.record["covered_periods"] == ["2025-12", "2025-Q4", "2026-01"]
    assert company.entries(
        "select payee_employee_number, period_key, account, amount_minor, posted_run_date::text "
        "from entry order by all"
    ) == [
        ("10001", "2025-Q4", "entitlement", 300, "2026-02-06"),
        ("10001", "2025-Q4", "payable", -300, "2026-02-06"),
        ("10001", "2026-01", "entitlement", -10000, "2026-02-06"),
        ("10001", "2026-01", "payable", 10000, "2026-02-06"),
        ("10002", "2026-01", "entitlement", -55, "2026-02-06"),
        ("10002", "2026-01", "held", 55, "2026-02-06"),
    ]


def test_m07_every_movement_has_two_legs_that_cancel(company: Company) -> None:
    company.publish(Line(), HELD, Line(amount=0, account="held", source="no quota"))
    approve(company)
    close(company)
    ledger_export.export(company.home, "2026-01", NOW)
    assert company.entries(
        "select source_ref, entry_type, sum(amount_minor), count(*) from entry group by all "
        "order by all"
    ) == [
        ("deal 1", "earning", 0, 2),
        ("deal 1", "payout", 0, 2),
        ("deal 2", "earning", 0, 2),
        ("no quota", "earning", 0, 2),
    ]
    assert company.entries(
        "select account, sum(amount_minor) from entry group by all order by all"
    ) == [("entitlement", -10055), ("held", 55), ("paid", 10000), ("payable", 0)]


def test_m08_closing_twice_posts_once(company: Company) -> None:
    company.publish(Line())
    approve(company)
    first, second = close(company), close(company)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.record == first.record
    # a later release of the same period changes nothing either
    company.publish(Line(amount=999), run_date="2026-02-07")
    approve(company)
    assert not close(company, "2025-Q4").is_new
    assert company.entries("select count(*) from entry") == [(2,)]


def _race(home: Path, code: str, results: multiprocessing.Queue) -> None:
    dbt.code_hash = lambda: code  # type: ignore[assignment]
    results.put(ledger.close(Company(home).settings, "2026-01", NOW).is_new)


def test_m08_of_two_closes_at_once_one_wins(company: Company) -> None:
    company.publish(Line())
    approve(company)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    racers = [context.Process(target=_race, args=(company.home, CODE, results)) for _ in range(4)]
    for racer in racers:
        racer.start()
    won = sorted(results.get(timeout=60) for _ in racers)
    for racer in racers:
        racer.join(timeout=60)
    assert won == [False, False, False, True]
    assert company.entries("select count(*) from entry") == [(2,)]


def test_p07_nothing_is_closed_without_an_approval(company: Company) -> None:
    company.publish(Line())
    assert "is not approved" in refused(company)


def test_m11_a_release_older_than_a_landing_is_stale(company: Company) -> None:
    company.publish(Line())
    approve(company)
    company.land("2026-02-07")
    assert "stale (M11): " in refused(company)
    assert "crm has landed again on 2026-02-07" in refused(company)


def test_m11_a_release_older_than_the_code_is_stale(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.publish(Line())
    approve(company)
    monkeypatch.setattr(dbt, "code_hash", lambda: "newer code")
    assert "the code has changed" in refused(company)


def test_m11_a_release_that_does_not_know_the_ledger_is_stale(company: Company) -> None:
    """Fails if what was posted after a night is posted by its release once more."""
    company.publish(Line(period="2025-12"), run_date="2026-01-30")
    approve(company)
    close(company, "2025-12")
    manifest = company.home / "landing" / "ledger" / "manifests"
    company.publish(Line())
    # as if the night had landed its sources before the close
    (manifest / "2026-02-06.json").write_text(
        (manifest / "2026-02-06.json").read_text().replace(
            journal.head(journal.read(company.home)), "nothing posted"
        )
    )  # fmt: skip
    approve(company)
    assert "the ledger has moved on" in refused(company)


def test_m11_an_approved_release_that_is_no_longer_current_is_not_closed(company: Company) -> None:
    company.publish(Line())
    approve(company)
    company.publish(Line(amount=1), run_date="2026-02-07")
    assert "release 2026-02-07-000000000001 is not approved" in refused(company)


def test_g04_a_period_that_finance_has_not_closed_is_not_closed(company: Company) -> None:
    company.publish(Line(period="2026-02"), run_date="2026-03-03")
    approve(company)
    assert "finance has not closed 2026-02 (G04)" in refused(company, "2026-02")


def test_an_open_gate_or_control_stands_against_a_close(company: Company) -> None:
    company.publish(
        Line(),
        sql="update operations.fct_gate_evidence set status = 'unproven'; "
        "update bonus.fct_payout_reconciliation set difference_minor = 1",
    )
    approve(company)
    why = refused(company)
    assert "gate bonus is open" in why
    assert "control 'credits = deals' is open" in why


def test_no_evidence_and_no_reconciliation_are_no_yes(company: Company) -> None:
    company.publish(
        Line(),
        sql="delete from operations.fct_gate_evidence; delete from bonus.fct_payout_reconciliation",
    )
    approve(company)
    why = refused(company)
    assert "no gate left evidence" in why
    assert "nothing was reconciled" in why


def test_half_of_what_was_decided_together_is_not_posted(company: Company) -> None:
    """Fails if January is posted without February, on whose sum it was payable at all (M05)."""
    company.publish(
        Line(amount=-50, source="refunded"), Line(period="2026-02", amount=100),
        run_date="2026-03-03",
    )  # fmt: skip
    approve(company)
    assert "the release settles 2026-02 too" in refused(company, "2026-01")


def test_m05_a_payment_below_zero_is_not_posted(company: Company) -> None:
    company.publish(Line(amount=-1))
    approve(company)
    assert "below zero (M05)" in refused(company)


def test_f64_text_that_would_run_as_a_formula_is_not_sent_to_payroll(company: Company) -> None:
    company.publish(Line(payee="=1+1"))
    approve(company)
    assert "payee_employee_number holds text" in refused(company)


def test_f61_a_period_before_a_closed_one_and_an_unknown_one_are_refused(company: Company) -> None:
    company.publish(Line())
    approve(company)
    close(company)
    company.publish(
        run_date="2026-02-07",
        sql="insert into people.dim_periods values "
        "('2025-11', 'month', '2025-11-01', '2025-12-01', true)",
    )
    approve(company)
    assert "ends before 2026-01, which is closed" in refused(company, "2025-11")
    assert "no period of the fiscal calendar" in refused(company, "2026-13")


def test_m06_one_export_twice_gives_the_same_keys(company: Company) -> None:
    company.publish(Line(), Line(component="pool", amount=7, source="pool"), HELD)
    approve(company)
    with pytest.raises(NightError, match="2026-01 is not closed"):
        ledger_export.export(company.home, "2026-01", NOW)
    close(company)
    folder, first, is_new = ledger_export.export(company.home, "2026-01", NOW)
    content = (folder / "payout_register.exported.csv").read_bytes()
    assert is_new
    (folder / "payout_register.exported.csv").unlink()
    again, second, is_new = ledger_export.export(company.home, "2026-01", later(3))
    assert (again, second, is_new) == (folder, first, False)
    assert (folder / "payout_register.exported.csv").read_bytes() == content
    rows = [line.split(",") for line in content.decode().splitlines()]
    assert rows[0][:3] == ["payment_key", "payment_run", "payee_employee_number"]
    assert [(row[2], row[3], row[8]) for row in rows[1:]] == [
        ("10001", "CBP", "7"),
        ("10001", "COM", "10000"),
    ]
    # one payment in two rows: one key
    assert len({row[0] for row in rows[1:]}) == 1
    assert company.entries("select count(*) from entry where entry_type = 'payout'") == [(4,)]


def test_m06_another_amount_or_run_is_another_payment(company: Company) -> None:
    keys = []
    for period, run_date, amount in (
        ("2025-12", "2026-01-06", 100),
        ("2026-01", "2026-02-06", 100),
    ):
        company.publish(Line(period=period, amount=amount), run_date=run_date)
        approve(company)
        close(company, period)
        folder, _, _ = ledger_export.export(company.home, period, NOW)
        keys.append((folder / "payout_register.exported.csv").read_text().splitlines()[1][:64])
    assert len(set(keys)) == 2


def test_a_reversal_undoes_a_wrong_posting(company: Company) -> None:
    company.publish(Line(amount=666), HELD)
    approve(company)
    wrong = close(company).record
    with pytest.raises(NightError, match="needs a reason"):
        ledger_reversal.reverse(company.settings, "2026-01", " ", NOW)
    ledger_reversal.reverse(company.settings, "2026-01", "wrong quota", NOW)
    assert company.entries(
        "select source_ref, account, sum(amount_minor), count(*) from entry group by all "
        "order by all"
    ) == [
        ("deal 1", "entitlement", 0, 2),
        ("deal 1", "payable", 0, 2),
        ("deal 2", "entitlement", 0, 2),
        ("deal 2", "held", 0, 2),
    ]
    with pytest.raises(NightError, match="2026-01 is not closed"):
        ledger_export.export(company.home, "2026-01", NOW)
    company.publish(Line(amount=333), run_date="2026-02-07")
    approve(company)
    right = close(company)
    assert right.is_new
    assert right.record["payment_run"] != wrong["payment_run"]
    assert company.entries("select sum(amount_minor) from entry where account = 'payable'") == [
        (333,)
    ]
    assert ledger_verify.verify(company.home).problems == []


def test_what_was_sent_or_closed_over_is_not_reversed(company: Company) -> None:
    company.publish(Line(period="2025-12"), run_date="2026-01-06")
    approve(company)
    close(company, "2025-12")
    ledger_export.export(company.home, "2025-12", NOW)
    with pytest.raises(NightError, match="what was sent is not unsent"):
        ledger_reversal.reverse(company.settings, "2025-12", "wrong", NOW)
    company.publish(Line())
    approve(company)
    close(company)
    with pytest.raises(NightError, match="only the newest close is reversed"):
        ledger_reversal.reverse(company.settings, "2025-12", "wrong", NOW)
