"""Runs in a process of its own, from the folder of the emulators: HubSpot's emulator, and what
HubSpot's own client reads from it.

    python emulated.py serve CORPUS         prints the address and a token, serves until stdin ends
    python emulated.py read ADDRESS TOKEN   prints every deal as the official client gets it
    python emulated.py owners ADDRESS TOKEN prints who owns each deal: the owner's, the user's id
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def serve(corpus: str) -> None:
    import backlot

    records = [json.loads(line) for line in Path(corpus).read_text("utf-8").splitlines()]
    with backlot.serve(records, telemetry=False) as running:
        told = {"url": f"{running.base_url}/hubspot", "token": running.token}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def read(url: str, token: str) -> None:
    import hubspot

    client = hubspot.Client.create(access_token=token, host=url)
    deals = {}
    for archived in (False, True):
        for deal in client.crm.deals.get_all(archived=archived, properties=["amount"]):
            deals[deal.id] = [deal.properties.get("amount"), archived]
    print(json.dumps(deals))


def owners(url: str, token: str) -> None:
    import hubspot

    client = hubspot.Client.create(access_token=token, host=url)
    people = {
        owner.id: [owner.id, str(owner.user_id), owner.email]
        for archived in (False, True)
        for owner in client.crm.owners.get_all(archived=archived)
    }
    told = {
        deal.id: people.get(deal.properties.get("hubspot_owner_id"))
        for deal in client.crm.deals.get_all(properties=["hubspot_owner_id"])
    }
    print(json.dumps(told))


if __name__ == "__main__":
    {"serve": serve, "read": read, "owners": owners}[sys.argv[1]](*sys.argv[2:])
