"""Files: what a company can export is read exactly, or refused in one sentence without a value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, landing
from orchestration.extract import files
from orchestration.landing_select import SourceError
from orchestration.settings import DomainSource

RUN_DATE = date(2026, 1, 5)
ANSWERS = (
    "answer_id,question_id,asker_email,answerer_email,is_accepted,created_at,updated_at\n"
    "a1,q1,ann@c,bob@c,true,2026-01-01 10:00:00,2026-01-02 10:00:00\n"
)
QUOTAS = (
    "assignee_type,assignee_code,measure,period_key,quota_amount,currency_code,approved_by,"
    "approved_date\n"
)
QUOTA = 'employee,e{number},bookings,2026-Q1,{amount},EUR,"m, okafor",2025-12-01\n'


def rows_of(
    domain: str, path: Path, table: str, mappings: Path | None = None
) -> list[dict[str, object]]:
    """The rows of one table as landed."""
    home = path.parent / "home"
    source = DomainSource(way="files", path=path, mappings=mappings)
    wanted = contract.domains()[domain]
    landing.land(
        home,
        wanted,
        RUN_DATE,
        "files",
        lambda connection, cursor: files.read(connection, wanted, source, RUN_DATE, cursor),
    )
    found = duckdb.sql(f"from '{home}/landing/{domain}/{table}/*.parquet'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def refusal(domain: str, path: Path, mappings: Path | None = None) -> str:
    with pytest.raises(SourceError) as refused:
        rows_of(domain, path, "nothing", mappings)
    told = str(refused.value)
    assert "\n" not in told
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "exported"
    path.mkdir()
    return path


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    path = tmp_path / "mappings" / "collaboration"
    path.mkdir(parents=True)
    return path


# --- a folder under the contract's own names ---------------------------------------------------


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


def policy_with_quotas(folder: Path, *amounts: str) -> Path:
    """The shipped policy with the quotas replaced."""
    for path in (contract.DBT_PROJECT / "policy").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    rows = "".join(QUOTA.format(number=i, amount=amount) for i, amount in enumerate(amounts))
    (folder / "quotas.csv").write_text(QUOTAS + rows)
    return folder


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


# --- mapping SELECTs -----------------------------------------------------------------------------

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
