"""Mapping files: one SELECT each, looked at before it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import SourceError


def one_select(connection: duckdb.DuckDBPyConnection, path: Path, what_for: str) -> str:
    """The SELECT in `path`. Raises SourceError where there is another thing or a try_cast in it."""
    try:
        statements = connection.extract_statements(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceError(f"{what_for}: {path} is not UTF-8; save it as UTF-8") from None
    except duckdb.Error as error:
        raise SourceError(f"{what_for}: {path} is not SQL: {str(error).splitlines()[0]}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise SourceError(f"{what_for}: {path} must hold one SELECT and nothing else")
    sql = statements[0].query
    if any(node.get("try_cast") for node in _nodes(connection, sql)):
        raise SourceError(
            f"{what_for}: {path} uses try_cast, which turns what it cannot read into nothing; "
            "use cast"
        )
    return sql


def tables_read(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, set[str]]:
    """The tables a SELECT names with their schema: schema -> table names, as they are written."""
    found: dict[str, set[str]] = {}
    for node in _nodes(connection, sql):
        if node.get("type") == "BASE_TABLE" and node.get("schema_name"):
            found.setdefault(node["schema_name"], set()).add(node["table_name"])
    return found


def _nodes(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, Any]]:
    tree = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
    return _walk(tree)


def _walk(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _walk(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _walk(value)
