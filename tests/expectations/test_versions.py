"""Tables that keep every landed version are judged by the rows that are true now."""

from __future__ import annotations

from expectations import rules as must
from expectations.gate import Versions
from tests.expectations.asking import TABLE, verdict
from tests.expectations.conftest import Database

RECORD = Versions(key=("id",), by="version", deleted="gone")
FIRST = Versions(key=("id",))


def landed(*rows: str) -> dict[str, str]:
    columns = "id, version, amount, gone, _landed_run_date, _landing_sequence"
    return {TABLE: f"select * from (values {', '.join(rows)}) as line({columns})"}


YESTERDAY, TONIGHT = "date '2026-01-04', 1", "date '2026-01-05', 2"


def test_a_mistake_its_source_has_corrected_stops_no_night(database: Database) -> None:
    path = database(landed(f"(1, 1, -5, false, {YESTERDAY})", f"(1, 2, 5, false, {TONIGHT})"))
    rule = must.be_at_least("amount", 0)
    assert verdict(path, rule, versions=RECORD).status == "passed"
    assert verdict(path, rule).status == "broken"


def test_a_mistake_that_nobody_corrected_stops_every_night(database: Database) -> None:
    path = database(landed(f"(1, 1, -5, false, {YESTERDAY})", f"(2, 1, 5, false, {TONIGHT})"))
    assert verdict(path, must.be_at_least("amount", 0), versions=RECORD).status == "broken"


def test_a_late_older_version_does_not_replace_the_newer(database: Database) -> None:
    path = database(landed(f"(1, 2, 5, false, {YESTERDAY})", f"(1, 1, -5, false, {TONIGHT})"))
    assert verdict(path, must.be_at_least("amount", 0), versions=RECORD).status == "passed"


def test_of_one_version_the_newest_landing_is_true(database: Database) -> None:
    path = database(landed(f"(1, 1, 5, false, {YESTERDAY})", f"(1, 1, -5, false, {TONIGHT})"))
    assert verdict(path, must.be_at_least("amount", 0), versions=RECORD).status == "broken"


def test_a_deleted_record_breaks_nothing(database: Database) -> None:
    path = database(landed(f"(1, 2, -5, true, {YESTERDAY})", f"(2, 1, 5, false, {YESTERDAY})"))
    assert verdict(path, must.be_at_least("amount", 0), versions=RECORD).status == "passed"


def test_c04_of_an_event_the_first_landing_is_true(database: Database) -> None:
    path = database(landed(f"(1, 1, 5, false, {YESTERDAY})", f"(1, 1, -5, false, {TONIGHT})"))
    assert verdict(path, must.be_at_least("amount", 0), versions=FIRST).status == "passed"


def test_rules_over_the_table_see_true_rows_only(database: Database) -> None:
    total = must.have_no("total over 5", "select 1 from true_rows having sum(amount) > 5")
    path = database(landed(f"(1, 1, 5, false, {YESTERDAY})", f"(1, 2, 4, false, {TONIGHT})"))
    assert verdict(path, total, versions=RECORD).status == "passed"
    assert verdict(path, total).status == "broken"
