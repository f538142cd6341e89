"""`make bench`: every figure this repository quotes, made here and now."""

from __future__ import annotations

import argparse

from bench import attribution, landing, paths, pay, spine, values


def main() -> None:
    """Print the figures of the parts and sizes that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="S,M", help="sample sizes, comma-separated")
    parser.add_argument(
        "--attribution-sizes", default="S", help="sizes at which models are held against the truth"
    )
    parser.add_argument(
        "--path-deals",
        default="1000000,5000000",
        help="deals whose paths models are timed on",
    )
    parser.add_argument(
        "--pay-employees",
        default="2000,5000,10000",
        help="employees whose pay is timed; size M has 2,000",
    )
    parser.add_argument(
        "--landing-rows", default=1_000_000, type=int, help="rows that are landed by each way in"
    )
    parser.add_argument(
        "--events", default="10000000", help="events of three years, before one day more is landed"
    )
    parser.add_argument(
        "--parts", default="night,truth,paths,pay,landing", help="what to measure, comma-separated"
    )
    chosen = parser.parse_args()
    parts = chosen.parts.split(",")
    if "night" in parts:
        spine.report(tuple(chosen.sizes.split(",")))
    if "truth" in parts:
        attribution.report(tuple(chosen.attribution_sizes.split(",")))
        for size in ("S", "M"):
            values.report(size, attribution.SEEDS)
    if "paths" in parts:
        paths.report(tuple(int(number) for number in chosen.path_deals.split(",")))
    if "pay" in parts:
        pay.report(tuple(int(number) for number in chosen.pay_employees.split(",")))
    if "landing" in parts:
        landing.report(
            chosen.landing_rows, tuple(int(number) for number in chosen.events.split(","))
        )


if __name__ == "__main__":
    main()
