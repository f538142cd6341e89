"""Which way in reads which declared source."""

from __future__ import annotations

from datetime import date

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


def reader(domain: Domain, source: DomainSource, run_date: date) -> Reader:
    """The reader landing calls with its connection and the saved cursor."""
    way = WAYS[source.way]

    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        return way(connection, domain, source, run_date, cursor)

    return read
