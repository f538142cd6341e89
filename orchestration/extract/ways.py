"""Which way in reads which declared source."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.contract import Domain
from orchestration.extract import files, ledger, sample, tables
from orchestration.landing import Extract, Reader
from orchestration.settings import DomainSource

WAYS = {
    "sample": sample.read,
    "files": files.read,
    "tables": tables.read,
    "ledger": ledger.read,
}


def reader(
    domain: Domain, source: DomainSource, run_date: date, home: Path | None = None
) -> Reader:
    """The reader landing calls with its connection and the saved cursor.

    An API needs the `home` in which its pages land.
    """

    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        if source.way == "api":
            # imported when it is used: the client costs a second that no other way needs
            from orchestration.extract.api import way as api

            assert home is not None, "pages land in a home"
            return api.read(connection, domain, source, run_date, cursor, home)
        return WAYS[source.way](connection, domain, source, run_date, cursor)

    return read


def greet(domain: Domain, source: DomainSource) -> str:
    """Whether an API answers, in words; reading it all would be a night's work."""
    from orchestration.extract.api import way as api

    return api.greet(domain, source)


def forget_old(domain: Domain, source: DomainSource, run_date: date, home: Path) -> None:
    """Delete what a company's settings say is not to be kept, once a night has landed."""
    if source.way == "api" and source.api.keep_pages_days is not None:
        from orchestration.extract.api import pages

        pages.forget_old(home, domain.name, run_date, source.api.keep_pages_days)


def read_again(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    home: Path,
    run_date: date,
) -> Extract:
    """What an API's pages of an earlier night give under the names of now, without the source."""
    from orchestration.extract.api import way as api

    return api.read_again(connection, domain, source, run_date, home)


def look(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    home: Path,
    days: int,
) -> Extract:
    """What a source offers, without landing it: of an API what changed in the last `days`."""
    if source.way == "api":
        from orchestration.extract.api import way as api

        return api.look(connection, domain, source, home, datetime.now(UTC), days)
    return reader(domain, source, date.max)(connection, None)
