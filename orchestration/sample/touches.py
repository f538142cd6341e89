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
    ("task", "Call"), ("task", "Email"), ("task", "Demo"), ("task", "Proof of Concept"), ("task", "Security Answer"),
    ("task", "Pricing Approval"), ("task", "Contract Review"), ("task", "Insight"), ("task", "Onboarding"),
    ("event", "Meeting"), ("event", "Discovery Meeting"),
    ("activity", "form_fill"), ("activity", "webinar_attended"), ("activity", "content_download"),
    ("activity", "email_click"),
    ("feature_request", "*"), ("ticket", "solved"), ("answer", "*"), ("introduction", "*"),
)
KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
# The shipped policy does not count a click; neither does truth.
NOT_COUNTED = KIND_CODE["activity", "email_click"]

# Per function: share of its kinds, per cent of the cycle in which they fall, touches a deal.
_HABITS: dict[str, tuple[dict[tuple[str, str], int], tuple[int, int], tuple[int, ...]]] = {
    "sales": ({("task", "Call"): 38, ("task", "Email"): 34, ("event", "Meeting"): 26, ("answer", "*"): 2}, (2, 98), (1, 2, 3, 4, 6)),
    "sales_development": ({("event", "Discovery Meeting"): 40, ("task", "Call"): 30, ("task", "Email"): 30}, (0, 25), (1, 1, 2, 3)),
    "marketing": ({("activity", "form_fill"): 30, ("activity", "webinar_attended"): 25, ("activity", "content_download"): 30,
                   ("activity", "email_click"): 15}, (-40, 80), (1, 1, 2, 4)),
    "product": ({("feature_request", "*"): 60, ("event", "Meeting"): 25, ("answer", "*"): 15}, (10, 85), (1, 1, 2)),
    "engineering": ({("task", "Proof of Concept"): 50, ("task", "Security Answer"): 30, ("answer", "*"): 20}, (30, 85), (1, 1, 3)),
    "solutions": ({("task", "Demo"): 50, ("task", "Proof of Concept"): 20, ("task", "Security Answer"): 12, ("event", "Meeting"): 18}, (20, 85), (1, 2, 4)),
    "support": ({("ticket", "solved"): 100}, (5, 90), (1, 1, 3)),
    "success": ({("task", "Onboarding"): 20, ("task", "Call"): 35, ("event", "Meeting"): 35, ("introduction", "*"): 10}, (5, 90), (1, 2, 3)),
    "analytics": ({("task", "Insight"): 90, ("answer", "*"): 10}, (25, 85), (1, 1, 2)),
    "finance": ({("task", "Pricing Approval"): 100}, (50, 95), (1, 1, 2)),
    "legal": ({("task", "Contract Review"): 100}, (60, 97), (1, 1, 2)),
}


@dataclass
class Touches:
    deal: Ints  # row in Deals, not the number
    function: Ints
    person: Ints
    kind: Ints
    at: Ints
    draw: Ints  # 0 <= x < 1,000,000: spare randomness for whoever writes the record

    def __len__(self) -> int:
        return len(self.deal)

    def only(self, wanted: Flags | Ints) -> Touches:
        return Touches(*(column[wanted] for column in vars(self).values()))

    @staticmethod
    def all_of(parts: list[Touches]) -> Touches:
        return Touches(*(np.concatenate(columns) for columns in zip(*(vars(p).values() for p in parts), strict=True)))


@dataclass
class Owners:
    """Who owns what marketing and product touch: programs by quarter, features."""

    program_owner: Ints
    programs_per_quarter: int
    first_quarter: int
    feature_owner: Ints


def touch_deals(size: Size, seed: int, deals: Deals, roster: Roster, owners: Owners, cohort: int) -> Touches:
    """Every touch of one cohort's deals before they close. Nothing of a later cohort lies before its day."""
    parts = [
        _of_function(size, seed, deals, roster, owners, cohort, function) for function in FUNCTIONS
    ]
    touches = Touches.all_of(parts)
    return touches.only(touches.person >= 0)


def _of_function(
    size: Size, seed: int, deals: Deals, roster: Roster, owners: Owners, cohort: int, function: str
) -> Touches:
    rng = stream(seed, "touches", size.name, cohort, function)
    kinds, (low, high), quantiles = _HABITS[function]
    rows = np.nonzero(deals.helps[:, FUNCTION_CODE[function]])[0]
    count = skewed(rng, len(rows), quantiles)
    main = roster.pick(function, deals.created[rows], rng.random(len(rows)))
    deal, main = np.repeat(rows, count), np.repeat(main, count)
    n = len(deal)
    # a cohort of a later night must not write into nights that were delivered
    low = max(low, 0) if cohort else low
    span = deals.closes[deal] - deals.created[deal]
    days = deals.created[deal] + span * (low * 10 + below(rng, n, (high - low) * 10)) // 1000
    days = clock.working_day(days)
    at = clock.at_work(days, below(rng, n, 34_000))
    at = np.clip(at, deals.created_at[deal] + 60 * below(rng, n, 300) if cohort else 0, deals.closed_at[deal] - 600)
    days = clock.local_day(at)
    kind_codes = np.asarray([KIND_CODE[kind] for kind in kinds])
    kind = kind_codes[weighted(rng, n, tuple(kinds.values()))]
    second = chance(rng, n, 220)
    person = np.where(second | ~roster.stays(function, main, days), roster.pick(function, days, rng.random(n)), main)
    draw = below(rng, n, 1_000_000)
    if function == "sales":
        changed = (deals.second_owner[deal] >= 0) & (at >= deals.owner_changed_at[deal])
        owner = np.where(changed, deals.second_owner[deal], deals.owner[deal])
        person = np.where(second & (person >= 0), person, owner)
        person = np.where(roster.stays("sales", person, days), person, owner)
    if function == "marketing":
        person = owners.program_owner[program_of(owners, days, draw)]
    if function == "product":
        asked = kind == KIND_CODE["feature_request", "*"]
        person = np.where(asked, owners.feature_owner[draw % len(owners.feature_owner)], person)
    return Touches(deal, np.full(n, FUNCTION_CODE[function], dtype=np.int64), person, kind, at, draw)


def program_of(owners: Owners, days: Ints, draw: Ints) -> Ints:
    quarter = np.maximum(clock.months(days) // 3 - owners.first_quarter, 0)
    return quarter * owners.programs_per_quarter + draw % owners.programs_per_quarter


def find_owners(size: Size, seed: int, roster: Roster) -> Owners:
    rng = stream(seed, "owners", size.name)
    first_quarter = (2022 - 1970) * 4
    quarters = np.arange(first_quarter, first_quarter + 21, dtype=np.int64)
    starts = np.repeat([clock.month_start(int(q) * 3) for q in quarters], size.programs_per_quarter)
    program_owner = roster.pick("marketing", starts, rng.random(len(starts)))
    fallback = int(roster.members["marketing"][0])
    always = np.nonzero(roster.active["product"][:, 12:].all(axis=1))[0]
    feature_owner = always[below(rng, size.features, len(always))]
    return Owners(
        np.where(program_owner < 0, fallback, program_owner), size.programs_per_quarter, first_quarter,
        feature_owner.astype(np.int64),
    )
