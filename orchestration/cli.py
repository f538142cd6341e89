"""`winshare ...`: thin, one function a command; what went wrong comes in one sentence."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from orchestration import cli_home, cli_ledger, cli_plan, cli_sources

app = typer.Typer(
    name="winshare",
    help="Fair, measurable and explained shares of every won deal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_state = {"debug": False}
_STOPPED = 130
_UNCHANGED = "nothing was published; the release that was current still is"


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

    current = settings.load()
    chosen = cli_plan.day(run_date, "--run-date") if run_date else run.default_run_date(current)
    with console.progress(chosen):
        outcome = run.night(chosen, started_by=_user())
    if outcome.problems:
        if _state["debug"]:
            print("\n".join(outcome.traces), file=sys.stderr)
        _say("\n".join([*outcome.problems, _UNCHANGED]))
        raise typer.Exit(1)
    console.published(current)


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
    from orchestration.errors import NightError
    from orchestration.sample.sizes import SIZES

    if size.upper() not in SIZES:
        raise NightError(f"--size {size} is no size; sizes are {', '.join(SIZES)}")
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
    audit: Annotated[
        bool, typer.Option("--audit", help="The audit log, and every release it speaks of.")
    ] = False,
) -> None:
    """Compare a release's files with its manifest, byte for byte."""
    from orchestration import console, console_ledger, ledger_verify, settings

    if audit:
        console_ledger.verified(ledger_verify.audit(settings.load().home))
        return
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


cli_home.add_to(app)
cli_ledger.add_to(app)
cli_sources.add_to(app)
cli_plan.add_to(app)


def _user() -> str:
    """Who started the night, for the lock and Dagster's page."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # a container may run under a number that no account has
        return f"user {os.getuid()}"


def main() -> None:
    """Entry point: every known error in one clear message; 1 for it, 2 for a wrong command."""
    from orchestration.errors import NightError, in_words

    code = 0
    try:
        # a number comes back from --help, typer.Exit and a Ctrl-C; nothing from a command's end
        code = app(prog_name="winshare", standalone_mode=False) or 0
    except NightError as error:
        _fail(error, str(error))
    except OSError as error:
        said = error.strerror or str(error) or type(error).__name__
        _fail(error, f"{error.filename}: {said}" if error.filename else said)
    except typer.Abort:
        code = _STOPPED
    except Exception as error:  # the last resort of a command line: say it, do not dump it
        if hasattr(error, "format_message"):
            _refuse(error)
        _fail(error, in_words(type(error).__name__, str(error)))
    if code == _STOPPED:
        _say("stopped; what is published is whole and unchanged")
    sys.exit(code)


def _refuse(error: Exception) -> NoReturn:
    """A command that was typed wrong; help that was printed for want of one says nothing more."""
    text = error.format_message()  # type: ignore[attr-defined]
    if text:
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "winshare"
        _say(f"{text.rstrip('.')}; see `{command} --help`")
    sys.exit(2)


def _fail(error: Exception, text: str) -> NoReturn:
    if _state["debug"]:
        raise error
    _say(text)
    sys.exit(1)


def _say(text: str) -> None:
    for line in text.splitlines():
        print(f"winshare: {line}", file=sys.stderr)
