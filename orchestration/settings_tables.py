"""The tables inside winshare.toml: sources, approval, alert. `settings` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


def known_zone(value: str) -> str:
    """`value`, if it is a time zone of the IANA list. Raises ValueError."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"{value} is no time zone; write it as in the IANA list, such as Europe/Berlin"
        ) from None
    return value


class ApiSource(BaseModel):
    """How a vendor's API is asked. Which credentials a vendor wants is told in docs/sources.md."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(
        None, description="address of your account, where the vendor has one an account"
    )
    user: str | None = Field(None, description="account name, or the mail address of it")
    token: SecretStr | None = Field(None, description="token or password; best in the environment")
    client_id: str | None = Field(None, description="name of an OAuth client")
    client_secret: SecretStr | None = Field(
        None, description="secret of an OAuth client; best in the environment"
    )
    refresh_token: SecretStr | None = Field(
        None, description="OAuth token that gets new ones; best in the environment"
    )
    account: str | None = Field(
        None, description="which company of the account, where it may hold several"
    )
    leave_types: tuple[str, ...] = Field(
        (),
        description="ids of the kinds of time off that are leave of absence, of a vendor that does "
        "not tell them from holidays (BambooHR); where there are none, no time off is read",
    )
    look_back_hours: int = Field(
        24, ge=0, le=24 * 90, description="how much of what was read is read once more each night"
    )
    whole_every_days: int = Field(
        7, ge=1, le=366, description="how often everything is read, to find what is gone"
    )
    keep_pages_days: int | None = Field(
        None,
        ge=1,
        description="for how long the pages of a night are kept as they came, names of people in "
        "them and all; not at all where it is not set. What was made of them is kept in any case",
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        address = urlsplit(value)
        local = address.hostname in ("127.0.0.1", "localhost", "::1")
        if address.scheme != "https" and not (local and address.scheme == "http"):
            raise ValueError("an address begins with https://, or the token would be open to all")
        if not address.hostname or address.username or address.query:
            raise ValueError("write the address alone, as https://company.example.com")
        return value.rstrip("/")


class PostgresPlace(BaseModel):
    """A PostgreSQL database that a loader fills. Its user needs no more than to read one schema."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field("localhost", description="address of the server, or the folder of its socket")
    port: int = Field(5432, ge=1, le=65535, description="port of the server")
    database: str = Field(description="name of the database")
    user: str = Field(description="a role that may read the schema, and nothing else")
    password: SecretStr | None = Field(
        None, description="password of `user`; best in the environment"
    )
    encryption: Literal["disable", "require", "verify-ca", "verify-full"] = Field(
        "verify-full", description="how the server must show who it is (libpq's sslmode)"
    )

    def __str__(self) -> str:
        return f"PostgreSQL database {self.database} on {self.host}"


class DomainSource(BaseModel):
    """Where one domain's records come from."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["sample", "files", "tables", "api", "absent"] = Field(
        "sample",
        description="the sample company, files of your own, tables that a loader fills, a vendor's "
        "API, or a declaration that the company has no such records",
    )
    path: Path | None = Field(
        None, description="folder of files, or the database that a loader fills"
    )
    mappings: Path | None = Field(
        None, description="folder of mapping SELECTs, one a canonical table"
    )
    loader: Literal["fivetran", "airbyte", "dlt"] = Field(
        "fivetran", description="whose table and column names `tables` reads"
    )
    vendor: str | None = Field(
        None, description="which alias tables to use, or which API, for instance salesforce"
    )
    schema_name: str | None = Field(None, description="schema in which the loader writes")
    account_time_zone: str = Field(
        "UTC",
        description="for `tables` of HubSpot: the account's zone, in which a close date is a day",
    )
    account_currency: str | None = Field(
        None, description="for `tables` of HubSpot: the currency of a deal that names none"
    )
    postgresql: PostgresPlace | None = Field(
        None, description="for `tables`, instead of a path: the PostgreSQL that a loader fills"
    )
    api: ApiSource = Field(ApiSource(), description="how the API is asked")

    _known_zone = field_validator("account_time_zone")(known_zone)

    @model_validator(mode="after")
    def _has_a_place(self) -> DomainSource:
        if self.way == "tables" and self.path is not None and self.postgresql is not None:
            raise ValueError("path and postgresql are two places; keep one")
        in_a_place = self.path is not None or (self.way == "tables" and self.postgresql is not None)
        if self.way in ("files", "tables") and not in_a_place:
            raise ValueError(f'way = "{self.way}" needs a path: where the records are')
        if self.way == "api" and self.vendor is None:
            raise ValueError('way = "api" needs a vendor: whose API it is')
        return self


class LedgerSource(DomainSource):
    """Winshare's own; nobody declares it."""

    way: Literal["ledger"] = "ledger"  # type: ignore[assignment]


class Approval(BaseModel):
    """Who may approve a release, beside the accounts of this machine."""

    model_config = ConfigDict(extra="forbid")

    allowed_signers: Path | None = Field(
        None, description="file of allowed signers, as ssh-keygen reads it: whose key is whose"
    )
    principals: dict[str, str] = Field(
        default_factory=dict,
        description="the signer's name of an account that makes releases, where it is not the "
        "account's own: its key never approves what the account made",
    )
    valid_days: int = Field(7, ge=1, le=90, description="days after which an approval expires")


class Alert(BaseModel):
    """Where word of a failed night goes. It names the night and the rule, never a figure."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["log", "smtp"] = Field(
        "log", description="the log of Dagster's daemon, or a mail"
    )
    smtp_host: str = Field("localhost", description="mail server")
    smtp_port: int = Field(25, ge=1, le=65535, description="port of the mail server")
    smtp_user: str | None = Field(
        None, description="name to log in with; then the connection is encrypted"
    )
    smtp_password: SecretStr | None = Field(
        None, description="password of `smtp_user`; best in the environment"
    )
    sender: str = Field("winshare@localhost", description="address the mail comes from")
    recipients: tuple[str, ...] = Field((), description="addresses the mail goes to")

    @model_validator(mode="after")
    def _can_be_sent(self) -> Alert:
        if self.channel == "smtp" and not self.recipients:
            raise ValueError('channel = "smtp" needs recipients: a list of mail addresses')
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("smtp_user and smtp_password come together: set both or neither")
        if any("\n" in text or "\r" in text for text in (self.sender, *self.recipients)):
            raise ValueError("an address holds a line break")
        return self
