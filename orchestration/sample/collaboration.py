"""What colleagues do for each other: answers, introductions, mentoring."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock, names
from orchestration.sample.crm import sql_list
from orchestration.sample.draws import below, stream
from orchestration.sample.people import HISTORY_START, People, Roster
from orchestration.sample.sizes import Size
from orchestration.sample.touches import KIND_CODE
from orchestration.sample.write import Nights


def deliver_collaboration(nights: Nights, size: Size, seed: int, people: People, roster: Roster, first_day: int) -> None:
    nights.put("addresses", employee=list(range(len(people))), email=people.address)
    rng = stream(seed, "answers", size.name)
    n = size.opportunities // 2 + size.employees
    day = clock.working_day(np.sort(HISTORY_START + below(rng, n, first_day - HISTORY_START - 3)))
    groups = [g for g in roster.members if g not in ("managers", "sellers", "account_executive", "senior_account_executive", "account_manager")]
    everyone = [roster.pick(group, day, rng.random(n)) for group in groups]
    asker = np.choose(below(rng, n, len(groups)), everyone) if len(groups) < 32 else everyone[0]
    answerer = np.choose(below(rng, n, len(groups)), everyone)
    kept = (asker >= 0) & (answerer >= 0) & (asker != answerer)
    at = clock.at_work(day, below(rng, n, 34_000))
    nights.put(
        "open_answers", moment=at[kept], asker=asker[kept], answerer=answerer[kept], draw=below(rng, n, 1_000_000)[kept],
    )
    nights.deliver(
        "collaboration", "answer",
        f"""with given as (
            select 0 as source, n, moment, owner as asker, person as answerer, draw, deal, night from touches
            where kind = {KIND_CODE["answer", "*"]} and person <> owner
            union all
            select 1, row_number() over (), moment, asker, answerer, draw, null, 0 from open_answers
        )
        select case source when 0 then 'ans-d' else 'ans-q' end || lpad(cast(n as text), 9, '0') as answer_id,
            'que-' || source || '-' || n as question_id,
            asks.email as asker_email, case when draw % 16 = 3 then upper(answers.email) else answers.email end as answerer_email,
            {sql_list(names.TOPICS)}[draw % {len(names.TOPICS)} + 1] as topic,
            case when deal is not null then id18('006', deal) end as opportunity_id, draw % 3 > 0 as is_accepted,
            instant(moment) as created_at, instant(moment) as updated_at, night
        from given join addresses as asks on asks.employee = asker join addresses as answers on answers.employee = answerer""",
        "answer_id",
    )
    nights.deliver(
        "collaboration", "introduction",
        f"""select 'int-' || lpad(cast(n as text), 9, '0') as id, gives.email as introducer_email, takes.email as introduced_to_email,
            id18('003', contact) as contact_id, id18('006', deal) as opportunity_id,
            instant(moment) as created_at, instant(moment) as updated_at, night
        from touches join addresses as gives on gives.employee = person join addresses as takes on takes.employee = owner
        where kind = {KIND_CODE["introduction", "*"]} and person <> owner""",
        "id",
    )
    _deliver_mentoring(nights, size, seed, people, roster, first_day)
    nights.forget("addresses", "open_answers")


def _deliver_mentoring(nights: Nights, size: Size, seed: int, people: People, roster: Roster, first_day: int) -> None:
    rng = stream(seed, "mentoring", size.name)
    n = size.employees * 2
    day = clock.working_day(np.sort(HISTORY_START + below(rng, n, first_day - HISTORY_START - 3)))
    mentor = roster.pick("engineering", day, rng.random(n))
    mentee = roster.pick("support", day, rng.random(n))
    kept = (mentor >= 0) & (mentee >= 0)
    nights.put(
        "mentoring", n=np.arange(n, dtype=np.int64)[kept], mentor=mentor[kept], mentee=mentee[kept],
        moment=clock.at_work(day, below(rng, n, 34_000))[kept], draw=below(rng, n, 1000)[kept],
    )
    nights.deliver(
        "collaboration", "mentoring_session",
        f"""select 'men-' || lpad(cast(n as text), 9, '0') as id, gives.email as mentor_email, takes.email as mentee_email,
            {sql_list(names.TOPICS)}[draw % {len(names.TOPICS)} + 1] as topic, instant(moment) as held_at,
            case when draw % 4 > 0 then instant(moment + 86400) end as confirmed_at, instant(moment + 86400) as updated_at, 0 as night
        from mentoring join addresses as gives on gives.employee = mentor join addresses as takes on takes.employee = mentee""",
        "id",
    )
