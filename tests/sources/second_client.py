"""Runs in a process of its own, from the folder of the emulators: what a public client of
Salesforce that is not ours reads.

    python second_client.py ADDRESS TOKEN VERSION

Queries come as a JSON list on stdin; prints, for each, the rows by REST and by Bulk 2.0.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from typing import Any


async def read(url: str, token: str, version: str, queries: list[str]) -> list[dict[str, Any]]:
    from aio_sf import SalesforceClient, StaticTokenAuth

    found = []
    async with SalesforceClient(StaticTokenAuth(url, token), version=version) as client:
        for soql in queries:
            by_rest = await (await client.query.soql(soql, include_deleted=True)).collect_all()
            job = await client.bulk_v2.create_job(soql, all_rows=True)
            await client.bulk_v2.wait_for_job_completion(job["id"], poll_interval=0)
            by_bulk: list[dict[str, str]] = []
            locator = None
            while by_rest:
                text, locator = await client.bulk_v2.get_job_results(
                    job["id"], locator, max_records=3
                )
                by_bulk += csv.DictReader(io.StringIO(text), strict=True)
                if locator is None:
                    break
            found.append({"rest": by_rest, "bulk": by_bulk})
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(read(*sys.argv[1:], json.load(sys.stdin)))))
