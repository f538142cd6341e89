"""`winshare ...`: thin, one function a command; what went wrong comes in one sentence."""

from __future__ import annotations

import getpass
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

app = typer.Typer(
    name="winshare",
    help="Fair, measurable and explained shares of every won deal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_state = {"debug": False}


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the stack trace of an error.")
    ] = False,
) -> None:
    _state["debug"] = debug


@app.command()
def night(
    run_date: Annotated[
        str | None,
        typer.Option(help="Business date, YYYY-MM-DD. Default: today, or the sample's next."),
    ] = None,
) -> None:
    """Run one whole night: landing, gates, models, release."""
    from orchestration import console, run, settings
    from orchestration.errors import NightError

    chosen = _date(run_date) if run_date else run.default_run_date(settings.load())
    with console.progress(chosen):
        outcome = run.night(chosen, started_by=getpass.getuser())
    if outcome.problems:
        raise NightError("\n".join(outcome.problems))
    console.published(settings.load())


@app.command()
def sample(
    size: Annotated[str, typer.Option(help="XS, S, M or L.")] = "S",
    nights: Annotated[int, typer.Option(min=1, help="How many nightly deliveries to make.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 20260105,
    into: Annotated[
        Path | None, typer.Option(help="Where to. Default: the folder in settings.")
    ] = None,
) -> None:
    """Make the sample company: three years of a software company, from a seed."""
    from orchestration import console, settings
    from orchestration import sample as company

    folder = into or settings.load().sample_path
    with console.working(f"Making the sample company, size {size}") as say:
        summary = company.make(folder, size.upper(), nights=nights, seed=seed, progress=say)
    console.sample_made(folder, summary)


@app.command()
def releases() -> None:
    """List the releases, the current one marked."""
    from orchestration import console, settings

    console.releases(settings.load().home)


@app.command()
def show(
    table: Annotated[
        str, typer.Argument(help="A published table, for instance bonus.fct_payouts.")
    ],
    rows: Annotated[int, typer.Option(min=1, help="How many rows.")] = 20,
    where: Annotated[str | None, typer.Option(help="A condition in SQL.")] = None,
) -> None:
    """Show rows of a table of the current release."""
    from orchestration import console, settings

    console.table(settings.load().home, table, rows, where)


@app.command()
def verify(
    release_id: Annotated[str | None, typer.Argument(help="Default: the current release.")] = None,
) -> None:
    """Compare a release's files with its manifest, byte for byte."""
    from orchestration import console, settings

    console.verified(settings.load().home, release_id)


@app.command()
def doctor() -> None:
    """Say whether a night could run here: versions, settings, sources, disk, time zone."""
    from orchestration import console, doctor, settings

    console.findings(doctor.examine(settings.load()))


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port of the web page.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; loopback unless you know why.")
    ] = "127.0.0.1",
) -> None:
    """Keep Dagster's web server and daemon running, restarting whichever dies."""
    from orchestration import serve, settings

    serve.forever(settings.load().home, host, port)


def _date(text: str) -> date:
    from orchestration.errors import NightError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NightError(f"{text} is no date; write it as YYYY-MM-DD") from None


def main() -> None:
    """Entry point: every known error in one clear message and exit code 1."""
    from orchestration.errors import NightError

    try:
        app(standalone_mode=False)
    except (NightError, ValidationError, OSError) as error:
        _fail(error)
    except typer.Exit as leaving:
        sys.exit(leaving.exit_code)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:  # the last resort of a command line: say it, do not dump it
        if hasattr(error, "format_message"):
            print(f"winshare: {error.format_message()}", file=sys.stderr)
            sys.exit(2)
        _fail(error)


def _fail(error: Exception) -> None:
    if _state["debug"]:
        raise error
    text = str(error) or type(error).__name__
    if isinstance(error, ValidationError):
        lines = [
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)
        ]
        text = "settings are not right: " + "; ".join(lines)
    for line in text.splitlines():
        print(f"winshare: {line}", file=sys.stderr)
    sys.exit(1)
