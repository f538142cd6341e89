"""What names a person lands as a token, and what it stands for is in the vault alone (P05)."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import backup, durable, landing, tokens, vault
from orchestration.errors import NightError, SourceError
from tests.one_key import give_key
from tests.orchestration.landed_people import land, landed

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)
NOW = datetime(2026, 1, 6, 9, tzinfo=UTC)
ANN = {"personal_info_system_id": "W1", "first_name": "Ann", "last_name": "Berg"}
OTHER_ANN = {"personal_info_system_id": "W2", "first_name": "Ann", "last_name": "Li"}


def mail(number: str, worker: str, address: str) -> dict[str, str]:
    return {"id": number, "personal_info_system_id": worker, "email_address": address}


def answer(number: str, asker: str, answerer: str) -> dict[str, str]:
    return {"answer_id": number, "asker_email": asker, "answerer_email": answerer}


def known(home: Path) -> dict[str, str]:
    with sqlite3.connect(vault.folder(home) / "values.sqlite") as connection:
        return dict(connection.execute("select token, value from personal_values").fetchall())


def test_p05_an_address_is_one_token_wherever_and_however_it_is_written(tmp_path: Path) -> None:
    land(tmp_path, "hr", FIRST, person_contact_email_address=[mail("1", "W1", " Ann@Example.com ")])
    land(
        tmp_path, "collaboration", FIRST, answer=[answer("a", "ann@example.com", "ANN@EXAMPLE.COM")]
    )
    ((hr,),) = landed(tmp_path, "hr", "person_contact_email_address", "email_address")
    ((asker, answerer),) = landed(
        tmp_path, "collaboration", "answer", "asker_email", "answerer_email"
    )
    assert hr == asker == answerer
    message = b"address\x1fann@example.com"
    made = hmac.new(vault.key(tmp_path), message, hashlib.sha256).hexdigest()
    assert hr == f"p_{made[:32]}" and tokens.PATTERN.fullmatch(hr)
    assert known(tmp_path) == {hr: "ann@example.com"}


def test_p05_nothing_is_joined_by_names(tmp_path: Path) -> None:
    """Two Anns are two tokens, and one Ann is the same in every landing."""
    land(tmp_path, "hr", FIRST, person_name=[ANN, OTHER_ANN])
    land(tmp_path, "hr", SECOND, person_name=[ANN | {"last_name": "Borg"}])
    rows = landed(tmp_path, "hr", "person_name", "personal_info_system_id", "first_name")
    assert len(rows) == 3 and len(set(rows)) == 2 and len({first for _, first in rows}) == 2
    assert sorted(known(tmp_path).values()) == ["Ann", "Ann", "Berg", "Borg", "Li"]


def test_p05_null_stays_null_empty_stays_empty_and_a_token_stays_itself(tmp_path: Path) -> None:
    users = [{"id": "1", "email": "  "}, {"id": "2"}, {"id": "3", "email": "p_" + "0" * 32}]
    land(tmp_path, "support", FIRST, user=users)
    assert landed(tmp_path, "support", "user", "id", "email") == [
        ("1", ""), ("2", None), ("3", "p_" + "0" * 32)
    ]  # fmt: skip
    assert not (vault.folder(tmp_path) / "values.sqlite").exists()


def test_p05_an_alias_is_a_token_where_it_is_an_address(tmp_path: Path) -> None:
    aliases = [
        {"system": "crm", "alias_value": "005A", "employee_number": "1"},
        {"system": "email", "alias_value": "Ann@C", "employee_number": "1"},
    ]
    land(tmp_path, "policy", FIRST, identity_aliases=aliases)
    land(tmp_path, "support", FIRST, user=[{"id": "1", "email": "ann@c"}])
    ((_, user_id), (_, address)) = landed(
        tmp_path, "policy", "identity_aliases", "system", "alias_value"
    )
    assert user_id == "005A"
    assert [(address,)] == landed(tmp_path, "support", "user", "email")


def test_p05_values_are_kept_before_the_landing_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[dict[str, str]] = []
    write = durable.write_bytes

    def seen(path: Path, content: bytes, mode: int = 0o644) -> None:
        there.append(known(tmp_path))
        write(path, content, mode)
        raise KeyboardInterrupt

    vault.key(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(durable, "write_bytes", seen)
        with pytest.raises(KeyboardInterrupt):
            land(tmp_path, "hr", FIRST, person_name=[ANN])
    assert [sorted(values.values()) for values in there] == [["Ann", "Berg"]]
    assert land(tmp_path, "hr", FIRST) == landing.manifest_of(tmp_path, "hr", FIRST)


def test_p05_a_kept_value_is_whole_or_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is cut off while values are written leaves none of them."""
    vault.keep(tmp_path, [("p_1", "name", "Ann", "hr", "W1")], FIRST)

    def broken():
        yield ("p_2", "name", "Berg", "hr", "W1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vault.keep(tmp_path, broken(), FIRST)
    assert known(tmp_path) == {"p_1": "Ann"}


def test_p05_domains_that_land_side_by_side_lose_nothing(tmp_path: Path) -> None:
    def one(number: int) -> None:
        vault.key(tmp_path)
        rows = [(f"p_{number}_{n}", "name", f"N{n}", "hr", "W") for n in range(200)]
        vault.keep(tmp_path, rows, FIRST)

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(one, range(8)))
    assert len(known(tmp_path)) == 1600


def test_p05_the_vault_is_its_owners_alone(tmp_path: Path) -> None:
    land(tmp_path, "hr", FIRST, person_name=[ANN])
    vault.revealed(tmp_path, [{"a": next(iter(known(tmp_path)))}], "a test", NOW)
    assert f"{vault.folder(tmp_path).stat().st_mode & 0o777:o}" == "700"
    modes = {f"{path.stat().st_mode & 0o777:o}" for path in vault.folder(tmp_path).iterdir()}
    assert modes == {"600"}


def test_p05_books_that_landed_first_are_no_reason_to_refuse(tmp_path: Path) -> None:
    """Fails if a first night that brought what names nobody left a home that takes no other."""
    land(tmp_path, "finance", FIRST)
    assert not (vault.folder(tmp_path) / "key").exists()
    land(tmp_path, "hr", FIRST, person_name=[ANN])
    assert sorted(known(tmp_path).values()) == ["Ann", "Berg"]


def test_p05_a_home_without_its_key_is_refused(tmp_path: Path) -> None:
    """Under a new key everybody would be somebody else from that night on."""
    land(tmp_path, "hr", FIRST, person_name=[ANN])
    (vault.folder(tmp_path) / "key").unlink()
    with pytest.raises(SourceError, match="begin a new WINSHARE_HOME"):
        land(tmp_path, "hr", SECOND, person_name=[ANN])
    give_key(tmp_path)
    with pytest.raises(SourceError, match="without this home's key"):
        land(tmp_path, "hr", SECOND, person_name=[ANN])


def test_p05_each_opening_is_on_the_record(tmp_path: Path) -> None:
    land(tmp_path, "hr", FIRST, person_name=[ANN])
    ((first, last),) = landed(tmp_path, "hr", "person_name", "first_name", "last_name")
    rows = [{"name": f"{first} {last}", "amount": 7}, {"name": None, "amount": 8}]
    opened = vault.revealed(tmp_path, rows, "show people.dim_employees", NOW)
    assert opened == [{"name": "Ann Berg", "amount": 7}, {"name": None, "amount": 8}]
    vault.revealed(tmp_path, rows, "explain 10001", NOW)
    vault.revealed(tmp_path, [{"name": "no token"}], "nothing is opened", NOW)
    assert [(one["purpose"], one["tokens"]) for one in vault.openings(tmp_path)] == [
        ("show people.dim_employees", 2), ("explain 10001", 2)
    ]  # fmt: skip
    record = vault.folder(tmp_path) / "openings.ndjson"
    record.write_bytes(record.read_bytes().splitlines(keepends=True)[1])
    with pytest.raises(SourceError, match="is not what was written"):
        vault.openings(tmp_path)


def test_p05_a_backup_brings_the_vault_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    land(home, "hr", FIRST, person_name=[ANN])
    backup.backup(home, tmp_path / "kept", NOW)
    backup.restore(tmp_path / "kept", tmp_path / "back")
    assert known(tmp_path / "back") == known(home)
    assert vault.key(tmp_path / "back") == vault.key(home)
    path = tmp_path / "kept" / "vault" / "values.sqlite"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(NightError, match="not what was kept"):
        backup.restore(tmp_path / "kept", tmp_path / "damaged")
