"""Months are closed one after the other, and whatever comes later is settled to the minor unit."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration import journal, sample
from orchestration.sample.company import FIRST_RUN_DATE
from orchestration.sample.salesforce import with_check
from tests.night.closes import Finance, replays
from tests.night.company import Home

pytestmark = pytest.mark.night

LATE = with_check("006DnLate000001")
RAISED = "amount + 20000 as amount"
DELETED = "true as is_deleted"
REOPENED = "'Negotiation' as stage_name, false as is_won, false as is_closed"
WON_AGAIN = "'Closed Won' as stage_name, true as is_won, true as is_closed"


def finance_of(tmp_path: Path, deliveries: int, first: date = FIRST_RUN_DATE) -> Finance:
    home = Home(tmp_path / "home")
    sample.make(home.path / "sample", "XS", nights=deliveries, first_run_date=first)
    # deals are corrected here and their invoices are not: a company that does not compare the two
    settings = home.path / "sample" / "policy" / "company_settings.csv"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(",whole,", ",,"), encoding="utf-8")
    return Finance.of(home, tmp_path / "keys")


# replays and restatements build pay anew each time; they have quick tests beside the ledger's
@pytest.mark.parametrize(
    "is_gone_back_over", [False, pytest.param(True, marks=pytest.mark.campaign)]
)
def test_d02_late_corrected_and_deleted_deals_are_settled_in_the_open_period(
    tmp_path: Path, is_gone_back_over: bool
) -> None:
    """D02, D03, M04, M06: closed figures stay; what changed is in the open period, once."""
    finance = finance_of(tmp_path, 38)
    posted = finance.close("2026-01-12", "2025-12")
    assert {line[3] for line in posted} >= {"payable", "carried"}
    assert "nothing was posted" in finance.said("close", "2025-12")
    assert "the same again" in finance.said("export", "2025-12")
    assert "is stale" in finance.refused("close", "2026-01")
    before = finance.balances()
    first, second = finance.paid_deals()[:2]

    finance.news("2026-02-03", first, RAISED)
    finance.news("2026-02-03", second, DELETED)
    finance.news("2026-02-03", first, "date '2025-11-20' as close_date", known_as=LATE)
    changed = finance.close("2026-02-09", "2026-01")
    assert {line[4] for line in changed if line[2] == "2025-Q4"} >= {
        "prior_period_adjustment",
        "clawback",
    }
    assert finance.posted("2025-12") == posted
    assert finance.balances() != before
    assert finance.said("ledger", "verify")
    if not is_gone_back_over:
        return
    replays(finance, "2025-12", "2026-01")
    finance.said("backup", str(tmp_path / "kept"))
    elsewhere = Home(tmp_path / "elsewhere")
    for command in (("restore", str(tmp_path / "kept")), ("replay", "2025-12"), ("verify",)):
        done = elsewhere.winshare(*command)
        assert done.returncode == 0, done.stdout + done.stderr

    said = finance.said("restatement", "2025-12")
    for cause in ("late_record", "corrected_record", "deleted_record"):
        assert cause in said, said
    rows = [re.split(r"\s{2,}", line.strip()) for line in said.splitlines()[1:-1]]
    assert rows
    for payee, period, closed, *causes, now, currency in rows:
        assert (
            period in ("2025-Q4", "2025-10", "2025-11", "2025-12") and currency == "EUR" and payee
        )
        assert int(closed) + sum(map(int, causes)) == int(now)
    # what was closed with the news in it needs no restating
    assert "nobody's entitlement differs" in finance.said("restatement", "2026-01")
    assert finance.said("ledger", "verify")

    # everything is taken back: what stands is what stood, and nobody was paid twice
    finance.news("2026-02-11", first, "amount - 20000 as amount")
    finance.news("2026-02-11", second, "false as is_deleted")
    finance.news("2026-02-11", LATE, REOPENED)
    finance.home.night("2026-02-11")
    back = {}
    for source, _, _, amount in finance.lines():
        back[source] = back.get(source, 0) + amount
    after = finance.balances()
    for (_, _, period, source), amount in before.items():
        if period == "2025-Q4":
            changed_by = sum(found for key, found in after.items() if key[3] == source)
            stood = sum(found for key, found in before.items() if key[3] == source)
            assert changed_by + back.get(source, 0) == stood, (source, amount)


@pytest.mark.campaign
def test_d02_twenty_four_monthly_closes(tmp_path: Path) -> None:
    """Every month deals are raised, deleted, brought back, reopened, won again or come late; every
    close settles, every closed month is replayed, and a night without news makes no line."""
    draw = random.Random(20260109)
    finance = finance_of(tmp_path, 710, date(2025, 11, 5))
    state: dict[str, str] = {}
    closed: list[str] = []
    for number in range(24):
        month = date(2025 + (10 + number) // 12, (10 + number) % 12 + 1, 1)
        period = f"{month - timedelta(days=1):%Y-%m}"
        told = (month + timedelta(days=5)).isoformat()
        if number:
            since = (month - timedelta(days=200)).isoformat()
            for deal in draw.sample(known := finance.wins(since, told), min(3, len(known))):
                options = {
                    "deleted": ["false as is_deleted"],
                    "reopened": [WON_AGAIN],
                }.get(state.get(deal, ""), [RAISED, DELETED, REOPENED])
                change = draw.choice(options)
                state[deal] = {DELETED: "deleted", REOPENED: "reopened"}.get(change, "")
                finance.news(told, deal, change)
            if known:
                finance.news(
                    told, draw.choice(known),
                    f"date '{month - timedelta(days=20)}' as close_date",
                    known_as=with_check(f"006DnLate{number:06d}"),
                )  # fmt: skip
        finance.close((month + timedelta(days=9)).isoformat(), period)
        closed.append(period)
        replays(finance, period)
        assert finance.said("ledger", "verify")
    replays(finance, *closed)
    finance.home.night((month + timedelta(days=10)).isoformat())
    assert [line for line in finance.lines() if line[3]] == []
    assert len(journal.closes(journal.read(finance.home.path))) == 24
