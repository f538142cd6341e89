"""Rules that every landed record with versions must keep."""

from collections.abc import Iterator

from expectations import rules as must
from expectations.gate import Rule
from expectations.landing.bounds import EARLIEST_DATE, NEWEST_VERSION


def tell_one_story(
    *key: str, version: str | None = None, made: str | None = None
) -> Iterator[Rule]:
    """One record and version has one story, within a landing and between landings.

    `version` is the column that moves on with each change, none where `key` says it all; `made`
    the column of when a record was made.
    """
    columns = key
    if version is not None:
        columns = (*key, version)
        yield must.be_between(version, EARLIEST_DATE, NEWEST_VERSION)
    if made is not None:
        yield must.have_no_rows_where(
            f"{version} < {made} - interval 2 days", because="nothing changes before it is made"
        )
    yield must.have_one_story_per(*columns)
    yield must.keep_its_story_about(*columns)
    # of keys of several columns the first one names whose record it is
    yield must.not_return_under_another(key[0])
