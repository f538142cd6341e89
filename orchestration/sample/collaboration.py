"""What colleagues do for each other: answers, introductions, articles, meetings, mentoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock, names
from orchestration.sample.accounts import MOST_CONTACTS
from orchestration.sample.activities import Records
from orchestration.sample.cohorts import COHORT, World
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints, below, stream
from orchestration.sample.identities import SHARED_MAILBOX, STRANGER, Identities
from orchestration.sample.people import HISTORY_START, People
from orchestration.sample.touches import ANSWER, INSIGHT, INTRODUCTION
from orchestration.sample.write import Nights, sql_list

_TOPICS = f"{sql_list(names.TOPICS)}[draw % {len(names.TOPICS)} + 1]"


@dataclass
class Helps:
    """Somebody helps somebody, with no deal in mind: `giver`, `taker` are employees."""

    number: Ints
    giver: Ints
    taker: Ints
    at: Ints
    draw: Ints

    @staticmethod
    def all_of(parts: list[Helps]) -> Helps:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return Helps(*(np.concatenate(column) for column in columns))


def draw_helps(world: World, topic: str, base: int, cohort: int) -> Helps:
    """`base` of them over the base history, then in proportion on each working day. Givers and
    takers are of any function; mentors and mentees of the same."""
    rng = stream(world.seed, topic, world.size.name, cohort)
    today = world.first_day + cohort - 1
    if cohort == 0:
        n = base
        day = np.sort(HISTORY_START + below(rng, n, world.first_day - HISTORY_START - 3))
    else:
        n = max(1, base // 784) if (today + 3) % 7 < 5 else 0
        day = np.full(n, today, dtype=np.int64)
    day = clock.working_day(day)
    groups = world.roster.functions
    picks = [
        (world.roster.pick(g, day, rng.random(n)), world.roster.pick(g, day, rng.random(n)))
        for g in groups
    ]
    one = below(rng, n, len(groups))
    other = one if topic == "mentoring" else below(rng, n, len(groups))
    giver = np.choose(one, [pick[0] for pick in picks])
    taker = np.choose(other, [pick[1] for pick in picks])
    helps = Helps(
        number=cohort * COHORT + np.arange(n, dtype=np.int64) + (100_000_000 if cohort else 0),
        giver=giver, taker=taker, at=clock.at_work(day, below(rng, n, 34_000)),
        draw=below(rng, n, 1_000_000),
    )  # fmt: skip
    kept = (giver >= 0) & (taker >= 0) & (giver != taker)
    return Helps(*(column[kept] for column in vars(helps).values()))


def deliver_collaboration(
    nights: Nights, people: People, identities: Identities, records: Records, deals: Deals,
    answers: Helps, mentoring: Helps, praise: Helps, customers: int,
) -> None:  # fmt: skip
    """Write answers and introductions on deals, which are touches, and other help beside them."""
    _put_addresses(nights, people, identities)
    touches = records.touches
    kinds = {"deal_answers": ANSWER, "introductions": INTRODUCTION, "insights": INSIGHT}
    for table, kind in kinds.items():
        rows = np.nonzero(touches.kind == kind)[0]
        deal = touches.deal[rows]
        nights.put(
            table, n=records.number[rows], giver=touches.person[rows],
            taker=deals.owner_at(deal, touches.at[rows]), deal=deals.number[deal],
            contact=np.where(
                refers(touches.draw[rows]), touches.draw[rows] % customers * MOST_CONTACTS,
                deals.contact[deal],
            ),
            moment=touches.at[rows], draw=touches.draw[rows],
            night=nights.night(touches.at[rows]),
        )  # fmt: skip
    nights.put(
        "open_answers", n=answers.number, giver=answers.giver, taker=answers.taker,
        moment=answers.at, draw=answers.draw, night=nights.night(answers.at),
    )  # fmt: skip
    nights.deliver(
        "collaboration", "answer",
        f"""with given as (
            select 'd' as source, n, giver, taker, deal, moment, draw, night from deal_answers
            union all
            select 'q', n, giver, taker, null, moment, draw, night from open_answers
        )
        select 'ans-' || source || lpad(cast(n as text), 9, '0') as answer_id,
            'que-' || source || '-' || n as question_id, takes.email as asker_email,
            case when source = 'q' and draw % 97 = 0 then '{STRANGER}'
                when source = 'q' and draw % 89 = 1 then '{SHARED_MAILBOX}'
                else gives.email end as answerer_email,
            {_TOPICS} as topic, case when source = 'd' then id18('006', deal) end as opportunity_id,
            draw % 3 > 0 as is_accepted, instant(moment) as created_at,
            instant(moment) as updated_at, night
        from given
        join addresses as takes on takes.employee = taker and takes.variant = 0
        join addresses as gives on gives.employee = giver and gives.variant = draw % 16""",
        "answer_id",
    )  # fmt: skip
    nights.deliver(
        "collaboration", "introduction",
        """select 'int-' || lpad(cast(n as text), 9, '0') as id, gives.email as introducer_email,
            takes.email as introduced_to_email, id18('003', contact) as contact_id,
            id18('006', deal) as opportunity_id, instant(moment) as created_at,
            instant(moment) as updated_at, night
        from introductions
        join addresses as gives on gives.employee = giver and gives.variant = draw % 16
        join addresses as takes on takes.employee = taker and takes.variant = 0""",
        "id",
    )  # fmt: skip
    _deliver_articles_and_meetings(nights)
    _deliver_insights(nights)
    _deliver_mentoring(nights, mentoring)
    _deliver_recognition(nights, praise)
    nights.forget("insights")
    nights.forget("addresses", "deal_answers", "introductions", "open_answers")


def _deliver_articles_and_meetings(nights: Nights) -> None:
    """Some answers became an article that the asker used; some questions became a meeting of a few,
    and one meeting in eleven is a broadcast, which makes nobody a helper."""
    nights.deliver(
        "collaboration", "article_use",
        f"""select 'use-' || lpad(cast(n as text), 9, '0') as id, 'art-' || giver as article_id,
            gives.email as author_email, takes.email as user_email, {_TOPICS} as topic,
            cast(null as text) as opportunity_id, instant(moment) as used_at,
            instant(moment) as updated_at, night
        from open_answers
        join addresses as gives on gives.employee = giver and gives.variant = 0
        join addresses as takes on takes.employee = taker and takes.variant = 0
        where draw % 4 = 1""",
        "id",
    )  # fmt: skip
    nights.deliver(
        "collaboration", "meeting_attendee",
        f"""with called as (
            select n // 4 as meeting, min_by(taker, n) as organizer, min_by(draw, n) as draw,
                min(moment) as moment, min(night) as night, count(*) as people
            from open_answers group by meeting
        ), came as (
            select called.*, giver, min(open_answers.draw) as own_draw
            from called join open_answers on meeting = open_answers.n // 4
            where giver <> organizer group by all
        )
        select 'mee-' || lpad(cast(meeting as text), 9, '0') as meeting_id,
            takes.email as organizer_email, gives.email as attendee_email,
            own_draw % 9 > 0 as has_attended,
            case when meeting % 11 = 0 then 120 else people + 1 end as attendee_count,
            {_TOPICS} as topic, cast(null as text) as opportunity_id, instant(moment) as held_at,
            instant(moment) as updated_at, night
        from came
        join addresses as gives on gives.employee = giver and gives.variant = 0
        join addresses as takes on takes.employee = organizer and takes.variant = 0
        where meeting % 3 = 0""",
        "meeting_id, attendee_email",
    )  # fmt: skip


def refers(draw: Ints) -> Flags:
    """Introductions to somebody of another customer, who thereby refers the deal."""
    return draw % 16 == 3


def _deliver_insights(nights: Nights) -> None:
    """Each is acted on within minutes and confirmed by whoever did; of some, another was
    delivered that nobody acted on, or that its own author confirmed."""
    nights.deliver(
        "collaboration", "insight",
        f"""with delivered_insights as (
            -- the task of one in 503 was a mistake, so it is no insight either
            select n, 0 as step, giver, taker, deal, moment, draw, night from insights
            where draw % 503 <> 9
            union all
            select n, 1 + draw // 9 % 2, giver, taker, deal, moment, draw, night from insights
            where draw % 9 = 4
        )
        select 'ins-' || lpad(cast(n as text), 9, '0') || ['', '-u', '-o'][step + 1] as id,
            gives.email as author_email, id18('006', deal) as opportunity_id, {_TOPICS} as topic,
            instant(moment + step * 20) as delivered_at,
            case when step <> 1 then takes.email end as acted_on_by_email,
            case when step <> 1 then instant(moment + 60 + draw % 400) end as acted_on_at,
            case step when 0 then takes.email when 2 then gives.email end as confirmed_by_email,
            case when step <> 1 then instant(moment + 500) end as confirmed_at,
            instant(moment + 500) as updated_at, night
        from delivered_insights
        join addresses as takes on takes.employee = taker and takes.variant = 0
        join addresses as gives on gives.employee = giver and gives.variant = 0""",
        "id",
    )  # fmt: skip


def _put_addresses(nights: Nights, people: People, identities: Identities) -> None:
    """Sixteen ways to write each person: mostly the address, sometimes capitals or another."""
    rows = []
    for employee, address in enumerate(people.address):
        ways = [address] * 16
        ways[3] = address.upper()
        ways[7] = identities.second.get(employee, address)
        ways[11] = identities.former.get(employee, address)
        rows += [(employee, variant, way) for variant, way in enumerate(ways)]
    nights.put_rows("addresses", {"employee": "int64", "variant": "int64", "email": "string"}, rows)


def _deliver_mentoring(nights: Nights, mentoring: Helps) -> None:
    """Held, and confirmed by the mentee the next day, mostly."""
    count = len(mentoring.number)
    row, step = np.repeat(np.arange(count), 2), np.tile(np.asarray([0, 1]), count)
    kept = (step == 0) | (mentoring.draw[row] % 4 > 0)
    row, step = row[kept], step[kept]
    moment = mentoring.at[row] + step * 86_400
    night = nights.night(moment)
    last = np.ones(len(row), dtype=bool)
    last[:-1] = (row[1:] != row[:-1]) | (night[1:] != night[:-1])
    row, step, moment, night = row[last], step[last], moment[last], night[last]
    nights.put(
        "mentoring", n=mentoring.number[row], giver=mentoring.giver[row],
        taker=mentoring.taker[row], held=mentoring.at[row], moment=moment, confirmed=step == 1,
        draw=mentoring.draw[row], night=night,
    )  # fmt: skip
    nights.deliver(
        "collaboration", "mentoring_session",
        f"""select 'men-' || lpad(cast(n as text), 9, '0') as id, gives.email as mentor_email,
            takes.email as mentee_email, {_TOPICS} as topic, instant(held) as held_at,
            case when confirmed then instant(moment) end as confirmed_at,
            instant(moment) as updated_at, night
        from mentoring
        join addresses as gives on gives.employee = giver and gives.variant = 0
        join addresses as takes on takes.employee = taker and takes.variant = 0""",
        "id",
    )  # fmt: skip
    nights.forget("mentoring")


def _deliver_recognition(nights: Nights, praise: Helps) -> None:
    """Mostly once; some return it within the hour, few praise themselves, and for every third a
    colleague who has nothing to do with it stands by it a little later."""
    # whoever praised before: one that came after would depend on how many nights are made
    before = np.concatenate([praise.giver[:1], praise.giver[:-1]])
    nights.put(
        "praise", n=praise.number, giver=praise.giver, taker=praise.taker, moment=praise.at,
        other=before, draw=praise.draw, night=nights.night(praise.at),
    )  # fmt: skip
    nights.deliver(
        "collaboration", "recognition",
        """with given as (
            select 'a' as way, n, giver, if(draw % 41 = 5, giver, taker) as taker, other, moment,
                draw, night from praise
            union all
            select 'b', n, taker, giver, other, moment + 1500, draw, night from praise
            where draw % 11 = 3
        )
        select 'rec-' || way || lpad(cast(n as text), 9, '0') as id, gives.email as giver_email,
            takes.email as receiver_email, instant(moment) as given_at,
            case when draw % 3 = 0 then others.email end as approved_by_email,
            case when draw % 3 = 0 then instant(moment + 1800) end as approved_at,
            instant(moment + if(draw % 3 = 0, 1800, 0)) as updated_at, night
        from given
        join addresses as gives on gives.employee = giver and gives.variant = draw % 16
        join addresses as takes on takes.employee = taker and takes.variant = 0
        join addresses as others on others.employee = other and others.variant = 0""",
        "id",
    )  # fmt: skip
    nights.forget("praise")
