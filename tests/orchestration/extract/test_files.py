"""Files: what a company can export is read exactly, or refused in one sentence without a value."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import contract
from orchestration.extract import files
from orchestration.settings import DomainSource
from tests.orchestration.extract.exported import (
    ANSWERS,
    RUN_DATE,
    policy_with_quotas,
    refusal,
    rows_of,
)


def test_a_csv_under_the_contracts_names_needs_no_mapping(folder: Path) -> None:
    (folder / "answer.csv").write_text(ANSWERS)
    (row,) = rows_of("collaboration", folder, "answer")
    assert row["answer_id"] == "a1"
    assert row["is_accepted"] is True
    assert row["created_at"] == datetime(2026, 1, 1, 10)
    assert row["topic"] is None


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(b"\xef\xbb\xbf" + ANSWERS.encode(), id="byte order mark"),
        pytest.param(ANSWERS.replace("\n", "\r\n").encode(), id="windows line ends"),
        pytest.param(ANSWERS.rstrip("\n").encode(), id="no line end at the end"),
        pytest.param(ANSWERS.replace("a1", '"a1"').encode(), id="quoted"),
        pytest.param(
            ANSWERS.replace("_at\n", "_at,note\n").replace("2 10:00:00\n", '2 10:00:00,"x\ny"\n')
            .encode(),
            id="column nobody reads, with a line end in it",
        ),
    ],
)  # fmt: skip
def test_a_csv_may_be_written_in_any_usual_way(folder: Path, encoded: bytes) -> None:
    (folder / "answer.csv").write_bytes(encoded)
    (row,) = rows_of("collaboration", folder, "answer")
    assert (row["answer_id"], row["updated_at"]) == ("a1", datetime(2026, 1, 2, 10))


def test_other_formats_give_the_same_rows(tmp_path: Path) -> None:
    made = {}
    for ending, options in {
        "csv": "format csv",
        "tsv": "format csv, delimiter '\t'",
        "parquet": "format parquet",
        "ndjson": "format json",
    }.items():
        path = tmp_path / ending / "exported"
        path.mkdir(parents=True)
        (path / "answer.csv").write_text(ANSWERS)
        relation = f"read_csv('{path}/answer.csv', all_varchar = {ending != 'parquet'})"
        duckdb.sql(f"copy (from {relation}) to '{path}/made.{ending}' ({options})")
        (path / "answer.csv").unlink()
        (path / f"made.{ending}").rename(path / f"answer.{ending}")
        made[ending] = rows_of("collaboration", path, "answer")
    assert made["csv"] == made["tsv"] == made["parquet"] == made["ndjson"]


def test_an_instant_with_an_offset_is_that_instant(folder: Path) -> None:
    (folder / "answer.csv").write_text(
        ANSWERS.replace("2026-01-01 10:00:00", "2026-01-01T10:00:00+02:00").replace(
            "2026-01-02 10:00:00", "2026-01-02T10:00:00Z"
        )
    )
    (row,) = rows_of("collaboration", folder, "answer")
    assert (row["created_at"], row["updated_at"]) == (
        datetime(2026, 1, 1, 8),
        datetime(2026, 1, 2, 10),
    )


def test_an_empty_field_is_no_value(folder: Path) -> None:
    (folder / "answer.csv").write_text(
        ANSWERS.replace("answer_id,", "topic,answer_id,").replace("a1,", '"",a1,')
    )
    (row,) = rows_of("collaboration", folder, "answer")
    assert row["topic"] is None


def test_amounts_arrive_exactly(folder: Path) -> None:
    amounts = ["1234.5", "0.01", "-7", " 12.500000 ", "99999999999999.999999"]
    rows = rows_of("policy", policy_with_quotas(folder, *amounts), "quotas")
    assert [row["quota_amount"] for row in rows] == [Decimal(amount.strip()) for amount in amounts]
    assert {row["approved_by"] for row in rows} == {"m, okafor"}


@pytest.mark.parametrize(
    "written",
    ['"1,234.50"', '"1.234,50"', "(5.00)", '""', "1_000", "1e5", "NaN", "Infinity", "1e400",
     "0x10", "5 EUR", "1.2345678"],
)  # fmt: skip
def test_f21_f22_an_amount_that_is_no_exact_number_is_refused(folder: Path, written: str) -> None:
    told = refusal("policy", policy_with_quotas(folder, "10.00", written, "20.00"))
    assert "policy.quotas" in told
    assert str(folder / "quotas.csv") in told
    assert "1 rows (the first is row 2 of the data) have a quota_amount" in told
    assert written == '""' or written.strip('"') not in told


@pytest.mark.parametrize(
    ("column", "written"),
    [("fiscal_year", "2026.7"), ("start_date", "01/02/2026"), ("start_date", "infinity")],
)
def test_what_a_cast_would_bend_is_refused(folder: Path, column: str, written: str) -> None:
    policy_with_quotas(folder, "1")
    header, *rows = (folder / "fiscal_calendar.csv").read_text().splitlines()
    position = header.split(",").index(column)
    fields = rows[0].split(",")
    fields[position] = written
    (folder / "fiscal_calendar.csv").write_text("\n".join([header, ",".join(fields), *rows[1:]]))
    told = refusal("policy", folder)
    assert column in told
    assert written not in told


@pytest.mark.parametrize(
    ("content", "told_as"),
    [
        (b"", "has no header line"),
        (ANSWERS.encode() + b"a2,q2\n", "in line 3 has 2 fields where the header has 7"),
        (ANSWERS.encode() + b'a2,"q2\n', "in line 3 opens a quotation mark"),
        (ANSWERS.replace("ann", "ann\xe9").encode("latin-1"), "is not UTF-8"),
        (ANSWERS.encode("utf-16"), "is not UTF-8"),
        (ANSWERS.replace(",", ";").encode(), "is separated by semicolons"),
        (ANSWERS.replace("question_id", "answer_id").encode(), "does not name each column once"),
    ],
)
def test_a_damaged_file_is_named_with_its_damage(
    folder: Path, content: bytes, told_as: str
) -> None:
    (folder / "answer.csv").write_bytes(content)
    told = refusal("collaboration", folder)
    assert str(folder / "answer.csv") in told
    assert told_as in told
    assert "ann" not in told


def test_a_parquet_file_cut_off_is_refused(folder: Path) -> None:
    duckdb.sql(f"copy (select 1 as answer_id) to '{folder}/answer.parquet'")
    whole = (folder / "answer.parquet").read_bytes()
    (folder / "answer.parquet").write_bytes(whole[: len(whole) // 2])
    assert "is no Parquet file, or is cut off" in refusal("collaboration", folder)


def test_a_required_column_that_is_gone_is_named(folder: Path) -> None:
    (folder / "answer.csv").write_text(ANSWERS.replace("question_id", "question"))
    assert "required column question_id is gone" in refusal("collaboration", folder)


def test_a_required_table_without_a_file_is_named(folder: Path) -> None:
    (folder / "introduction.csv").write_text("id\n")
    told = refusal("collaboration", folder)
    assert "there is no file for answer" in told
    assert "answer.csv" in told


def test_a_name_with_a_slip_in_it_is_refused(folder: Path) -> None:
    (folder / "answer.csv").write_text(ANSWERS)
    (folder / "introductions.csv").write_text("id\n")
    told = refusal("collaboration", folder)
    assert "introductions.csv" in told
    assert "is no table of collaboration" in told


def test_two_files_of_one_table_are_refused(folder: Path) -> None:
    (folder / "answer.csv").write_text(ANSWERS)
    (folder / "answer.ndjson").write_text("{}\n")
    assert "feed the same table" in refusal("collaboration", folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in refusal("collaboration", tmp_path / "nowhere")


def test_a_domain_that_owes_nothing_may_have_no_folder_yet(tmp_path: Path) -> None:
    """The ledger before the first close."""
    ledger = contract.domains()["ledger"]
    source = DomainSource(way="files", path=tmp_path / "ledger")
    extract = files.read(duckdb.connect(), ledger, source, RUN_DATE, None)
    assert extract.selects == {}
