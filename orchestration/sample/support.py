"""What the support desk shows: agents and requesters, organisations, tickets, ratings."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import Accounts
from orchestration.sample.draws import below, chance, stream
from orchestration.sample.people import People, Roster
from orchestration.sample.sizes import FUNCTION_CODE, Size
from orchestration.sample.touches import KIND_CODE, Touches
from orchestration.sample.write import Nights

AGENT = 100_000  # agents' ids begin here, requesters' at ten million
_SOLVED = KIND_CODE["ticket", "solved"]


def background_tickets(size: Size, seed: int, accounts: Accounts, roster: Roster, first_day: int, start: int) -> dict[str, np.ndarray]:
    """Tickets of customers that no deal waits for: contact, solver and time of solution."""
    rng = stream(seed, "tickets", size.name)
    n = size.opportunities
    day = start + np.sort(below(rng, n, first_day - start - 4))
    day = clock.working_day(day)
    account = below(rng, n, accounts.customers)
    at = np.minimum(clock.at_work(day, below(rng, n, 36_000)), (first_day - 1) * 86_400)
    person = roster.pick("support", day, rng.random(n))
    contact = accounts.contact_offset[account] + below(rng, n, accounts.contact_count[account])
    return {"account": account, "contact": contact, "person": person, "moment": at, "draw": below(rng, n, 1_000_000)}


def deliver_support(nights: Nights, people: People, touches: Touches, background: dict[str, np.ndarray], first_day: int) -> None:
    agents = [e for e in range(len(people)) if any(p.function in ("support", "success") for p in people.positions if p.employee == e)]
    hired = {e: spells[0].hired for e, spells in people.spells_by_employee().items()}
    nights.put(
        "agents", employee=agents, email=[people.address[e] for e in agents],
        name=[f"{people.first[e]} {people.last[e]}" for e in agents], moment=[hired[e] * 86_400 + 18_000 for e in agents],
        night=[max(hired[e] - first_day + 1, 0) for e in agents],
    )
    nights.deliver(
        "support", "user",
        f"""select cast({AGENT} + employee as text) as id, email, name, 'agent' as role, null as organization_id,
            true as active, instant(moment) as updated_at, night from agents
        union all
        select cast(10000000 + n as text), email, first_name || ' ' || last_name, 'end-user', cast(700001 + account as text),
            true, instant(created + 90000), 0 from contact_names""",
        "cast(id as bigint)",
    )
    nights.deliver(
        "support", "organization",
        """select cast(700001 + n as text) as id, 'Company ' || (n + 1) as name, id18('001', n) as external_id,
            instant(created + 90000) as updated_at, 0 as night from accounts""",
    )
    nights.put("background", **background)
    nights.connection.execute(
        f"""create or replace temp view tickets as
        select row_number() over (order by source, n) as ticket, * from (
            select 0 as source, n, account, contact, person, moment as solved, draw from touches where kind = {_SOLVED}
            union all
            select 1, row_number() over (), account, contact, person, moment, draw from background where person >= 0
        )"""
    )
    nights.connection.execute(
        f"""create or replace temp table ticket_times as
        select ticket, account, contact, person, solved, draw, solved - 3600 - draw % 172800 as opened,
            greatest(cast(date_diff('day', on_day({first_day}), cast(instant(solved + 3600) as date)) + 1 as integer), 0) as night
        from tickets"""
    )
    nights.deliver(
        "support", "ticket",
        f"""select cast(300000 + ticket as text) as id, cast({AGENT} + person as text) as assignee_id,
            cast(10000000 + contact as text) as requester_id, cast(700001 + account as text) as organization_id,
            'Ticket ' || ticket as subject, case when draw % 3 = 0 then 'solved' else 'closed' end as status,
            ['low', 'normal', 'high', 'urgent'][draw % 4 + 1] as priority, ['email', 'web', 'chat'][draw % 3 + 1] as via_channel,
            instant(opened) as created_at, instant(solved) as updated_at, night from ticket_times""",
        "cast(id as bigint)",
    )
    nights.deliver(
        "support", "ticket_field_history",
        f"""select cast(300000 + ticket as text) as ticket_id, field_name, instant(updated) as updated, value,
            cast({AGENT} + person as text) as user_id, night
        from (
            select ticket, 1 as step, 'status' as field_name, opened as updated, 'open' as value, person, night from ticket_times
            union all
            select ticket, 2, 'assignee_id', opened + 600, cast({AGENT} + person as text), person, night from ticket_times
            union all
            select ticket, 3, 'status', solved, 'solved', person, night from ticket_times
        )""",
        "cast(ticket_id as bigint), updated, field_name",
    )
    nights.deliver(
        "support", "satisfaction_rating",
        f"""select cast(800000 + ticket as text) as id, cast(300000 + ticket as text) as ticket_id,
            cast({AGENT} + person as text) as assignee_id, cast(10000000 + contact as text) as requester_id,
            case when draw % 5 = 0 then 'offered' when draw % 9 = 1 then 'bad' else 'good' end as score,
            instant(solved + 7200) as created_at, instant(solved + 7200) as updated_at, night
        from ticket_times where draw % 2 = 0""",
        "cast(id as bigint)",
    )
    nights.forget("agents", "background")
