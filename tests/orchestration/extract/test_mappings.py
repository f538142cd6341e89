"""Mapping SELECTs: one a table, run over a company's own files; refused where they mislead."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.orchestration.extract.exported import (
    ANSWERS,
    QUOTA,
    QUOTAS,
    policy_with_quotas,
    refusal,
    rows_of,
)

MAPPING = """
-- one row per answer; a comment at the end must not swallow what follows
select
    nr as answer_id,
    question as question_id,
    who as asker_email,
    helper || '@c' as answerer_email,
    timestamp '2026-01-01' as created_at,
    cast(changed as timestamp) as updated_at
from source."answers of 2026.csv"
where nr <> '0' -- test rows
;
-- end
"""
EXPORTED = "nr,question,who,helper,changed\n0,,,,\n7,q1,ann@c,bob,2026-01-03\n"


def test_a_mapping_select_makes_a_table(folder: Path, mappings: Path) -> None:
    (folder / "answers of 2026.csv").write_text(EXPORTED)
    (mappings / "answer.sql").write_text(MAPPING)
    (row,) = rows_of("collaboration", folder, "answer", mappings)
    assert (row["answer_id"], row["answerer_email"]) == ("7", "bob@c")
    assert row["updated_at"] == datetime(2026, 1, 3)


def test_a_table_written_by_hand_lies_beside_the_mappings(folder: Path, mappings: Path) -> None:
    (mappings / "answer.csv").write_text(ANSWERS)
    (row,) = rows_of("collaboration", folder, "answer", mappings)
    assert row["answer_id"] == "a1"


@pytest.mark.parametrize("shared", [False, True])
def test_a_file_without_header_has_it_beside_the_mappings(
    folder: Path, mappings: Path, shared: bool
) -> None:
    header, *rows = EXPORTED.replace(",", "\t").splitlines()
    (folder / "answers.tsv").write_text("\n".join(rows))
    place = (mappings.parent if shared else mappings) / "headers"
    place.mkdir()
    (place / "answers.tsv").write_text(header + "\n")
    (mappings / "answer.sql").write_text(MAPPING.replace("answers of 2026.csv", "answers.tsv"))
    (row,) = rows_of("collaboration", folder, "answer", mappings)
    assert row["answer_id"] == "7"


def test_a_mapping_may_read_the_folder_in_its_own_way(folder: Path, mappings: Path) -> None:
    (folder / "odd.txt").write_text("7|q1\n")
    sql = MAPPING.replace(
        'source."answers of 2026.csv"',
        "(select nr, question, 'a@c' as who, 'b' as helper, '2026-01-03' as changed from read_csv("
        "getvariable('source') || '/odd.txt', delim = '|', header = false, "
        "columns = {'nr': 'VARCHAR', 'question': 'VARCHAR'}))",
    )
    (mappings / "answer.sql").write_text(sql)
    (row,) = rows_of("collaboration", folder, "answer", mappings)
    assert row["question_id"] == "q1"


@pytest.mark.parametrize(
    ("old", "new", "told_as"),
    [
        ("answers of 2026.csv", "answers.csv", "there is no file"),
        ("answers of 2026.csv", "../secret.csv", "which is outside"),
        ("nr as", "number as", 'Referenced column "number" not found'),
        ("cast(changed", "try_cast(changed", "uses try_cast"),
        ("select\n", "selec\n", "is not SQL"),
        ("-- end", "select 1", "must hold one SELECT"),
        (MAPPING, "create table answer (id text)", "must hold one SELECT"),
        (MAPPING, "", "must hold one SELECT"),
    ],
)
def test_a_mapping_that_cannot_work_is_named(
    folder: Path, mappings: Path, old: str, new: str, told_as: str
) -> None:
    (folder / "answers of 2026.csv").write_text(EXPORTED)
    (folder.parent / "secret.csv").write_text(EXPORTED)
    (mappings / "answer.sql").write_text(MAPPING.replace(old, new))
    told = refusal("collaboration", folder, mappings)
    assert "collaboration.answer" in told
    assert "answer.sql" in told
    assert told_as in told


def test_a_mapping_for_no_table_is_refused(folder: Path, mappings: Path) -> None:
    (mappings / "answers.sql").write_text(MAPPING)
    assert "answers.sql" in refusal("collaboration", folder, mappings)


def test_f21_a_value_that_a_mapping_cannot_cast_is_placed_and_not_shown(
    folder: Path, mappings: Path
) -> None:
    (folder / "answers of 2026.csv").write_text(EXPORTED + "8,q2,ann@c,bob,1.234,50\n")
    (mappings / "answer.sql").write_text(MAPPING)
    assert "answers of 2026.csv in line 4 has 6 fields" in refusal(
        "collaboration", folder, mappings
    )
    (folder / "answers of 2026.csv").write_text(EXPORTED + '8,q2,ann@c,bob,"\n\nLINE 2: 1.234,5"\n')
    told = refusal("collaboration", folder, mappings)
    assert "answer.sql line 9 (cast(changed as timestamp) as updated_at)" in told
    assert "1.234" not in told


def test_f21_an_amount_that_a_mapping_leaves_as_text_is_looked_at(
    folder: Path, mappings: Path
) -> None:
    policy = mappings.parent / "policy"
    policy.mkdir()
    policy_with_quotas(policy, "1")
    (policy / "quotas.csv").rename(folder / "all quotas.csv")
    (folder / "all quotas.csv").write_text(QUOTAS + QUOTA.format(number=1, amount='"1,234.50"'))
    (policy / "quotas.sql").write_text('select * from source."all quotas.csv"')
    told = refusal("policy", folder, policy)
    assert str(policy / "quotas.sql") in told
    assert "quota_amount" in told
