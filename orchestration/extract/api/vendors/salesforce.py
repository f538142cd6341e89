"""Salesforce, over simple-salesforce. Reads only: a user whose profile may see all and change none.

What the org has is asked first (describe): an object or field that it lacks is skipped, unless the
contract needs it. Deleted and merged records come with queryAll for 15 days; above a number of rows
Bulk 2.0 reads them, whose values are text and whose dates are written otherwise than REST's.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError

from orchestration.errors import SourceError
from orchestration.extract.api.sending import Refused
from orchestration.extract.api.tokens import renewable
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

_VERSION = "62.0"
# A REST page is at most 2,000 rows: above 25 of them a job is the fewer calls of the org's daily
# allowance, and Salesforce's own advice
BULK_ABOVE = 50_000
BULK_PAGE = 50_000
POLL_SECONDS = 5
_ABSENT = 404


def _connect(source: ApiSource) -> Connection:
    if source.url is None:
        raise SourceError("crm: url is not set; it is like https://company.my.salesforce.com")
    auth = renewable(
        f"{source.url}/services/oauth2/token",
        secret(source, "client_id", "crm"),
        secret(source, "client_secret", "crm"),
    )
    return Connection(source.url, auth, auth.renew)


def _client(reading: Reading) -> Salesforce:
    # the session puts the token into each request; what is given here never leaves it
    session = reading.lists.session
    given = {"instance_url": reading.source.url, "session_id": "in the session"}
    return Salesforce(session=session, version=_VERSION, **given)


def _object(
    name: str,
    optional: bool = True,
    of: tuple[str, str] | None = None,
    is_whole: bool = False,
) -> Stream:
    """One object of the org. `of`: it is history of (object, by which field), and comes with every
    record of that which changed."""

    stream = name.lower()

    def read(reading: Reading, window: Window) -> Outcome:
        reading.lists.session.must_have = ()
        client = _client(reading)
        if "sobjects" not in reading.seen:
            reading.seen["sobjects"] = {one["name"] for one in client.describe()["sobjects"]}
        if name not in reading.seen["sobjects"]:
            raise Refused(f"{reading.lists.what_for}: this org has no {name}", _ABSENT)
        described = {field["name"] for field in getattr(client, name).describe()["fields"]}
        wanted = dict.fromkeys(("Id", *reading.fields, "SystemModstamp"))
        fields = [field for field in wanted if field in described]
        where = _where(described, window, of)
        soql = f"SELECT {', '.join(fields)} FROM {name}{where}"
        reading.lists.begin(stream)
        return Outcome(counted=_query(reading, client, name, stream, soql))

    return Stream(
        stream, "records", read, ("Id",), ("SystemModstamp",), is_whole=is_whole, optional=optional
    )


def _where(described: set[str], window: Window, of: tuple[str, str] | None) -> str:
    stamp = "SystemModstamp"
    bounds = []
    if window.since:
        bounds.append(f"{stamp} >= {_instant(window.since)}")
    if window.until:
        bounds.append(f"{stamp} < {_instant(window.until)}")
    if not bounds or (of is None and stamp not in described):
        return ""
    changed = " AND ".join(bounds)
    if of is None:
        return f" WHERE {changed}"
    parent, field = of
    return f" WHERE {field} IN (SELECT Id FROM {parent} WHERE {changed})"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _query(reading: Reading, client: Salesforce, name: str, stream: str, soql: str) -> int:
    """Land all rows of a query; how many there are by Salesforce's own count."""
    session = reading.lists.session
    session.must_have = ("totalSize", "done", "records")
    try:
        page = client.query(soql, include_deleted=True)
        counted = page["totalSize"]
        if counted > BULK_ABOVE:
            session.must_have = ()
            for text in _bulk(client, name, soql):
                reading.lists.land(stream, text)
            return counted
        reading.lists.land(stream, session.body)
        asked = set()
        while not page["done"]:
            following = page.get("nextRecordsUrl")
            if following is None or following in asked:
                raise SourceError(
                    f"{reading.lists.what_for} {stream}: a page is not the last and points to "
                    f"{'none' if following is None else 'one that was read already'}"
                )
            asked.add(following)
            page = client.query_more(following, identifier_is_url=True)
            reading.lists.land(stream, session.body)
    except SalesforceError as error:
        # its own words quote the query and the answer
        raise SourceError(
            f"{reading.lists.what_for} {stream}: cannot be read ({type(error).__name__})"
        ) from None
    return counted


def _bulk(client: Salesforce, name: str, soql: str) -> Iterator[bytes]:
    """The rows of a Bulk 2.0 job, a page of CSV each as a page of records: every value is text, and
    an empty one is nothing."""
    pages = getattr(client.bulk2, name).query_all(soql, max_records=BULK_PAGE, wait=POLL_SECONDS)
    for text in pages:
        rows = csv.DictReader(io.StringIO(text), strict=True)
        records = [{key: value or None for key, value in row.items()} for row in rows]
        yield json.dumps({"records": records}, ensure_ascii=False).encode()


VENDOR = Vendor(
    name="salesforce",
    domain="crm",
    version=f"api v{_VERSION}",
    hello=f"/services/data/v{_VERSION}/limits",
    connect=_connect,
    streams=(
        _object("User", optional=False),
        _object("Account", optional=False),
        _object("Contact"),
        _object("Lead"),
        _object("LeadHistory", of=("Lead", "LeadId")),
        _object("Opportunity", optional=False),
        _object("OpportunityStage", is_whole=True),
        _object("OpportunityHistory", of=("Opportunity", "OpportunityId")),
        _object("OpportunityFieldHistory", of=("Opportunity", "OpportunityId")),
        _object("OpportunitySplitType", is_whole=True),
        _object("OpportunitySplit"),
        _object("OpportunityTeamMember"),
        _object("Task"),
        _object("Event"),
    ),
    joined={"lead_history": "_fivetran_start", "opportunity_history": "_fivetran_start"},
)
