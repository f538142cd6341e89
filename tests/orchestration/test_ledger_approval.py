"""Maker and checker: who says yes is somebody else, said for exactly these bytes, and in time."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from orchestration import approval, durable, identity, journal, release
from orchestration.errors import NightError
from orchestration.settings_tables import Approval
from tests.orchestration import ledger_home
from tests.orchestration.ledger_home import MAKER, NOW, Company, Line, later


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "home")


def standing(company: Company, manifest: dict, now=NOW) -> journal.Record:
    return approval.standing(company.settings, manifest, journal.read(company.home), now)


def test_f60_the_checker_is_the_account_the_system_knows(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if a name in the environment passes for an identity."""
    for name in ("USER", "LOGNAME", "SUDO_USER", "USERNAME"):
        monkeypatch.setenv(name, "ada")
    manifest = company.publish(Line())
    record = approval.approve(company.settings, manifest["release_id"], None, NOW)
    assert record["approved_by"] == {
        "kind": "operating_system",
        "name": pwd.getpwuid(os.getuid()).pw_name,
        "uid": os.getuid(),
    }
    assert record["manifest_hash"] == manifest["manifest_hash"]
    assert standing(company, manifest)["sequence"] == record["sequence"]


def test_f60_the_maker_does_not_approve(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = company.publish(Line())
    monkeypatch.setattr(identity.os, "getuid", lambda: MAKER["uid"])
    with pytest.raises(NightError, match=r"user 999999 .* made this release"):
        approval.approve(company.settings, manifest["release_id"], None, NOW)
    assert journal.read(company.home) == []


def test_f60_a_release_without_a_maker_is_not_approved(company: Company) -> None:
    manifest = company.publish(Line())
    path = release.folder(company.home) / manifest["release_id"] / release.MANIFEST
    told = durable.read_json(path)
    del told["made_by"]
    durable.write_bytes(path, durable.canonical_json(told))
    with pytest.raises(NightError, match="does not say who made it"):
        approval.approve(company.settings, manifest["release_id"], None, NOW)


def test_f60_an_approval_expires(company: Company) -> None:
    manifest = company.publish(Line())
    approval.approve(company.settings, manifest["release_id"], None, NOW)
    assert standing(company, manifest, later(6))
    with pytest.raises(NightError, match="expired"):
        standing(company, manifest, later(7))
    approval.approve(company.settings, manifest["release_id"], None, later(7))
    assert standing(company, manifest, later(8))["sequence"] == 2


def test_f60_an_approval_holds_for_these_bytes_only(company: Company) -> None:
    manifest = company.publish(Line())
    approval.approve(company.settings, manifest["release_id"], None, NOW)
    with pytest.raises(NightError, match="given for other bytes"):
        standing(company, {**manifest, "manifest_hash": "0" * 64})
    pay = release.folder(company.home) / manifest["release_id"] / release.FILES["finance"]
    content = bytearray(pay.read_bytes())
    content[len(content) // 2] ^= 1
    pay.write_bytes(bytes(content))
    with pytest.raises(NightError, match="SHA-256 differs"):
        approval.approve(company.settings, manifest["release_id"], None, NOW)


def test_f60_a_release_nobody_published_is_not_approved(company: Company) -> None:
    with pytest.raises(NightError, match="there is no release 2026-02-06-none"):
        approval.approve(company.settings, "2026-02-06-none", None, NOW)


def test_f60_a_signature_is_its_keys_owner(company: Company, tmp_path: Path) -> None:
    """A machine where one account does everything: somebody else's key approves all the same."""
    ada, eve = (ledger_home.make_key(tmp_path, name) for name in ("ada", "eve"))
    allowed = ledger_home.allow(tmp_path, ada=ada)
    company.approval = Approval(allowed_signers=allowed)
    manifest = company.publish(Line())
    told = approval.statement(manifest)
    record = approval.approve(
        company.settings, manifest["release_id"], ledger_home.sign(ada, told), NOW
    )
    assert record["approved_by"]["name"] == "ada@example.com"
    assert record["approved_by"]["key"].startswith("SHA256:")

    for signature, why in (
        (ledger_home.sign(eve, told), "not among those"),
        (ledger_home.sign(ada, told + b" "), "not of this release's statement"),
        (ledger_home.sign(ada, told, namespace="git"), "not of this release's statement"),
        ("nonsense", "not among those"),
    ):
        with pytest.raises(NightError, match=why):
            approval.approve(company.settings, manifest["release_id"], signature, NOW)

    # a key that no longer counts takes its approvals along
    ledger_home.allow(tmp_path, eve=eve)
    with pytest.raises(NightError, match="not among those"):
        standing(company, manifest)


def test_f60_an_old_signature_is_no_new_yes(company: Company, tmp_path: Path) -> None:
    ada = ledger_home.make_key(tmp_path, "ada")
    company.approval = Approval(allowed_signers=ledger_home.allow(tmp_path, ada=ada))
    manifest = company.publish(Line())
    signature = ledger_home.sign(ada, approval.statement(manifest))
    approval.approve(company.settings, manifest["release_id"], signature, NOW)
    with pytest.raises(NightError, match="given before"):
        approval.approve(company.settings, manifest["release_id"], signature, later(9))


@pytest.mark.parametrize("principals", [{}, {"nightly": "ada@example.com"}])
def test_f60_the_makers_own_key_does_not_approve(
    company: Company, tmp_path: Path, principals: dict[str, str]
) -> None:
    """By the account's name, or by what settings say is that account's key."""
    name = "ada" if principals else "nightly"
    key = ledger_home.make_key(tmp_path, name)
    company.approval = Approval(
        allowed_signers=ledger_home.allow(tmp_path, **{name: key}), principals=principals
    )
    manifest = company.publish(Line())
    signature = ledger_home.sign(key, approval.statement(manifest))
    with pytest.raises(NightError, match="its maker never approves it"):
        approval.approve(company.settings, manifest["release_id"], signature, NOW)


def test_a_signature_needs_settings_that_say_whose_keys_count(company: Company) -> None:
    manifest = company.publish(Line())
    with pytest.raises(NightError, match=r"approval\.allowed_signers"):
        approval.approve(company.settings, manifest["release_id"], "signature", NOW)
