"""Each test of the project that is a file of SQL finds what it is there to find, and only that."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.contract import DBT_PROJECT
from tests.portability.compiled import by_name, compiled_once, read

Tables = dict[str, list[dict[str, Any]]]

JANUARY, JULY, OPEN_END = date(2026, 1, 1), date(2026, 7, 1), date(9999, 12, 31)
WON = {"opportunity_key": "d1", "opportunity_id_crm": "006A", "is_won": True, "is_held": False,
       "won_date": date(2026, 3, 2), "amount_minor": 1000, "plan_amount_minor": 900}  # fmt: skip
CREDIT = {"opportunity_key": "d1", "book": "contribution", "attribution_model": "linear",
          "credit_share": 1, "credited_amount_minor": 1000,
          "plan_credited_amount_minor": 900}  # fmt: skip
SETTING = {"book": "contribution", "attribution_model": "linear", "is_enabled": True,
           "valid_from_date": JANUARY, "valid_to_date": OPEN_END}  # fmt: skip
FLOW = {"collaboration_month": JANUARY, "giver_function": "sales", "taker_function": "support",
        "suppressed": False}  # fmt: skip
TEAM = {"team_key": "t1", "function": "sales", "month_start": JANUARY, "is_function_shown": True,
        "is_team_shown": True, "function_member_count": 20, "member_count": 5}  # fmt: skip
SPELL = {"employee_key": "e1", "valid_from_date": JANUARY, "valid_to_date": JULY}

# What each test reads, in a state that it lets pass.
HOLDS: dict[str, Tables] = {
    "every_counted_interaction_is_given_and_taken_once": {
        "fct_interactions": [{"event_month": JANUARY, "is_counted": True}],
        "fct_collaboration_monthly": [
            {"collaboration_month": JANUARY, "give_count": 1, "take_count": 0},
            {"collaboration_month": JANUARY, "give_count": 0, "take_count": 1},
        ],
    },
    "every_contribution_event_is_counted_or_explained": {
        "fct_contribution_events": [
            {"contribution_event_key": "c1", "is_counted": True, "exclusion_reason_code": None},
            {"contribution_event_key": "c2", "is_counted": False, "exclusion_reason_code": "late"},
        ],
    },
    "every_credit_adds_up_to_its_deal": {
        "fct_contribution_credits": [CREDIT], "fct_opportunities": [WON],
    },
    "every_won_deal_is_credited_once": {
        "fct_contribution_credits": [CREDIT], "fct_opportunities": [WON],
        "stg_policy__attribution_settings": [SETTING],
    },
    "every_deal_stage_is_defined": {
        "int_funnel__stage_entries": [
            {"subject": "opportunity", "stage": "won", "source_value": "Closed Won",
             "entered_date": JANUARY},
            {"subject": "lead", "stage": None, "source_value": "Any", "entered_date": JANUARY},
        ],
    },
    "every_merge_ends": {
        "int_identity__accounts": [
            {"account_id_crm": "a", "surviving_account_id_crm": "b"},
            {"account_id_crm": "b", "surviving_account_id_crm": "b"},
        ],
        "stg_crm__accounts": [
            {"account_id_crm": "a", "master_account_id_crm": "b"},
            {"account_id_crm": "b", "master_account_id_crm": None},
        ],
    },
    "no_deal_is_lost": {
        "stg_crm__opportunities": [{"opportunity_id_crm": "006A"}], "fct_opportunities": [WON],
    },
    "the_company_has_one_time_zone": {
        "stg_policy__company_settings": [{"time_zone": "Europe/Oslo"}, {"time_zone": "Europe/Oslo"}]
    },
    "every_day_employed_has_a_position": {
        "int_identity__employee_spells": [SPELL], "int_identity__employee_history": [SPELL],
    },
    "managers_do_not_loop": {
        "dim_employees": [
            {"employee_key": "e1", "manager_employee_key": "e2", "is_active": True},
            {"employee_key": "e2", "manager_employee_key": "e3", "is_active": True},
            {"employee_key": "e3", "manager_employee_key": None, "is_active": True},
        ],
    },
    "no_suppressed_cell_stands_alone": {
        "fct_function_flows": [
            FLOW, {**FLOW, "taker_function": "sales"}, {**FLOW, "giver_function": "support"},
            {**FLOW, "giver_function": "support", "taker_function": "sales"},
        ],
        "fct_function_contributions": [
            {"period_key": "2026-Q1", "book": "hard", "attribution_model": "hard",
             "currency_code": "EUR", "suppressed": hidden} for hidden in (True, True, False)
        ],
    },
    "what_is_left_of_a_whole_is_large_enough": {
        "int_collaboration__shown_groups": [
            TEAM, {**TEAM, "team_key": "t2"},
            *({**TEAM, "team_key": key, "is_team_shown": False} for key in ("t3", "t4")),
        ],
        "run": [{"run_date": date(2026, 4, 1)}],
        "stg_policy__company_settings": [
            {"min_group_size": 5, "valid_from_date": JANUARY, "valid_to_date": OPEN_END}
        ],
    },
}  # fmt: skip

# One thing wrong each: the test, a table of it, and what that row number says instead; a row too
# many is a change of a number that is not there, and None takes the row away.
BREAKS: list[tuple[str, str, int, dict[str, Any] | None]] = [
    ("every_counted_interaction_is_given_and_taken_once", "fct_interactions", 1, {}),
    ("every_counted_interaction_is_given_and_taken_once", "fct_collaboration_monthly", 1, None),
    ("every_counted_interaction_is_given_and_taken_once", "fct_collaboration_monthly", 2, {}),
    ("every_contribution_event_is_counted_or_explained", "fct_contribution_events", 0,
     {"exclusion_reason_code": "late"}),
    ("every_contribution_event_is_counted_or_explained", "fct_contribution_events", 1,
     {"exclusion_reason_code": None}),
    ("every_credit_adds_up_to_its_deal", "fct_contribution_credits", 0, {"credit_share": 2}),
    ("every_credit_adds_up_to_its_deal", "fct_contribution_credits", 0,
     {"credited_amount_minor": 999}),
    ("every_credit_adds_up_to_its_deal", "fct_contribution_credits", 0,
     {"plan_credited_amount_minor": 901}),
    ("every_credit_adds_up_to_its_deal", "fct_opportunities", 0, {"opportunity_key": "d2"}),
    ("every_won_deal_is_credited_once", "fct_contribution_credits", 0, None),
    ("every_won_deal_is_credited_once", "fct_contribution_credits", 0, {"book": "hard"}),
    ("every_won_deal_is_credited_once", "fct_opportunities", 0, {"is_held": True}),
    ("every_won_deal_is_credited_once", "fct_opportunities", 0, {"is_won": False}),
    ("every_won_deal_is_credited_once", "stg_policy__attribution_settings", 0,
     {"is_enabled": False}),
    ("every_deal_stage_is_defined", "int_funnel__stage_entries", 0, {"stage": None}),
    ("every_merge_ends", "stg_crm__accounts", 1, {"master_account_id_crm": "c"}),
    ("every_merge_ends", "stg_crm__accounts", 1, {"master_account_id_crm": "a"}),
    ("no_deal_is_lost", "fct_opportunities", 0, None),
    ("no_deal_is_lost", "stg_crm__opportunities", 0, None),
    ("the_company_has_one_time_zone", "stg_policy__company_settings", 1, {"time_zone": "UTC"}),
    ("every_day_employed_has_a_position", "int_identity__employee_history", 0, None),
    ("every_day_employed_has_a_position", "int_identity__employee_history", 0,
     {"valid_to_date": date(2026, 6, 30)}),
    ("managers_do_not_loop", "dim_employees", 2, {"manager_employee_key": "e1"}),
    ("managers_do_not_loop", "dim_employees", 2, {"manager_employee_key": "e3"}),
    ("no_suppressed_cell_stands_alone", "fct_function_flows", 0, {"suppressed": True}),
    ("no_suppressed_cell_stands_alone", "fct_function_contributions", 0, {"suppressed": False}),
    ("what_is_left_of_a_whole_is_large_enough", "int_collaboration__shown_groups", 2,
     {"is_team_shown": True}),
    ("what_is_left_of_a_whole_is_large_enough", "stg_policy__company_settings", 0,
     {"min_group_size": 11}),
]  # fmt: skip


@pytest.fixture(scope="module")
def singular_tests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(compiled_once(tmp_path_factory, "duckdb"), "singular_tests.json")


def _changed(tables: Tables, table: str, row: int, change: dict[str, Any] | None) -> Tables:
    rows = list(tables[table])
    if change is None:
        del rows[row]
    elif row == len(rows):
        rows.append({**rows[-1], **change})
    else:
        rows[row] = {**rows[row], **change}
    return {**tables, table: rows}


def _found(sql: str, tables: Tables, holds: Tables) -> int:
    """How many rows the test returns over tables that hold these rows."""
    with duckdb.connect() as connection:
        for name, rows in tables.items():
            columns = list(holds[name][0])
            marks = f"({', '.join('?' * len(columns))})"
            made = f"create table {name} as select * from (values {{}}) as t ({', '.join(columns)})"
            # of a table that is to be empty the types are asked for, not the rows
            kept = rows or holds[name]
            values = [row[column] for row in kept for column in columns]
            connection.execute(made.format(", ".join([marks] * len(kept))), values)
            if not rows:
                connection.execute(f"delete from {name}")
        return len(connection.execute(by_name(sql)).fetchall())


def test_every_file_of_sql_has_a_case() -> None:
    files = {path.stem for path in (DBT_PROJECT / "tests").rglob("*.sql")
             if path.parent.name != "generic"}  # fmt: skip

    assert files == set(HOLDS) == {name for name, *_ in BREAKS}


@pytest.mark.parametrize("name", HOLDS)
def test_what_is_as_it_should_be_passes(name: str, singular_tests: dict[str, Any]) -> None:
    assert _found(singular_tests[name]["sql"], HOLDS[name], HOLDS[name]) == 0


@pytest.mark.parametrize(
    ("name", "table", "row", "change"), BREAKS, ids=lambda part: str(part).replace(" ", "")
)
def test_one_thing_wrong_is_found(
    name: str, table: str, row: int, change: dict[str, Any] | None, singular_tests: dict[str, Any]
) -> None:
    """D03, D05, E08, C02, C10 and P02: what the project's own tests hold a night to."""
    wrong = _changed(HOLDS[name], table, row, change)

    assert _found(singular_tests[name]["sql"], wrong, HOLDS[name]) > 0
