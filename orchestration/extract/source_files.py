"""One file of a company, opened as a relation in which nothing is guessed.

CSV and TSV come in as text under the names of their header line, JSON lines as text under their
keys, Parquet with the types it carries. Not here: which file feeds which table (files).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import SourceError
from orchestration.extract.declared_types import literal, quoted

FORMATS = (".csv", ".tsv", ".parquet", ".ndjson", ".jsonl")

# The first line of a file is its header; one longer than this is no header.
_LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class SourceFile:
    """`relation` is what follows FROM; `columns` are its names and DuckDB types, in order."""

    path: Path
    relation: str
    columns: dict[str, str]


def open_file(
    connection: duckdb.DuckDBPyConnection, path: Path, header: Path | None, what_for: str
) -> SourceFile:
    """Open `path`. `header` holds the header line of a CSV or TSV that has none of its own.

    Raises SourceError, beginning with `what_for`, where the file is missing, empty or unreadable.
    """
    if not path.is_file():
        raise SourceError(f"{what_for}: there is no file {path}")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise SourceError(f"{what_for}: {path} cannot be opened ({error.strerror})") from None
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        return _open_text(path, header, what_for)
    try:
        if suffix == ".parquet":
            relation = f"read_parquet({literal(str(path))})"
            described = connection.execute(f"describe from {relation}").fetchall()
            return SourceFile(path, relation, {row[0]: row[1] for row in described})
        if suffix in (".ndjson", ".jsonl"):
            return _open_json_lines(connection, path)
    except duckdb.Error as error:
        raise SourceError(f"{what_for}: {path} {why_unreadable(error)}") from None
    raise SourceError(
        f"{what_for}: {path.name} is of no known format; known are {', '.join(FORMATS)}"
    )


def _open_text(path: Path, header: Path | None, what_for: str) -> SourceFile:
    tabs = path.suffix.lower() == ".tsv"
    names = _header_names(header or path, tabs, what_for)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    # tab-separated files of bulk exports know no quotation marks, comma-separated ones do
    dialect = (
        "delim = '\t', quote = '', escape = ''"
        if tabs
        else "delim = ',', quote = '\"', escape = '\"'"
    )
    has_header = str(header is None).lower()
    relation = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = {has_header}, "
        f"{dialect}, strict_mode = true, null_padding = false, allow_quoted_nulls = false, "
        f"columns = {{{columns}}})"
    )
    return SourceFile(path, relation, dict.fromkeys(names, "VARCHAR"))


def _header_names(path: Path, tabs: bool, what_for: str) -> list[str]:
    try:
        # utf-8-sig: the byte order mark that spreadsheets write is no part of the first name
        with path.open(encoding="utf-8-sig", newline="") as stream:
            line = stream.readline(_LONGEST_HEADER)
    except UnicodeDecodeError:
        raise SourceError(f"{what_for}: {path} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise SourceError(f"{what_for}: {path} cannot be opened ({error.strerror})") from None
    line = line.rstrip("\r\n")
    names = line.split("\t") if tabs else next(csv.reader([line]), [])
    names = [name.strip() for name in names]
    if not any(names):
        raise SourceError(f"{what_for}: {path} has no header line")
    if len(names) == 1 and ";" in line:
        raise SourceError(
            f"{what_for}: {path} is separated by semicolons; a .csv is separated by commas, "
            "a .tsv by tabs"
        )
    lowered = [name.lower() for name in names]
    twice = sorted({name for name in lowered if lowered.count(name) > 1 or not name})
    if twice:
        listed = ", ".join(name or "(no name)" for name in twice)
        raise SourceError(
            f"{what_for}: the header of {path} does not name each column once: {listed}"
        )
    return names


def _open_json_lines(connection: duckdb.DuckDBPyConnection, path: Path) -> SourceFile:
    keys = connection.execute(
        "select distinct unnest(json_keys(json)) "
        f"from read_json_objects({literal(str(path))}, format = 'newline_delimited') order by 1"
    ).fetchall()
    names = [row[0] for row in keys]
    if not names:
        relation = "(select 1) as nothing where false"
        return SourceFile(path, relation, {})
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    relation = (
        f"read_json({literal(str(path))}, format = 'newline_delimited', columns = {{{columns}}})"
    )
    return SourceFile(path, relation, dict.fromkeys(names, "VARCHAR"))


def why_unreadable(error: duckdb.Error) -> str:
    """What DuckDB found in a file, in plain words; its own message would quote the row."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)|in line (\d+)", text)
    where = f"in line {line[1] or line[2]} " if line else ""
    found = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if found:
        return f"{where}has {found[2]} fields where the header has {found[1]}"
    for sign, words in _SIGNS.items():
        if sign in text:
            return f"{where}{words}"
    return f"{where}cannot be read ({type(error).__name__})"


_SIGNS = {
    "not utf-8": "is not UTF-8; save it as UTF-8",
    "unterminated quote": "opens a quotation mark that is never closed",
    "Maximum line size": "has a line longer than 2 MB",
    "invalid state": "is not a well-formed CSV: mixed line ends or stray quotation marks",
    "Malformed JSON": "is not well-formed JSON",
    "No magic bytes": "is no Parquet file, or is cut off",
    "too small to be a Parquet": "is no Parquet file, or is cut off",
    "Permission denied": "may not be read by this user",
}
