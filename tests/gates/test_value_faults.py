"""F26: faults in the values of every source table, by tab-err: caught, held, harmless or missed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gates import campaign
from tests.gates.faults import TYPES, Fault
from tests.gates.outcomes import (
    AGAIN,
    FIRST,
    GATE,
    HARMLESS,
    HELD,
    MISSED,
    UNREAD,
    outcome,
)
from tests.gates.small_night import SmallNight, source

# (table, column, SQL of the row, what stands there then, on which delivery): what becomes of it
WON = "is_won and not is_deleted"
CASES: dict[str, tuple[str, str, str, str | None, str, str]] = {
    "f21_an_amount_with_a_comma": ("crm.opportunity", "amount", WON, "1,234.50", FIRST, UNREAD),
    "f22_an_amount_that_is_no_number": ("crm.opportunity", "amount", WON, "NaN", FIRST, UNREAD),
    "f24_an_amount_that_is_gone": ("crm.opportunity", "amount", WON, None, FIRST, HELD),
    "f26_a_plausible_amount": ("crm.opportunity", "amount", WON, "12345.00", FIRST, HELD),
    "f26_a_plausible_bill": ("finance.invoice", "sub_total", "true", "12345.00", FIRST, HELD),
    "f26_half_a_journal": ("finance.journal_line", "net_amount", "true", "1.00", FIRST, GATE),
    "f26_an_amount_edited_in_silence": ("crm.opportunity", "amount", WON, "1.00", AGAIN, GATE),
    "f26_a_text_nobody_reads": (
        "finance.journal_line", "description", "true", "?", FIRST, HARMLESS,
    ),
    # nothing in any system says a second time what somebody is called
    "f26_a_name_spelt_otherwise": ("hr.person_name", "first_name", "true", "Ann", FIRST, MISSED),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_becomes_of_one_damaged_cell(case: str, small_night: SmallNight) -> None:
    name, column, where, told, scene, expected = CASES[case]
    select = f"select row_number() over () as row, * from {source(name)}"
    ((row,),) = small_night.connection.execute(
        f"select max(row) from ({select}) as rows where {where}"
    ).fetchall()
    fault = Fault(small_night.tables[name], column, case, "by hand", 0.0, ((row, told),))
    found = outcome(small_night, fault, scene, False, lambda: False)
    assert found is not None
    assert (found.what, found.by) == (expected, found.by)


def test_a_night_that_nobody_disturbed_is_refused_by_no_gate(small_night: SmallNight) -> None:
    everything = {name.replace('"', "") for name in small_night.known}
    everything |= {f"raw_{name}" for name in small_night.tables}
    for layer in ("landing", "facts", "credit", "bonus"):
        assert small_night.refusals(layer, everything) == []


def _assert_caught(records: list[dict[str, Any]], least: dict[str, float]) -> None:
    """By scene: what is delivered again gives itself away, what is told for the first time only
    where something else tells it too."""
    for scene, share in least.items():
        caught, _, of = campaign.recall([r for r in records if r["scene"] == scene])
        assert of, "no fault did any harm"
        assert caught >= share * of, f"{campaign.told(records)}\n\n{campaign.missed(records)}"


def test_f26_a_slice_of_the_campaign(small_night: SmallNight) -> None:
    records = list(campaign.tried(small_night, seeds=[1], each=1))
    assert {record["mechanism"] for record in records} == {"ECAR", "EAR"}
    assert len({record["kind"] for record in records}) >= len(TYPES) - 2
    _assert_caught(records, {AGAIN: 0.85, FIRST: 0.5})


@pytest.mark.campaign
def test_f26_faults_of_every_type_in_every_source_table(small_night: SmallNight) -> None:
    records = list(campaign.tried(small_night, seeds=range(20), each=8))
    print(campaign.told(records), campaign.missed(records), sep="\n\n")
    assert len(records) >= 3_000
    _assert_caught(records, {AGAIN: 0.95, FIRST: 0.6})
