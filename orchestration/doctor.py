"""Would a night run here? Each thing that commonly is not so, asked before it hurts."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from orchestration import contract
from orchestration.errors import NightError, SourceError, in_words
from orchestration.extract import sample, ways
from orchestration.landing_select import landing_select
from orchestration.night import check_free_disk, check_layout
from orchestration.settings import Settings, config_file, domain_names

PACKAGES = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations")
LOCK = contract.PROJECT / "requirements" / "run.txt"


@dataclass(frozen=True)
class Finding:
    what: str
    said: str
    is_good: bool


def examine(settings: Settings) -> list[Finding]:
    sources = domain_names()
    waiting = [name for name in sources if _waits_for_sample(settings, name)]
    return [
        _versions(),
        _settings(settings),
        _home(settings),
        _time_zone(settings),
        *_sample(settings, waiting),
        *(_source(settings, name) for name in sources if name not in waiting),
    ]


def _versions() -> Finding:
    """What is installed is what is locked: another version may give other bytes."""
    locked = dict(re.findall(r"^([a-z0-9._-]+)==([^ \\]+)", LOCK.read_text(), re.MULTILINE))
    installed = {name: _installed(name) for name in PACKAGES}
    wrong = [
        f"{name} {found or 'is missing'}, locked is {locked[name]}"
        for name, found in installed.items()
        if found != locked[name]
    ]
    if wrong:
        return Finding("versions", f"{'; '.join(wrong)}; `make night` installs what is", False)
    said = ", ".join(f"{name} {found}" for name, found in installed.items())
    return Finding("versions", f"Python {platform.python_version()}, {said}", True)


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _settings(settings: Settings) -> Finding:
    path = config_file()
    where = str(path) if path.exists() else f"defaults, since there is no {path}"
    return Finding("settings", f"{where}; home {settings.home}", True)


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        check_layout(settings.home)
        check_free_disk(settings)
    except OSError as error:
        return Finding("disk", f"{settings.home} cannot be written: {error.strerror}", False)
    except NightError as error:
        return Finding("disk", str(error), False)
    free = shutil.disk_usage(settings.home).free / 2**30
    return Finding("disk", f"{free:.1f} GiB free in {settings.home}", True)


def _time_zone(settings: Settings) -> Finding:
    """Settings say when a night begins, policy which day a record belongs to: one zone for both."""
    others = _policy_zones(settings) - {settings.time_zone}
    if others:
        said = f"settings say {settings.time_zone}, policy says {', '.join(sorted(others))}"
        return Finding("time zone", f"{said}; a night would be of one day, its pay another", False)
    now = datetime.now(ZoneInfo(settings.time_zone))
    return Finding("time zone", f"{settings.time_zone}: it is {now:%Y-%m-%d %H:%M} there", True)


def _policy_zones(settings: Settings) -> set[str]:
    """The company's zones in policy; none where policy cannot be read, which is told elsewhere."""
    source = settings.source("policy")
    try:
        with duckdb.connect() as connection:
            extract = ways.reader(contract.domains()["policy"], source, date.max)(connection, None)
            rows = connection.execute(
                f"select distinct time_zone from ({extract.selects['company_settings']})"
            ).fetchall()
    except (SourceError, OSError, KeyError, duckdb.Error):
        return set()
    return {zone for (zone,) in rows if zone}


def _waits_for_sample(settings: Settings, name: str) -> bool:
    source = settings.source(name)
    is_sample = source.way == "sample" or source.path == settings.sample_path / "policy"
    return is_sample and not sample.delivered(settings.sample_path, date.max)


def _sample(settings: Settings, waiting: list[str]) -> list[Finding]:
    """One finding for all the domains that no sample company feeds yet."""
    if not waiting:
        return []
    said = (
        f"there is none in {settings.sample_path} for {', '.join(waiting)}; make it with "
        f"`winshare sample`, or say in {config_file()} where your own records are"
    )
    return [Finding("sample", said, False)]


def _source(settings: Settings, name: str) -> Finding:
    """Read what the source offers, without landing it."""
    domain, source = contract.domains()[name], settings.source(name)
    if source.way == "absent":
        return Finding(name, "absent by declaration", True)
    try:
        if source.way == "api":
            return Finding(name, f"api, {ways.greet(domain, source)}", True)
        with duckdb.connect() as connection:
            extract = ways.reader(domain, source, date.max)(connection, None)
            missing = [
                table.name
                for table in domain.tables.values()
                if table.required and table.name not in extract.selects
            ]
            if missing:
                return Finding(
                    name, f"required table {', '.join(missing)} is not in {source.path}", False
                )
            for table, select in extract.selects.items():
                landing_select(connection, domain.tables[table], select, date.max, 1)
    except (SourceError, OSError, duckdb.Error) as error:
        said = in_words(type(error).__name__, str(error)).splitlines()[0]
        return Finding(name, said.removeprefix(f"{name}: "), False)
    tables = f"{len(extract.selects)} tables"
    return Finding(name, f"{source.way}, {source.path}: {tables}", True)
