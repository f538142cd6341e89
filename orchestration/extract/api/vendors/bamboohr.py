"""BambooHR's API, v1. Reads only: the rights of the key are listed in docs/sources.md.

People and their tables of jobs, pay and status are read whole every night: there are as many as
employees, and a row that was moved to another day or removed says nothing of it. BambooHR keeps one
instant an employee, when anything of theirs last changed: that is the version of all their rows.
"""

from __future__ import annotations

from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from orchestration.errors import SourceError
from orchestration.extract.api.vendor import (
    Connection,
    Outcome,
    Reading,
    Stream,
    Vendor,
    Window,
    secret,
)
from orchestration.settings import ApiSource

_API = "/api/v1"
# the largest page BambooHR gives is 2,500
_PAGE = 1000
# nobody is granted leave further ahead
_YEARS_AHEAD = 5
_SINCE_EVER = "1970-01-01T00:00:00Z"


def _connect(source: ApiSource) -> Connection:
    if source.url is None:
        raise SourceError("hr: url is not set; it is like https://company.bamboohr.com")
    # the key is the name; what stands for a password is not looked at
    return Connection(source.url, HttpBasicAuth(secret(source, "token", "hr"), "x"))


def _employees(reading: Reading, window: Window) -> Outcome:
    counted = 0
    pages = reading.lists.read(
        "employee",
        f"{_API}/employees",
        records="data",
        paginator=JSONResponseCursorPaginator("meta.page.nextCursor", "page[after]"),
        params={"fields": ",".join(reading.fields), "page[limit]": _PAGE},
        must_have=("meta.total", "meta.page"),
    )
    for page in pages:
        counted = page["meta"]["total"]
    return Outcome(counted=counted)


def _changes(reading: Reading, window: Window) -> Outcome:
    reading.lists.ask(
        f"{_API}/employees/changed",
        params={"since": _SINCE_EVER},
        must_have=("employees",),
        land_as="changed",
    )
    return Outcome()


def _time_off(reading: Reading, window: Window) -> Outcome:
    """What is approved, of those kinds only that are leave: the others are nobody's to read."""
    if not reading.source.leave_types:
        return Outcome()
    asked = {
        "start": _SINCE_EVER[:10],
        "end": f"{reading.now.year + _YEARS_AHEAD}-12-31",
        "status": "approved",
        "type": ",".join(reading.source.leave_types),
    }
    reading.lists.land_list("time_off", f"{_API}/time_off/requests", records="$", params=asked)
    return Outcome()


def _table(name: str, table: str) -> Stream:
    def read(reading: Reading, window: Window) -> Outcome:
        reading.lists.land_list(name, f"{_API}/employees/all/tables/{table}", records="$")
        return Outcome()

    return Stream(name, "$", read)


VENDOR = Vendor(
    name="bamboohr",
    domain="hr",
    version="api v1",
    hello=f"{_API}/meta/fields",
    connect=_connect,
    streams=(
        Stream("employee", "data", _employees, key=("employeeId",)),
        Stream("changed", "employees.*", _changes, version=("lastChanged",)),
        _table("job", "jobInfo"),
        _table("pay", "compensation"),
        _table("employment", "employmentStatus"),
        Stream("time_off", "$", _time_off, version=("status.lastChanged",)),
    ),
    # a request that was cancelled is no longer among those approved: a leave without days
    gone={"worker_leave_status": ("leave_start_date", None)},
    is_whole=True,
)
