"""Typed settings: the only reader of the environment.

Read in this order, the first found wins: environment (WINSHARE_...), then the TOML file named by
WINSHARE_CONFIG or winshare.toml in WINSHARE_HOME, then the defaults below, which run the sample
company. A name that is no setting is refused wherever it stands: a slip would else be a default.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from orchestration import contract
from orchestration.errors import NightError
from orchestration.settings_tables import (
    Alert,
    ApiSource,
    Approval,
    DomainSource,
    LedgerSource,
    PostgresPlace,
    known_zone,
)

CONFIG_NAME = "winshare.toml"
PREFIX = "WINSHARE_"
# read before there are settings, or by dbt's profiles.yml and not by us
NOT_SETTINGS = ("WINSHARE_CONFIG", "WINSHARE_WAREHOUSE")
_CRON_FIELD = re.compile(r"(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?")


class Settings(BaseSettings):
    """Every setting: each from the environment, else the TOML file, else its default here.

    Paths are as they were given; `load` makes them absolute.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
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
    alert: Alert = Field(Alert(), description="where word of a failed night goes")
    approval: Approval = Field(Approval(), description="who may approve a release, and how long")
    threads: int = Field(2, ge=1, le=64, description="threads of the warehouse and of dbt")
    keep_releases: int = Field(
        0, ge=0, description="how many releases keep their files; 0 keeps them all"
    )
    minimum_free_disk_gib: float = Field(
        1.0, ge=0, description="a night refuses to start below this"
    )

    _known_zone = field_validator("time_zone")(known_zone)

    @field_validator("nightly_at")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        fields = value.split()
        parts = [part for field in fields for part in field.split(",")]
        if len(fields) != 5 or not all(_CRON_FIELD.fullmatch(part) for part in parts):
            raise ValueError(
                f"{value} is no cron expression of five fields: minute, hour, day, month, weekday"
            )
        return value

    @field_validator("domains")
    @classmethod
    def _known_domain(cls, value: dict[str, DomainSource]) -> dict[str, DomainSource]:
        known = domain_names()
        unknown = sorted(set(value) - set(known))
        if unknown:
            raise ValueError(f"no such domain: {', '.join(unknown)}; known are {', '.join(known)}")
        return value

    @property
    def sample_path(self) -> Path:
        return self.sample_dir or self.home / "sample"

    def source(self, domain: str) -> DomainSource:
        """The declared source of `domain`; the sample company's where nothing is declared."""
        if domain == "ledger":
            return LedgerSource(path=self.home / "ledger")
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
        return init_settings, env_settings, _ConfigFile(settings_cls, config_file())


class _ConfigFile(TomlConfigSettingsSource):
    """The TOML file. Its paths are relative to it, so that a company's folder can be moved."""

    def _read_file(self, file_path: Path) -> dict[str, Any]:  # type: ignore[override]
        try:
            values = super()._read_file(file_path)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NightError(f"{file_path} cannot be read as TOML: {error}") from None
        return _placed(values, file_path.resolve().parent)


def _placed(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """`values` with every path made absolute from `folder`."""
    placed = dict(values)
    for name in ("home", "policy_dir", "sample_dir", "path", "mappings", "allowed_signers"):
        if isinstance(placed.get(name), str):
            placed[name] = str(folder / Path(placed[name]).expanduser())
    if isinstance(placed.get("approval"), dict):
        placed["approval"] = _placed(placed["approval"], folder)
    domains = placed.get("domains")
    if isinstance(domains, dict):
        placed["domains"] = {
            name: _placed(source, folder) if isinstance(source, dict) else source
            for name, source in domains.items()
        }
    return placed


def domain_names() -> list[str]:
    """The domains whose source may be declared; the ledger is Winshare's own."""
    return [name for name in contract.domains() if name != "ledger"]


def config_file() -> Path:
    """The TOML file settings are read from; it need not exist."""
    home = Path(os.environ.get("WINSHARE_HOME", Settings.model_fields["home"].default))
    return Path(os.environ.get("WINSHARE_CONFIG", home / CONFIG_NAME)).expanduser()


@cache
def load() -> Settings:
    """Settings of this process, paths made absolute.

    Raises NightError naming each setting that is not right and where it stands.
    """
    if "WINSHARE_CONFIG" in os.environ and not config_file().is_file():
        raise NightError(
            f"WINSHARE_CONFIG names {config_file()}, and there is no such file; "
            "correct it, or unset it to use the defaults"
        )
    _refuse_unknown_variables()
    try:
        settings = Settings()
    except ValidationError as error:
        problems = [_in_words(problem) for problem in error.errors(include_input=False)]
        raise NightError("\n".join(problems)) from None
    except SettingsError as error:
        # a variable that should hold JSON and does not; the cause's words quote its value
        raise NightError(f"settings: {error}; a variable of several parts is JSON") from None

    def absolute(path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().resolve()

    approval = settings.approval.model_copy(
        update={"allowed_signers": absolute(settings.approval.allowed_signers)}
    )
    domains = {
        name: source.model_copy(
            update={"path": absolute(source.path), "mappings": absolute(source.mappings)}
        )
        for name, source in settings.domains.items()
    }
    return settings.model_copy(
        update={
            "home": absolute(settings.home),
            "policy_dir": absolute(settings.policy_dir),
            "sample_dir": absolute(settings.sample_dir),
            "approval": approval,
            "domains": domains,
        }
    )


def variable(*names: str) -> str:
    """The environment variable of a setting, for instance WINSHARE_ALERT__CHANNEL."""
    return PREFIX + "__".join(names).upper()


def _refuse_unknown_variables() -> None:
    known = {variable(name) for name in Settings.model_fields}
    unknown = [
        name
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and name.upper() not in NOT_SETTINGS
        and name.upper().split("__", 1)[0] not in known
    ]
    if unknown:
        raise NightError(
            f"{', '.join(unknown)} in the environment is no setting; "
            f"settings are {', '.join(sorted({*known, 'WINSHARE_CONFIG'}))}"
        )


def _in_words(problem: Any) -> str:
    """Where a setting stands, what is wrong with it and what would be right; never its value."""
    location = [str(part) for part in problem["loc"]]
    name = ".".join(location)
    # the variable of the setting itself, or the one that holds all of its parts as JSON
    variables = [variable(*location[: end + 1]) for end in range(len(location))]
    held = {key.upper() for key in os.environ}
    where = next((key for key in reversed(variables) if key in held), str(config_file()))
    if problem["type"] == "extra_forbidden":
        models = {"domains": DomainSource, "alert": Alert, "approval": Approval}
        model = models[location[0]] if len(location) > 1 else Settings
        if model is DomainSource and len(location) > 3:
            model = {"api": ApiSource, "postgresql": PostgresPlace}[location[2]]
        return f"{where}: {name} is no setting; known here are {', '.join(model.model_fields)}"
    text = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {name}: {text}"
