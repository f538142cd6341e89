"""What the product shows: features, what customers asked for, what they use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from orchestration import contract
from orchestration.sample.activities import Records
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Ints, below, stream
from orchestration.sample.people import HISTORY_START, People
from orchestration.sample.sizes import Size
from orchestration.sample.touches import FEATURE_REQUEST, Owners
from orchestration.sample.usage import BLOCK_DAYS, FAVOURITES, Usage
from orchestration.sample.write import Nights

_BATCH = 100_000
_FEATURE = "'feature-' || lpad(cast({} + 1 as text), 3, '0')"
# asked for and never built: it counts for nobody
_PLANNED = "feature-planned"
# one event in so many is sent twice, as Segment warns that it may be
_TWICE = 50_021


def deliver_product(
    nights: Nights,
    size: Size,
    seed: int,
    people: People,
    owners: Owners,
    records: Records,
    deals: Deals,
    usage: Usage,
) -> None:
    """Write every product usage table; the events are never all in memory."""
    rng = stream(seed, "features", size.name)
    nights.put(
        "features", n=np.arange(size.features, dtype=np.int64),
        email=[people.address[e] for e in owners.feature_owner],
        shipped=HISTORY_START - 900 + below(rng, size.features, 880),
    )  # fmt: skip
    nights.deliver(
        "product_usage", "feature",
        f"""select '{_PLANNED}' as id, 'Planned feature' as name, email as owner_email,
            null as shipped_at, instant((shipped - 60) * 86400) as created_at,
            instant(shipped * 86400) as last_updated_at, 0 as night from features where n = 0
        union all
        select {_FEATURE.format("n")} as id, 'Feature ' || (n + 1) as name,
            email as owner_email, instant(shipped * 86400 + 36000) as shipped_at,
            instant((shipped - 60) * 86400 + 36000) as created_at,
            instant(shipped * 86400 + 36000) as last_updated_at, 0 as night from features""",
    )  # fmt: skip
    touches = records.touches
    asked = np.nonzero(touches.kind == FEATURE_REQUEST)[0]
    deal = touches.deal[asked]
    nights.put(
        "requests", n=records.number[asked], account=deals.account[deal],
        contact=deals.contact[deal], feature=touches.draw[asked] % size.features,
        draw=touches.draw[asked], moment=touches.at[asked], night=nights.night(touches.at[asked]),
    )  # fmt: skip
    nights.deliver(
        "product_usage", "feature_request",
        f"""select 'request-' || (requests.n + 1) as id,
            id18('001', requests.account) as account_id, {_FEATURE.format("feature")} as feature_id,
            contact_names.email as requested_by_email,
            ['open', 'planned', 'shipped'][draw % 3 + 1] as status, instant(moment) as created_at,
            instant(moment) as updated_at, requests.night
        from requests join contact_names on contact_names.n = requests.contact
        union all
        select 'request-' || (requests.n + 1) || '-planned', id18('001', requests.account),
            '{_PLANNED}', contact_names.email, 'planned', instant(moment), instant(moment),
            requests.night
        from requests join contact_names on contact_names.n = requests.contact
        where draw % 24 = 7""",
        "cast(split_part(id, '-', 2) as bigint), id",
    )  # fmt: skip
    _deliver_events(nights, usage)
    nights.forget("features", "requests")


def _deliver_events(nights: Nights, usage: Usage) -> None:
    """Streamed in order of time, a hundred thousand at a time; the text is made by DuckDB."""
    select = f"""select 'evt-' || number as message_id, id18('001', account) as account_id,
        'user-' || (account * 8 + member + 1) as user_id,
        {_FEATURE.format("feature")} as feature_id, instant(second) as timestamp from events"""
    base = nights.first_day - HISTORY_START
    written = 0
    for night in range(nights.nights):
        days = range(base) if night == 0 else range(base + night - 1, base + night)
        nights.put_stream("events", _SCHEMA, _events(usage, days))
        path = nights.folder(night) / "product_usage" / "event.parquet"
        written += nights.copy_to(path, _typed(select))
        nights.forget("events")
    nights.rows["product_usage.event"] = written


def _typed(select: str) -> str:
    columns = contract.domains()["product_usage"].tables["event"].columns
    casts = ", ".join(f"cast({c.name} as {c.data_type}) as {c.name}" for c in columns.values())
    return f"select {casts} from ({select})"


_SCHEMA = pa.schema(
    [(name, pa.int64()) for name in ("number", "account", "member", "feature", "second")]
)


def _events(usage: Usage, days: range) -> Iterator[pa.RecordBatch]:
    """Events of some days in batches, each day's spread over 06:00 to 22:00 UTC."""
    first = np.cumsum(usage.events) - usage.events
    waiting: list[tuple[Ints, ...]] = []
    for day in days:
        count = int(usage.events[day])
        place = np.arange(count, dtype=np.int64)
        waiting.append(_of_day(usage, day, place, int(first[day]) + place, count))
        if sum(len(columns[0]) for columns in waiting) >= _BATCH:
            yield _batch(waiting)
            waiting = []
    if waiting:
        yield _batch(waiting)


def _batch(days: list[tuple[Ints, ...]]) -> pa.RecordBatch:
    columns = [pa.array(np.concatenate(column)) for column in zip(*days, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _of_day(usage: Usage, day: int, place: Ints, number: Ints, count: int) -> tuple[Ints, ...]:
    twice = np.nonzero(number % _TWICE == 17)[0]
    if len(twice):
        place, number = (np.sort(np.concatenate([c, c[twice]])) for c in (place, number))
    block = day // BLOCK_DAYS
    turn = usage.turns[block]
    in_block = usage.before(block)[day - block * BLOCK_DAYS] + place
    account, round_number = turn[in_block % len(turn)], in_block // len(turn)
    feature = usage.feature(account, block, round_number % FAVOURITES)
    second = (HISTORY_START + day) * 86_400 + 21_600 + place * 57_600 // count
    return number, account, (number * 7 + round_number) % 5, feature, second
