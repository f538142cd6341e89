"""The vault: the one place where what names a person stands, beside its token (P05).

`vault/key` makes the tokens, `vault/values.sqlite` says what they stand for, and
`vault/openings.ndjson` who looked and why; all 0600 in a folder of 0700. SQLite, because it alone
of what is here writes zeros over what is deleted (`secure_delete`). Values are written and synced
before the manifest that needs them commits: a value that no landing names does no harm, a token
that nobody can open would.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from orchestration import contract, durable, identity
from orchestration.errors import SourceError
from orchestration.tokens import PATTERN

ERASED = "(erased)"
_AGAIN = re.compile(r"\(erased\)( \(erased\))+")
# SQLite takes so many parameters in one statement, everywhere
_MOST = 500
_AT_ONCE = 10_000
_TABLES = """
create table if not exists personal_values (
    token text primary key, kind text not null, value text not null, first_seen_date text not null
) without rowid;
create table if not exists erased_tokens (token text primary key) without rowid;
create table if not exists erased_people (
    domain text not null, person text not null, primary key (domain, person)
) without rowid;
"""
# (token, kind, value, domain, person): person only where a table is about people
Found = tuple[str, str, str, str, str | None]


def folder(home: Path) -> Path:
    return home / "vault"


def key(home: Path) -> bytes:
    """The key of the home, made once. Raises SourceError where something has landed without it:
    under another key nobody would be who they were."""
    path = folder(home) / "key"
    if not path.exists():
        # a first night may have landed the books alone: they name nobody, and need no key
        naming = (one.name for one in contract.domains().values() if one.names_people)
        landing = home / "landing"
        if any(any(landing.glob(f"{name}/manifests/[0-9]*.json")) for name in naming):
            raise SourceError(
                f"{home} has landings and no {path}: they were landed before tokens took the place "
                "of personal data, or the key is lost; begin a new WINSHARE_HOME, or restore a "
                "backup of this one"
            )
        durable.make_folder(home)
        durable.make_folder(path.parent, mode=0o700)
        aside = path.with_name(f".aside-key-{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32) + "\n")
        durable.sync_file(aside)
        # unlike a rename, a link never takes the place of a key that somebody else just made
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
        durable.sync_folder(path.parent)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def name_of_key(made: bytes) -> str:
    """Which key it is, without saying it: landings name it."""
    return durable.sha256_of_bytes(b"winshare key" + made)[:16]


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    path = folder(home) / "values.sqlite"
    durable.make_folder(path.parent, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    # domains land side by side: whoever comes second waits
    with closing(sqlite3.connect(path, timeout=600, isolation_level=None)) as connection:
        connection.execute("pragma secure_delete = on")
        connection.execute("pragma synchronous = extra")
        connection.executescript(f"begin immediate; {_TABLES} commit;")
        yield connection


@contextmanager
def _writing(home: Path) -> Iterator[sqlite3.Connection]:
    with _opened(home) as connection:
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


def keep(home: Path, found: Iterable[Found], run_date: date) -> None:
    """Keep what tokens stand for; synced when this returns. What was erased stays erased, and so
    does what comes new of a person who was."""
    with _writing(home) as connection:
        people = set(connection.execute("select domain, person from erased_people"))
        rest = iter(found)
        while some := list(islice(rest, _AT_ONCE)):
            connection.executemany(
                "insert or ignore into personal_values select ?, ?, ?, ? "
                "where not exists (select 1 from erased_tokens where token = ?)",
                [
                    (token, kind, value, run_date.isoformat(), token)
                    for token, kind, value, domain, person in some
                    if (domain, person) not in people
                ],
            )
            for token, _, _, domain, person in some:
                if (domain, person) in people:
                    _erase_what_is_new(connection, token, run_date)


def erase(home: Path, tokens: Sequence[str], people: Iterable[tuple[str, str]]) -> int:
    """Take values out for good; the number that were there. `people`: (domain, person) whose later
    values are not kept either."""
    with _writing(home) as connection:
        connection.executemany("insert or ignore into erased_people values (?, ?)", people)
        erased = _erase(connection, tokens)
    with _opened(home) as connection:
        # a value that moved within a page when others were added may have left a copy behind
        connection.execute("vacuum")
    return erased


def _erase_what_is_new(connection: sqlite3.Connection, token: str, run_date: date) -> None:
    """Of a person who was erased. What their erasure left is shared with others, and older."""
    left = "select 1 from personal_values where token = ? and first_seen_date < ?"
    if not connection.execute(left, [token, run_date.isoformat()]).fetchall():
        _erase(connection, [token])


def _erase(connection: sqlite3.Connection, tokens: Sequence[str]) -> int:
    there = connection.total_changes
    connection.executemany(
        "delete from personal_values where token = ?", [(token,) for token in tokens]
    )
    erased = connection.total_changes - there
    connection.executemany(
        "insert or ignore into erased_tokens values (?)", [(token,) for token in tokens]
    )
    return erased


def revealed(
    home: Path, rows: Sequence[dict[str, Any]], purpose: str, now: datetime
) -> list[dict[str, Any]]:
    """The rows with what their tokens stand for, on the record; as they are where there are no
    tokens, or where this account may not open the vault."""
    texts = [value for row in rows for value in row.values() if isinstance(value, str)]
    tokens = sorted({token for text in texts for token in PATTERN.findall(text)})
    path = folder(home) / "values.sqlite"
    if not tokens or not os.access(path, os.R_OK | os.W_OK):
        return list(rows)
    _record(home, {"purpose": purpose, "tokens": len(tokens)}, now)
    known: dict[str, str] = {}
    with _opened(home) as connection:
        for start in range(0, len(tokens), _MOST):
            part = tokens[start : start + _MOST]
            marks = ", ".join("?" for _ in part)
            erased = f"select token from erased_tokens where token in ({marks})"
            known |= {token: ERASED for (token,) in connection.execute(erased, part)}
            values = f"select token, value from personal_values where token in ({marks})"
            known |= dict(connection.execute(values, part).fetchall())

    def open_(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = PATTERN.sub(lambda found: known.get(found[0], found[0]), value)
        return _AGAIN.sub(ERASED, text)

    return [{name: open_(value) for name, value in row.items()} for row in rows]


def problems(home: Path) -> list[str]:
    """What is wrong with the vault; nothing where the home has none."""
    if not folder(home).exists():
        return []
    try:
        openings(home)
        key(home)
        with _opened(home) as connection:
            said = connection.execute("pragma integrity_check").fetchone()[0]
    except (SourceError, sqlite3.DatabaseError) as error:
        return [str(error)]
    return [] if said == "ok" else [f"{folder(home) / 'values.sqlite'} is damaged"]


def openings(home: Path) -> list[dict[str, Any]]:
    """Who opened the vault, oldest first. Raises SourceError where the record was changed."""
    path = folder(home) / "openings.ndjson"
    found: list[dict[str, Any]] = []
    before = ""
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
        except ValueError:
            record = {}
        if not isinstance(record, dict) or record.get("after") != before:
            raise SourceError(f"{path} is not what was written; restore it from a backup")
        before = durable.sha256_of_bytes(line)
        found.append(record)
    return found


def _record(home: Path, what: dict[str, Any], now: datetime) -> None:
    """One line more, which names the hash of the line before it."""
    path = folder(home) / "openings.ndjson"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        content = stream.read()
        # a line that was cut off by a kill was never answered to
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            stream.truncate(len(whole))
        lines = whole.splitlines()
        before = durable.sha256_of_bytes(lines[-1]) if lines else ""
        record = {
            "at": now.isoformat(timespec="seconds"), "by": identity.of_process(), **what,
            "after": before,
        }  # fmt: skip
        stream.write(json.dumps(record, sort_keys=True).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
