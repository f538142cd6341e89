"""`winshare connect, backfill`: what a person asks of a company's own sources."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli_plan import day


def add_to(app: typer.Typer) -> None:
    app.command()(connect)
    app.command()(backfill)


def connect(
    domain: Annotated[str, typer.Argument(help="A domain, such as crm.")],
    days: Annotated[
        int, typer.Option(min=1, help="Of an API, read what changed in so many days.")
    ] = 7,
    landed: Annotated[
        str | None,
        typer.Option(help="Of an API, read the pages that landed that night, YYYY-MM-DD."),
    ] = None,
) -> None:
    """Show what the source of a domain offers: tables, rows, names, and what will be empty."""
    from orchestration import connect as connecting
    from orchestration import console_sources, console_text, settings
    from orchestration.errors import NightError

    current = settings.load()
    if domain not in settings.domain_names():
        known = ", ".join(settings.domain_names())
        raise NightError(f"no such domain: {domain}; known are {known}")
    source = current.source(domain)
    night = day(landed, "--landed") if landed else None
    if night and source.way != "api":
        raise NightError(f"{domain} is not read over an API; no pages of it have landed")
    with console_text.working(f"Reading {domain}"):
        found = connecting.look(domain, source, days, (current.home, night) if night else None)
    console_sources.connected(domain, source, days, found, night)


def backfill(
    domain: Annotated[str, typer.Argument(help="A domain that is read over an API.")],
    from_date: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    to_date: Annotated[
        str | None, typer.Option("--to", help="Last day, YYYY-MM-DD. Default: up to now.")
    ] = None,
) -> None:
    """Let the next night read once more what changed in a range of days."""
    from orchestration import settings
    from orchestration.errors import NightError
    from orchestration.extract.api import backfill as request

    current = settings.load()
    if domain not in settings.domain_names() or current.source(domain).way != "api":
        raise NightError(f"{domain} is not read over an API; there is nothing to ask for again")
    begin = day(from_date, "--from")
    end = day(to_date, "--to") if to_date else None
    if end and end < begin:
        raise NightError(f"--to {end} is before --from {begin}")
    request.ask_for(current.home, domain, begin, end)
    print(f"the next night reads {domain} from {begin} to {end or 'now'} once more")
