"""Tokens in the place of what names a person, before anything is landed (P05).

A token is `p_` and half of an HMAC-SHA-256 under the key of the home. It is equal where the
normalised values are equal, and nobody without the key can try which value it stands for. This is
the one home of that normalisation: models compare tokens as they are.

An address has one token everywhere, so that identity can be resolved by it. A name has one for each
person who bears it: nothing is joined by names, and erasing one Anna must leave the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from orchestration.contract import RawColumn, RawTable
from orchestration.errors import SourceError
from orchestration.landing_select import first_line
from orchestration.parquet import literal

PATTERN = re.compile(r"p_[0-9a-f]{32}")
# what tokens stand for, collected while the tables of one domain land
FOUND = "found_values"

# the two keys that HMAC makes of one, a block of SHA-256 long
_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C
_AT_ONCE = 10_000
_TOKEN = (
    "'p_' || substr(sha256(getvariable('token_outer') || "
    "unhex(sha256(getvariable('token_inner') || encode(message)))), 1, 32)"
)


def begin(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Make tokens under `key` on this connection. The key is a value, never text of a statement:
    an engine quotes statements when it fails."""
    block = key.ljust(_BLOCK, b"\0")
    for name, mask in (("token_inner", _INNER), ("token_outer", _OUTER)):
        connection.execute(f"set variable {name} = ?::blob", [bytes(byte ^ mask for byte in block)])
    connection.execute(
        f"create temp table {FOUND} (token text, kind text, value text, domain text, person text)"
    )


def tokenised(connection: duckdb.DuckDBPyConnection, table: RawTable, select: str) -> str:
    """The SELECT of what `select` gives, tokens in the place of values, after one read of it.

    What was replaced is added to FOUND. Null stays null and empty stays empty. Raises SourceError
    where the source cannot be read.
    """
    try:
        connection.execute(f"create or replace temp table offered_values as {select}")
        offered = {row[0] for row in connection.execute("describe offered_values").fetchall()}
    except duckdb.Error as error:
        raise SourceError(
            f"{table.domain}.{table.name}: the source cannot be read: {first_line(error)}"
        ) from None
    columns = [column for column in table.token_columns if column.name in offered]
    if not columns:
        return "from offered_values"
    person = f'cast("{table.person}" as text)' if table.person in offered else "null"
    values = " union ".join(
        f"select {_message(table, column)} as message, '{_kind(column)}' as kind, "
        f"{_normalised(column)} as value, {person} as person from offered_values"
        for column in columns
    )
    connection.execute(
        f"create or replace temp table named_values as with named as ({values}), "
        f"tokens as (select distinct message, {_TOKEN} as token from named "
        "where message is not null) "
        "select named.*, tokens.token from named inner join tokens using (message)"
    )
    connection.execute(
        f"insert into {FOUND} select token, kind, value, {literal(table.domain)}, person "
        "from named_values"
    )
    connection.execute(
        "create or replace temp table value_tokens as select distinct message, token "
        "from named_values"
    )
    replaced, joins = [], []
    for number, column in enumerate(columns):
        replaced.append(f'coalesce(token_{number}.token, {_unnamed(column)}) as "{column.name}"')
        joins.append(
            f"left join value_tokens as token_{number} "
            f"on token_{number}.message = {_message(table, column)}"
        )
    return (
        f"select offered_values.* replace ({', '.join(replaced)}) from offered_values "
        + " ".join(joins)
    )


def has_found(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute(f"select 1 from {FOUND} limit 1").fetchall())


def found(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    """(token, kind, value, domain, person) of all that was replaced, each once."""
    told = connection.execute(f"select distinct * from {FOUND}")
    while rows := told.fetchmany(_AT_ONCE):
        yield from rows


def of_address(value: str) -> str:
    """SQL of the token of one address."""
    message = f"'address' || chr(31) || lower(trim({value}))"
    return f"(select {_TOKEN} from (select {message} as message))"


def _text(name: str) -> str:
    return f'cast(offered_values."{name}" as text)'


def _kind(column: RawColumn) -> str:
    return "address" if column.token == "alias" else str(column.token)


def _normalised(column: RawColumn) -> str:
    trimmed = f"trim({_text(column.name)})"
    return trimmed if column.token == "name" else f"lower({trimmed})"


def _message(table: RawTable, column: RawColumn) -> str:
    """What is hashed: the kind, whose it is where that counts, the value. Null where there is
    nothing to replace."""
    normalised = _normalised(column)
    parts = [literal(_kind(column))]
    if column.token == "name" and table.person:
        parts += [literal(table.domain), f"coalesce({_text(table.person)}, '')"]
    message = " || chr(31) || ".join([*parts, normalised])
    # an alias is an address, or the id that a system gave, which names nobody
    is_named = f"contains({normalised}, '@')" if column.token == "alias" else f"{normalised} <> ''"
    # a record that a source no longer has comes from what landed: its tokens stay as they are
    is_token = f"regexp_full_match({normalised}, {literal(PATTERN.pattern)})"
    return f"case when {is_named} and not {is_token} then {message} end"


def _unnamed(column: RawColumn) -> str:
    return _text(column.name) if column.token == "alias" else _normalised(column)
