"""What must hold after a publication was ended: readers see the old release or the new one, whole;
and publishing again comes to the same data, whatever was left behind (F42, F46)."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration import release
from tests.crashes import small_night
from tests.crashes.forks import Forks


@dataclass(frozen=True)
class Stage:
    """A home whose first day is published and whose second is ready; what both look like."""

    home: Path
    old: dict[str, str]
    new: dict[str, str]
    points: list[str]

    @classmethod
    def make(cls, folder: Path, forks: Forks, writer: str = "publish") -> Stage:
        home = folder / "ready"
        home.mkdir(parents=True)
        small_night.prepare(home, 1)
        assert forks.run(home, 1)["code"] == 0
        small_night.prepare(home, 2)
        old = small_night.seen(home)
        done = shutil.copytree(home, folder / "done", symlinks=True)
        ended = forks.run(done, writer=writer)
        assert ended["code"] == 0, ended["error"]
        new = small_night.data(done)
        shutil.rmtree(done)
        return cls(home, old, new, ended["points"])


@dataclass
class Judged:
    """How trials went: by kind of end, how many; and what did not hold."""

    ends: Counter[str] = field(default_factory=Counter)
    saw: Counter[str] = field(default_factory=Counter)
    mixed: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.ends.total()

    def table(self) -> str:
        ends = ", ".join(f"{count} {how}" for how, count in sorted(self.ends.items()))
        saw = ", ".join(f"{count} the {which}" for which, count in sorted(self.saw.items()))
        return (
            f"{self.count} publications ended ({ends}); readers saw {saw}; "
            f"mixed {len(self.mixed)}, differing when run again {len(self.differing)}"
        )

    def sound(self) -> bool:
        return not self.mixed and not self.differing


def tried(stage: Stage, forks: Forks, folder: Path, judged: Judged, **asked: Any) -> None:
    """One trial from the stage: end a publication, look as a reader, publish again, compare."""
    home = folder / "trial"
    shutil.copytree(stage.home, home, symlinks=True)
    what = " ".join(str(asked[name]) for name in ("how", "stop") if name in asked)
    try:
        ended = forks.run(home, **asked)
        judged.ends["killed" if ended["signal"] else "refused" if ended["code"] else "whole"] += 1
        judged.saw[_state(stage, home)] += 1
        if _state(stage, home) == "mixture":
            judged.mixed.append(what)
            return
        again = forks.run(home)
        left = [path.name for path in release.folder(home).glob(".building-*")]
        if again["code"] or left or small_night.data(home) != stage.new:
            judged.differing.append(f"{what}: {again['error']} {left}")
    finally:
        shutil.rmtree(home)


def _state(stage: Stage, home: Path) -> str:
    try:
        now = small_night.seen(home)
        if now == stage.old:
            return "old"
        is_new = not now["problems"] and small_night.data(home) == stage.new
    except (OSError, ValueError):
        # a manifest cut in two, a pointer to nothing
        return "mixture"
    return "new" if is_new else "mixture"
