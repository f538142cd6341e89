"""Erase a person: what names them leaves the vault for good, on the record (P05).

Landing, releases and ledger hold tokens only, so not a byte of them changes: payment rows stay, and
every hash verifies. What is told apart by an id of a system or by an employee number stays told
apart; that nobody can be named by it any more is what erasure is.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, identity, journal, landing, parquet, tokens, vault
from orchestration.contract import RawTable
from orchestration.errors import NightError
from orchestration.night import RunLock

# whose number it is, by the table about people: the column of the person, that of the number
_NUMBERED = {"hr.worker_history": ("id", "worker_code"), "crm.user": ("id", "employee_number")}
_NOBODY = "null"


@dataclass(frozen=True)
class Erased:
    """`values` were taken out of the vault; `shared` addresses stay, others have them too."""

    of: str
    values: int
    shared: int
    record: journal.Record


def erase(
    home: Path, employee_number: str | None, address: str | None, reason: str, now: datetime
) -> Erased:
    """Erase an employee by number, or whoever has an e-mail address and is no employee.

    Raises NightError, and changes nothing, where nobody is found, without a reason, or while a
    night is running.
    """
    if not reason.strip():
        raise NightError("an erasure needs its reason: --reason")
    if (employee_number is None) == (address is None):
        raise NightError("name one person: an employee number, or --email ADDRESS")
    lock = RunLock(home)
    lock.acquire("an erasure")
    try:
        with journal.lock(home), duckdb.connect() as connection:
            _show_landings(connection, home)
            if employee_number is not None:
                of = employee_number
                _find_employee(connection, employee_number)
            else:
                of = _find_address(connection, vault.key(home), str(address))
            shared = _leave_what_is_shared(connection) if employee_number is not None else 0
            _find_rows(connection)
            found = _column(connection, "select token from addresses union select token from names")
            people = connection.execute("select distinct domain, person from people").fetchall()
            if not found:
                raise NightError(f"nobody who was landed is {of}; nothing was erased")
            # recorded first: what was cut off after it is done by the same command again
            record = journal.append(
                home,
                "erasure",
                now,
                {
                    "person": of,
                    "tokens": sorted(found),
                    "reason": reason,
                    "erased_by": identity.of_process(),
                },
            )
            for pages in (home / "landing").glob("*/pages"):
                # as they came, and not to be searched: whoever keeps pages loses all of them
                shutil.rmtree(pages)
            return Erased(of, vault.erase(home, found, people), shared, record)
    finally:
        lock.release()


def _show_landings(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Every landed version of what leads to a person, and nothing else, as views."""
    connection.execute("create table people (domain text, person text)")
    connection.execute("create table addresses (token text)")
    for name in contract.domains():
        connection.execute(f"create schema {name}")
    for table in _with_tokens(*_NUMBERED):
        _show(connection, home, table)


def _show(connection: duckdb.DuckDBPyConnection, home: Path, table: RawTable) -> None:
    files = dict.fromkeys(
        home / "landing" / table.domain / landed["path"]
        for manifest in landing.manifests(home, table.domain, date.max)
        for landed in manifest["tables"].get(table.name, {"files": []})["files"]
    )
    fields = ", ".join(f'"{column}"' for column in table.columns)
    if files:
        offered = parquet.scan(files)
        known = {row[0] for row in connection.execute(f"describe from {offered}").fetchall()}
        fields = ", ".join(
            f'"{name}"' if name in known else f'{_NOBODY} as "{name}"' for name in table.columns
        )
        select = f"select {fields} from {offered}"
    else:
        nothing = ", ".join(
            f'cast(null as {column.data_type}) as "{column.name}"'
            for column in table.columns.values()
        )
        select = f"select {nothing} where false"
    connection.execute(f'create view {table.domain}."{table.name}" as {select}')


def _find_employee(connection: duckdb.DuckDBPyConnection, number: str) -> None:
    for name, (person, numbered) in _NUMBERED.items():
        connection.execute(
            f"insert into people select distinct '{name.split('.')[0]}', {person} "
            f"from {_sql(name)} where trim({numbered}) = ?",
            [number],
        )
    for table in _about_people():
        for column in table.token_columns:
            if column.token == "address":
                connection.execute(
                    f'insert into addresses select distinct "{column.name}" from {_of(table)} '
                    f"where {_is_theirs(table)}"
                )
    connection.execute(
        "insert into addresses select distinct alias_value from policy.identity_aliases "
        f"where employee_number = ? and regexp_full_match(alias_value, '{tokens.PATTERN.pattern}')",
        [number],
    )


def _find_address(connection: duckdb.DuckDBPyConnection, key: bytes, address: str) -> str:
    """The token of the address, which names its owner on the record. Refuses an employee's."""
    tokens.begin(connection, key)
    token = connection.execute(f"select {tokens.of_address('?')}", [address]).fetchall()[0][0]
    of_employee = connection.execute(
        "select count(*) from hr.person_contact_email_address where email_address = ?", [token]
    ).fetchall()
    if of_employee[0][0]:
        raise NightError("that address is an employee's; erase them by their number")
    for table in _with_tokens():
        for column in table.token_columns:
            if column.token != "name":
                connection.execute(
                    f'insert into addresses select distinct "{column.name}" from {_of(table)} '
                    f'where "{column.name}" = ?',
                    [token],
                )
    return str(token)


def _find_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """The names beside an id or an address of theirs, and whose rows these are."""
    connection.execute("create table names (token text)")
    named = [(table, *_kinds(table)) for table in _about_people()]
    for table, addresses, _ in named:
        for column in addresses:
            connection.execute(
                f"insert into people select distinct '{table.domain}', \"{table.person}\" "
                f'from {_of(table)} where "{column}" in (select token from addresses)'
            )
    for table, _, names in named:
        for column in names:
            connection.execute(
                f'insert into names select distinct "{column}" from {_of(table)} '
                f"where {_is_theirs(table)} and \"{column}\" <> ''"
            )


def _leave_what_is_shared(connection: duckdb.DuckDBPyConnection) -> int:
    """A mailbox that HR gives several people is not one of theirs to erase."""
    connection.execute(
        "create table shared as select distinct token from addresses where token in ("
        "select email_address from hr.person_contact_email_address where personal_info_system_id "
        "not in (select person from people where domain = 'hr'))"
    )
    connection.execute("delete from addresses where token in (select token from shared)")
    return int(connection.execute("select count(*) from shared").fetchall()[0][0])


def _with_tokens(*others: str) -> list[RawTable]:
    return [
        table
        for domain in contract.domains().values()
        for table in domain.tables.values()
        if table.token_columns or f"{domain.name}.{table.name}" in others
    ]


def _about_people() -> list[RawTable]:
    return [table for table in _with_tokens() if table.person]


def _kinds(table: RawTable) -> tuple[list[str], list[str]]:
    """The columns of addresses, and those of names."""
    columns = table.token_columns
    return (
        [column.name for column in columns if column.token == "address"],
        [column.name for column in columns if column.token == "name"],
    )


def _is_theirs(table: RawTable) -> str:
    return f"\"{table.person}\" in (select person from people where domain = '{table.domain}')"


def _of(table: RawTable) -> str:
    return f'{table.domain}."{table.name}"'


def _sql(name: str) -> str:
    domain, table = name.split(".")
    return f'{domain}."{table}"'


def _column(connection: duckdb.DuckDBPyConnection, select: str) -> list[Any]:
    return [row[0] for row in connection.execute(select).fetchall() if row[0]]
