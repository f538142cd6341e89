"""What the support desk shows: agents and requesters, organisations, tickets, ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.cohorts import Tickets
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.identities import SHARED_AGENT, SHARED_MAILBOX, Identities
from orchestration.sample.people import People, Roster
from orchestration.sample.touches import TICKET, Touches
from orchestration.sample.write import Nights, last_of_night

AGENT = 100_000  # agents' ids begin here, requesters' at ten million
_DAY = 86_400


@dataclass
class Desk:
    """All tickets: who had it first, who solved it, and when what happened."""

    number: Ints
    account: Ints
    contact: Ints
    first: Ints
    solver: Ints
    draw: Ints
    opened_at: Ints
    reassigned_at: Ints
    solved_at: Ints

    @property
    def is_reassigned(self) -> Flags:
        return self.first != self.solver


def open_desk(
    tickets: Tickets, touches: Touches, number: Ints, deals: Deals, roster: Roster
) -> Desk:
    """One ticket in eight begins with somebody else; one in fifty of a customer's stays with the
    shared mailbox, which nobody is."""
    own = np.nonzero(touches.kind == TICKET)[0]
    deal = touches.deal[own]
    numbers = np.concatenate([number[own], tickets.number])
    solver = np.concatenate([touches.person[own], tickets.person])
    draw = np.concatenate([touches.draw[own], tickets.draw])
    solved = np.concatenate([touches.at[own], tickets.at])
    floor = np.concatenate([deals.floor_at[deal], tickets.floor_at])
    is_customers = np.repeat(np.asarray([False, True]), [len(own), len(tickets)])
    opened = np.maximum(solved - 3_600 - draw % 172_800, floor)
    other = roster.pick("support", clock.local_day(opened), draw / 1_000_000)
    first = np.where((draw % 8 == 1) & (other >= 0), other, solver)
    shared = is_customers & (draw % 50 == 2)
    return Desk(
        number=numbers,
        account=np.concatenate([deals.account[deal], tickets.account]),
        contact=np.concatenate([deals.contact[deal], tickets.contact]),
        first=np.where(shared, SHARED_AGENT, first),
        solver=np.where(shared, SHARED_AGENT, solver),
        draw=draw,
        opened_at=opened,
        reassigned_at=opened + (solved - opened) // 2,
        solved_at=solved,
    )


def deliver_support(nights: Nights, people: People, identities: Identities, desk: Desk) -> None:
    _deliver_agents(nights, people, identities)
    nights.deliver(
        "support", "organization",
        """select cast(700001 + n as text) as id, 'Company ' || (n + 1) as name,
            id18('001', n) as external_id, instant(created + 300) as updated_at, night
        from accounts qualify row_number() over (partition by n order by night) = 1""",
        "cast(id as bigint)",
    )  # fmt: skip
    _deliver_tickets(nights, desk)
    _deliver_ratings(nights, desk)


def _deliver_agents(nights: Nights, people: People, identities: Identities) -> None:
    agents = {p.employee for p in people.positions if p.function in ("support", "success")}
    hired = {e: spells[0].hired for e, spells in people.spells_by_employee().items()}
    rows = [
        (
            AGENT + e, identities.former.get(e, people.address[e]),
            f"{people.first[e]} {people.last[e]}", hired[e] * _DAY + 18_000,
            nights.night_of_day(hired[e]),
        )
        for e in sorted(agents)
    ]  # fmt: skip
    rows.append((AGENT + SHARED_AGENT, SHARED_MAILBOX, "Support", 1_660_000_000, 0))
    types = {
        "id": "int64",
        "email": "string",
        "name": "string",
        "moment": "int64",
        "night": "int64",
    }
    nights.put_rows("agents", types, rows)
    nights.deliver(
        "support", "user",
        """select cast(id as text) as id, email, name, 'agent' as role, null as organization_id,
            true as active, instant(moment) as updated_at, night from agents
        union all
        select cast(10000000 + n as text), email, first_name || ' ' || last_name, 'end-user',
            cast(700001 + account as text), true, instant(created + 300), night
        from contact_names""",
        "cast(id as bigint)",
    )  # fmt: skip
    nights.forget("agents")


def _deliver_tickets(nights: Nights, desk: Desk) -> None:
    n = len(desk.number)
    everyone = np.arange(n)
    again = np.nonzero(desk.is_reassigned)[0]
    closed = desk.solved_at + 4 * _DAY
    # (row, time, status, who has it, what changed)
    steps = [
        (everyone, desk.opened_at, 0, desk.first, 0),
        (everyone, desk.opened_at + 1, 0, desk.first, 1),
        (again, desk.reassigned_at[again], 1, desk.solver[again], 1),
        (everyone, desk.solved_at, 2, desk.solver, 0),
        (everyone, closed, 3, desk.solver, 0),
    ]
    row = np.concatenate([step[0] for step in steps])
    moment = np.concatenate([step[1] for step in steps])
    status = np.concatenate([np.full(len(step[0]), step[2]) for step in steps])
    agent = np.concatenate([step[3] for step in steps])
    field = np.concatenate([np.full(len(step[0]), step[4]) for step in steps])
    order = np.lexsort((status, moment, row))
    row, moment, status, agent, field = (
        column[order] for column in (row, moment, status, agent, field)
    )
    night = nights.night(moment)
    nights.put(
        "ticket_steps", ticket=desk.number[row], account=desk.account[row],
        contact=desk.contact[row], draw=desk.draw[row], opened=desk.opened_at[row],
        moment=moment, status=status, agent=agent, field=field, night=night,
        shown=last_of_night(row, night),
    )  # fmt: skip
    statuses = "['open', 'pending', 'solved', 'closed'][status + 1]"
    nights.deliver(
        "support", "ticket",
        f"""select cast(ticket as text) as id, cast({AGENT} + agent as text) as assignee_id,
            cast(10000000 + contact as text) as requester_id,
            cast(700001 + account as text) as organization_id, 'Ticket ' || ticket as subject,
            {statuses} as status, ['low', 'normal', 'high', 'urgent'][draw % 4 + 1] as priority,
            ['email', 'web', 'chat'][draw % 3 + 1] as via_channel, instant(opened) as created_at,
            instant(moment) as updated_at, night from ticket_steps where shown""",
    )  # fmt: skip
    nights.deliver(
        "support", "ticket_field_history",
        f"""select cast(ticket as text) as ticket_id,
            case field when 0 then 'status' else 'assignee_id' end as field_name,
            instant(moment) as updated,
            case field when 0 then {statuses} else cast({AGENT} + agent as text) end as value,
            cast({AGENT} + agent as text) as user_id, night from ticket_steps""",
    )  # fmt: skip
    nights.forget("ticket_steps")


def _deliver_ratings(nights: Nights, desk: Desk) -> None:
    """Half the tickets are offered a rating; some customers never give it."""
    row = np.nonzero((desk.draw % 2 == 0) & (desk.solver != SHARED_AGENT))[0]
    rated = row[desk.draw[row] % 5 > 0]
    rows = np.concatenate([row, rated])
    is_given = np.repeat(np.asarray([False, True]), [len(row), len(rated)])
    moment = desk.solved_at[rows] + np.where(is_given, 3_600 + desk.draw[rows] % 90_000, 900)
    order = np.lexsort((moment, rows))
    rows, is_given, moment = rows[order], is_given[order], moment[order]
    night = nights.night(moment)
    shown = last_of_night(rows, night)
    nights.put(
        "ratings", ticket=desk.number[rows][shown], agent=desk.solver[rows][shown],
        contact=desk.contact[rows][shown], draw=desk.draw[rows][shown], given=is_given[shown],
        offered=desk.solved_at[rows][shown] + 900, moment=moment[shown], night=night[shown],
    )  # fmt: skip
    nights.deliver(
        "support", "satisfaction_rating",
        f"""select cast(800000000 + ticket as text) as id, cast(ticket as text) as ticket_id,
            cast({AGENT} + agent as text) as assignee_id,
            cast(10000000 + contact as text) as requester_id,
            case when not given then 'offered' when draw % 9 = 1 then 'bad' else 'good' end
                as score,
            instant(offered) as created_at, instant(moment) as updated_at, night from ratings""",
    )  # fmt: skip
    nights.forget("ratings")
