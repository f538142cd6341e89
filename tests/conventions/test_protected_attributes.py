"""P06: what the law protects of a person feeds no credit and no pay, because nobody asks for it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.contract import domains
from tests.conventions.dbt_nodes import Project
from tests.orchestration.extract.loaded import land, landed, salesforce

PROTECTED = re.compile(
    r"(^|_)(gender|sex|birth\w*|born|age|ethnic\w*|race|racial|religio\w*|disab\w*|handicap\w*|"
    r"national\w*|citizen\w*|marital|married|pregnan\w*|orientation|union_member\w*|veteran|"
    r"caste|health|medical|genetic|politic\w*)(_|$)"
)
# The raw contract has one column that may tell such a thing, for whoever checks what lands.
WHY_SOMEBODY_IS_ON_LEAVE = "leave_of_absence_type"


@pytest.mark.parametrize("name", ["gender", "date_of_birth", "birth_date", "is_married", "age"])
def test_p06_the_words_find_what_they_are_for(name: str) -> None:
    assert PROTECTED.search(name)


def test_p06_the_raw_contract_asks_for_no_protected_attribute() -> None:
    asked = [
        f"{table.domain}.{table.name}.{column}"
        for domain in domains().values()
        for table in domain.tables.values()
        for column in table.columns
        if PROTECTED.search(column)
    ]
    assert asked == []


def test_p06_no_model_names_one_or_reads_why_somebody_is_on_leave(project: Project) -> None:
    words = {
        model: sorted(
            word
            for word in set(re.findall(r"[a-z_]+", sql))
            # functions have an age too; nobody's could come from anywhere, see above
            if (PROTECTED.search(word) and word != "age") or word == WHY_SOMEBODY_IS_ON_LEAVE
        )
        for model, sql in project.compiled.items()
    }
    assert {model: found for model, found in words.items() if found} == {}


def test_p06_one_that_a_source_has_does_not_land(tmp_path: Path) -> None:
    users = "select 'u1' as id, 'ann@c' as email, true as is_active, 'f' as gender, "
    users += f"date '{date(1990, 1, 1)}' as birth_date, timestamp '2026-01-01' as system_modstamp"
    place = tmp_path / "place.duckdb"
    opportunity = "select 'o1' as id, 'a1' as account_id, 'u1' as owner_id, 'Open' as stage_name, "
    opportunity += "100.5 as amount, timestamp '2026-01-01' as created_date, false as is_closed, "
    opportunity += "false as is_won, false as is_deleted, timestamp '2026-01-02' as system_modstamp"
    land(salesforce(place, user=users, opportunity=opportunity))
    (row,) = landed(place, "user")
    assert row["id"] == "u1"
    assert not [column for column in row if PROTECTED.search(column)]
