"""Would a night run here? Each thing that commonly is not so, asked before it hurts."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from orchestration import contract
from orchestration.errors import NightError, SourceError
from orchestration.extract import ways
from orchestration.landing_select import landing_select
from orchestration.night import check_free_disk, check_layout
from orchestration.settings import Settings, config_file

PACKAGES = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations")


@dataclass(frozen=True)
class Finding:
    what: str
    said: str
    is_good: bool


def examine(settings: Settings) -> list[Finding]:
    return [
        _versions(),
        _settings(settings),
        _home(settings),
        _time_zone(settings),
        *(_source(settings, name) for name in contract.domains() if name != "ledger"),
    ]


def _versions() -> Finding:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return Finding("versions", f"Python {platform.python_version()}, {versions}", True)


def _settings(settings: Settings) -> Finding:
    path = config_file()
    where = str(path) if path.exists() else f"defaults (no {path})"
    return Finding("settings", f"{where}; home {settings.home}", True)


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        check_layout(settings.home)
        check_free_disk(settings)
    except (OSError, NightError) as error:
        return Finding("disk", str(error), False)
    free = shutil.disk_usage(settings.home).free / 2**30
    return Finding("disk", f"{free:.1f} GiB free", True)


def _time_zone(settings: Settings) -> Finding:
    now = datetime.now(ZoneInfo(settings.time_zone))
    return Finding("time zone", f"{settings.time_zone}: it is {now:%Y-%m-%d %H:%M} there", True)


def _source(settings: Settings, name: str) -> Finding:
    """Read what the source offers, without landing it."""
    domain, source = contract.domains()[name], settings.source(name)
    if source.way == "absent":
        return Finding(name, "absent by declaration", True)
    try:
        with duckdb.connect() as connection:
            extract = ways.reader(domain, source, date.max)(connection, None)
            missing = [
                t.name
                for t in domain.tables.values()
                if t.required and t.name not in extract.selects
            ]
            if missing:
                return Finding(name, f"required table {', '.join(missing)} is not there", False)
            for table, select in extract.selects.items():
                landing_select(connection, domain.tables[table], select, date.max, 1)
    except (SourceError, OSError, duckdb.Error) as error:
        return Finding(name, str(error).splitlines()[0], False)
    return Finding(name, f"{source.way} {source.path or ''}: {len(extract.selects)} tables", True)
