"""The fields that our tables of names read are those that vendors' own clients, and others not made
here, give their records. Where no such client may be used docs/column_evidence.md says so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration import contract
from orchestration.extract.alias_maps import vendor_maps
from tests.sources.shapes import Field, fields, fits, found

# `make test` puts them beside the environment (requirements/{emulators,shapes}.txt)
HUBSPOT = Path(sys.prefix) / "emulators" / "hubspot"
SHAPES = Path(sys.prefix) / "shapes"
BAMBOOHR = SHAPES / "source_bamboo_hr" / "schemas"
XERO = SHAPES / "xero_python" / "accounting" / "models"
ZENDESK = SHAPES / "libzapi" / "domain" / "models" / "ticketing"


@dataclass(frozen=True)
class Model:
    """A class among a client's models: the shape of one list's records."""

    folder: Path
    name: str


_OBJECT = Model(HUBSPOT / "crm/deals/models", "SimplePublicObjectWithAssociations")
_LINK = Model(HUBSPOT / "crm/associations/v4/models", "PublicAssociationMultiWithLabel")
_OWNER = Model(HUBSPOT / "crm/owners/models", "PublicOwner")
MODELS = {
    "hubspot": {
        "owner": _OWNER,
        "deal_pipeline": Model(HUBSPOT / "crm/pipelines/models", "Pipeline"),
        **dict.fromkeys(("deal", "company", "contact", "task", "call", "meeting"), _OBJECT),
        **dict.fromkeys(("deal_company", "task_deal", "call_deal", "meeting_deal"), _LINK),
    },
    "hubspot_marketing": {"owner": _OWNER, "lead": _OBJECT},
    "bamboohr": {"employee": Model(BAMBOOHR, "custom_reports_stream.json")},
    "xero": {
        "account": Model(XERO, "Account"),
        "journal": Model(XERO, "Journal"),
        "invoice": Model(XERO, "Invoice"),
        "credit_note": Model(XERO, "CreditNote"),
        "organisation": Model(XERO, "Organisation"),
    },
    "zendesk": {
        "user": Model(ZENDESK, "User"),
        "organization": Model(ZENDESK, "Organization"),
        "ticket": Model(ZENDESK, "Ticket"),
    },
}
# what lies within a list of records, which a SELECT takes apart
WITHIN = {
    "hubspot": {
        Model(HUBSPOT / "crm/pipelines/models", "PipelineStage"): {
            "id": "text", "label": "text", "metadata": "text", "updatedAt": "timestamp",
        },
        Model(HUBSPOT / "crm/associations/v4/models", "MultiAssociatedObjectWithLabel"): {
            "toObjectId": "text", "associationTypes": "text",
        },
        Model(HUBSPOT / "crm/deals/models", "ValueWithTimestamp"): {
            "value": "text", "timestamp": "timestamp",
        },
    },
    "xero": {
        Model(XERO, "JournalLine"): {
            "JournalLineID": "text", "AccountID": "text", "AccountCode": "text",
            "Description": "text", "NetAmount": "decimal",
        },
    },
}  # fmt: skip
# read all the same: vendors' references show them, their clients' models do not
NOT_THERE = {
    # a report, of which the schema is, calls it id
    "bamboohr": {"employee.employeeId"},
    "xero": {"invoice.DateString", "invoice.DueDateString", "credit_note.DateString"},
}
# a SELECT makes another type of what it reads
MADE = {("xero", "accounting_period"), ("bamboohr", "worker_history")}


def _read(vendor: str) -> Iterator[tuple[str, Field | None, str | None]]:
    """Every field that is read of a vendor's lists, what the models say of it, and the type of the
    column that it feeds as it is."""
    for domain in contract.domains().values():
        names = vendor_maps("api", domain).get(vendor)
        for alias in names.aliases if names else ():
            model = MODELS[vendor].get(alias.source_table)
            if model is None:
                continue
            column = domain.tables[alias.table].columns[alias.column]
            field = found(model.folder, model.name, alias.spelled)
            is_made = (vendor, alias.table) in MADE
            yield (
                f"{alias.source_table}.{alias.spelled}",
                field,
                (None if is_made else column.data_type),
            )
    for model, within in WITHIN.get(vendor, {}).items():
        for path, data_type in within.items():
            yield f"{model.name}.{path}", found(model.folder, model.name, path), data_type


@pytest.mark.parametrize("vendor", MODELS)
def test_d05_what_is_read_is_what_a_client_not_made_here_knows(vendor: str) -> None:
    folder = next(iter(MODELS[vendor].values())).folder
    if not folder.is_dir():
        pytest.skip(f"`make .venv/{'emulators' if 'hubspot' in vendor else 'shapes'}` sets it up")
    for model in MODELS[vendor].values():
        assert fields(model.folder, model.name), model
    read = list(_read(vendor))
    assert {path for path, field, _ in read if field is None} == NOT_THERE.get(vendor, set())
    wrong = {
        (path, field.kind, data_type)
        for path, field, data_type in read
        if field and data_type and not fits(field, data_type)
    }
    assert wrong == set()


def test_a_field_that_models_lack_or_type_otherwise_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "deal.py").write_text(
        "class Deal(object):\n"
        "    openapi_types = {'net': 'float', 'owner': 'Owner', 'lines': 'list[Line]'}\n"
        "    attribute_map = {'net': 'Net', 'owner': 'Owner', 'lines': 'Lines'}\n"
    )
    (tmp_path / "owner.py").write_text("class Owner:\n    id: Optional[int]\n    from_: str\n")
    assert found(tmp_path, "Deal", "Owner.id") == Field("int")
    assert found(tmp_path, "Deal", "Owner.from") == Field("str")
    assert found(tmp_path, "Deal", "Owner.name") is None
    assert found(tmp_path, "Deal", "net") is None
    assert fits(Field("float"), "decimal(24, 6)")
    assert not fits(Field("float"), "date")
    assert not fits(Field("str"), "boolean")
