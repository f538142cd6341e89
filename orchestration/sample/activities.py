"""What the CRM shows of work on deals: tasks and events, late, corrected and deleted ones too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.identities import Identities
from orchestration.sample.salesforce import BOT_USER, CONSULTANT_USER
from orchestration.sample.touches import (
    ACTIVITIES,
    EVENTS,
    KINDS,
    TASKS,
    Touches,
    is_mistaken,
)
from orchestration.sample.write import Nights, last_of_night, sql_list

_DAY = 86_400
_TYPES = sql_list(tuple(kind for _, kind in KINDS))
_BOT, _CONSULTANT, _BROADCAST = 0, 1, 2


@dataclass
class Records:
    """Touches and noise as the systems hold them; what is late, corrected or deleted is decided
    by the record alone, so that the number of nights cannot matter."""

    touches: Touches
    number: Ints
    recorded_at: Ints
    is_late: Flags
    is_corrected: Flags
    is_deleted: Flags


def record(touches: Touches, number: Ints, forced_late: Ints, first_day: int) -> Records:
    """`forced_late`: rows of touches that arrive late however old they are."""
    day = clock.local_day(touches.at)
    recent = (day >= first_day - 14) & (touches.function >= 0)
    logged = np.isin(touches.kind, TASKS + EVENTS + ACTIVITIES)
    is_late = recent & logged & (touches.draw % 97 == 3)
    is_late[forced_late] = True
    recorded_day = np.maximum(day, first_day - 1) + 1 + touches.draw % 6
    recorded_day[forced_late] = first_day + 2
    noon = clock.at_work(recorded_day, 14_000 + touches.draw % 3_600)
    is_task = np.isin(touches.kind, TASKS)
    return Records(
        touches, number,
        np.where(is_late, noon, touches.at + np.where(is_task, touches.draw % 1_800, 0)),
        is_late,
        recent & is_task & ~is_late & (touches.draw % 211 == 5),
        is_mistaken(touches) & (touches.function >= 0),
    )  # fmt: skip


# An approval is asked for up to two days before it is given; all else is noted as it is done.
_WAITS = f"{_TYPES}[kind + 1] in ('Pricing Approval', 'Contract Review') and recorded = moment"


def deliver_activities(
    nights: Nights, records: Records, deals: Deals, identities: Identities, employees: int
) -> None:
    """Tasks and events. A corrected task first named the deal's owner; a mistake is deleted."""
    touches = records.touches
    in_crm = np.nonzero(np.isin(touches.kind, TASKS + EVENTS))[0]
    user = identities.users(touches.person[in_crm], touches.draw[in_crm], employees)
    is_noise = touches.function[in_crm] < 0
    mark = np.where(is_noise, touches.draw[in_crm], -1)
    user = np.where(mark == _BOT, BOT_USER, np.where(mark == _CONSULTANT, CONSULTANT_USER, user))
    again = np.nonzero(records.is_corrected[in_crm])[0]
    gone = np.nonzero(records.is_deleted[in_crm])[0]
    rows = np.concatenate([np.arange(len(in_crm)), again, gone])
    step = np.repeat(np.asarray([0, 1, 2]), [len(in_crm), len(again), len(gone)])
    order = np.lexsort((step, rows))
    rows, step = rows[order], step[order]
    source = in_crm[rows]
    deal = touches.deal[source]
    is_wrong = records.is_corrected[source] & (step == 0)
    modified = records.recorded_at[source] + np.asarray([0, 2, 3])[step] * _DAY
    night = nights.night(modified)
    columns = {
        "n": records.number[source], "deal": deals.number[deal], "account": deals.account[deal],
        "contact": deals.contact[deal],
        "person": np.where(is_wrong, deals.owner[deal], user[rows]),
        "kind": touches.kind[source], "moment": touches.at[source], "modified": modified,
        "recorded": np.where(records.is_late, records.recorded_at, touches.at)[source],
        "draw": touches.draw[source], "day": clock.local_day(touches.at[source]),
        "who": np.where(mark[rows] == _BROADCAST, 40, 1 + touches.draw[source] % 7),
        "deleted": step == 2, "night": night,
    }  # fmt: skip
    shown = last_of_night(rows, night)
    nights.put("activities", **{name: column[shown] for name, column in columns.items()})
    what = "case when draw % 32 = 5 then id15('006', deal) else id18('006', deal) end as what_id"
    nights.deliver(
        "crm", "task",
        f"""select id18('00T', n) as id, id18('005', person) as owner_id, {what},
            case when draw % 40 = 7 then id15('003', contact) else id18('003', contact) end
                as who_id,
            id18('001', account) as account_id, {_TYPES}[kind + 1] as type,
            case when kind < 2 then {_TYPES}[kind + 1] else 'Task' end as task_subtype,
            {_TYPES}[kind + 1] || ' ' || (n + 1) as subject, 'Completed' as status,
            on_day(day) as activity_date, instant(moment) as completed_date_time,
            instant(recorded - if({_WAITS}, draw % 48 * 3600, 0)) as created_date,
            deleted as is_deleted, instant(modified) as system_modstamp, night
        from activities where kind in {TASKS}""",
    )  # fmt: skip
    nights.deliver(
        "crm", "event",
        f"""select id18('00U', n) as id, id18('005', person) as owner_id, {what},
            id18('003', contact) as who_id, id18('001', account) as account_id,
            {_TYPES}[kind + 1] as type, {_TYPES}[kind + 1] || ' ' || (n + 1) as subject,
            instant(moment) as start_date_time, who as who_count, false as is_child,
            instant(recorded) as created_date, deleted as is_deleted,
            instant(modified) as system_modstamp, night
        from activities where kind in {EVENTS}""",
    )  # fmt: skip
    nights.forget("activities")
