"""After a night nothing but the vault names a person, and who is erased leaves every hash as it
was (P05)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import parquet, vault
from tests.night.canaries import TOKEN, contents
from tests.night.closes import replays
from tests.night.company import NEXT_DATE, Home
from tests.night.test_closes import finance_of

pytestmark = pytest.mark.night

# the sample company is the source here, which nobody can hide names from
_SOURCE = "sample"
# where the address of a person stands, and the name
_ADDRESSES = {
    "crm/user": ("email",), "crm/contact": ("email",), "crm/lead": ("email",),
    "support/user": ("email",), "marketing/lead": ("email",),
    "hr/person_contact_email_address": ("email_address",),
}  # fmt: skip
_NAMES = {
    "crm/user": ("name", "first_name", "last_name"), "crm/contact": ("first_name", "last_name"),
    "support/user": ("name",), "marketing/lead": ("first_name", "last_name"),
    "hr/person_name": ("first_name", "last_name"),
}  # fmt: skip


def told_in(home: Home, where: dict[str, tuple[str, ...]]) -> set[bytes]:
    """Every value that the sources delivered in these columns."""
    found = set()
    with duckdb.connect() as connection:
        for table, columns in where.items():
            files = sorted((home.path / _SOURCE / "nights").glob(f"*/{table}.parquet"))
            for column in columns:
                rows = connection.execute(f"select {column} from {parquet.scan(files)}").fetchall()
                found.update(value.encode("utf-8", "replace") for (value,) in rows if value)
    return found


def addresses_in(home: Home) -> set[bytes]:
    return {address.strip().lower() for address in told_in(home, _ADDRESSES)}


def named_in(home: Home, values: set[bytes]) -> set[Path]:
    """The files of a home, but for its source, that hold one of the values."""
    found = set()
    for path in sorted(home.path.rglob("*")):
        inside = path.relative_to(home.path)
        if inside.parts[0] != _SOURCE and path.is_file() and not path.is_symlink():
            told = [content.lower() for content in contents(path)]
            if any(value in content for content in told for value in values):
                found.add(inside)
    return found


def test_p05_after_a_night_only_the_vault_names_anybody(published: Home) -> None:
    addresses = addresses_in(published)
    names = {token for name in told_in(published, _NAMES) for token in TOKEN.findall(name)}
    assert len(addresses) > 50 and len(names) > 50
    assert named_in(published, addresses | names) == {Path("vault/values.sqlite")}
    for value in (min(addresses), min(names)):
        assert named_in(published, {value}) == {Path("vault/values.sqlite")}, "each is found there"


def test_p05_names_are_shown_to_who_owns_the_vault(published: Home) -> None:
    addresses = {address.decode() for address in addresses_in(published)}
    said = published.winshare("show", "people.dim_employees", "--rows", "50").stdout
    assert sum(address in said for address in addresses) >= 12
    opened = published.winshare("openings").stdout
    assert "show people.dim_employees" in opened and opened.count("\n") == 1


def test_p05_who_is_erased_was_paid_and_every_hash_still_verifies(tmp_path: Path) -> None:
    finance = finance_of(tmp_path, 9)
    home = finance.home
    posted = finance.close("2026-01-12", "2025-12")
    payee = next(line[0] for line in posted if line[3] == "payable" and line[5] > 0)
    person = finance.said("show", "people.dim_employees", "--where", f"employee_number = '{payee}'")
    theirs = {address for address in addresses_in(home) if address.decode() in person}
    assert len(theirs) == 1
    register = tmp_path / "register.csv"
    finance.said("export", "2025-12", "--names", str(register))
    assert f"{register.stat().st_mode & 0o777:o}" == "600"
    assert "(erased)" not in register.read_text(encoding="utf-8")

    said = finance.said("erase", payee, "--reason", "asked for it")
    assert "values are erased" in said
    for command in (("verify",), ("ledger", "verify")):
        finance.said(*command)
    replays(finance, "2025-12")
    assert finance.posted("2025-12") == posted
    assert "asked for it" in finance.said("ledger", "log")
    assert named_in(home, theirs) == set()

    home.night("2026-01-13")
    assert named_in(home, theirs) == set()
    shown = finance.said("show", "people.dim_employees", "--where", f"employee_number = '{payee}'")
    assert vault.ERASED in shown
    finance.said("export", "2025-12", "--names", str(register))
    assert vault.ERASED in register.read_text(encoding="utf-8")
    assert payee in {line[0] for line in finance.posted("2025-12")}


def test_p05_a_night_after_an_erasure_changes_no_landing(published: Home) -> None:
    """The same records land to the same bytes, whoever was erased in between."""
    number = "select employee_number from people.dim_employees order by 1 limit 1"
    with duckdb.connect(str(published.release / "workforce.duckdb"), read_only=True) as reader:
        ((erased,),) = reader.execute(number).fetchall()
    other = published.copy(published.path.with_name("other"))
    assert published.winshare("erase", erased, "--reason", "asked for it").returncode == 0
    assert published.night(NEXT_DATE) == other.night(NEXT_DATE)
