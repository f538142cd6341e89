"""Who is erased is named nowhere any more, and nothing that was landed changes (P05)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import durable, erasure, journal, landing, vault
from orchestration.errors import NightError
from orchestration.night import RunLock
from tests.orchestration.landed_people import land, landed
from tests.orchestration.test_vault import ANN, OTHER_ANN, answer, known, mail

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)
NOW = datetime(2026, 1, 6, 9, tzinfo=UTC)
SHARED = "sales@example.com"
USER = {"id": "005A", "name": "Ann Berg", "email": "ann@example.com", "employee_number": "10001"}
MAILS = [
    mail("1", "W1", "Ann@example.com"), mail("2", "W1", SHARED), mail("3", "W2", SHARED),
    mail("4", "W2", "li@example.com"),
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two Anns, who share a mailbox, in HR, CRM, support and each other's answers; a contact."""
    tell(tmp_path, FIRST)
    return tmp_path


def tell(home: Path, run_date: date) -> None:
    workers = [{"id": "W1", "worker_code": "10001"}, {"id": "W2", "worker_code": "10002"}]
    land(home, "hr", run_date, worker_history=workers, person_name=[ANN, OTHER_ANN],
         person_contact_email_address=MAILS)  # fmt: skip
    contact = {"id": "003A", "first_name": "Eve", "last_name": "Stone", "email": "eve@customer"}
    land(home, "crm", run_date, user=[USER], contact=[contact])
    agent = {"id": "7", "email": "ANN@example.com", "name": "Ann B."}
    requester = {"id": "8", "email": "eve@customer", "name": "Eve"}
    land(home, "support", run_date, user=[agent, requester, {"id": "9", "email": SHARED,
         "name": "Sales Desk"}])  # fmt: skip
    land(home, "collaboration", run_date, answer=[answer("a", "ann@example.com", "li@example.com")])
    alias = {"system": "email", "alias_value": "ann@old.example", "employee_number": "10001"}
    land(home, "policy", run_date, identity_aliases=[alias])


def content(home: Path) -> dict[str, str]:
    return {str(path): durable.sha256_of_file(path) for path in (home / "landing").rglob("*.*")}


def test_p05_an_employee_leaves_the_vault_and_nobody_else_does(home: Path) -> None:
    before = content(home)
    pages = home / "landing" / "crm" / "pages"
    (pages / "2026-01-05").mkdir(parents=True)
    erased = erasure.erase(home, "10001", None, "asked for it", NOW)
    assert sorted(known(home).values()) == [
        "Ann", "Eve", "Eve", "Li", "Sales Desk", "Stone", "eve@customer", "li@example.com", SHARED
    ]  # fmt: skip
    # first and last name, the name in CRM and that in support, two addresses
    assert (erased.values, erased.shared) == (6, 1)
    assert content(home) == before
    assert not pages.exists()
    told = vault.folder(home).joinpath("values.sqlite").read_bytes()
    assert b"Berg" not in told and b"ann@" not in told and b"Stone" in told


def test_p05_later_nights_do_not_bring_anything_back(home: Path) -> None:
    """Neither what was known, nor what is new of a person who was erased."""
    erasure.erase(home, "10001", None, "asked for it", NOW)
    before = known(home)
    tell(home, SECOND)
    assert known(home) == before
    third = date(2026, 1, 7)
    land(home, "hr", third, person_name=[ANN | {"last_name": "Stone-Berg"}],
         person_contact_email_address=[mail("5", "W1", "stone@example.com")])  # fmt: skip
    land(home, "collaboration", third, answer=[answer("b", "stone@example.com", "li@example.com")])
    assert known(home) == before


def test_p05_an_erased_name_is_shown_as_erased(home: Path) -> None:
    rows = landed(home, "hr", "person_name", "personal_info_system_id", "first_name", "last_name")
    named = [{"worker": worker, "name": f"{first} {last}"} for worker, first, last in rows]
    erasure.erase(home, "10001", None, "asked for it", NOW)
    assert [row["name"] for row in vault.revealed(home, named, "a test", NOW)] == [
        "(erased)", "Ann Li"
    ]  # fmt: skip


def test_p05_a_contact_is_erased_by_address_an_employee_by_number(home: Path) -> None:
    with pytest.raises(NightError, match="by their number"):
        erasure.erase(home, None, "Ann@example.com", "asked for it", NOW)
    erased = erasure.erase(home, None, " EVE@customer", "asked for it", NOW)
    assert erased.values == 4
    assert not {"Eve", "Stone", "eve@customer"} & set(known(home).values())


def test_p05_an_erasure_is_on_the_record_without_the_name(home: Path) -> None:
    erasure.erase(home, "10001", None, "asked for it", NOW)
    erasure.erase(home, None, "eve@customer", "asked for it", NOW)
    of_employee, of_contact = journal.read(home)
    assert (of_employee["kind"], of_employee["person"]) == ("erasure", "10001")
    assert of_contact["person"].startswith("p_")
    assert of_employee["reason"] == "asked for it" and "uid" in of_employee["erased_by"]
    assert journal.head(journal.read(home)) == journal.head([])


def test_p05_an_erasure_that_was_cut_off_is_done_by_asking_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*arguments: object) -> int:
        raise KeyboardInterrupt

    before = known(home)
    with monkeypatch.context() as patched:
        patched.setattr(vault, "erase", kill)
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(home, "10001", None, "asked for it", NOW)
    assert known(home) == before
    assert erasure.erase(home, "10001", None, "asked for it", NOW).values == 6


@pytest.mark.parametrize(
    ("number", "address", "reason", "said"),
    [
        ("10001", None, " ", "needs its reason"),
        (None, None, "why", "name one person"),
        ("10001", "eve@customer", "why", "name one person"),
        ("10009", None, "why", "nobody who was landed"),
        (None, "nobody@customer", "why", "nobody who was landed"),
    ],
)
def test_nothing_is_erased_by_mistake(
    home: Path, number: str | None, address: str | None, reason: str, said: str
) -> None:
    before = known(home)
    with pytest.raises(NightError, match=said):
        erasure.erase(home, number, address, reason, NOW)
    assert known(home) == before and not journal.read(home)


def test_m08_no_erasure_while_a_night_runs(home: Path) -> None:
    lock = RunLock(home)
    lock.acquire("a night")
    try:
        with pytest.raises(NightError, match="is running already"):
            erasure.erase(home, "10001", None, "asked for it", NOW)
    finally:
        lock.release()


def test_every_landing_says_whose_key_it_is_under(home: Path) -> None:
    name = vault.name_of_key(vault.key(home))
    for domain in ("hr", "crm", "support", "collaboration", "policy"):
        assert landing.manifests(home, domain, FIRST)[0]["token_key"] == name
