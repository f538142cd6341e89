"""The generated pages: what is committed is what would be written, and its example works."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import contract, pages, release_build, settings
from orchestration.settings import Alert, ApiSource, DomainSource, PostgresPlace, Settings


def committed(page: str) -> list[str]:
    return (contract.PROJECT / "docs" / page).read_text(encoding="utf-8").splitlines()


def test_the_page_of_settings_is_what_would_be_written() -> None:
    """Fails if a setting changed and its page did not: run `make docs`."""
    assert committed("settings.md") == pages.settings_page().splitlines()


def test_the_page_of_tables_is_what_would_be_written(parsed_home: Path) -> None:
    """Fails if a model's YAML changed and its page did not: run `make docs`."""
    assert committed("tables.md") == pages.tables_page(parsed_home).splitlines()


def test_every_published_column_is_on_the_page_with_its_text(parsed_home: Path) -> None:
    page = committed("tables.md")
    nodes = release_build.published(parsed_home)
    assert nodes
    for node in nodes:
        start = page.index(f"### {node['schema']}.{node['name']}")
        section = "\n".join(page[start : start + 12 + len(node["columns"])])
        for column in node["columns"].values():
            assert column["description"], f"{node['name']}.{column['name']} has no description"
            assert f"| `{column['name']}` | {column['data_type']}" in section


def test_every_setting_is_on_the_page_with_its_variable() -> None:
    page = "\n".join(committed("settings.md"))
    for inside, model in (("", Settings), ("alert", Alert), ("domains__NAME", DomainSource)):
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} has no description"
            variable = settings.variable(*filter(None, (inside, name)))
            assert f"| `{name}` | `{variable}` | " in page


def test_the_example_names_every_setting_and_is_taken(
    configure: Callable[[str], Path], home: Path
) -> None:
    configure(pages.EXAMPLE)
    found = settings.load()
    example = tomllib.loads(pages.EXAMPLE)
    assert set(example) == set(Settings.model_fields)
    assert set(example["alert"]) == set(Alert.model_fields)
    domains = example["domains"].values()
    assert {name for domain in domains for name in domain} == set(DomainSource.model_fields)
    assert set(example["domains"]["support"]["api"]) == set(ApiSource.model_fields)
    assert set(example["domains"]["marketing"]["postgresql"]) == set(PostgresPlace.model_fields)
    ways = {"tables", "files", "api", "absent", "sample"}
    assert {domain["way"] for domain in domains} == ways
    assert found.policy_dir == home / "policy"
    assert found.absent_domains() == {"collaboration"}
    assert found.source("crm").path == home / "warehouse.duckdb"


def test_the_example_is_on_the_page() -> None:
    assert pages.EXAMPLE in "\n".join(committed("settings.md"))


@pytest.mark.parametrize("cell", ["a | b", "two\nlines", " spaces  inside "])
def test_a_text_stays_in_its_cell(cell: str) -> None:
    line = pages._table(("one", "two"), [(cell, "next")]).splitlines()[-1]
    assert line.replace("\\|", "").count("|") == 3
    assert line.endswith(" | next |")


def test_a_table_without_an_audience_is_not_published_in_silence(
    parsed_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = release_build.published(parsed_home)[0]
    bare = {**node, "config": {**node["config"], "meta": {"grain": "One row.", "owner": "x"}}}
    monkeypatch.setattr(release_build, "published", lambda _: [bare])
    with pytest.raises(Exception, match="does not say who may read it"):
        pages.tables_page(parsed_home)
