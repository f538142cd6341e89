"""The generated pages of docs/: published tables from dbt's YAML, settings from their models.

`python -m orchestration.pages` writes them; a test holds that they are what would be written.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from orchestration import release, release_build, settings
from orchestration.contract import PROJECT
from orchestration.settings import (
    Alert,
    ApiSource,
    Approval,
    DomainSource,
    PostgresPlace,
    Settings,
)

# as the flow makes them
SCHEMAS = ("people", "funnel", "collaboration", "contribution", "bonus", "operations")

EXAMPLE = """\
# winshare.toml: every setting. Paths are relative to this file. What is left out keeps its default.
home = ".winshare"
time_zone = "Europe/Berlin"
nightly_at = "30 2 * * *"             # minute, hour, day of the month, month, weekday
policy_dir = "policy"
sample_dir = "sample"
threads = 2
keep_releases = 0
minimum_free_disk_gib = 1.0

[alert]
channel = "smtp"
smtp_host = "mail.example.com"
smtp_port = 587
smtp_user = "winshare"
smtp_password = "from-your-vault"      # better: WINSHARE_ALERT__SMTP_PASSWORD in the environment
sender = "winshare@example.com"
recipients = ["data@example.com", "payroll@example.com"]

[approval]
allowed_signers = "allowed_signers"    # lines of ssh-keygen: ada@example.com ssh-ed25519 AAAA...
valid_days = 7

[domains.crm]
way = "tables"                         # a DuckDB file or a folder of Parquet that a loader fills
path = "warehouse.duckdb"
loader = "fivetran"
vendor = "salesforce"
schema_name = "salesforce"
account_time_zone = "Europe/Berlin"    # of HubSpot's tables: whose days close dates are
account_currency = "EUR"               # and the currency of a deal that names none

[domains.hr]
way = "files"                          # files of your own, one mapping SELECT a canonical table
path = "exports/hr"
mappings = "mappings/hr"

[domains.marketing]
way = "tables"
loader = "airbyte"
vendor = "marketo"

[domains.marketing.postgresql]         # instead of a path
host = "warehouse.example.com"
port = 5432
database = "warehouse"
user = "winshare_reader"
password = "from-your-vault"           # better: WINSHARE_DOMAINS__MARKETING__POSTGRESQL__PASSWORD
encryption = "verify-full"

[domains.support]
way = "api"                            # a vendor's own API
vendor = "zendesk"

[domains.support.api]                  # what a vendor wants of these: docs/sources.md
url = "https://company.zendesk.com"
user = "winshare@example.com"
token = "from-your-vault"              # better: WINSHARE_DOMAINS__SUPPORT__API__TOKEN
account = "only where the vendor asks for one"
client_id = "only for OAuth"
client_secret = "only for OAuth"       # better in the environment, like every secret
refresh_token = "only for OAuth"
look_back_hours = 24
whole_every_days = 7
keep_pages_days = 30                   # left out: deleted once they have landed
leave_types = []                       # ids of what is leave, where that is not told (BambooHR)

[domains.collaboration]
way = "absent"                         # declared, never guessed: its tables are empty

[domains.product_usage]
way = "sample"                         # the default of every domain that is not named
"""


def pages(home: Path) -> dict[Path, str]:
    """Every generated page by its path in the project."""
    return {Path("docs/settings.md"): settings_page(), Path("docs/tables.md"): tables_page(home)}


def settings_page() -> str:
    """docs/settings.md: a section a table of winshare.toml."""
    intro = f"""\
# Settings
<!-- written by `make docs` from orchestration/settings.py -->

Settings come from the environment, else from a TOML file, else from the defaults below, which run
the sample company. The file is the one that `WINSHARE_CONFIG` names, or `{settings.CONFIG_NAME}` in
`WINSHARE_HOME`. Paths in the file are relative to the file, paths in the environment to the folder
the command is called from; a list in the environment is JSON. A name that is no setting is refused,
in the file and in the environment. `winshare doctor` says what was read and whether a night could
run with it."""
    parts = [
        intro,
        _settings_table("Winshare", Settings, ()),
        _settings_table("[alert]", Alert, ("alert",)),
        _settings_table("[approval]", Approval, ("approval",)),
        _settings_table("[domains.NAME]", DomainSource, ("domains", "NAME")),
        f"NAME is one of {', '.join(f'`{name}`' for name in settings.domain_names())}.",
        _settings_table("[domains.NAME.api]", ApiSource, ("domains", "NAME", "api")),
        _settings_table(
            "[domains.NAME.postgresql]", PostgresPlace, ("domains", "NAME", "postgresql")
        ),
        f"## A whole winshare.toml\n\n```toml\n{EXAMPLE}```",
    ]
    return "\n\n".join(parts) + "\n"


def _settings_table(title: str, model: type[BaseModel], inside: tuple[str, ...]) -> str:
    rows = [
        (
            f"`{name}`",
            f"`{settings.variable(*inside, name)}`",
            _type(field.annotation),
            _default(field),
            field.description or "",
        )
        for name, field in model.model_fields.items()
    ]
    about = " ".join((model.__doc__ or "").split()) if inside else "At the top of the file."
    header = ("setting", "environment", "type", "default", "what it is")
    return f"## {title}\n{about}\n\n{_table(header, rows)}"


def _type(annotation: Any) -> str:
    """A type as somebody who writes a setting thinks of it."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type(part) for part in inner if part is not type(None))
    if origin is typing.Literal:
        return ", ".join(f'`"{value}"`' for value in inner)
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return "one table each"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    names |= {Path: "path", SecretStr: "secret text"}
    return names.get(annotation, "a table")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none, it is needed"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ((), {}):
        return "none" if value is None else "empty" if value in ((), {}) else "see below"
    return f"`{value}`"


def tables_page(home: Path) -> str:
    """Every published table. Raises NightError where one does not say who may read it."""
    nodes = release_build.published(home)
    unknown = sorted({node["schema"] for node in nodes} - set(SCHEMAS))
    assert not unknown, f"add to SCHEMAS: {unknown}"
    parts = [
        f"""\
# Published tables
<!-- written by `make docs` from the YAML beside each model -->

What a release publishes, column by column. Each table is in the DuckDB file of its audience
({", ".join(f"`{path}`" for path in release.FILES.values())}), with these texts as comments,
and as Parquet beside it; tables that all may read are in every file. Money is whole minor units
with `currency_code` in the same row, `_at` is an instant in UTC, `_date` a day in the company's
zone, and an end date is the first day after."""
    ]
    for schema in SCHEMAS:
        members = [node for node in nodes if node["schema"] == schema]
        listed = ", ".join(f"[{node['name']}](#{_anchor(node)})" for node in members)
        parts.append(f"## {schema}\n{listed or 'No table yet.'}")
        parts += [_published_table(node) for node in members]
    return "\n\n".join(parts) + "\n"


def _anchor(node: dict[str, Any]) -> str:
    return f"{node['schema']}{node['name']}"


def _published_table(node: dict[str, Any]) -> str:
    meta = node["config"]["meta"]
    facts = (
        ("grain", meta["grain"]),
        ("audience", ", ".join(_audience(node))),
        ("owner", meta["owner"].replace("_", " ")),
    )
    rows = [
        (
            f"`{column['name']}`",
            f"{column['data_type']}{'' if _is_never_null(column) else ', may be null'}",
            f"{column['description']}{_closed_to(node, column['name'])}",
        )
        for column in node["columns"].values()
    ]
    return "\n".join(
        [
            f"### {node['schema']}.{node['name']}",
            " ".join(node["description"].split()),
            "",
            *(f"- {name}: {value}" for name, value in facts),
            "",
            _table(("column", "type", "what it is"), rows),
        ]
    )


def _audience(node: dict[str, Any]) -> list[str]:
    audiences = release_build.audiences_of(node)
    return ["all"] if audiences == list(release_build.AUDIENCES) else audiences


def _closed_to(node: dict[str, Any], column: str) -> str:
    audiences = release_build.audiences_of(node)
    shown = [a for a in audiences if column in release_build.columns_for(node, a)]
    if shown == audiences:
        return ""
    return f" Only in {' and '.join(f'`{release.FILES[audience]}`' for audience in shown)}."


def _is_never_null(column: dict[str, Any]) -> bool:
    return any(constraint["type"] == "not_null" for constraint in column["constraints"])


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    for path, text in pages(settings.load().home).items():
        (PROJECT / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
