"""Files of a company, opened as a relation in which nothing is guessed.

CSV and TSV come in as text under the names of their header line, JSON as text under its keys,
Parquet with the types it carries; text may be gzipped. One name may stand for many files, a folder
or a pattern, of one format and, where they have one, of one header. Not here: which file feeds
which table (files).
"""

from __future__ import annotations

import csv
import gzip
import re
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import SourceError
from orchestration.extract import exact_json
from orchestration.extract.declared_types import literal, quoted

FORMATS = (".csv", ".tsv", ".parquet", ".ndjson", ".jsonl", ".json")
_PATTERN = re.compile(r"[*?\[]")

# The first line of a file is its header; one longer than this is no header.
_LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class SourceFile:
    """`relation` is what follows FROM; `columns` are its names and DuckDB types, in order."""

    path: Path
    relation: str
    columns: dict[str, str]


def format_of(path: Path) -> str:
    """The format that a file's name tells, such as .csv of `a.csv` and of `a.csv.gz`."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix


def table_named(path: Path) -> str:
    """`answer` of answer.csv and of answer.csv.gz."""
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def is_many(path: Path) -> bool:
    """Whether a name stands for as many files as there are: a folder, or a pattern."""
    return path.is_dir() or bool(_PATTERN.search(path.name))


def files_at(path: Path, what_for: str) -> list[Path]:
    """The files that a name stands for, in the order of their names. Raises SourceError."""
    if path.is_dir():
        found = [each for each in path.rglob("*") if format_of(each) in FORMATS]
    elif is_many(path):
        found = list(path.parent.glob(path.name))
    else:
        found = [path]
    found = sorted(each for each in found if each.is_file() and not each.name.startswith("."))
    if not found:
        raise SourceError(f"{what_for}: there is no file {path}")
    if len({format_of(each) for each in found}) > 1:
        raise SourceError(f"{what_for}: {path} holds files of several formats; keep one")
    return found


def open_file(
    connection: duckdb.DuckDBPyConnection, path: Path, header: Path | None, what_for: str
) -> SourceFile:
    """Open what `path` stands for. `header` holds the header line of a CSV or TSV that has none.

    Raises SourceError, beginning with `what_for`, where a file is missing, empty or unreadable.
    """
    return open_files(connection, path, files_at(path, what_for), header, what_for)


def open_files(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    paths: list[Path],
    header: Path | None,
    what_for: str,
) -> SourceFile:
    """Open `paths`, which are of those that `path` stands for, as one relation."""
    for each in paths:
        try:
            with each.open("rb"):
                pass
        except OSError as error:
            raise SourceError(f"{what_for}: {each} cannot be opened ({error.strerror})") from None
    kind = format_of(paths[0])
    if kind in (".csv", ".tsv"):
        return _open_text(path, paths, header, what_for)
    try:
        if kind == ".parquet":
            relation = f"read_parquet({_listed(paths)}, union_by_name = true)"
            described = connection.execute(f"describe from {relation}").fetchall()
            return SourceFile(path, relation, {row[0]: row[1] for row in described})
        if kind in (".ndjson", ".jsonl", ".json"):
            return _open_json(connection, path, paths)
    except duckdb.Error as error:
        raise SourceError(f"{what_for}: {path} {why_unreadable(error)}") from None
    except (ValueError, OSError, EOFError, RecursionError):
        raise SourceError(f"{what_for}: {path} is not well-formed JSON") from None
    raise SourceError(
        f"{what_for}: {path.name} is of no known format; known are {', '.join(FORMATS)}"
    )


def _listed(paths: list[Path]) -> str:
    return f"[{', '.join(literal(str(path)) for path in paths)}]"


def _open_text(path: Path, paths: list[Path], header: Path | None, what_for: str) -> SourceFile:
    tabs = format_of(paths[0]) == ".tsv"
    names = _header_names(header or paths[0], tabs, what_for)
    for other in paths[1:] if header is None else ():
        if _header_names(other, tabs, what_for) != names:
            raise SourceError(f"{what_for}: {other} has another header than {paths[0]}")
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    # tab-separated files of bulk exports know no quotation marks, comma-separated ones do
    dialect = (
        "delim = '\t', quote = '', escape = ''"
        if tabs
        else "delim = ',', quote = '\"', escape = '\"'"
    )
    has_header = str(header is None).lower()
    relation = (
        f"read_csv({_listed(paths)}, auto_detect = false, header = {has_header}, "
        f"{dialect}, strict_mode = true, null_padding = false, allow_quoted_nulls = false, "
        f"columns = {{{columns}}})"
    )
    return SourceFile(path, relation, dict.fromkeys(names, "VARCHAR"))


def _header_names(path: Path, tabs: bool, what_for: str) -> list[str]:
    try:
        # utf-8-sig: the byte order mark that spreadsheets write is no part of the first name
        unpacked = gzip.open if path.suffix.lower() == ".gz" else open
        with unpacked(path, "rt", encoding="utf-8-sig", newline="") as stream:
            line = stream.readline(_LONGEST_HEADER)
    except UnicodeDecodeError:
        raise SourceError(f"{what_for}: {path} is not UTF-8; save it as UTF-8") from None
    except (OSError, EOFError) as error:
        told = getattr(error, "strerror", None) or "it is no whole gzip file"
        raise SourceError(f"{what_for}: {path} cannot be opened ({told})") from None
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


def _open_json(connection: duckdb.DuckDBPyConnection, path: Path, paths: list[Path]) -> SourceFile:
    # a .json is one list of records, or one record
    form = "array" if format_of(paths[0]) == ".json" else "newline_delimited"
    keys = connection.execute(
        "select distinct unnest(json_keys(json)) "
        f"from read_json_objects({_listed(paths)}, format = '{form}') order by 1"
    ).fetchall()
    names = [row[0] for row in keys]
    if not names:
        relation = "(select 1) as nothing where false"
        return SourceFile(path, relation, {})
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    relation = f"read_json({_listed(paths)}, format = '{form}', columns = {{{columns}}})"
    if any(exact_json.needs_copy(each) for each in paths):
        relation = _exactly(connection, paths, form == "array", columns)
    return SourceFile(path, relation, dict.fromkeys(names, "VARCHAR"))


def _exactly(
    connection: duckdb.DuckDBPyConnection, paths: list[Path], is_one_value: bool, columns: str
) -> str:
    """A table of the records of `paths`, in which no number went through a double."""
    table = quoted(f"exact_{zlib.crc32(_listed(paths).encode()):08x}")
    with tempfile.TemporaryDirectory(prefix="winshare-") as aside:
        copies = [
            exact_json.copy(each, Path(aside) / f"{index}.ndjson", is_one_value)
            for index, each in enumerate(paths)
        ]
        connection.execute(
            f"create or replace temp table {table} as from read_json({_listed(copies)}, "
            f"format = 'newline_delimited', columns = {{{columns}}})"
        )
    return table


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
