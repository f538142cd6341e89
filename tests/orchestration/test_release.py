"""Release: all or nothing, and only over the parent the night began from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import durable, release
from orchestration.errors import NightError
from tests.orchestration.conftest import Answer


def build(
    home: Path, identifier: str, parent: str | None, content: str = "rows"
) -> tuple[Path, dict]:
    """A small finished release folder beside the others, as release_build leaves it."""
    built = release.folder(home) / f".building-{identifier}"
    durable.write_bytes(built / "bi.duckdb", content.encode())
    durable.write_bytes(built / "finance" / "finance.duckdb", b"pay", mode=0o600)
    files = [
        {
            "path": path.relative_to(built).as_posix(),
            "sha256": durable.sha256_of_file(path),
            "mode": f"{path.stat().st_mode & 0o777:o}",
        }
        for path in sorted(built.rglob("*"))
        if path.is_file()
    ]
    manifest = {
        "release_id": identifier,
        "run_date": identifier[:10],
        "parent_release_id": parent,
        "inputs": {},
        "tables": [{"table": "funnel.fct_opportunities", "rows": 1, "content_hash": content}],
        "files": files,
    }
    durable.write_bytes(built / release.MANIFEST, durable.canonical_json(manifest))
    return built, manifest


def publish(home: Path, identifier: str, parent: str | None, content: str = "rows") -> None:
    release.publish(home, *build(home, identifier, parent, content))


def current_id(home: Path) -> str:
    manifest = release.current(home)
    assert manifest is not None
    return manifest["release_id"]


def test_a_release_is_read_through_the_pointer(tmp_path: Path) -> None:
    assert release.current(tmp_path) is None
    publish(tmp_path, "2026-01-05-a", None)
    publish(tmp_path, "2026-01-06-b", "2026-01-05-a")
    assert current_id(tmp_path) == "2026-01-06-b"
    assert [found["release_id"] for found in release.releases(tmp_path)] == [
        "2026-01-05-a",
        "2026-01-06-b",
    ]
    assert (release.folder(tmp_path) / "current" / "bi.duckdb").read_text() == "rows"


def test_m08_a_night_whose_parent_is_no_longer_current_does_not_publish(tmp_path: Path) -> None:
    publish(tmp_path, "2026-01-05-a", None)
    slow = build(tmp_path, "2026-01-06-slow", "2026-01-05-a")
    publish(tmp_path, "2026-01-06-quick", "2026-01-05-a")
    with pytest.raises(NightError, match="2026-01-06-quick was published while this night ran"):
        release.publish(tmp_path, *slow)
    assert current_id(tmp_path) == "2026-01-06-quick"


def test_m08_the_same_night_twice_is_one_release(tmp_path: Path) -> None:
    publish(tmp_path, "2026-01-05-a", None)
    before = (release.folder(tmp_path) / "current").resolve().stat().st_ino
    publish(tmp_path, "2026-01-05-a", None)
    assert (release.folder(tmp_path) / "current").resolve().stat().st_ino == before
    assert not list(release.folder(tmp_path).glob(".building-*"))


def test_the_same_inputs_with_other_data_are_refused(tmp_path: Path) -> None:
    publish(tmp_path, "2026-01-05-a", None)
    with pytest.raises(NightError, match=r"differs in funnel\.fct_opportunities"):
        publish(tmp_path, "2026-01-05-a", None, content="other rows")
    assert (release.folder(tmp_path) / "current" / "bi.duckdb").read_text() == "rows"


def test_an_earlier_night_run_again_does_not_replace_what_was_seen(tmp_path: Path) -> None:
    """Fails if a release comes from one that comes from it: nobody would find the end of them."""
    publish(tmp_path, "2026-01-05-a", None)
    publish(tmp_path, "2026-01-06-b", "2026-01-05-a")
    publish(tmp_path, "2026-01-07-c", "2026-01-06-b")
    for earlier in ("2026-01-05-a", "2026-01-06-b"):
        with pytest.raises(NightError, match=f"`winshare rollback {earlier}` points readers"):
            publish(tmp_path, earlier, "2026-01-07-c", content="other rows")
        assert (release.folder(tmp_path) / earlier / "bi.duckdb").read_text() == "rows"
    assert current_id(tmp_path) == "2026-01-07-c"


def test_f42_what_a_killed_night_built_is_built_again(tmp_path: Path) -> None:
    """Killed between the rename and the pointer: nobody saw that folder."""
    built, manifest = build(tmp_path, "2026-01-05-a", None, content="half")
    built.rename(release.folder(tmp_path) / manifest["release_id"])
    publish(tmp_path, "2026-01-05-a", None)
    assert (release.folder(tmp_path) / "current" / "bi.duckdb").read_text() == "rows"


def test_s07_every_flipped_bit_is_found(tmp_path: Path) -> None:
    built, _ = build(tmp_path, "2026-01-05-a", None)
    path = built / "bi.duckdb"
    sound = path.read_bytes()
    assert release.verify(built) == []
    for bit in range(len(sound) * 8):
        content = bytearray(sound)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(content))
        assert release.verify(built) == ["bi.duckdb is not what was released (its SHA-256 differs)"]
    path.write_bytes(sound)
    assert release.verify(built) == []


def test_a_file_too_many_too_few_or_too_open_is_found(tmp_path: Path) -> None:
    built, _ = build(tmp_path, "2026-01-05-a", None)
    (built / "stray.csv").write_text("x")
    (built / "bi.duckdb").unlink()
    (built / "finance" / "finance.duckdb").chmod(0o644)
    assert release.verify(built) == [
        "bi.duckdb is gone",
        "stray.csv is not in the manifest",
        "finance/finance.duckdb has mode 644, not 600",
    ]


def test_ids_are_listed_whole_in_a_pipe(
    winshare: Callable[..., Answer], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    publish(home, "2026-01-05-0123456789ab", None)
    publish(home, "2026-01-06-ba9876543210", "2026-01-05-0123456789ab")
    _, said, _ = winshare("releases")
    assert said.count("2026-01-05-0123456789ab") == 2
    assert "*  2026-01-06-ba9876543210" in said
