"""Who did what on which deal, and when: the records that contribution is measured from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints, below, chance, skewed, stream, weighted
from orchestration.sample.people import Roster
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS, Size

# Where a kind of touch is recorded, and under which type; the order is its code.
KINDS = (
    ("task", "Call"), ("task", "Email"), ("task", "Demo"), ("task", "Proof of Concept"),
    ("task", "Security Answer"), ("task", "Pricing Approval"), ("task", "Contract Review"),
    ("task", "Insight"), ("task", "Onboarding"), ("event", "Meeting"),
    ("event", "Discovery Meeting"), ("activity", "form_fill"), ("activity", "webinar_attended"),
    ("activity", "content_download"), ("activity", "email_click"), ("feature_request", "*"),
    ("ticket", "solved"), ("answer", "*"), ("introduction", "*"),
)  # fmt: skip
KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
TASKS = tuple(code for code, (table, _) in enumerate(KINDS) if table == "task")
EVENTS = tuple(code for code, (table, _) in enumerate(KINDS) if table == "event")
ACTIVITIES = tuple(code for code, (table, _) in enumerate(KINDS) if table == "activity")
FEATURE_REQUEST = KIND_CODE["feature_request", "*"]
TICKET = KIND_CODE["ticket", "solved"]
INSIGHT = KIND_CODE["task", "Insight"]
ANSWER = KIND_CODE["answer", "*"]
INTRODUCTION = KIND_CODE["introduction", "*"]
# The shipped policy does not count a click; neither does truth.
NOT_COUNTED = KIND_CODE["activity", "email_click"]

# Planted effort of one touch of each kind; truth shares a function's part in proportion.
EFFORT = np.asarray([2, 1, 5, 8, 4, 3, 4, 4, 4, 3, 4, 4, 3, 2, 0, 4, 3, 2, 4], dtype=np.int64)

Habit = tuple[dict[tuple[str, str], int], tuple[int, int], tuple[int, ...]]
# Per function: share of its kinds, per cent of the cycle in which they fall, touches a deal.
_HABITS: dict[str, Habit] = {
    "sales": (
        {("task", "Call"): 38, ("task", "Email"): 34, ("event", "Meeting"): 26, ("answer", "*"): 2},
        (2, 98), (1, 2, 3, 4, 6),
    ),
    "sales_development": (
        {("event", "Discovery Meeting"): 40, ("task", "Call"): 30, ("task", "Email"): 30},
        (0, 25), (1, 1, 2, 3),
    ),
    "marketing": (
        {("activity", "form_fill"): 30, ("activity", "webinar_attended"): 25,
         ("activity", "content_download"): 30, ("activity", "email_click"): 15},
        (-40, 80), (1, 1, 2, 4),
    ),
    "product": (
        {("feature_request", "*"): 60, ("event", "Meeting"): 25, ("answer", "*"): 15},
        (10, 85), (1, 1, 2),
    ),
    "engineering": (
        {("task", "Proof of Concept"): 50, ("task", "Security Answer"): 30, ("answer", "*"): 20},
        (30, 85), (1, 1, 3),
    ),
    "solutions": (
        {("task", "Demo"): 50, ("task", "Proof of Concept"): 20, ("task", "Security Answer"): 12,
         ("event", "Meeting"): 18},
        (20, 85), (1, 2, 4),
    ),
    "support": ({("ticket", "solved"): 100}, (5, 90), (1, 1, 3)),
    "success": (
        {("task", "Onboarding"): 20, ("task", "Call"): 35, ("event", "Meeting"): 35,
         ("introduction", "*"): 10},
        (5, 90), (1, 2, 3),
    ),
    "analytics": ({("task", "Insight"): 90, ("answer", "*"): 10}, (25, 85), (1, 1, 2)),
    "finance": ({("task", "Pricing Approval"): 100}, (50, 95), (1, 1, 2)),
    "legal": ({("task", "Contract Review"): 100}, (60, 97), (1, 1, 2)),
}  # fmt: skip


@dataclass
class Touches:
    """`deal` is a row of Deals, not its number; `draw` (0 to 999,999) is spare randomness."""

    deal: Ints
    function: Ints
    person: Ints
    kind: Ints
    at: Ints
    draw: Ints

    def __len__(self) -> int:
        return len(self.deal)

    def only(self, wanted: Flags | Ints) -> Touches:
        return Touches(*(column[wanted] for column in vars(self).values()))

    @staticmethod
    def all_of(parts: list[Touches]) -> Touches:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return Touches(*(np.concatenate(column) for column in columns))


def is_mistaken(touches: Touches) -> Flags:
    """Tasks logged by mistake and deleted three days later: they count for nothing."""
    return np.isin(touches.kind, TASKS) & (touches.draw % 503 == 9)


@dataclass
class Owners:
    """Who owns what marketing and product touch: programs by quarter, features."""

    program_owner: Ints
    programs_per_quarter: int
    first_quarter: int  # quarters since 1970
    feature_owner: Ints

    def program(self, days: Ints, draw: Ints) -> Ints:
        quarter = np.maximum(clock.months(days) // 3 - self.first_quarter, 0)
        return quarter * self.programs_per_quarter + draw % self.programs_per_quarter


def find_owners(size: Size, seed: int, roster: Roster) -> Owners:
    rng = stream(seed, "owners", size.name)
    first = (2022 - 1970) * 4
    count = 24 * size.programs_per_quarter
    quarter = first + np.arange(count, dtype=np.int64) // size.programs_per_quarter
    starts = np.asarray([clock.month_start(int(q) * 3) for q in quarter], dtype=np.int64)
    owner = roster.pick("marketing", starts, rng.random(count))
    owner = np.where(owner < 0, roster.always("marketing")[0], owner)
    heads = roster.always("product")
    features = heads[below(rng, size.features, len(heads))]
    return Owners(owner, size.programs_per_quarter, first, features)


def touch_deals(
    size: Size, seed: int, deals: Deals, roster: Roster, owners: Owners, cohort: int
) -> Touches:
    """Every touch of one cohort's deals before they close, in order of function and deal."""
    parts = [_touch(size, seed, deals, roster, owners, cohort, function) for function in FUNCTIONS]
    touches = Touches.all_of(parts)
    touches = touches.only(touches.person >= 0)
    _tie(deals, touches)
    return touches


def _tie(deals: Deals, touches: Touches) -> None:
    """Two touches at the same second on one deal in fifty, where they are of one month."""
    rows = np.nonzero(np.isin(touches.deal, np.nonzero(deals.number % 50 == 5)[0]))[0]
    rows = rows[np.lexsort((touches.at[rows], touches.deal[rows]))]
    first, second = rows[:-1], rows[1:]
    month = clock.months(clock.local_day(touches.at))
    same = (touches.deal[first] == touches.deal[second]) & (month[first] == month[second])
    # the first pair of each deal
    pairs = np.nonzero(same)[0]
    _, place = np.unique(touches.deal[first[pairs]], return_index=True)
    touches.at[second[pairs[place]]] = touches.at[first[pairs[place]]]


def _touch(
    size: Size, seed: int, deals: Deals, roster: Roster, owners: Owners, cohort: int, function: str
) -> Touches:
    rng = stream(seed, "touches", size.name, cohort, function)
    kinds, (low, high), quantiles = _HABITS[function]
    rows = np.nonzero(deals.helps[:, FUNCTION_CODE[function]])[0]
    count = skewed(rng, len(rows), quantiles)
    main = roster.pick(function, deals.created[rows], rng.random(len(rows)))
    deal, main = np.repeat(rows, count), np.repeat(main, count)
    n = len(deal)
    kind_codes = np.asarray([KIND_CODE[kind] for kind in kinds])
    kind = kind_codes[weighted(rng, n, tuple(kinds.values()))]
    at = _when(rng, deals, deal, n, max(low, 0) if cohort else low, high, function == "support")
    days = clock.local_day(at)
    another = chance(rng, n, 220) | ~roster.stays(function, main, days)
    person = np.where(another, roster.pick(function, days, rng.random(n)), main)
    draw = below(rng, n, 1_000_000)
    if function == "sales":
        owner = deals.owner_at(deal, at)
        is_owner = ~another & roster.stays("sales", owner, days)
        person = np.where(is_owner, owner, roster.pick("sellers", days, rng.random(n)))
        person = np.where(person < 0, roster.pick("sales", days, rng.random(n)), person)
    elif function == "marketing":
        person = owners.program_owner[owners.program(days, draw)]
    elif function == "product":
        asked = kind == FEATURE_REQUEST
        person = np.where(asked, owners.feature_owner[draw % len(owners.feature_owner)], person)
    # an answer needs somebody else who asked: the owner of the deal
    kind = np.where(
        (kind == ANSWER) & (person == deals.owner[deal]), KIND_CODE["task", "Call"], kind
    )
    return Touches(
        deal, np.full(n, FUNCTION_CODE[function], dtype=np.int64), person, kind, at, draw
    )


def _when(
    rng: np.random.Generator, deals: Deals, deal: Ints, n: int, low: int, high: int, is_ticket: bool
) -> Ints:
    """Working hours between `low` and `high` per cent of the cycle, before the decision, and not
    so long before it that policy's lookback would pass over them."""
    span = deals.closes[deal] - deals.created[deal]
    days = deals.created[deal] + span * (low * 10 + below(rng, n, (high - low) * 10)) // 1000
    days = np.maximum(days, deals.closes[deal] - (170 if is_ticket else 340))
    at = clock.at_work(clock.working_day(days), below(rng, n, 34_000))
    earliest = deals.floor_at[deal] + 7_200
    return np.maximum(np.minimum(at, deals.closed_at[deal] - 600 - below(rng, n, 3_000)), earliest)
