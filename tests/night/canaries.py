"""Names, pay and secrets that can be told from all else, hostile text, and where they got to.

Planted into the sample company before its first night (F63, F64): every name and free text gets a
hostile beginning and a token of its own, every salary unusual cents. Equal texts stay equal, so the
company is the same in all that a night decides.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import parquet

TOKEN = re.compile(rb"canary[0-9a-f]{10}")
HOSTILE = (
    "'); drop table people.dim_employees; --",
    "{{ env_var('WINSHARE_HOME') }}",
    "{% raw %}",
    '=HYPERLINK("http://x.example","y")',
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\rBcc: eve@x.example",
    "\r\nBcc: eve@x.example",
    "\n=1",
    "../../x",
    "[bold]<script>alert(1)</script>",
    "$(touch x)",
    '"quoted",',
)
# of people and customers, and what they wrote
TEXTS = {
    "hr/person_name": ("first_name", "last_name"),
    "crm/user": ("name", "first_name", "last_name"),
    "crm/contact": ("first_name", "last_name"),
    "crm/account": ("name",),
    "crm/opportunity": ("name",),
    "crm/task": ("subject",),
    "crm/event": ("subject",),
    "support/user": ("name",),
    "support/organization": ("name",),
    "support/ticket": ("subject",),
    "marketing/lead": ("first_name", "last_name", "company"),
}
PAY = ("hr/worker_history", "annual_currency_summary_total_base_pay")
SECRETS = {
    "WINSHARE_DOMAINS__CRM__API__TOKEN": "canary00000000a1",
    "WINSHARE_DOMAINS__CRM__API__CLIENT_SECRET": "canary00000000a2",
    "WINSHARE_DOMAINS__CRM__API__REFRESH_TOKEN": "canary00000000a3",
    "WINSHARE_ALERT__SMTP_USER": "winshare",
    "WINSHARE_ALERT__SMTP_PASSWORD": "canary00000000a4",
}


def plant(company: Path) -> None:
    """Rewrite every delivered file that holds names, free text or salaries."""
    with duckdb.connect() as connection:
        for path in sorted((company / "nights").rglob("*.parquet")):
            name = f"{path.parent.name}/{path.stem}"
            changed = [f"{_hostile(column)} as {column}" for column in TEXTS.get(name, ())]
            if name == PAY[0]:
                changed.append(f"{_unusual(PAY[1])} as {PAY[1]}")
            if changed:
                aside = path.with_suffix(".aside")
                select = f"select * replace ({', '.join(changed)}) from {parquet.scan([path])}"
                connection.execute(f"copy ({select}) to '{aside}' (format parquet)")
                aside.replace(path)

    codes = company / "policy" / "payroll_codes.csv"
    header, *rows = codes.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("payroll_name")
    cells = [row.split(",") for row in rows]
    named = [[*row[:place], f"=1+{row[place]}", *row[place + 1 :]] for row in cells]
    codes.write_text("\n".join([header, *map(",".join, named)]) + "\n", encoding="utf-8")


def _hostile(column: str) -> str:
    beginnings = ", ".join(parquet.literal(text) for text in HOSTILE)
    chosen = f"([{beginnings}])[1 + cast(md5_number_upper({column}) % {len(HOSTILE)} as bigint)]"
    return (
        f"case when {column} <> '' then {chosen} || ' canary' || left(md5({column}), 10) "
        f"else {column} end"
    )


def _unusual(column: str) -> str:
    """The same salary with cents that no round salary has, others for each amount."""
    return f"{column} + 0.01 * (13 + cast({column} / 1000 as bigint) % 83)"


@dataclass(frozen=True)
class Canaries:
    """What was planted: tokens of names and texts by `domain/table`, salaries, secrets."""

    tokens: dict[str, frozenset[bytes]]
    salaries: frozenset[str]
    secrets: frozenset[bytes]

    @property
    def count(self) -> int:
        return len(frozenset().union(*self.tokens.values())) + len(self.salaries | self.secrets)

    @property
    def pay(self) -> re.Pattern[bytes]:
        """A salary in any spelling, and not a part of a longer number or of a hash."""
        spelt = {text for amount in self.salaries for text in _spellings(amount)}
        either = "|".join(re.escape(text) for text in sorted(spelt, reverse=True))
        return re.compile(rf"(?<![0-9A-Za-z.])(?:{either})(?![0-9A-Za-z]|\.[0-9])".encode())


def _spellings(amount: str) -> tuple[str, ...]:
    major, minor = amount.split(".")
    grouped = f"{int(major):,}"
    return (
        f"{major}.{minor}", f"{major}.{minor}0000", f"{major}{minor}", f"{grouped}.{minor}",
        f"{grouped.replace(',', '.')},{minor}",
    )  # fmt: skip


def planted_in(company: Path) -> Canaries:
    """Read back from the company's files what is planted there."""
    tokens: dict[str, set[bytes]] = {name: set() for name in TEXTS}
    with duckdb.connect() as connection:
        for name, columns in TEXTS.items():
            files = parquet.scan([company / "nights" / "*" / f"{name}.parquet"])
            for column in columns:
                found = connection.execute(f"select distinct {column} from {files}").fetchall()
                tokens[name] |= {t for (text,) in found for t in TOKEN.findall(_bytes(text))}
        files = parquet.scan([company / "nights" / "*" / f"{PAY[0]}.parquet"])
        amounts = connection.execute(
            f"select distinct cast(cast({PAY[1]} as decimal(24, 2)) as varchar) from {files}"
        ).fetchall()
    secrets = {value.encode() for value in SECRETS.values() if TOKEN.match(value.encode())}
    return Canaries(
        {name: frozenset(found) for name, found in tokens.items()},
        frozenset(amount for (amount,) in amounts),
        frozenset(secrets),
    )


def _bytes(value: object) -> bytes:
    return b"" if value is None else str(value).encode("utf-8", "surrogateescape")


# the records themselves; what is made of them for those who may read it is named in the tests
RECORDS = ("home/sample/", "home/landing/", "home/work/night.duckdb", "home/vault/values.sqlite")


def leaks(folder: Path, canaries: Canaries, may_hold: tuple[str, ...] = ()) -> list[str]:
    """Files under `folder` in which a canary is found, each with how many.

    `may_hold` are paths from `folder` that are meant to hold them: sources, landing, pay.
    """
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(may_hold or ("\0",)):
            here = sum(heard_in(content, canaries) for content in contents(path))
            if here:
                found.append(f"{name}: {here}")
    return found


def heard_in(content: bytes, canaries: Canaries) -> int:
    """How many canaries a text or a file holds."""
    return len(TOKEN.findall(content)) + len(canaries.pay.findall(content))


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, out of its container: pages of SQLite cut a text, zip and Parquet pack
    it."""
    head = path.open("rb").read(16)
    if head.startswith(b"SQLite format 3"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for line in database.iterdump():
                yield line.encode("utf-8", "surrogateescape")
    elif head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                yield archive.read(member)
    elif head.startswith(b"\x1f\x8b"):
        yield gzip.decompress(path.read_bytes())
    elif head.startswith(b"PAR1"):
        yield from _rows(parquet.scan([path]))
    elif head[8:12] == b"DUCK":
        yield from _tables(path)
    else:
        yield path.read_bytes()


def _rows(scanned: str) -> Iterator[bytes]:
    with duckdb.connect() as connection:
        yield from (_bytes(row) for (row,) in _as_text(connection, scanned))


def _as_text(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str]]:
    return connection.execute(f"select cast(one as varchar) from {table} as one").fetchall()


def _tables(path: Path) -> Iterator[bytes]:
    """Every row of every table, and the comments on them."""
    with duckdb.connect(str(path), read_only=True) as connection:
        catalogue = (
            "select schema_name, table_name, comment from duckdb_tables() where not internal"
        )
        for schema, table, comment in connection.execute(catalogue).fetchall():
            yield _bytes(comment)
            yield from (_bytes(row) for (row,) in _as_text(connection, f'"{schema}"."{table}"'))
