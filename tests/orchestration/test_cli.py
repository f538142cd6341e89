"""The command line: quick to answer; each error says what, where and what to do, on stderr."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import cli, contract, run
from orchestration.errors import NightError
from tests.orchestration.conftest import Answer

COMMANDS = ("night", "sample", "releases", "show", "verify", "doctor", "serve")
# seconds of import that nobody who asks for help should wait for
HEAVY = ("dagster", "dbt", "great_expectations", "pandas", "numpy", "pyarrow", "duckdb")
HELP = f"""
import sys
from orchestration.cli import main
try:
    main()
except SystemExit as leaving:
    loaded = sorted(set(sys.modules) & set({HEAVY!r}))
    print("loaded", loaded, file=sys.stderr)
    raise
"""


def test_winshare_is_what_the_package_installs() -> None:
    project = tomllib.loads((contract.PROJECT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"winshare": "orchestration.cli:main"}


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS), []])
def test_help_is_quick(tmp_path: Path, arguments: list[str]) -> None:
    """Fails if help waits for imports that only a night needs."""
    finished = subprocess.run(
        [sys.executable, "-c", HELP, *arguments],
        env={**os.environ, "WINSHARE_HOME": str(tmp_path), "PYTHONPATH": str(contract.PROJECT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.stderr == "loaded []\n"
    assert finished.returncode == (0 if arguments else 2)
    assert "Usage: winshare" in finished.stdout
    assert list(tmp_path.iterdir()) == [], "help writes nothing"


def test_help_lists_every_command(winshare: Callable[..., Answer]) -> None:
    code, out, err = winshare("--help")
    assert (code, err) == (0, "")
    assert all(f" {name} " in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["night", "--run-date", "2026-02-30"], 1, "--run-date 2026-02-30 is no date; write it as"),
        (["night", "--run-date", "5.1.2026"], 1, "is no date; write it as YYYY-MM-DD"),
        (["night"], 1, "there is no sample company in "),
        (["sample", "--size", "XXL"], 1, "--size XXL is no size; sizes are XS, S, M, L"),
        (["sample", "--nights", "0"], 2, "see `winshare sample --help`"),
        (["releases"], 1, "there is no release in "),
        (["show", "bonus.fct_payouts"], 1, "yet; run `winshare night`"),
        (["show"], 2, "Missing argument 'table'; see `winshare show --help`"),
        (["verify"], 1, "yet; run `winshare night`"),
        (["verify", "2026-01-05-abc"], 1, "there is no release 2026-01-05-abc in "),
        (["nigth"], 2, "No such command 'nigth'"),
        (["show", "--tail", "x"], 2, "No such option: --tail"),
    ],
)
def test_an_error_says_what_where_and_what_to_do(
    winshare: Callable[..., Answer], arguments: list[str], code: int, words: str
) -> None:
    left, out, err = winshare(*arguments)
    assert (left, out) == (code, "")
    assert words in err
    assert all(line.startswith("winshare: ") for line in err.splitlines())
    assert "Traceback" not in err


def test_a_settings_file_that_cannot_be_read_is_named(
    winshare: Callable[..., Answer], configure: Callable[[str], Path]
) -> None:
    path = configure("time_zone = Berlin")
    code, out, err = winshare("releases")
    assert (code, out) == (1, "")
    assert err.startswith(f"winshare: {path} cannot be read as TOML: ")


def test_every_wrong_setting_has_its_line(
    winshare: Callable[..., Answer], configure: Callable[[str], Path]
) -> None:
    path = configure('tme_zone = "x"\n[domains.crm]\nway = "file"')
    code, _, err = winshare("doctor")
    assert code == 1
    assert [line.startswith(f"winshare: {path}: ") for line in err.splitlines()] == [True, True]


def test_a_stack_trace_is_shown_only_when_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, winshare: Callable[..., Answer]
) -> None:
    assert "Traceback" not in winshare("releases")[2]
    monkeypatch.setattr(sys, "argv", ["winshare", "--debug", "releases"])
    with pytest.raises(NightError, match="there is no release"):
        cli.main()


def fails(error: BaseException) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "/x/y"), "/x/y: No space left on device"),
        (OSError("half"), "half"),
        (ZeroDivisionError("salary 85000"), "ZeroDivisionError, a fault nobody foresaw"),
    ],
)
def test_an_error_that_nobody_foresaw_is_one_line(
    winshare: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    monkeypatch.setattr("orchestration.console.releases", fails(error))
    code, _, err = winshare("releases")
    assert code == 1
    assert err.startswith(f"winshare: {words}")
    assert "85000" not in err, "an engine's words quote values"
    assert len(err.splitlines()) == 1


def test_a_ctrl_c_is_no_success(
    winshare: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.console.releases", fails(KeyboardInterrupt()))
    code, _, err = winshare("releases")
    assert code == 130
    assert "unchanged" in err


def test_a_failed_night_says_each_problem_and_its_trace_only_when_asked_for(
    winshare: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run.Outcome(None, ["gate a: broken", "gate b: unproven"], ["Traceback of a step"])
    monkeypatch.setattr(run, "night", lambda *_, **__: outcome)
    code, _, err = winshare("night", "--run-date", "2026-01-05")
    assert code == 1
    assert err.splitlines() == [
        "winshare: gate a: broken",
        "winshare: gate b: unproven",
        "winshare: nothing was published; the release that was current still is",
    ]
    code, _, err = winshare("--debug", "night", "--run-date", "2026-01-05")
    assert code == 1
    assert err.startswith("Traceback of a step\nwinshare: gate a: broken\n")


def test_a_user_without_an_account_can_start_a_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", fails(KeyError("uid not found")))
    assert cli._user() == f"user {os.getuid()}"
