"""Who truly moved each decided deal: written beside the data, read by no night.

The true share of a function is its Shapley value in the game whose value of a set is the planted
win probability less that of nobody. A model that computes a Shapley value is scored here by a
Shapley value: the effect of leaving one function out stands beside it for that reason.
"""

from __future__ import annotations

import numpy as np

from orchestration.sample import causes
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.outcome import ACCOUNT_WIDE, Outcome, Wide
from orchestration.sample.sizes import FUNCTIONS
from orchestration.sample.touches import EFFORT, Touches, is_mistaken
from orchestration.sample.write import Nights, sql_list

SHARE_UNITS = 10**12


def shares(numerator: Ints, denominator: Ints) -> Ints:
    """numerator / denominator in units of 10**-12, by long division: no step overflows."""
    units, rest = np.zeros_like(numerator), numerator.copy()
    for digits in (100_000, 100_000, 100):
        rest = rest * digits
        units = units * digits + rest // denominator
        rest = rest % denominator
    return units


def function_shares(outcome: Outcome, mood: Ints, structure: str) -> Ints:
    """[deal, function] true shares in units of 10**-12, summing to one on every deal."""
    key, back = np.unique(outcome.mask * 256 + mood + 128, return_inverse=True)
    value, whole = causes.shapley(key // 256, key % 256 - 128, structure)
    found = shares(value, np.maximum(whole, 1)[:, None])
    largest = found.argmax(axis=1)
    found[np.arange(len(found)), largest] += SHARE_UNITS - found.sum(axis=1)
    return found[back]


def write_truth(
    nights: Nights, deals: Deals, touches: Touches, outcome: Outcome, wide: Wide,
    shown: Flags, bent: Ints, structure: str, employee_numbers: list[str],
) -> None:  # fmt: skip
    """Two tables: opportunity x function, and opportunity x function x employee. `shown` are the
    deals that were decided by the last night."""
    share = function_shares(outcome, deals.mood, structure)
    row, function = np.nonzero(outcome.present & shown[:, None])
    mask, mood = outcome.mask[row], deals.mood[row]
    without = causes.win_probability(mask & ~(1 << function), mood, structure)
    is_bent = np.zeros(len(deals), dtype=bool)
    is_bent[bent] = True
    nights.put(
        "truth", row=row, n=deals.number[row], won=outcome.won[row], function=function,
        probability=outcome.probability[row], share=share[row, function],
        effect=outcome.probability[row] - without, bent=is_bent[row],
    )  # fmt: skip
    name = f"{sql_list(FUNCTIONS)}[function + 1]"
    folder = nights.directory / "truth"
    exact = "cast({} as decimal(18, 0)) * cast(0.000000000001 as decimal(12, 12))"
    nights.copy_to(
        folder / "opportunity_truth.parquet",
        f"""select id18('006', n) as opportunity_id, won as is_won, bent as is_planted,
            cast(money(probability) as decimal(9, 6)) as win_probability, {name} as function,
            cast({exact.format("share")} as decimal(18, 12)) as true_share,
            cast(money(effect) as decimal(9, 6)) as leave_one_out_effect
        from truth order by n, function""",
    )
    _write_persons(nights, deals, touches, wide, shown, share, employee_numbers)
    nights.forget("truth")


def _write_persons(
    nights: Nights, deals: Deals, touches: Touches, wide: Wide, shown: Flags,
    share: Ints, employee_numbers: list[str],
) -> None:  # fmt: skip
    """A function's share among its people, in proportion to the effort planted on the deal."""
    deal, function, person, effort = _efforts(deals, touches, wide, shown)
    key = (deal * 16 + function) * 1_000_000 + person
    key, back = np.unique(key, return_inverse=True)
    total = np.bincount(back, weights=effort).astype(np.int64)
    group, place = np.unique(key // 1_000_000, return_inverse=True)
    whole = np.bincount(place, weights=total).astype(np.int64)
    of_group = share[group // 16, group % 16]
    # effort is small: share x effort stays far below the largest integer
    part = of_group[place] // 1_000 * total // whole[place] * 1_000
    first = np.ones(len(part), dtype=bool)
    first[1:] = place[1:] != place[:-1]
    part[first] += of_group - np.add.reduceat(part, np.nonzero(first)[0])
    nights.put(
        "persons", n=deals.number[group // 16][place], function=(group % 16)[place],
        employee=np.asarray(employee_numbers, dtype=object)[key % 1_000_000], share=part,
    )  # fmt: skip
    nights.copy_to(
        nights.directory / "truth" / "person_truth.parquet",
        f"""select id18('006', n) as opportunity_id,
            {sql_list(FUNCTIONS)}[function + 1] as function, employee as employee_number,
            cast(cast(share as decimal(18, 0)) * cast(0.000000000001 as decimal(12, 12))
                as decimal(18, 12)) as true_share
        from persons order by n, function, employee""",
    )
    nights.forget("persons")


def _efforts(
    deals: Deals, touches: Touches, wide: Wide, shown: Flags
) -> tuple[Ints, Ints, Ints, Ints]:
    """(deal row, function, person, effort): touches of the deal, its owner, and what the account
    had from support and product in the lookback."""
    own = (EFFORT[touches.kind] > 0) & ~np.isin(touches.kind, ACCOUNT_WIDE)
    rows = np.nonzero(own & shown[touches.deal] & ~is_mistaken(touches))[0]
    closed = np.nonzero(shown)[0]
    owner = deals.owner_at(closed, deals.closed_at[closed])
    deal, record = wide.on_deals(deals, closed)
    return (
        np.concatenate([touches.deal[rows], closed, deal]),
        np.concatenate([touches.function[rows], np.zeros_like(closed), wide.function[record]]),
        np.concatenate([touches.person[rows], owner, wide.person[record]]),
        np.concatenate([EFFORT[touches.kind[rows]], np.full(len(closed), 6), wide.effort[record]]),
    )
