"""What the CRM shows around a deal: its splits, its team, the lead it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.cohorts import COHORT, World
from orchestration.sample.deals import LEAD_SOURCES, NEW_BUSINESS, Deals
from orchestration.sample.draws import Ints, below, chance, stream
from orchestration.sample.sizes import FUNCTION_CODE
from orchestration.sample.touches import NOT_COUNTED, Touches
from orchestration.sample.write import Nights, last_of_night, sql_list

HUNDRED = 100_000_000  # per cent in millionths
# The team role a function takes on a deal; the others leave no team member.
ROLES = {
    "solutions": "Solutions Engineer", "sales_development": "Sales Development", "legal": "Legal",
    "finance": "Finance", "analytics": "Analyst", "success": "Success Manager",
}  # fmt: skip
LEAD_STATUS = ("Open", "Marketing Qualified", "Sales Accepted", "Converted", "Disqualified")
_CONVERTED = 3


@dataclass
class Splits:
    """`deal` is the deal's number; `share` in millionths of a per cent."""

    number: Ints
    deal: Ints
    person: Ints
    share: Ints
    is_overlay: Ints
    at: Ints


def split_deals(world: World, deals: Deals, cohort: int) -> Splits:
    """Revenue splits on one deal in eight, summing to exactly 100; overlay on one in sixteen."""
    rng = stream(world.seed, "splits", world.size.name, cohort)
    n = len(deals)
    owner = deals.owner_at(np.arange(n), deals.closed_at)
    other = world.roster.pick("sellers", deals.created, rng.random(n))
    third = world.roster.pick("sellers", deals.created, rng.random(n))
    pattern = below(rng, n, 4)
    shared = chance(rng, n, 125) & (other >= 0) & (other != owner) & (owner >= 0)
    three = shared & (pattern == 3) & (third >= 0) & (third != owner) & (third != other)
    first = np.asarray([50_000_000, 70_000_000, 60_000_000, 66_666_667])[pattern]
    first = np.where(three, 33_333_334, first)
    second = np.where(three, 33_333_333, HUNDRED - first)
    helper = world.roster.pick("solutions", deals.created, rng.random(n))
    overlaid = chance(rng, n, 60) & (helper >= 0)
    rows = [
        (np.nonzero(shared)[0], owner, first),
        (np.nonzero(shared)[0], other, second),
        (np.nonzero(three)[0], third, np.full(n, 33_333_333)),
        (np.nonzero(overlaid)[0], helper, np.full(n, 25_000_000)),
    ]
    deal = np.concatenate([row for row, _, _ in rows])
    place = np.repeat(np.arange(4), [len(row) for row, _, _ in rows])
    return Splits(
        number=deals.number[deal] * 4 + place,
        deal=deals.number[deal],
        person=np.concatenate([person[row] for row, person, _ in rows]),
        share=np.concatenate([share[row] for row, _, share in rows]),
        is_overlay=(place == 3).astype(np.int64),
        at=deals.stage_at[deal, 2],
    )


def deliver_splits(nights: Nights, parts: list[Splits]) -> None:
    """Write the splits of all cohorts."""
    columns = (
        np.concatenate(column) for column in zip(*(vars(p).values() for p in parts), strict=True)
    )
    splits = Splits(*columns)
    nights.put(
        "splits", n=splits.number, deal=splits.deal, person=splits.person, share=splits.share,
        overlay=splits.is_overlay, moment=splits.at, night=nights.night(splits.at),
    )  # fmt: skip
    nights.deliver(
        "crm", "opportunity_split",
        """select id18('0Sp', n) as id, id18('006', deal) as opportunity_id,
            id18('005', person) as split_owner_id,
            case overlay when 0 then 'Revenue' else 'Overlay' end as split_type,
            money(share) as split_percentage, false as is_deleted,
            instant(moment) as system_modstamp, night from splits""",
        "id",
    )  # fmt: skip
    nights.forget("splits")


def deliver_team_members(nights: Nights, deals: Deals, touches: Touches, number: Ints) -> None:
    """The first of each supporting function on a deal joins its team, on two deals of three."""
    codes = np.asarray([FUNCTION_CODE[function] for function in ROLES])
    wanted = np.isin(touches.function, codes) & (deals.number[touches.deal] % 3 != 0)
    wanted &= touches.kind != NOT_COUNTED
    rows = np.nonzero(wanted)[0]
    order = np.lexsort((number[rows], touches.at[rows], touches.function[rows], touches.deal[rows]))
    rows = rows[order]
    key = touches.deal[rows] * 16 + touches.function[rows]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    rows = rows[first]
    role = np.zeros(16, dtype=np.int64)
    role[codes] = np.arange(len(codes))
    at = touches.at[rows] + 300
    nights.put(
        "members", n=number[rows], deal=deals.number[touches.deal[rows]],
        person=touches.person[rows], role=role[touches.function[rows]], moment=at,
        night=nights.night(at),
    )  # fmt: skip
    nights.deliver(
        "crm", "opportunity_team_member",
        f"""select id18('00q', n) as id, id18('006', deal) as opportunity_id,
            id18('005', person) as user_id,
            {sql_list(tuple(ROLES.values()))}[role + 1] as team_member_role,
            instant(moment) as created_date, false as is_deleted,
            instant(moment) as system_modstamp, night from members""",
    )  # fmt: skip
    nights.forget("members")


@dataclass
class Leads:
    """`deal`, `account`, `contact` are -1 for a lead that came to nothing."""

    number: Ints
    status: Ints
    owner: Ints
    source: Ints
    created_at: Ints
    modified_at: Ints
    deal: Ints
    account: Ints
    contact: Ints


def draw_leads(world: World, deals: Deals, cohort: int) -> Leads:
    """A converted lead behind two of three new deals, and as many leads again as deals."""
    rng = stream(world.seed, "leads", world.size.name, cohort)
    new = np.nonzero((deals.kind == NEW_BUSINESS) & (below(rng, len(deals), 3) > 0))[0]
    # the lead of a later night's deal is created and converted on that day
    age = 1_500 if cohort else 86_400 * (3 + below(rng, len(new), 40))
    dead = len(deals)
    if cohort:
        dead_at = deals.created_at + below(rng, dead, 2_000)
    else:
        low, high = int(deals.created_at.min()), world.first_day * 86_400 - 90_000
        dead_at = np.sort(low + np.floor(rng.random(dead) * (high - low)).astype(np.int64))
    nobody = np.full(dead, -1, dtype=np.int64)
    created = np.concatenate([deals.created_at[new] - age, dead_at])
    status = np.asarray([0, 1, 2, 4, 4])[below(rng, dead, 5)]
    owner = world.roster.pick(
        "sales_development", clock.local_day(created), rng.random(len(created))
    )
    # where sales development did not help, the deal's own seller took the lead up
    alone = ~deals.helps[new, FUNCTION_CODE["sales_development"]]
    owner[: len(new)] = np.where(alone, deals.owner[new], owner[: len(new)])
    start = cohort * COHORT + 100_000_000 if cohort else 0
    return Leads(
        number=start + np.arange(len(created), dtype=np.int64),
        status=np.concatenate([np.full(len(new), _CONVERTED), status]),
        owner=np.where(owner < 0, world.roster.always("sales")[0], owner),
        source=below(rng, len(created), len(LEAD_SOURCES)),
        created_at=created,
        modified_at=np.concatenate(
            [deals.created_at[new], dead_at + 3_600 * below(rng, dead, 600)]
        ),
        deal=np.concatenate([deals.number[new], nobody]),
        account=np.concatenate([deals.account[new], nobody]),
        contact=np.concatenate([deals.contact[new], nobody]),
    )


def deliver_leads(nights: Nights, parts: list[Leads]) -> None:
    """Open when it comes in, then what became of it."""
    columns = (
        np.concatenate(column) for column in zip(*(vars(p).values() for p in parts), strict=True)
    )
    leads = Leads(*columns)
    n = len(leads.number)
    row, step = np.repeat(np.arange(n), 2), np.tile(np.asarray([0, 1]), n)
    moment = np.where(
        step == 1, np.maximum(leads.modified_at[row], leads.created_at[row]), leads.created_at[row]
    )
    night = nights.night(moment)
    shown = last_of_night(row, night)
    row, step, moment, night = row[shown], step[shown], moment[shown], night[shown]
    is_known = (step == 1) & (leads.status[row] == _CONVERTED)
    nights.put(
        "leads", n=leads.number[row], status=np.where(step == 1, leads.status[row], 0),
        owner=leads.owner[row], created=leads.created_at[row], moment=moment,
        source=leads.source[row], converted=is_known, deal=leads.deal[row],
        account=leads.account[row], contact=leads.contact[row], night=night,
    )  # fmt: skip
    _deliver_lead_history(nights, leads)
    nights.deliver(
        "crm", "lead",
        f"""select id18('00Q', leads.n) as id,
            coalesce(contact_names.email, 'lead' || leads.n || '@prospect.example') as email,
            case when deal >= 0 then 'Company ' || (leads.account + 1)
                else 'Prospect ' || (leads.n + 1) end as company,
            {sql_list(LEAD_STATUS)}[status + 1] as status,
            {sql_list(LEAD_SOURCES)}[source + 1] as lead_source,
            id18('005', leads.owner) as owner_id, null as master_record_id,
            converted as is_converted,
            case when converted then instant(moment) end as converted_date,
            case when converted then id18('001', leads.account) end as converted_account_id,
            case when converted then id18('003', leads.contact) end as converted_contact_id,
            case when converted then id18('006', deal) end as converted_opportunity_id,
            instant(leads.created) as created_date, false as is_deleted,
            instant(moment) as system_modstamp, leads.night
        from leads left join contact_names on contact_names.n = leads.contact""",
        "id",
    )  # fmt: skip
    nights.forget("leads")


# What a lead passed through on the way to its last status; codes of LEAD_STATUS.
_WAYS = ((0,), (0, 1), (0, 1, 2), (0, 1, 2, _CONVERTED), (0, 4))


def _deliver_lead_history(nights: Nights, leads: Leads) -> None:
    """Every status with the time of its entry, evenly between the first and the last."""
    parts = []
    for last, way in enumerate(_WAYS):
        rows = np.nonzero(leads.status == last)[0]
        span = np.maximum(leads.modified_at[rows] - leads.created_at[rows], len(way))
        for place, status in enumerate(way):
            at = leads.created_at[rows] + span * place // max(len(way) - 1, 1)
            parts.append((leads.number[rows], at, np.full(len(rows), status), leads.owner[rows]))
    number, at, status, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at, number))
    nights.put(
        "lead_steps", n=number[order], moment=at[order], status=status[order],
        owner=owner[order], night=nights.night(at[order]),
    )  # fmt: skip
    nights.deliver(
        "crm", "lead_history",
        f"""select id18('00Q', n) as id, instant(moment) as _fivetran_start,
            {sql_list(LEAD_STATUS)}[status + 1] as status, id18('005', owner) as owner_id,
            false as is_deleted, night from lead_steps""",
    )  # fmt: skip
    nights.forget("lead_steps")
