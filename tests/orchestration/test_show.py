"""What a person sees of releases: the right file, the right rows, and nothing that runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import gates_for
from orchestration import console, durable, release, release_build
from orchestration.release_reader import reading
from orchestration.settings import Settings
from tests.orchestration.conftest import Answer

Winshare = Callable[..., Answer]
# what a name may hold, and a terminal or a console that reads markup must not act on
HOSTILE = "[red]Eve[/red]\x1b[2J\r=HYPERLINK('x')"
FACTS, SUPPORT = (gates_for(layer)[0].name for layer in ("facts", "landing.support"))
TABLES = {
    "operations.fct_gate_evidence": (
        ["bi", "people", "finance"],
        f"select * from (values ('{FACTS}', 'passed'), ('{FACTS}', 'passed'), "
        f"('{SUPPORT}', 'absent')) as rows (gate, status)",
    ),
    "people.dim_employees": (
        ["people", "finance"],
        "select 'k' || n as employee_key, case when n = 3 then '" + HOSTILE.replace("'", "''")
        + "' else 'Employee ' || n end as employee_name, n % 2 = 0 as is_active "
        "from range(30) as numbers (n)",
    ),
    "bonus.fct_payouts": (
        ["finance"],
        "select 'k1' as payee_employee_key, 'EUR' as currency_code, 125000 as payout_amount_minor",
    ),
    "bonus.fct_pools": (
        ["finance"],
        "select " + ", ".join(f"'{'x' * 30}' as a_rather_long_column_name_{n}" for n in range(9)),
    ),
}  # fmt: skip


def node(name: str, audience: list[str]) -> dict[str, Any]:
    schema, _, table = name.partition(".")
    meta = {"audience": ["all"] if "bi" in audience else audience}
    return {
        "schema": schema, "name": table, "description": "", "columns": {}, "config": {"meta": meta}
    }  # fmt: skip


@pytest.fixture(scope="module")
def _files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three files of a release, by what writes a real one."""
    folder = tmp_path_factory.mktemp("built")
    with duckdb.connect() as night:
        for name, (_, select) in TABLES.items():
            night.execute(f"create schema if not exists {name.partition('.')[0]}")
            night.execute(f"create table {name} as {select}")
        nodes = [node(name, who) for name, (who, _) in TABLES.items()]
        release_build.write_tables(night, folder, nodes, {})
    return folder


@pytest.fixture
def released(_files: Path, home: Path) -> Path:
    """A home with two releases, the second current."""
    publish(home, _files, "2026-01-05-aaaaaaaaaaaa", None)
    publish(home, _files, "2026-01-06-bbbbbbbbbbbb", "2026-01-05-aaaaaaaaaaaa")
    return home


def publish(home: Path, files: Path, identifier: str, parent: str | None) -> None:
    built = release.folder(home) / f".building-{identifier}"
    for path in sorted(path for path in files.rglob("*") if path.is_file()):
        mode = path.stat().st_mode & 0o777
        durable.write_bytes(built / path.relative_to(files), path.read_bytes(), mode)
    rows = {"operations.fct_gate_evidence": 3, "people.dim_employees": 30}
    manifest = {
        "release_id": identifier,
        "run_date": identifier[:10],
        "parent_release_id": parent,
        "inputs": {},
        "tables": [
            {"table": name, "audience": audience, "rows": rows.get(name, 1), "content_hash": "h"}
            for name, (audience, _) in TABLES.items()
        ],
        "files": release_build._files(built),
    }
    durable.write_bytes(built / release.MANIFEST, durable.canonical_json(manifest))
    release.publish(home, built, manifest)


def test_releases_are_listed_and_the_current_one_marked(released: Path, winshare: Winshare) -> None:
    code, out, _ = winshare("releases")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[1][:4] == ["2026-01-05-aaaaaaaaaaaa", "2026-01-05", "4", "35"]
    assert lines[2][:2] == ["*", "2026-01-06-bbbbbbbbbbbb"]
    assert lines[2][-1] == "2026-01-05-aaaaaaaaaaaa"


def test_a_table_is_shown_with_its_count(released: Path, winshare: Winshare) -> None:
    code, out, _ = winshare("show", "people.dim_employees", "--rows", "2")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["employee_key", "employee_name", "is_active"],
        ["k0", "Employee", "0", "True"],
        ["k1", "Employee", "1", "False"],
        ["2", "of", "30", "rows", "in", "release", "2026-01-06-bbbbbbbbbbbb"],
    ]


def test_a_condition_chooses_rows(released: Path, winshare: Winshare) -> None:
    code, out, _ = winshare(
        "show", "people.dim_employees", "--where", "employee_key = 'k7' or 1 = 0"
    )
    assert code == 0
    assert "Employee 7" in out
    assert "1 of 30 rows in release" in out


def test_a_table_wider_than_the_screen_is_shown_row_by_row(
    released: Path, winshare: Winshare
) -> None:
    """Fails if columns are squeezed until nobody can read them."""
    code, out, _ = winshare("show", "bonus.fct_pools")
    assert code == 0
    assert out.splitlines()[0] == f"a_rather_long_column_name_0  {'x' * 30}"
    assert out.splitlines()[8] == f"a_rather_long_column_name_8  {'x' * 30}"
    assert out.splitlines()[-1].startswith("1 row in release")


def test_f64_what_a_name_holds_is_shown_and_not_obeyed(released: Path, winshare: Winshare) -> None:
    _, out, _ = winshare("show", "people.dim_employees", "--where", "employee_key = 'k3'")
    assert "[red]Eve[/red]\\x1b[2J\\r=HYPERLINK('x')" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bonus.fct_payout"], "bonus.fct_payout is not published in release 2026-01-06-b"),
        (["bonus.fct_payout"], "did you mean bonus.fct_payouts"),
        (["nothing_like_it"], "published are bonus.fct_payouts, bonus.fct_pools, operations.fct_"),
        (["bonus.fct_payouts", "--where", "payee = 'x'"], "--where does not work on bonus.fct_pay"),
        (["bonus.fct_payouts", "--where", "cast('x' as int) = 1"], "--where does not work on"),
        (["bonus.fct_payouts", "--where", "true); drop table x; --"], "--where does not work on"),
        (["bonus.fct_payouts", "--where", "(select count(*) from read_csv('/etc/passwd')) > 0"],
         "--where does not work on"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said(
    released: Path, winshare: Winshare, arguments: list[str], words: str
) -> None:
    code, out, err = winshare("show", *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err


def test_a_table_is_read_from_the_file_with_the_fewest_secrets(
    released: Path, winshare: Winshare
) -> None:
    folder = release.folder(released) / "2026-01-06-bbbbbbbbbbbb"
    (folder / "finance" / "finance.duckdb").unlink()
    assert winshare("show", "people.dim_employees")[0] == 0
    (folder / "workforce.duckdb").unlink()
    assert winshare("show", "operations.fct_gate_evidence")[0] == 0
    code, _, err = winshare("show", "bonus.fct_payouts")
    assert code == 1
    assert "finance.duckdb cannot be opened" in err
    assert "the user who runs the nights only" in err


def test_a_sound_release_verifies_and_a_changed_one_is_named(
    released: Path, winshare: Winshare
) -> None:
    code, out, _ = winshare("verify")
    # three audiences, and five as Parquet: a table of two closed audiences stands in both folders
    assert (code, out) == (0, "release 2026-01-06-bbbbbbbbbbbb: 8 files are what was released\n")
    path = release.folder(released) / "2026-01-05-aaaaaaaaaaaa" / "bi.duckdb"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert winshare("verify")[0] == 0, "the current release is another"
    code, _, err = winshare("verify", "2026-01-05-aaaaaaaaaaaa")
    assert code == 1
    assert "is damaged: bi.duckdb is not what was released" in err


@pytest.mark.parametrize(
    "statement",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('finance/finance.duckdb')",
        "copy (select 1) to 'out.csv'",
        "attach 'finance/finance.duckdb' as pay",
        "set enable_external_access = true",
    ],
)
def test_p02_the_file_for_everybody_is_opened_without_access_to_others(
    released: Path, statement: str
) -> None:
    with reading(released, release.required(released), "bi") as connection:
        assert connection.execute("select count(*) from operations.fct_gate_evidence").fetchone()
        with pytest.raises(duckdb.Error, match=r"disabled by|external access|running"):
            connection.execute(statement)


def test_a_manifest_that_cannot_be_read_is_named(released: Path, winshare: Winshare) -> None:
    path = release.folder(released) / "2026-01-06-bbbbbbbbbbbb" / release.MANIFEST
    path.write_text("{")
    for command in (["releases"], ["verify"], ["show", "bonus.fct_payouts"]):
        code, _, err = winshare(*command)
        assert code == 1
        assert f"{path} is damaged" in err


def test_a_night_ends_by_saying_what_was_published_and_where_to_look(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    console.published(Settings(home=released))
    said = " ".join(capsys.readouterr().out.split())
    assert "Published release 2026-01-06-bbbbbbbbbbbb: 4 tables, 35 rows" in said
    assert "gate facts 2 of 2 rules hold" in said
    assert "gate bonus left no evidence" in said
    assert "gate landing.support absent by declaration" in said
    assert "Payout register (draft): 1 payee in 1 currency" in said
    assert f"duckdb {release.folder(released)}/current/bi.duckdb" in said
    assert "125000" not in said, "no pay on a screen that is not finance's"
