"""A night is a function of landing, policy, ledger, code and run date. Nothing else shows."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from tests.night.company import Home, published_data

pytestmark = pytest.mark.night


def shuffle(home: Home) -> None:
    """Turn every delivered file round, and deliver every tenth row twice."""
    for path in sorted((home.path / "sample" / "nights").rglob("*.parquet")):
        aside = path.with_suffix(".aside")
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = true")
            connection.execute(
                f"copy (select * exclude position from (select *, row_number() over () as position "
                f"from '{path}') order by position desc) to '{aside}' (format parquet)"
            )
        path.unlink()
        aside.rename(path)


def test_t07_f13_f47_order_threads_zone_and_locale_change_nothing(
    published: Home, fresh: Home
) -> None:
    shuffle(fresh)
    fresh.night(
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        LANG="C",
        PYTHONHASHSEED="7",
        WINSHARE_THREADS="1",
    )
    assert published_data(fresh) == published_data(published)


def test_a_night_run_again_publishes_nothing_new(published: Home) -> None:
    before = published_data(published)
    inode = published.release.stat().st_ino
    published.night()
    assert published_data(published) == before
    assert published.release.stat().st_ino == inode, "the release that readers see is not rewritten"


@pytest.mark.campaign
def test_the_cache_may_be_deleted_and_damaged(published: Home) -> None:
    before, made = published_data(published), published.release
    for path in (published.path / "cache").rglob("*.parquet"):
        path.unlink()
    partial = published.path / "cache" / "dbt" / "partial_parse.msgpack"
    partial.write_bytes(partial.read_bytes()[:1000])
    (published.path / "cache" / "dbt" / "manifest.json").write_text("{")
    (published.path / "releases" / "current").unlink()
    shutil.rmtree(made)
    published.night()
    assert published_data(published) == before
