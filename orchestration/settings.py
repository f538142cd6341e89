"""Typed settings: the only reader of the environment.

Read in this order, the first found wins: environment (WINSHARE_...), then the TOML file named by
WINSHARE_CONFIG or winshare.toml in WINSHARE_HOME, then the defaults below, which run the sample
company.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from orchestration import contract

CONFIG_NAME = "winshare.toml"


class DomainSource(BaseModel):
    """Where one domain's records come from."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["sample", "files", "tables", "absent"] = "sample"
    path: Path | None = Field(
        None, description="folder of files, or the database that a loader fills"
    )
    mappings: Path | None = Field(
        None, description="folder of mapping SELECTs, one a canonical table"
    )
    loader: Literal["fivetran", "airbyte", "dlt"] = "fivetran"
    vendor: str | None = Field(
        None, description="which alias tables to use, for instance salesforce"
    )
    schema_name: str | None = Field(None, description="schema in which the loader writes")


class Alert(BaseModel):
    """Where word of a failed night goes. It names the night and the rule, never a figure."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["log", "smtp"] = "log"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    sender: str = "winshare@localhost"
    recipients: tuple[str, ...] = ()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="WINSHARE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    home: Path = Field(Path(".winshare"), description="where all state lives")
    time_zone: str = Field("Europe/Berlin", description="the zone the schedule ticks in")
    nightly_at: str = Field("30 2 * * *", description="cron expression of the nightly schedule")
    domains: dict[str, DomainSource] = Field(
        default_factory=dict,
        description="one entry a domain; a domain not named is the sample company's",
    )
    policy_dir: Path | None = Field(None, description="folder of policy CSV files; pay lives here")
    sample_dir: Path | None = Field(
        None, description="where the sample company is; default HOME/sample"
    )
    alert: Alert = Alert()
    threads: int = Field(2, ge=1, le=64, description="threads of the warehouse and of dbt")
    minimum_free_disk_gib: float = Field(1.0, description="a night refuses to start below this")
    keep_failed_work: bool = Field(
        True, description="keep the work file of a failed night for a look"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @field_validator("domains")
    @classmethod
    def _known_domain(cls, value: dict[str, DomainSource]) -> dict[str, DomainSource]:
        unknown = sorted(set(value) - set(contract.domains()))
        if unknown:
            raise ValueError(
                f"no such domain: {', '.join(unknown)}; known are {', '.join(contract.domains())}"
            )
        return value

    @property
    def sample_path(self) -> Path:
        return self.sample_dir or self.home / "sample"

    def source(self, domain: str) -> DomainSource:
        """The declared source of `domain`; the sample company's where nothing is declared."""
        if domain == "ledger":
            return DomainSource(way="files", path=self.home / "ledger")
        declared = self.domains.get(domain)
        if domain == "policy" and declared is None:
            return DomainSource(way="files", path=self.policy_dir or self.sample_path / "policy")
        if declared is None or (declared.way == "sample" and declared.path is None):
            return DomainSource(way="sample", path=self.sample_path)
        return declared

    def absent_domains(self) -> set[str]:
        return {name for name in contract.domains() if self.source(name).way == "absent"}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def config_file() -> Path:
    """The TOML file settings are read from; it need not exist."""
    home = Path(os.environ.get("WINSHARE_HOME", ".winshare"))
    return Path(os.environ.get("WINSHARE_CONFIG", home / CONFIG_NAME))


@cache
def load() -> Settings:
    """Settings of this process, paths made absolute.

    Paths in the TOML file are relative to the file, so that a company's folder can be moved.
    """
    settings = Settings()
    base = config_file().resolve().parent if config_file().exists() else Path.cwd()

    def absolute(path: Path | None) -> Path | None:
        return None if path is None else (base / path.expanduser()).resolve()

    domains = {
        name: source.model_copy(
            update={"path": absolute(source.path), "mappings": absolute(source.mappings)}
        )
        for name, source in settings.domains.items()
    }
    return settings.model_copy(
        update={
            "home": settings.home.expanduser().resolve(),
            "policy_dir": absolute(settings.policy_dir),
            "sample_dir": absolute(settings.sample_dir),
            "domains": domains,
        }
    )
