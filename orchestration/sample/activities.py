"""What the CRM shows of work on deals: tasks, events, splits, team members, leads."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import Accounts
from orchestration.sample.deals import LEAD_SOURCES, Deals
from orchestration.sample.draws import Flags, Ints, below, chance, stream
from orchestration.sample.people import Roster
from orchestration.sample.sizes import FUNCTION_CODE, Size
from orchestration.sample.touches import KINDS, Touches
from orchestration.sample.write import Nights
from orchestration.sample.crm import sql_list

_TYPES = tuple(kind for _, kind in KINDS)
# The team role a function takes on a deal; the others leave no team member.
ROLES = {"solutions": "Solutions Engineer", "sales_development": "Sales Development", "legal": "Legal",
         "finance": "Finance", "analytics": "Analyst", "success": "Success Manager"}


def put_touches(nights: Nights, touches: Touches, deals: Deals, first_day: int) -> None:
    """All touches as one table for SQL, numbered in their order."""
    nights.put(
        "touches",
        n=np.arange(len(touches), dtype=np.int64), deal=deals.number[touches.deal], account=deals.account[touches.deal],
        contact=deals.contact[touches.deal], owner=deals.owner[touches.deal], function=touches.function,
        person=touches.person, kind=touches.kind, moment=touches.at, draw=touches.draw,
        day=clock.local_day(touches.at), night=np.maximum(clock.local_day(touches.at) - first_day + 1, 0),
    )


def deliver_activities(nights: Nights) -> None:
    tasks = [code for code, (table, _) in enumerate(KINDS) if table == "task"]
    events = [code for code, (table, _) in enumerate(KINDS) if table == "event"]
    nights.deliver(
        "crm", "task",
        f"""select id18('00T', n) as id, id18('005', person) as owner_id,
            case when draw % 32 = 5 then id15('006', deal) else id18('006', deal) end as what_id,
            case when draw % 40 = 7 then id15('003', contact) else id18('003', contact) end as who_id,
            id18('001', account) as account_id, {sql_list(_TYPES)}[kind + 1] as type,
            case when kind < 2 then {sql_list(_TYPES)}[kind + 1] else 'Task' end as task_subtype,
            {sql_list(_TYPES)}[kind + 1] || ' ' || (n + 1) as subject, 'Completed' as status, on_day(day) as activity_date,
            instant(moment + draw % 1800) as completed_date_time, instant(moment) as created_date, false as is_deleted,
            instant(moment + draw % 1800) as system_modstamp, night
        from touches where kind in ({", ".join(map(str, tasks))})""",
    )
    nights.deliver(
        "crm", "event",
        f"""select id18('00U', n) as id, id18('005', person) as owner_id,
            case when draw % 32 = 5 then id15('006', deal) else id18('006', deal) end as what_id,
            id18('003', contact) as who_id, id18('001', account) as account_id, {sql_list(_TYPES)}[kind + 1] as type,
            {sql_list(_TYPES)}[kind + 1] || ' ' || (n + 1) as subject, instant(moment) as start_date_time,
            1 + draw % 7 as who_count, false as is_child, instant(moment - 60 * (draw % 900)) as created_date,
            false as is_deleted, instant(moment) as system_modstamp, night
        from touches where kind in ({", ".join(map(str, events))})""",
    )


def deliver_splits(nights: Nights, size: Size, seed: int, deals: Deals, roster: Roster, first_day: int) -> None:
    """Revenue splits on one deal in eight (they sum to exactly 100), overlay on one in sixteen."""
    rng = stream(seed, "splits", size.name)
    n = len(deals)
    day = deals.created + 1
    owner = np.where(deals.second_owner >= 0, deals.second_owner, deals.owner)
    other = roster.pick("sellers", day, rng.random(n))
    third = roster.pick("sellers", day, rng.random(n))
    pattern = below(rng, n, 4)
    shared = chance(rng, n, 125) & (other >= 0) & (other != owner)
    three = shared & (pattern == 3) & (third >= 0) & (third != owner) & (third != other)
    first = np.asarray([50_000_000, 70_000_000, 60_000_000, 66_666_667])[pattern]
    first = np.where(three, 33_333_334, first)
    rows: list[tuple[Ints, Ints, Ints, int, int]] = []
    solo = np.nonzero(shared)[0]
    rows.append((solo, owner[solo], first[solo], 0, 0))
    rest = np.where(three, 33_333_333, 100_000_000 - first)
    rows.append((solo, other[solo], rest[solo], 0, 1))
    trio = np.nonzero(three)[0]
    rows.append((trio, third[trio], np.full(len(trio), 33_333_333), 0, 2))
    overlay = roster.pick("solutions", day, rng.random(n))
    over = np.nonzero(chance(rng, n, 60) & (overlay >= 0))[0]
    rows.append((over, overlay[over], np.full(len(over), 25_000_000), 1, 3))
    deal = np.concatenate([r[0] for r in rows])
    number = np.concatenate([deals.number[r[0]] * 4 + r[4] for r in rows])
    at = deals.stage_at[deal, 2]
    nights.put(
        "splits", n=number, deal=deals.number[deal], person=np.concatenate([r[1] for r in rows]),
        share=np.concatenate([r[2] for r in rows]),
        kind=np.concatenate([np.full(len(r[0]), r[3], dtype=np.int64) for r in rows]),
        moment=at, night=np.maximum(clock.local_day(at) - first_day + 1, 0),
    )
    nights.deliver(
        "crm", "opportunity_split",
        """select id18('0Sp', n) as id, id18('006', deal) as opportunity_id, id18('005', person) as split_owner_id,
            case kind when 0 then 'Revenue' else 'Overlay' end as split_type, money(share) as split_percentage,
            false as is_deleted, instant(moment) as system_modstamp, night from splits""",
        "id",
    )


def deliver_team_members(nights: Nights, touches: Touches) -> None:
    """The first of each supporting function on a deal is also put on its team, two times in three."""
    roles = ", ".join(f"({FUNCTION_CODE[function]}, '{role}')" for function, role in ROLES.items())
    nights.deliver(
        "crm", "opportunity_team_member",
        f"""select id18('00q', n) as id, id18('006', deal) as opportunity_id, id18('005', person) as user_id,
            role as team_member_role, instant(moment) as created_date, false as is_deleted,
            instant(moment) as system_modstamp, night
        from (
            select touches.*, role, row_number() over (partition by deal, function order by moment, n) as place
            from touches join (values {roles}) as roles(function, role) using (function)
        ) where place = 1 and deal % 3 <> 0""",
        "id",
    )
    del touches


def deliver_leads(nights: Nights, size: Size, seed: int, deals: Deals, accounts: Accounts, roster: Roster, first_day: int) -> None:
    """A converted lead behind two of three new deals, and as many that came to nothing."""
    rng = stream(seed, "leads", size.name)
    converted = np.nonzero((deals.kind == 0) & (below(rng, len(deals), 3) > 0))[0]
    lost = len(deals)
    base = deals.created_at[converted] - 86_400 * (3 + below(rng, len(converted), 40))
    span = int(deals.created_at.max() - deals.created_at.min())
    dead_at = int(deals.created_at.min()) + np.floor(rng.random(lost) * span).astype(np.int64)
    dead_at = np.sort(dead_at)
    created = np.concatenate([base, dead_at])
    status = np.concatenate([np.full(len(converted), 3, dtype=np.int64), np.asarray([0, 1, 2, 4, 4])[below(rng, lost, 5)]])
    owner = roster.pick("sales_development", clock.local_day(created), rng.random(len(created)))
    owner = np.where(owner < 0, int(roster.members["sales"][0]), owner)
    modified = np.concatenate([deals.created_at[converted], dead_at + 86_400 * below(rng, lost, 30)])
    nights.put(
        "leads",
        n=np.arange(len(created), dtype=np.int64), status=status, owner=owner, created=created,
        modified=modified, source=below(rng, len(created), len(LEAD_SOURCES)),
        deal=np.concatenate([deals.number[converted], np.full(lost, -1, dtype=np.int64)]),
        account=np.concatenate([deals.account[converted], np.full(lost, -1, dtype=np.int64)]),
        contact=np.concatenate([deals.contact[converted], np.full(lost, -1, dtype=np.int64)]),
        night=np.maximum(clock.local_day(modified) - first_day + 1, 0),
    )
    nights.deliver(
        "crm", "lead",
        f"""select id18('00Q', leads.n) as id,
            coalesce(contact_names.email, 'lead' || leads.n || '@prospect.example') as email,
            case when deal >= 0 then 'Company ' || (leads.account + 1) else 'Prospect ' || (leads.n + 1) end as company,
            ['Open', 'Marketing Qualified', 'Sales Accepted', 'Converted', 'Disqualified'][status + 1] as status,
            {sql_list(LEAD_SOURCES)}[source + 1] as lead_source, id18('005', owner) as owner_id,
            status = 3 as is_converted, case when status = 3 then instant(modified) end as converted_date,
            case when status = 3 then id18('001', leads.account) end as converted_account_id,
            case when status = 3 then id18('003', leads.contact) end as converted_contact_id,
            case when status = 3 then id18('006', deal) end as converted_opportunity_id,
            instant(leads.created) as created_date, false as is_deleted, instant(modified) as system_modstamp, night
        from leads left join contact_names on contact_names.n = leads.contact""",
        "id",
    )
