"""sample.json: what the sample company holds, and which hard cases are where."""

from __future__ import annotations

import json

import numpy as np

from orchestration.sample.accounts import CURRENCIES
from orchestration.sample.activities import Records
from orchestration.sample.cohorts import Cohort
from orchestration.sample.collaboration import refers
from orchestration.sample.crm import merged_account
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.identities import Identities
from orchestration.sample.people import People
from orchestration.sample.salesforce import id18
from orchestration.sample.sizes import FUNCTION_CODE, Size
from orchestration.sample.support import Desk
from orchestration.sample.touches import (
    ACTIVITIES,
    EVENTS,
    FEATURE_REQUEST,
    INSIGHT,
    INTRODUCTION,
    KINDS,
    TASKS,
)
from orchestration.sample.write import Nights

LISTING = "sample.json"
_EXAMPLES = 20  # ids listed per kind; a large company has more
_PREFIX = {"task": "00T", "event": "00U"}


def write_listing(
    nights: Nights, size: Size, seed: int, structure: str, people: People, identities: Identities,
    base: Cohort, records: Records, desk: Desk,
) -> None:  # fmt: skip
    """Planted cases of the base history and what later nights bring of them."""
    planted = {kind: numbers[:_EXAMPLES] for kind, numbers in people.planted.items()}
    planted |= identities.planted(people)
    planted |= {kind: _deals(base.deals, rows) for kind, rows in base.bent.rows.items()}
    planted |= {
        kind: [_record_id(records, row) for row in rows] for kind, rows in base.moved.items()
    }
    planted |= _found_on_deals(base, people)
    planted |= _found_in_records(records)
    merged = merged_account(base.accounts, base.deals, base.outcome.won, nights.first_day)
    planted["account_merged_in_later_night"] = [
        id18("001", int(number)) for number in base.accounts.number[merged]
    ]
    planted["reassigned_ticket"] = _some(desk.is_reassigned, lambda row: str(desk.number[row]))
    written = {
        "size": size.name,
        "seed": seed,
        "structure": structure,
        "first_run_date": nights.first_run_date.isoformat(),
        "nights": nights.nights,
        "time_zone": "Europe/Berlin",
        "rows": dict(sorted(nights.rows.items())),
        "planted": {kind: planted[kind] for kind in sorted(planted)},
    }
    path = nights.directory / LISTING
    path.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _deals(deals: Deals, rows: list[int] | Ints) -> list[str]:
    return [id18("006", int(deals.number[row])) for row in rows[:_EXAMPLES]]


def _some(flags: Flags, name) -> list[str]:
    return [name(row) for row in np.nonzero(flags)[0][:_EXAMPLES]]


def _record_id(records: Records, row: int) -> str:
    table, number = KINDS[records.touches.kind[row]][0], int(records.number[row])
    if table in _PREFIX:
        return id18(_PREFIX[table], number)
    return str(900_001 + number) if table == "activity" else f"{table}-{number}"


def _found_on_deals(base: Cohort, people: People) -> dict[str, list[str]]:
    """Cases that come about by themselves in a company of some size."""
    deals, touches, won = base.deals, base.touches, base.outcome.won
    gone = ~people.employed(touches.person, deals.closes[touches.deal]) & won[touches.deal]
    leaver_deals = np.unique(touches.deal[gone])
    alone = won & (base.outcome.present.sum(axis=1) == 1)
    alone &= base.outcome.present[:, FUNCTION_CODE["sales"]]
    found = {
        "contributor_left_before_win": _deals(deals, leaver_deals),
        "nobody_outside_sales": _deals(deals, np.nonzero(alone)[0]),
        "owner_changed_before_win": _deals(deals, np.nonzero(won & (deals.second_owner >= 0))[0]),
    }
    for code, currency in enumerate(CURRENCIES):
        rows = np.nonzero(won & (deals.currency == code))[0]
        found[f"won_in_{currency}"] = _deals(deals, rows)
    return found


def _found_in_records(records: Records) -> dict[str, list[str]]:
    touches = records.touches
    is_noise = touches.function < 0
    in_crm = np.isin(touches.kind, TASKS + EVENTS)
    order = np.lexsort((touches.at, touches.deal))
    tied = np.zeros(len(touches), dtype=bool)
    same = (touches.deal[order][1:] == touches.deal[order][:-1]) & (
        touches.at[order][1:] == touches.at[order][:-1]
    )
    tied[order[1:][same]] = True
    twice = np.isin(touches.kind, ACTIVITIES) & (touches.draw % 400 == 7)
    cases = {
        "bot_record": is_noise & (touches.draw == 0),
        "consultant_record": is_noise & (touches.draw == 1),
        "broadcast_meeting": is_noise & (touches.draw == 2),
        "touch_after_win": is_noise & (touches.draw > 2),
        "equal_timestamps": tied & ~is_noise & in_crm,
        "id_of_15_characters": in_crm & (touches.draw % 32 == 5),
        "delivered_twice": twice,
        "late_record": records.is_late,
        "corrected_record": records.is_corrected,
        "deleted_record": records.is_deleted & in_crm,
    }
    found = {
        kind: _some(flags, lambda row: _record_id(records, row)) for kind, flags in cases.items()
    }
    kind, number = touches.kind, records.number
    found["referral"] = _some(
        (kind == INTRODUCTION) & refers(touches.draw), lambda row: f"int-{number[row]:09}"
    )
    found["feature_request_not_shipped"] = _some(
        (kind == FEATURE_REQUEST) & (touches.draw % 24 == 7),
        lambda row: f"request-{number[row] + 1}-planned",
    )
    lonely = (kind == INSIGHT) & (touches.draw % 9 == 4)
    for place, case in enumerate(("insight_not_acted_on", "insight_confirmed_by_its_author")):
        found[case] = _some(
            lonely & (touches.draw // 9 % 2 == place),
            lambda row, end="uo"[place]: f"ins-{number[row]:09}-{end}",
        )
    return found
