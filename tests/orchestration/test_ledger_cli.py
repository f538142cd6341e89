"""The commands that move money say what they did, and refuse in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import dbt
from tests.orchestration import ledger_home
from tests.orchestration.ledger_home import CODE, Company, Line

Winshare = Callable[..., tuple[int, str, str]]


@pytest.fixture
def company(home: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    return Company(home)


def test_from_a_draft_to_payroll_and_what_is_said_on_the_way(
    company: Company, winshare: Winshare
) -> None:
    release_id = company.publish(Line(), Line(source="deal 2"))["release_id"]
    code, _, said = winshare("close", "2026-01")
    assert (code, said.count("\n")) == (1, 1)
    assert f"release {release_id} is not approved" in said
    assert f"{release_id} is approved by " in winshare("approve", release_id)[1]
    assert "2 lines of release" in winshare("close", "2026-01")[1]
    assert "nothing was posted" in winshare("close", "2026-01")[1]
    assert "2026-02#1 is exported" in winshare("export", "2026-01")[1]
    assert "the same again" in winshare("export", "2026-01")[1]
    code, _, said = winshare("ledger", "reverse", "2026-01", "--reason", "wrong")
    assert (code, "what was sent is not unsent" in said) == (1, True)
    assert "3 records follow one another, 8 entries" in winshare("ledger", "verify")[1]
    log = winshare("ledger", "log")[1]
    assert [kind for kind in ("approval", "close", "export") if kind in log] == [
        "approval",
        "close",
        "export",
    ]
    # what moved is nobody's business here
    assert "10000" not in log


def test_a_reversal_opens_the_period_again(company: Company, winshare: Winshare) -> None:
    release_id = company.publish(Line())["release_id"]
    winshare("approve", release_id)
    winshare("close", "2026-01")
    assert (
        "2026-01 is open again"
        in winshare("ledger", "reverse", "2026-01", "--reason", "quota of another year")[1]
    )
    assert "quota of another year" in winshare("ledger", "log")[1]
    assert winshare("replay", "2026-01")[0] == 1


def test_f60_a_checker_signs_what_the_statement_prints(
    company: Company, winshare: Winshare, configure: Callable[[str], Path], tmp_path: Path
) -> None:
    ada = ledger_home.make_key(tmp_path, "ada")
    ledger_home.allow(tmp_path, ada=ada)
    configure('[approval]\nallowed_signers = "../allowed_signers"\n')
    release_id = company.publish(Line())["release_id"]
    code, statement, _ = winshare("approve", release_id, "--statement")
    assert code == 0
    signature = tmp_path / "statement.sig"
    signature.write_text(ledger_home.sign(ada, statement.encode()))
    said = winshare("approve", release_id, "--signature", str(signature))[1]
    assert "is approved by ada@example.com (SHA256:" in said


def test_damage_is_told_with_the_files_name(company: Company, winshare: Winshare) -> None:
    release_id = company.publish(Line())["release_id"]
    winshare("approve", release_id)
    record = company.home / "ledger" / "journal" / "00000001.json"
    record.write_bytes(record.read_bytes().replace(b"approval", b"approved", 1))
    for command in (("ledger", "verify"), ("ledger", "log"), ("close", "2026-01")):
        code, _, said = winshare(*command)
        assert code == 1
        assert "journal record 00000001.json is not what was written" in said
