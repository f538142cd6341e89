"""JSON whose numbers DuckDB would round: it reads a fraction as a double, exact to 15 digits."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_LONG_FRACTION = re.compile(rb"[:\[,]\s*-?(?=[\d.]{17})\d+\.\d+")


def needs_copy(path: Path) -> bool:
    """Whether a file, gzipped or not, holds a fraction of more digits than a double keeps."""
    with _opened(path) as lines:
        return any(_LONG_FRACTION.search(line) for line in lines)


def copy(path: Path, to: Path, is_one_value: bool = False) -> Path:
    """The records of `path`, one a line, in which fractions are text, digit for digit.

    A file holds a record a line, or is one list of records or one record. Raises ValueError where
    it is no JSON.
    """
    with _opened(path) as lines, to.open("w", encoding="utf-8") as written:
        for record in _whole(lines.read()) if is_one_value else map(_parsed, lines):
            written.write(json.dumps(record) + "\n")
    return to


def _whole(content: bytes) -> Iterator[Any]:
    value = _parsed(content)
    yield from value if isinstance(value, list) else [value]


def _parsed(text: bytes) -> Any:
    return json.loads(text, parse_float=str)


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]
