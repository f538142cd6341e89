"""Publishing ended at its system calls: at every write, fsync, rename and unlink (F42, F46).

Where strace is not there, `test_publishing.py` ends it at the same places from within.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.crashes import syscalls
from tests.crashes.forks import Forks
from tests.crashes.judged import Judged, Stage, tried

pytestmark = pytest.mark.skipif(not syscalls.is_here(), reason="strace is not here")


@pytest.fixture(scope="module")
def calls(stage: Stage, forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    folder = tmp_path_factory.mktemp("counted")
    home = shutil.copytree(stage.home, folder / "home", symlinks=True)
    return dict(syscalls.counted(home, forks, folder / "calls.txt"))


def _end_at(
    wanted: list[tuple[str, int]], how: str, stage: Stage, forks: Forks, folder: Path
) -> Judged:
    judged = Judged()
    for call, number in wanted:
        command = syscalls.ending(call, number, how)
        tried(stage, forks, folder, judged, strace=command, how=how, stop=f"{call} {number}")
    assert judged.sound(), (judged.mixed, judged.differing)
    return judged


def test_f42_killed_at_each_call_that_moves_a_release_into_place(
    stage: Stage, forks: Forks, calls: dict[str, int], tmp_path: Path
) -> None:
    """The last of each kind: the release's rename, the pointer's, what is synced and removed."""
    last = [(call, count) for call, count in calls.items() if call != "write"]
    judged = _end_at([*last, ("write", calls["write"] // 2)], "kill", stage, forks, tmp_path)
    assert judged.ends["killed"] == judged.count


@pytest.mark.campaign
@pytest.mark.parametrize("call", syscalls.MOVING + syscalls.WRITING)
def test_f42_killed_at_every_system_call_of_publishing(
    call: str, stage: Stage, forks: Forks, calls: dict[str, int], tmp_path: Path
) -> None:
    wanted = [(call, number + 1) for number in range(calls.get(call, 0))]
    judged = _end_at(wanted, "kill", stage, forks, tmp_path)
    print(f"\n{call}: {judged.table()}")
    assert judged.ends["killed"] == judged.count


@pytest.mark.campaign
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", syscalls.FAILING)
def test_f46_refused_at_every_write_and_sync_of_publishing(
    call: str, error: str, stage: Stage, forks: Forks, calls: dict[str, int], tmp_path: Path
) -> None:
    wanted = [(call, number + 1) for number in range(calls.get(call, 0))]
    judged = _end_at(wanted, error, stage, forks, tmp_path)
    print(f"\n{call} {error}: {judged.table()}")
