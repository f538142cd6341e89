"""`winshare explain, why-not, plan check, simulate`: what pay is made of, and what if."""

from __future__ import annotations

from typing import Annotated

import typer

Release = Annotated[
    str | None, typer.Option("--release", help="A release. Default: the current one.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    payee: Annotated[str, typer.Argument(help="HR's number of the payee.")],
    period: Annotated[str, typer.Argument(help="Period earned in, or paid in: 2025-Q4, 2026-01.")],
    line: Annotated[str | None, typer.Option(help="One line, with every credit of it.")] = None,
    release: Release = None,
    sql: Annotated[bool, typer.Option(help="Print the SQL that gives the same amounts.")] = True,
) -> None:
    """Follow a payee's pay from the payout to credits, touches, records, and the SQL of it."""
    from orchestration import console_explain, settings
    from orchestration import explain as explaining

    found = explaining.explain(settings.load().home, payee, period, line, release)
    console_explain.explained(found, line is not None, sql)
