"""What others rely on: every published table, its columns, their types, and who may read it."""

from __future__ import annotations

import re

import pytest

from orchestration import release_build
from tests.conventions.dbt_nodes import Model, Project
from tests.conventions.published import ALL, FINANCE, PEOPLE, PEOPLE_AND_FINANCE, PUBLISHED

AUDIENCES = (ALL, PEOPLE, FINANCE, PEOPLE_AND_FINANCE)

# A name says the unit, so the type follows from it. The first that fits decides.
TYPES_BY_NAME = (
    (r".+_minor", {"bigint"}),
    (r".+_fx_rate|fx_rate", {"decimal(18,9)"}),
    (r"(.+_)?rate", {"decimal(9,6)"}),
    (r"(.+_)?share", {"decimal(18,12)"}),
    (r".+_at", {"timestamp"}),
    (r".+_(date|month)", {"date"}),
    (r".+_(key|code|id|ref|hash)|currency_code", {"string", "varchar"}),
    (r".+_(count|minutes)", {"bigint", "integer"}),
    (r"(is|has|was)_.+|suppressed", {"boolean"}),
)
BOOLEAN_NAME = re.compile(r"(is|has|was)_.+|suppressed")
# the file of each audience
READERS = {"bi": "all", "workforce": "people", "finance": "finance"}
FLOATING = {"double", "float", "real"}

# What one person is paid, or what gives it away with the published rates.
PAY = re.compile(
    r"salar|payout|base_pay|compensation|earn|payable|commission|bonus|payroll|clawback|receivable"
    r"|target_incentive|(^|_)ote(_|$)|pay_mix|(^|_)draw|quota|proration"
)
PERSON = re.compile(r"(^|_)employee_(key|number|name)$|(^|_)email$|(^|_)(worker|user)_id")


def wrong_types(model: Model) -> dict[str, str]:
    """Columns whose contract type is not the one their name promises."""
    wrong = {}
    for name, kind in model.types.items():
        for pattern, kinds in TYPES_BY_NAME:
            if re.fullmatch(pattern, name):
                if kind not in kinds:
                    wrong[name] = kind
                break
    return wrong


def test_every_published_table_exists_and_no_other(project: Project) -> None:
    """Fails if a table that others rely on is gone, or one is published that nobody decided on."""
    shown = {table for table, model in project.marts.items() if model.name.startswith("rpt_")}
    assert project.marts.keys() - shown == PUBLISHED.keys()


@pytest.mark.parametrize("table", PUBLISHED)
def test_a_published_table_carries_its_columns(project: Project, table: str) -> None:
    _, columns = PUBLISHED[table]
    assert set(columns.split()) - project.marts[table].columns.keys() == set()


def test_a_published_table_has_the_audience_decided_for_it(project: Project) -> None:
    """Fails if a table would land in a file whose readers must not see it, or in none."""
    said = {table: model.meta.get("audience") for table, model in project.marts.items()}
    assert [table for table, audience in said.items() if audience not in AUDIENCES] == []
    decided = {table: audience for table, (audience, _) in PUBLISHED.items()}
    assert {table: said[table] for table in decided if said[table] != decided[table]} == {}


def test_a_mart_has_an_owner_and_an_enforced_contract(project: Project) -> None:
    wrong = [
        table
        for table, model in project.marts.items()
        if not model.meta.get("owner") or not model.node["contract"]["enforced"]
    ]
    assert wrong == []


def test_every_column_of_a_mart_is_typed_and_described(project: Project) -> None:
    wrong = [
        f"{table}.{name}"
        for table, model in project.marts.items()
        for name, column in model.columns.items()
        if not (column.get("data_type") and column.get("description", "").strip())
    ]
    assert wrong == []


def test_a_column_has_the_type_its_name_promises(project: Project) -> None:
    wrong = {table: bad for table, model in project.marts.items() if (bad := wrong_types(model))}
    assert wrong == {}


def test_a_boolean_is_named_as_one_and_never_null(project: Project) -> None:
    wrong = []
    for table, model in project.marts.items():
        for name, column in model.columns.items():
            kinds = {constraint["type"] for constraint in column.get("constraints", [])}
            if model.types[name] == "boolean" and not (
                BOOLEAN_NAME.fullmatch(name) and "not_null" in kinds
            ):
                wrong.append(f"{table}.{name}")
    assert wrong == []


def test_money_has_its_currency_in_the_same_row(project: Project) -> None:
    """Fails if an amount can be read without its currency; the plan's has a column of its own."""
    bare = []
    for table, model in project.marts.items():
        for name in model.columns:
            if name.endswith("_minor"):
                currency = "plan_currency_code" if name.startswith("plan_") else "currency_code"
                if currency not in model.columns:
                    bare.append(f"{table}.{name}")
    assert bare == []


def test_money_is_never_a_float(project: Project) -> None:
    floats = [
        f"{table}.{name}"
        for table, model in project.marts.items()
        for name, kind in model.types.items()
        if kind in FLOATING and re.search(r"minor|amount|rate$|share$|credit", name)
    ]
    assert floats == []


def test_keys_come_first(project: Project) -> None:
    """Fails if a table does not begin with what names its rows."""
    wrong = {
        table: first
        for table, model in project.marts.items()
        if model.columns and not is_identifying(project, model, first := next(iter(model.columns)))
    }
    assert wrong == {}


def is_identifying(project: Project, model: Model, name: str) -> bool:
    in_a_grain = any(name in columns for columns in project.unique_columns(model))
    return in_a_grain or name.endswith(("_key", "_id"))


def test_no_pay_leaves_the_finance_file(project: Project) -> None:
    """Fails if a table for everybody or for people operations holds what a person is paid (F63)."""
    leaks = [
        f"{table}.{name}"
        for table, model in project.marts.items()
        if set(model.meta.get("audience", [])) & {"all", "people"}
        for name in model.columns
        if PAY.search(name)
    ]
    assert leaks == []


def test_nobody_is_named_in_the_file_for_everybody(project: Project) -> None:
    """Fails if a column that names a person reaches the BI file: a deal beside its owner is that
    person's credit, and credit times published rates is pay."""
    named = [
        f"{table}.{name}"
        for table, model in project.marts.items()
        if model.meta.get("audience") == ALL
        for name in release_build.columns_for(model.node, "bi")
        if PERSON.search(name)
    ]
    assert named == []


def test_exposures_have_owners_and_depend_on_published_tables(project: Project) -> None:
    exposures = project.manifest["exposures"].values()
    published = {model.node["unique_id"] for model in project.marts.values()}
    for exposure in exposures:
        assert exposure["owner"].get("name") or exposure["owner"].get("email"), exposure["name"]
        assert exposure["description"].strip(), exposure["name"]
        assert set(exposure["depends_on"]["nodes"]) <= published, exposure["name"]


def test_every_published_table_is_used(project: Project) -> None:
    """Fails if a table is published for nobody: then nobody would notice that it broke."""
    used = {
        name
        for exposure in project.manifest["exposures"].values()
        for name in exposure["depends_on"]["nodes"]
    }
    unused = {
        table for table, model in project.marts.items() if model.node["unique_id"] not in used
    }
    assert unused == set()


def test_an_exposure_reads_the_file_it_names(project: Project) -> None:
    """Fails if a use needs a table that is not in the file of its readers."""
    by_id = {model.node["unique_id"]: model for model in project.marts.values()}
    for exposure in project.manifest["exposures"].values():
        named = re.search(r"Reads (bi|workforce|finance)\.duckdb", exposure["description"])
        assert named, f"{exposure['name']} does not say which file it reads"
        readers = {"all", READERS[named.group(1)]}
        outside = [
            name
            for name in exposure["depends_on"]["nodes"]
            if not readers & set(by_id[name].meta["audience"])
        ]
        assert outside == [], exposure["name"]
