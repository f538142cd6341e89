"""What the marketing tool shows: programs, campaigns, the people reached, what they did."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.people import People
from orchestration.sample.touches import KINDS, Owners
from orchestration.sample.write import Nights


def deliver_marketing(nights: Nights, people: People, owners: Owners, first_day: int) -> None:
    count = len(owners.program_owner)
    quarter = owners.first_quarter + np.arange(count) // owners.programs_per_quarter
    start = np.asarray([clock.month_start(int(q) * 3) for q in quarter])
    nights.put(
        "programs",
        n=np.arange(count, dtype=np.int64), start=start, quarter=quarter % 4 + 1, year=1970 + quarter // 4,
        email=[people.address[e] for e in owners.program_owner],
        night=np.maximum(start - first_day + 1, 0),
    )
    nights.deliver(
        "marketing", "program",
        """select cast(1001 + n as text) as id, year || '-Q' || quarter || ' Program ' || (n + 1) as name,
            ['Webinar', 'Content', 'Email', 'Paid'][n % 4 + 1] as channel, 'Default' as type, 'on' as status,
            email as owner_email, email as author_email, instant(start * 86400 + 25200) as created_at,
            instant(start * 86400 + 25200) as updated_at, night from programs""",
    )
    nights.deliver(
        "marketing", "campaign",
        """select cast(2001 + 2 * n + part as text) as id, 'Campaign ' || (n + 1) || chr(cast(65 + part as integer)) as name,
            cast(1001 + n as text) as program_id, instant(start * 86400 + 28800) as created_at,
            instant(start * 86400 + 28800) as updated_at, night from programs cross join range(2) as parts(part)""",
        "cast(id as bigint)",
    )
    nights.deliver(
        "marketing", "lead",
        """select cast(500001 + n as text) as id, email, first_name, last_name, 'Company ' || (account + 1) as company,
            instant(created + 90000) as created_at, instant(created + 90000) as updated_at, 0 as night from contact_names""",
    )
    kinds = [code for code, (table, _) in enumerate(KINDS) if table == "activity"]
    names = "[" + ", ".join(f"'{KINDS[code][1]}'" for code in kinds) + "]"
    nights.deliver(
        "marketing", "activity",
        f"""select cast(900001 + n as text) as id, instant(moment) as activity_date, {names}[kind - {kinds[0] - 1}] as activity_type_id,
            cast(500001 + contact as text) as lead_id,
            cast(2001 + 2 * (greatest(month // 3 - {owners.first_quarter}, 0) * {owners.programs_per_quarter}
                + draw % {owners.programs_per_quarter}) + draw // 64 % 2 as text) as campaign_id, night
        from (
            select *, (year(on_day(day)) - 1970) * 12 + month(on_day(day)) - 1 as month
            from touches where kind in ({", ".join(map(str, kinds))})
        )""",
    )
    nights.forget("programs")
