"""`winshare approve, close, export, restatement, replay, ledger`: the commands that move money."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

ledger = typer.Typer(help="The ledger itself.", no_args_is_help=True)
Period = Annotated[str, typer.Argument(help="A period of the fiscal calendar, such as 2026-01.")]


def add_to(app: typer.Typer) -> None:
    for command in (fit, approve, close, export, restatement, replay):
        app.command()(command)
    app.add_typer(ledger, name="ledger")


def fit(
    shifts: Annotated[int, typer.Option(min=0, help="How many of the biggest shifts.")] = 10,
) -> None:
    """Show the newest frozen values beside those before, and whether they are approved."""
    from orchestration import console_ledger, fit_review, settings

    console_ledger.fit(fit_review.review(settings.load().home, shifts))


def approve(
    release_id: Annotated[str, typer.Argument(help="`winshare releases` lists them.")],
    statement: Annotated[
        bool, typer.Option("--statement", help="Print what a checker signs, and approve nothing.")
    ] = False,
    signature: Annotated[
        Path | None, typer.Option(help="A signature of that statement by `ssh-keygen -Y sign`.")
    ] = None,
) -> None:
    """Say yes to a release that somebody else made: by this account, or by a signature."""
    from orchestration import approval, console_ledger, settings

    current = settings.load()
    if statement:
        console_ledger.statement(approval.statement(approval.find(current.home, release_id)))
        return
    signed = signature.read_text(encoding="utf-8") if signature else None
    console_ledger.approved(approval.approve(current, release_id, signed, _now()))


def close(period: Period) -> None:
    """Post the approved lines of the current release: nothing edits them from then on."""
    from orchestration import console_ledger, ledger, settings

    console_ledger.closed(ledger.close(settings.load(), period, _now()))


def export(
    period: Period,
    names: Annotated[
        Path | None,
        typer.Option(help="Also a CSV with the payees' names, for people; outside the home."),
    ] = None,
) -> None:
    """Write the register of a closed period for payroll: the same each time."""
    from orchestration import console_ledger, ledger_export, settings

    home = settings.load().home
    console_ledger.exported(*ledger_export.export(home, period, _now()))
    if names is not None:
        rows = ledger_export.write_with_names(home, period, names, _now())
        console_ledger.named(names, rows)


def restatement(period: Period) -> None:
    """Show what a closed period would be today, per payee, the difference split by cause."""
    from orchestration import console_ledger, ledger_restatement, settings

    console_ledger.restated(ledger_restatement.restatement(settings.load().home, period))


def replay(period: Period) -> None:
    """Rebuild a closed period from recorded landing, policy and code, and compare the hash."""
    from orchestration import console_ledger, ledger_replay, settings

    console_ledger.replayed(*ledger_replay.replay(settings.load().home, period))


@ledger.command()
def verify() -> None:
    """Check the journal, its chain, every entry and every archived file, byte for byte."""
    from orchestration import console_ledger, ledger_verify, settings

    console_ledger.verified(ledger_verify.verify(settings.load().home))


@ledger.command()
def log() -> None:
    """List who approved, closed, exported and reversed what, and when."""
    from orchestration import console_ledger, journal, settings

    console_ledger.log(journal.read(settings.load().home))


@ledger.command()
def reverse(
    period: Period,
    reason: Annotated[str, typer.Option(help="What was wrong.")],
) -> None:
    """Undo the newest close by mirrored entries, as long as nothing of it was exported."""
    from orchestration import console_ledger, ledger_reversal, settings

    console_ledger.reversed_(ledger_reversal.reverse(settings.load(), period, reason, _now()))


def _now() -> datetime:
    return datetime.now(UTC)
