"""dbt's manifest, in the words of the conventions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp, parse_one


@dataclass(frozen=True)
class Model:
    """A model of the manifest. `layer` and `topic` are its folders below models/."""

    node: dict[str, Any]

    @property
    def name(self) -> str:
        return self.node["name"]

    @property
    def layer(self) -> str:
        return self.node["original_file_path"].split("/")[1]

    @property
    def topic(self) -> str:
        return self.node["original_file_path"].split("/")[2]

    @property
    def table(self) -> str:
        """As readers call it: schema and name."""
        return f"{self.node['schema']}.{self.name}"

    @property
    def meta(self) -> dict[str, Any]:
        return self.node["config"].get("meta", {})

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        return self.node["columns"]

    @property
    def types(self) -> dict[str, str]:
        """The contract's type of each column, in lower case and without blanks."""
        return {
            name: (column.get("data_type") or "").lower().replace(" ", "")
            for name, column in self.columns.items()
        }

    @property
    def sql(self) -> str:
        """The file as it was written."""
        return self.node["raw_code"]


@dataclass(frozen=True)
class Project:
    """manifest: dbt's; segments: unique ids by segment; compiled: SQL by model, for Spark."""

    manifest: dict[str, Any]
    segments: dict[str, list[str]]
    compiled: dict[str, str]

    @cached_property
    def models(self) -> list[Model]:
        return [
            Model(node)
            for _, node in sorted(self.manifest["nodes"].items())
            if node["resource_type"] == "model"
        ]

    @cached_property
    def marts(self) -> dict[str, Model]:
        """Published models by schema and name."""
        return {model.table: model for model in self.models if model.layer == "marts"}

    def tests(self, model: Model | None = None) -> list[dict[str, Any]]:
        """Data tests: those attached to a model, or all."""
        return [
            node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "test"
            and (model is None or node.get("attached_node") == model.node["unique_id"])
        ]

    def unique_columns(self, model: Model) -> list[list[str]]:
        """The columns of each uniqueness test on a model, and of its contract's key.

        Validities of one key that do not overlap do not begin on one day either.
        """
        found = []
        for test in self.tests(model):
            kind = test.get("test_metadata") or {}
            if kind.get("name") == "one_row_per":
                found.append(list(kind["kwargs"]["columns"]))
            elif kind.get("name") == "no_overlap":
                begins = kind["kwargs"].get("from_column", "valid_from_date")
                found.append([*kind["kwargs"]["key"], begins])
            elif kind.get("name") == "unique":
                found.append([test["column_name"]])
        for constraint in model.node.get("constraints", []):
            if constraint["type"] in ("primary_key", "unique"):
                found.append(list(constraint["columns"]))
        return found

    def read_models(self, model: Model) -> list[Model]:
        """The models a model reads."""
        by_id = {other.node["unique_id"]: other for other in self.models}
        return [by_id[name] for name in model.node["depends_on"]["nodes"] if name in by_id]

    def read_sources(self, model: Model) -> list[dict[str, Any]]:
        """The sources a model reads, as the manifest has them."""
        sources = self.manifest["sources"]
        return [sources[name] for name in model.node["depends_on"]["nodes"] if name in sources]

    def last_select(self, model: Model) -> exp.Query:
        """The SELECT (or union of them) that gives the model its columns."""
        tree = parse_one(self.compiled[model.name], read="spark")
        assert isinstance(tree, exp.Query), f"{model.name} ends in no SELECT"
        return tree
