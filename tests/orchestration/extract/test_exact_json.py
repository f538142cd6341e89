"""Money in JSON files is read digit for digit, whatever a double would make of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import SourceError
from orchestration.extract.source_files import open_file

AMOUNT = "123456789012345678.123456"
LINES = f'{{"id": "a", "amount": {AMOUNT}}}\n{{"id": "b", "amount": 0.1}}\n'
LIST = f'[\n  {{"id": "a",\n   "amount": {AMOUNT}}},\n  {{"id": "b", "amount": 0.1}}\n]\n'


def read(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        opened = open_file(connection, path, None, "finance")
        query = f"select id, amount from {opened.relation} order by id"
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("name", "text"), [("a.ndjson", LINES), ("a.jsonl", LINES), ("a.json", LIST)]
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_s05_an_amount_of_24_digits_is_read_as_it_stands(
    name: str, text: str, is_packed: bool, tmp_path: Path
) -> None:
    path = tmp_path / (f"{name}.gz" if is_packed else name)
    path.write_bytes(gzip.compress(text.encode()) if is_packed else text.encode())
    assert read(path) == [("a", AMOUNT), ("b", "0.1")]


def test_s05_one_long_amount_among_many_files(tmp_path: Path) -> None:
    (tmp_path / "1.ndjson").write_text('{"id": "0", "amount": 10.5}\n')
    (tmp_path / "2.ndjson").write_text(LINES)
    assert read(tmp_path) == [("0", "10.5"), ("a", AMOUNT), ("b", "0.1")]


def test_what_is_cut_off_after_a_long_amount_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(LINES[:-3])
    with pytest.raises(SourceError, match="not well-formed JSON"):
        read(tmp_path / "a.ndjson")
