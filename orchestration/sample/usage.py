"""What the product shows: features, what customers asked for, what they use."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import Accounts
from orchestration.sample.draws import Ints, below, stream
from orchestration.sample.people import HISTORY_START, People
from orchestration.sample.sizes import Size
from orchestration.sample.touches import KIND_CODE, Owners
from orchestration.sample.write import Nights

USAGE_DAYS = 1500  # how far ahead the daily volumes are laid down: more nights than anybody asks for


def deliver_usage(nights: Nights, size: Size, seed: int, people: People, accounts: Accounts, owners: Owners, first_day: int) -> None:
    nights.put(
        "features",
        n=np.arange(size.features, dtype=np.int64), email=[people.address[e] for e in owners.feature_owner],
        shipped=HISTORY_START - 400 + below(stream(seed, "features"), size.features, 900),
    )
    nights.deliver(
        "product_usage", "feature",
        """select 'feature-' || lpad(cast(n + 1 as text), 3, '0') as id, 'Feature ' || (n + 1) as name, email as owner_email,
            instant(shipped * 86400 + 36000) as shipped_at, instant((shipped - 60) * 86400 + 36000) as created_at,
            instant(shipped * 86400 + 36000) as last_updated_at, 0 as night from features""",
    )
    asked = KIND_CODE["feature_request", "*"]
    nights.deliver(
        "product_usage", "feature_request",
        f"""select 'request-' || (touches.n + 1) as id, id18('001', touches.account) as account_id,
            'feature-' || lpad(cast(draw % {size.features} + 1 as text), 3, '0') as feature_id,
            contact_names.email as requested_by_email, ['open', 'planned', 'shipped'][draw % 3 + 1] as status,
            instant(moment) as created_at, instant(moment) as updated_at, night
        from touches join contact_names on contact_names.n = touches.contact where kind = {asked}""",
        "cast(substr(id, 9) as bigint)",
    )
    _deliver_events(nights, size, seed, accounts, first_day)
    nights.forget("features")


def _deliver_events(nights: Nights, size: Size, seed: int, accounts: Accounts, first_day: int) -> None:
    """In order of time, made by DuckDB from the event's number alone: never all in memory."""
    days = daily_events(size, first_day)
    start = np.concatenate([[0], np.cumsum(days)[:-1]])
    shown = first_day - HISTORY_START + nights.nights - 1
    nights.put(
        "usage_days", day=HISTORY_START + np.arange(shown, dtype=np.int64), events=days[:shown], start=start[:shown],
        night=np.maximum(np.arange(shown) + HISTORY_START - first_day + 1, 0),
    )
    salt = int(below(stream(seed, "usage"), 1, 1 << 30)[0])
    nights.deliver(
        "product_usage", "event",
        f"""select 'evt-' || printf('%08x', start + i) as message_id, id18('001', a) as account_id,
            'user-' || (a * 8 + u % 8 + 1) as user_id,
            'feature-' || lpad(cast(f + 1 as text), 3, '0') as feature_id,
            make_timestamp((day * 86400 + 21600) * 1000000 + (i * 57600000 // events) * 1000) as timestamp, night
        from (
            select day, events, start, i, night, mix % {accounts.customers} as a, mix // 131 % 64 as u,
                least(mix // 7 % {size.features}, mix // 1021 % {size.features}) as f
            from (
                select *, ((start + i) * 1103515245 + {salt}) % 2147483648 * 69621 % 2147483647 as mix
                from (select day, events, start, night, unnest(range(events)) as i from usage_days)
            )
        )""",
    )
    nights.forget("usage_days")


def daily_events(size: Size, first_day: int) -> Ints:
    """Events a day: growing, a fifth at weekends; the base history holds exactly `usage_events`."""
    number = np.arange(USAGE_DAYS, dtype=np.int64)
    weekday = (HISTORY_START + number + 3) % 7
    weight = (1000 + number) * np.where(weekday >= 5, 20, 100)
    base = first_day - HISTORY_START
    events = weight * size.usage_events // int(weight[:base].sum())
    events[base - 1] += size.usage_events - int(events[:base].sum())
    return events
