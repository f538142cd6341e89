"""Great Expectations inside DuckDB: its own expectations work through this dialect too (S04)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import great_expectations.expectations as gxe
import pytest
import sqlalchemy as sa
from great_expectations.core.batch import Batch
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData

from expectations import engine
from expectations.dialect import NAME, engine_on

NATIVE = [
    (gxe.ExpectColumnValuesToNotBeNull, {"column": "id"}, {"column": "hole"}),
    (gxe.ExpectColumnValuesToBeUnique, {"column": "id"}, {"column": "kind"}),
    (gxe.ExpectCompoundColumnsToBeUnique, {"column_list": ["id", "kind"]}, None),
    (
        gxe.ExpectColumnValuesToBeInSet,
        {"column": "kind", "value_set": ["a", "b"]},
        {"column": "kind", "value_set": ["a"]},
    ),
    (
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "id", "min_value": 0},
        {"column": "id", "min_value": 1},
    ),
    (gxe.ExpectTableRowCountToBeBetween, {"min_value": 3}, {"min_value": 4}),
    (gxe.ExpectColumnToExist, {"column": "hole"}, {"column": "gone"}),
]


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    path = str(tmp_path / "night.duckdb")
    with duckdb.connect(path) as writer:
        writer.execute("create schema bonus")
        writer.execute(
            "create table bonus.lines as select * from "
            "(values (0, 'a', 1), (1, 'b', null), (2, 'b', 2)) as line(id, kind, hole)"
        )
    return duckdb.connect(path, read_only=True)


def success(connection: duckdb.DuckDBPyConnection, expectation: gxe.Expectation) -> bool:
    execution = SqlAlchemyExecutionEngine(engine=engine_on(connection), create_temp_table=False)
    data = SqlAlchemyBatchData(
        execution_engine=execution,
        selectable=sa.select(sa.text("*")).select_from(sa.table("lines", schema="bonus")),
        create_temp_table=False,
        source_schema_name="bonus",
        source_table_name="lines",
    )
    validator = engine.Validator(
        execution_engine=execution, data_context=engine._context(), batches=[Batch(data=data)]
    )
    [result] = validator.graph_validate(
        configurations=[expectation.configuration],
        runtime_configuration={"result_format": engine._RESULT_FORMAT},
    )
    raised = result.exception_info or {}
    assert not raised.get("raised_exception", bool(raised)), raised
    return result.success


@pytest.mark.parametrize(("kind", "holds", "fails"), NATIVE, ids=lambda value: str(value)[:40])
def test_a_native_expectation_passes_and_fails(
    kind: type, holds: dict, fails: dict | None, connection: duckdb.DuckDBPyConnection
) -> None:
    assert success(connection, kind(**holds)) is True
    if fails is not None:
        assert success(connection, kind(**fails)) is False


def test_columns_are_reflected(connection: duckdb.DuckDBPyConnection) -> None:
    inspector = sa.inspect(engine_on(connection))
    found = [column["name"] for column in inspector.get_columns("lines", schema="bonus")]
    assert found == ["id", "kind", "hole"]


def test_it_has_a_name_of_its_own() -> None:
    assert NAME != "duckdb"
    assert sa.create_engine("duckdb:///:memory:").dialect.name == "duckdb"


def test_a_cursor_keeps_its_result_while_another_is_read(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    with engine_on(connection).connect() as reader:
        first = reader.execute(sa.text("select id from bonus.lines order by id"))
        second = reader.execute(sa.text("select kind from bonus.lines order by id"))
        assert [row[0] for row in first] == [0, 1, 2]
        assert [row[0] for row in second] == ["a", "b", "b"]
