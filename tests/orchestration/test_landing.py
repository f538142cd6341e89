"""Landing: whole or not at all, exact or refused, the same bytes in any order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import contract, durable, landing
from orchestration.landing import Extract
from orchestration.landing_select import SourceError
from tests.one_key import give_key

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)
INTRODUCTIONS = (
    "select id, introducer as introducer_email, taker as introduced_to_email, "
    "timestamp '2026-01-01' as created_at, timestamp '2026-01-02' as updated_at, 1 as unread "
    "from (values {rows}) as t (id, introducer, taker)"
)
ANSWERS = (
    "select 'a' as answer_id, 'q' as question_id, 'x@c' as asker_email, 'y@c' as answerer_email, "
    "timestamp '2026-01-01' as created_at, timestamp '2026-01-02' as updated_at"
)


def collaboration(*rows: str, answers: str = ANSWERS, counted: int | None = None):
    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        selects = {"answer": answers}
        if rows:
            selects["introduction"] = INTRODUCTIONS.format(rows=", ".join(rows))
        counts = {"introduction": counted} if counted is not None else None
        return Extract(selects, cursor=f"after {cursor}", source_version="test", source_rows=counts)

    return read


def land(home: Path, reader, run_date: date = FIRST) -> dict:
    return landing.land(home, contract.domains()["collaboration"], run_date, "files", reader)


def test_a_landing_says_what_it_holds(tmp_path: Path) -> None:
    manifest = land(tmp_path, collaboration("('1', 'a@c', 'b@c')", "('2', 'c@c', 'd@c')"))
    table = manifest["tables"]["introduction"]
    landed = table["files"][0]
    path = tmp_path / "landing" / "collaboration" / landed["path"]
    assert table["rows"] == 2
    assert table["unread_columns"] == ["unread"]
    assert table["missing_columns"] == ["contact_id", "opportunity_id"]
    assert landed["sha256"] == durable.sha256_of_file(path)
    assert manifest["cursor_to"] == "after None"
    assert manifest["tables"]["mentoring_session"] == {"is_offered": False, "files": [], "rows": 0}


def test_t07_the_order_of_rows_changes_no_byte(tmp_path: Path) -> None:
    rows = [f"('{number}', 'a@c', 'b@c')" for number in range(9)]
    one = land(give_key(tmp_path / "one"), collaboration(*rows))
    other = land(give_key(tmp_path / "other"), collaboration(*reversed(rows)))
    assert one == other


def test_c04_a_second_landing_of_a_night_changes_nothing(tmp_path: Path) -> None:
    first = land(tmp_path, collaboration("('1', 'a@c', 'b@c')"))
    again = land(tmp_path, collaboration("('2', 'x@c', 'y@c')"))
    assert again == first


def test_the_cursor_goes_on_where_the_last_committed_night_ended(tmp_path: Path) -> None:
    land(tmp_path, collaboration())
    second = land(tmp_path, collaboration(), SECOND)
    assert (second["cursor_from"], second["landing_sequence"]) == ("after None", 2)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (ANSWERS.replace("'q' as question_id", "'q' as question"), "question_id is gone"),
        (ANSWERS.replace("'x@c'", "cast(null as text)"), "asker_email is empty in 1 rows"),
        (ANSWERS.replace("timestamp '2026-01-01'", "'yesterday'"), "created_at holds what is no"),
        ("select * from nowhere", "cannot be read"),
    ],
)
def test_f20_f21_what_cannot_be_read_is_named_and_nothing_lands(
    tmp_path: Path, answers: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as refused:
        land(tmp_path, collaboration(answers=answers))
    assert "yesterday" not in str(refused.value), "a message names columns, never values"
    assert landing.manifests(tmp_path, "collaboration", FIRST) == []


@pytest.mark.parametrize("amount", ["1,234.50", "1.234,50", "(5.00)", "NaN", "1e400", "0.0000001"])
def test_f21_f22_an_amount_is_read_exactly_or_refused(tmp_path: Path, amount: str) -> None:
    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        line = (
            "select 'l' as journal_line_id, 'j' as journal_id, 'a' as account_id, "
            f"'{amount}' as net_amount"
        )
        journal = (
            "select 'j' as journal_id, date '2026-01-01' as journal_date, "
            "timestamp '2026-01-01' as created_date_utc"
        )
        account = "select 'a' as account_id, 'Sales' as name, 'SALES' as type, 'REVENUE' as class"
        selects = {"journal_line": line, "journal": journal, "account": account}
        return Extract(selects, None, "test")

    with pytest.raises(SourceError, match="net_amount holds what is no decimal") as refused:
        landing.land(tmp_path, contract.domains()["finance"], FIRST, "files", read)
    assert amount not in str(refused.value)


def test_d06_half_an_extract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="counts 3 rows, 1 arrived"):
        land(tmp_path, collaboration("('1', 'a@c', 'b@c')", counted=3))
    assert landing.manifests(tmp_path, "collaboration", FIRST) == []


def test_a_required_table_that_is_gone_is_named_with_the_way_out(tmp_path: Path) -> None:
    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        return Extract({}, None, "test")

    with pytest.raises(SourceError, match=r'answer.*required.*way = "absent"'):
        land(tmp_path, read)


def test_a_killed_landing_leaves_nothing_that_counts(tmp_path: Path) -> None:
    """Data is committed before its manifest; without the manifest it does not exist."""
    land(tmp_path, collaboration("('1', 'a@c', 'b@c')"))
    landing.manifest_path(tmp_path, "collaboration", FIRST).unlink()
    again = land(tmp_path, collaboration("('2', 'x@c', 'y@c')"))
    table = contract.domains()["collaboration"].tables["introduction"]
    files = landing.files_of(tmp_path, "collaboration", table, FIRST)
    assert [found["sha256"] for found in files] == [
        found["sha256"] for found in again["tables"]["introduction"]["files"]
    ]
    landing.verify(files)


def test_s07_a_flipped_bit_in_a_landed_file_is_found(tmp_path: Path) -> None:
    land(tmp_path, collaboration("('1', 'a@c', 'b@c')"))
    table = contract.domains()["collaboration"].tables["introduction"]
    files = landing.files_of(tmp_path, "collaboration", table, FIRST)
    path = files[0]["location"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError, match="not what was landed"):
        landing.verify(files)


def test_a_night_of_the_past_cannot_be_landed_any_more(tmp_path: Path) -> None:
    land(tmp_path, collaboration(), SECOND)
    with pytest.raises(SourceError, match="2026-01-06 has landed already"):
        land(tmp_path, collaboration(), FIRST)


def test_what_has_landed_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Fails if what sources say of people's pay is open to every account of the machine."""
    land(tmp_path, collaboration())
    assert (tmp_path / "landing").stat().st_mode & 0o777 == 0o700


def test_d01_an_offset_in_a_text_is_not_lost(tmp_path: Path) -> None:
    answers = ANSWERS.replace("timestamp '2026-01-01'", "'2026-01-01T10:00:00+02:00'")
    manifest = land(tmp_path, collaboration(answers=answers))
    path = tmp_path / "landing" / "collaboration" / manifest["tables"]["answer"]["files"][0]["path"]
    with duckdb.connect() as connection:
        found = connection.execute(f"select cast(created_at as varchar) from '{path}'").fetchall()
    assert found == [("2026-01-01 08:00:00",)]


def test_a_source_read_whole_lands_again_only_what_changed(tmp_path: Path) -> None:
    table = contract.domains()["collaboration"].tables["introduction"]
    land(tmp_path, collaboration("('1', 'a@c', 'b@c')"))
    land(tmp_path, collaboration("('1', 'a@c', 'b@c')"), SECOND)
    assert len(landing.files_of(tmp_path, "collaboration", table, SECOND)) == 1
    third = date(2026, 1, 7)
    land(tmp_path, collaboration("('1', 'a@c', 'x@c')"), third)
    fourth = date(2026, 1, 8)
    land(tmp_path, collaboration("('1', 'a@c', 'b@c')"), fourth)
    assert len(landing.files_of(tmp_path, "collaboration", table, fourth)) == 3, "back is a change"
