"""What the marketing tool shows: programs, campaigns, the people reached, what they did."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.activities import Records
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Ints
from orchestration.sample.identities import Identities
from orchestration.sample.people import People
from orchestration.sample.touches import ACTIVITIES, KINDS, Owners
from orchestration.sample.write import Nights, sql_list

_TYPES = sql_list(tuple(KINDS[code][1] for code in ACTIVITIES))


def campaign_of(deals: Deals, owners: Owners) -> Ints:
    """Campaign number of deals that came from the web or a webinar; -1 for the others."""
    program = owners.program(deals.created, deals.number * 31 % 1_009)
    return np.where(deals.source <= 1, program * 2 + deals.number % 2, -1)


def deliver_marketing(
    nights: Nights,
    people: People,
    identities: Identities,
    owners: Owners,
    records: Records,
    deals: Deals,
) -> None:
    """Write every marketing table. Needs contact_names, which deliver_accounts leaves."""
    count = len(owners.program_owner)
    number = np.arange(count, dtype=np.int64)
    quarter = owners.first_quarter + number // owners.programs_per_quarter
    start = np.asarray([clock.month_start(int(q) * 3) for q in quarter], dtype=np.int64)
    named = identities.second | identities.former
    owner = [int(employee) for employee in owners.program_owner]
    nights.put(
        "programs", n=number, start=start, quarter=quarter % 4 + 1, year=1970 + quarter // 4,
        author=[people.address[e] for e in owner],
        # every third program of people with a second address is kept under it
        email=[
            named.get(e, people.address[e]) if at % 3 == 0 else people.address[e]
            for at, e in enumerate(owner)
        ],
        night=np.maximum(start - nights.first_day + 1, 0),
    )  # fmt: skip
    nights.deliver(
        "marketing", "program",
        """select cast(1001 + n as text) as id,
            year || '-Q' || quarter || ' Program ' || (n + 1) as name,
            ['Webinar', 'Content', 'Email', 'Paid'][n % 4 + 1] as channel, 'Default' as type,
            'on' as status, email as owner_email, author as author_email,
            instant(start * 86400 + 25200) as created_at,
            instant(start * 86400 + 25200) as updated_at, night from programs""",
    )  # fmt: skip
    nights.deliver(
        "marketing", "campaign",
        """select cast(2001 + 2 * n + part as text) as id,
            'Campaign ' || (n + 1) || chr(cast(65 + part as integer)) as name,
            cast(1001 + n as text) as program_id, instant(start * 86400 + 28800) as created_at,
            instant(start * 86400 + 28800) as updated_at, night
        from programs cross join range(2) as parts(part)""",
        "cast(id as bigint)",
    )  # fmt: skip
    nights.deliver(
        "marketing", "lead",
        """select cast(500001 + n as text) as id, email, first_name, last_name,
            'Company ' || (account + 1) as company, instant(created + 300) as created_at,
            instant(created + 300) as updated_at, night from contact_names""",
    )  # fmt: skip
    touches = records.touches
    rows = np.nonzero(np.isin(touches.kind, ACTIVITIES))[0]
    # some rows are delivered twice: in the same night, or again in the next
    again = rows[touches.draw[rows] % 400 == 7]
    delivered = np.concatenate([rows, again])
    later = np.concatenate([np.zeros(len(rows), dtype=np.int64), touches.draw[again] % 2])
    order = np.argsort(delivered, kind="stable")
    delivered, later = delivered[order], later[order]
    draw, at = touches.draw[delivered], touches.at[delivered]
    program = owners.program(clock.local_day(at), draw)
    nights.put(
        "marketing_activities", n=records.number[delivered], moment=at,
        kind=touches.kind[delivered] - ACTIVITIES[0],
        contact=deals.contact[touches.deal[delivered]], campaign=program * 2 + draw // 64 % 2,
        night=nights.night(records.recorded_at[delivered]) + later,
    )  # fmt: skip
    nights.deliver(
        "marketing", "activity",
        f"""select cast(900001 + n as text) as id, instant(moment) as activity_date,
            {_TYPES}[kind + 1] as activity_type_id, cast(500001 + contact as text) as lead_id,
            cast(2001 + campaign as text) as campaign_id, night from marketing_activities""",
    )  # fmt: skip
    nights.forget("programs", "marketing_activities")
