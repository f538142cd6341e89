"""Gates that hold one table against another refuse what is wrong by a notch, and price it."""

from __future__ import annotations

import pytest

from expectations import GATES, measure
from tests.gates.small_night import LINES, SmallNight

BY_NAME = {gate.name: gate for gate in GATES}
EMPLOYEES, RECONCILIATION = "people.dim_employees", "bonus.fct_payout_reconciliation"
EVIDENCE = "contribution.fct_contribution_events"

# what is done to a good night, the gate, words of its rule, whether it is refused
CASES = {
    "a line that the second opinion gives a unit less": (
        f"update {LINES} set payout_amount_minor = payout_amount_minor + 1 where payout_line_key = "
        f"(select min(payout_line_key) from {LINES})",
        LINES, "second opinion differs", True,
    ),
    "a sampled line that is gone": (
        f"delete from {LINES} where payout_line_key = (select min(payout_line_key) from {LINES})",
        LINES, "second opinion differs", True,
    ),
    "an opinion that could not be made": (
        "update raw_night.second_opinions set payout_amount_minor = null "
        "where payout_line_key = (select min(payout_line_key) from raw_night.second_opinions)",
        LINES, "second opinion differs", True,
    ),
    "nobody asked for a second opinion": (
        "delete from raw_night.second_opinions", LINES, "no line has a second opinion", True,
    ),
    "two of twelve lost": (
        f"update {EMPLOYEES} set is_active = false where rowid < 2", EMPLOYEES, "head count", True,
    ),
    "one of twelve lost": (
        f"update {EMPLOYEES} set is_active = false where rowid < 1", EMPLOYEES, "head count", False,
    ),
    "a third of the evidence by nobody": (
        f"update {EVIDENCE} set exclusion_reason_code = 'unresolved_identity' "
        f"where rowid * 3 < (select count(*) from {EVIDENCE})",
        EVIDENCE, "whom nobody knows", True,
    ),
    "less than a third of it": (
        f"update {EVIDENCE} set exclusion_reason_code = 'unresolved_identity' "
        f"where rowid * 3 < (select count(*) - 3 from {EVIDENCE})",
        EVIDENCE, "whom nobody knows", False,
    ),
    "a cent of the books": (
        "update staging.stg_finance__journal_lines set net_amount = net_amount + 0.01 "
        "where rowid = 0",
        RECONCILIATION, "raw_finance.journal_line", True,
    ),
    "an invoice not carried over": (
        "delete from staging.stg_finance__invoices where rowid = 0",
        RECONCILIATION, "raw_finance.invoice", True,
    ),
    "an invoice that landed twice (C04)": (
        "insert into raw_finance.invoice select * from raw_finance.invoice where rowid = 0",
        RECONCILIATION, "raw_finance.invoice", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_d06_f26_two_records_of_one_thing_agree(case: str, small_night: SmallNight) -> None:
    damage, gate_name, words, is_refused = CASES[case]
    gate = BY_NAME[gate_name]
    [rule] = [rule for rule in gate.rules() if words in rule.sentence]
    assert small_night.unheld(gate, [rule]) == []
    with small_night.disturbed():
        small_night.connection.execute(damage)
        assert small_night.unheld(gate, [rule]) == ([rule] if is_refused else [])


@pytest.mark.parametrize(
    ("where", "priced"),
    [("true", "of 12 payees, payout_amount_minor "), ("rowid = 0", "of 1 payee")],
)
def test_a_row_that_fails_is_priced_and_nobodys_pay_is_said(
    where: str, priced: str, small_night: SmallNight
) -> None:
    """P02: of fewer than five payees their number is said and not what they get."""
    gate = BY_NAME[LINES]
    [rule] = [rule for rule in gate.rules() if "account one of" in rule.sentence]
    with small_night.disturbed():
        small_night.connection.execute(f"update {LINES} set account = 'nowhere' where {where}")
        said = measure.what_is_wrong(small_night.connection, gate, rule)
    assert said is not None
    assert said.startswith(priced)
    assert ("EUR" in said) is (where == "true")


@pytest.mark.parametrize(
    ("factor", "is_refused"), [("10", True), ("0.1", True), ("9", False), ("0.12", False)]
)
def test_g09_a_base_pay_in_another_unit_is_refused(
    factor: str, is_refused: bool, small_night: SmallNight
) -> None:
    gate = BY_NAME["raw_hr.worker_history"]
    [rule] = [rule for rule in gate.rules() if "another unit" in rule.sentence]
    pay = "annual_currency_summary_total_base_pay"
    with small_night.disturbed():
        small_night.connection.execute(
            f"update raw_hr.worker_history as now set {pay} = {factor} * earlier.{pay} "
            f"from (select id, arg_min({pay}, compensation_effective_date) as {pay}, "
            "min(compensation_effective_date) as since from raw_hr.worker_history "
            "group by id having count(*) = 2 order by id limit 1) as earlier "
            "where now.id = earlier.id and now.compensation_effective_date > earlier.since"
        )
        assert small_night.unheld(gate, [rule]) == ([rule] if is_refused else [])


def test_f09_a_record_that_changed_before_it_was_made_is_refused(small_night: SmallNight) -> None:
    gate = BY_NAME["raw_crm.task"]
    [rule] = [rule for rule in gate.rules() if "before it is made" in rule.sentence]
    for days, is_refused in ((2, False), (3, True)):
        with small_night.disturbed():
            small_night.connection.execute(
                "update raw_crm.task set system_modstamp = created_date "
                f"- interval {days} days where rowid = 0"
            )
            assert small_night.unheld(gate, [rule]) == ([rule] if is_refused else [])


# what is done to a good night, the gate, words of its rule
ONE_STORY = {
    "g09 cost booked as revenue, of no class that has it": (
        "update raw_finance.account set type = 'SALES' where type = 'DIRECTCOSTS'",
        "raw_finance.account", "one is wrong",
    ),
    "g09 cost that turned into other cost since the last good night": (
        "update raw_finance.account set type = 'OVERHEADS' where type = 'DIRECTCOSTS'",
        "raw_finance.account", "as on the last good night",
    ),
    "f26 a team whose key is another": (
        "update raw_hr.organization set id = id || 'X' where rowid = 0",
        "raw_hr.organization", "under another id",
    ),
    "d05 a period that moved": (
        "update raw_finance.accounting_period set enddate = enddate + 1 where rowid = 0",
        "raw_finance.accounting_period", "as on the last good night",
    ),
    "c12 a meeting of two sizes": (
        "update raw_collaboration.meeting_attendee set attendee_count = attendee_count + 1 "
        "where rowid = (select min(rowid) from raw_collaboration.meeting_attendee)",
        "raw_collaboration.meeting_attendee", "in two ways",
    ),
    "d02 an owner whose letters do not check": (
        "update raw_crm.lead set owner_id = lower(owner_id) where rowid = 0",
        "raw_crm.lead", "check letters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_STORY)
def test_what_is_told_once_more_in_another_way_is_refused(
    case: str, small_night: SmallNight
) -> None:
    damage, gate_name, words = ONE_STORY[case]
    gate = BY_NAME[gate_name]
    rules = [rule for rule in gate.rules() if words in rule.sentence]
    assert small_night.unheld(gate, rules) == []
    with small_night.disturbed():
        small_night.connection.execute(damage)
        assert len(small_night.unheld(gate, rules)) == 1
