"""`winshare explain, why-not, plan check, simulate`: what pay is made of, and what if."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

Release = Annotated[
    str | None, typer.Option("--release", help="A release. Default: the current one.")
]


plan = typer.Typer(help="Plans as code: check a policy folder before a night does.",
                   no_args_is_help=True)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command()(explain)
    app.command()(why_not)
    app.command()(simulate)
    app.add_typer(plan, name="plan")


def why_not(
    employee: Annotated[str, typer.Argument(help="HR's number of the employee.")],
    component: Annotated[str, typer.Argument(help="A plan component, or its type if one has it.")],
    period: Annotated[str, typer.Argument(help="A period of the component's kind: 2025-Q4.")],
    release: Release = None,
) -> None:
    """Say every rule that stands between an employee and a component, and what was rejected."""
    from orchestration import console_why_not, settings
    from orchestration import why_not as asking

    home = settings.load().home
    found = asking.find(home, employee, component, period, release)
    found.employee = _named(home, [found.employee], f"why-not {component} {period}")[0]
    console_why_not.answered(found)


def simulate(
    policy: Annotated[Path, typer.Option(help="The changed policy folder.")],
    out: Annotated[Path, typer.Option(help="Folder for the page and the CSV files: it is pay.")],
    periods: Annotated[
        str, typer.Option(help="Periods, with commas between. Default: all with earnings.")
    ] = "",
) -> None:
    """Show what past periods would have paid under changed policy; no release reads any of it."""
    from orchestration import console_plan, console_text, settings, simulation_pages
    from orchestration import simulate as simulating

    chosen = [key.strip() for key in periods.split(",") if key.strip()]
    with console_text.working("Simulating"):
        home = settings.load().home
        found = simulating.simulate(home, policy, chosen)
        found.payees = _named(home, found.payees, "simulate")
        page = simulation_pages.write(found, out)
    console_plan.simulated(found, simulation_pages.totals(found), page)


# named, so that help lists it under `plan` however few commands that has
@plan.callback()
def _of_plans() -> None:
    pass


@plan.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A policy folder. Default: the one in settings.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            help="Date of the night, YYYY-MM-DD. Default: the current release's, or today."
        ),
    ] = None,
) -> None:
    """Say what is wrong with a policy folder, row by row; nothing is run and nothing is written."""
    from orchestration import console_plan, console_text, plan_check, settings

    current = settings.load()
    chosen = folder or current.policy_dir or contract_policy()
    run_date, employees = plan_check.known(current.home)
    if on is not None:
        run_date = day(on, "--on")
    with console_text.working("Checking"):
        faults = plan_check.check(chosen, plan_check.models(current.home), run_date, employees)
    console_plan.checked(chosen, faults, employees is not None)
    if faults:
        raise typer.Exit(1)


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

    home = settings.load().home
    found = explaining.explain(home, payee, period, line, release)
    found.employee = _named(home, [found.employee], f"explain {payee} {period}")[0]
    console_explain.explained(found, line is not None, sql)


def _named(home: Path, rows: list[dict[str, Any]], purpose: str) -> list[dict[str, Any]]:
    from orchestration import vault

    return vault.revealed(home, rows, purpose, datetime.now(UTC))


def contract_policy() -> Path:
    """The shipped policy: what a company without a folder of its own runs on."""
    from orchestration import contract

    return contract.DBT_PROJECT / "policy"


def day(text: str, option: str) -> date:
    from orchestration.errors import NightError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NightError(f"{option} {text} is no date; write it as YYYY-MM-DD") from None
