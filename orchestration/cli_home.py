"""`winshare backup, restore, rollback, erase, openings`: keeping WINSHARE_HOME."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    for command in (backup, restore, rollback, erase, openings):
        app.command()(command)


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
) -> None:
    """Copy landing, releases and ledger, with the hash of every file."""
    from orchestration import backup as keeping
    from orchestration import console_ledger, settings

    kept = keeping.backup(settings.load().home, folder, datetime.now(UTC))
    console_ledger.kept(kept, "are kept in")


def restore(folder: Annotated[Path, typer.Argument(help="What `winshare backup` made.")]) -> None:
    """Put a backup into an empty WINSHARE_HOME, every byte compared."""
    from orchestration import backup as keeping
    from orchestration import console_ledger, settings

    home = settings.load().home
    console_ledger.kept(keeping.restore(folder, home), "came back from")


def rollback(
    release_id: Annotated[str, typer.Argument(help="An earlier release that is current again.")],
    reason: Annotated[str, typer.Option(help="What is wrong with the later one.")],
) -> None:
    """Point readers at an earlier release again; the ledger keeps who did it, and why."""
    from orchestration import console_ledger, settings
    from orchestration import rollback as going_back

    home = settings.load().home
    console_ledger.rolled_back(going_back.rollback(home, release_id, reason, datetime.now(UTC)))


def erase(
    reason: Annotated[str, typer.Option(help="Why, for the record. Name nobody in it.")],
    employee: Annotated[
        str | None, typer.Argument(help="HR's number of an employee. Of others: --email.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="An address of somebody at a customer.")] = None,
) -> None:
    """Erase what names a person, for good; payments and every hash stay as they are."""
    from orchestration import console_ledger, erasure, settings

    home = settings.load().home
    console_ledger.erased(erasure.erase(home, employee, email, reason, datetime.now(UTC)))


def openings() -> None:
    """List who looked up what tokens of persons stand for, when, and why."""
    from orchestration import console_ledger, settings, vault

    console_ledger.openings(vault.openings(settings.load().home))
