"""`make bench`: every figure this repository quotes, made here and now."""

from __future__ import annotations

import argparse

from bench import attribution, spine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="S,M", help="sample sizes, comma-separated")
    parser.add_argument(
        "--attribution-sizes", default="S", help="sizes at which models are held against the truth"
    )
    chosen = parser.parse_args()
    spine.report(tuple(chosen.sizes.split(",")))
    attribution.report(tuple(chosen.attribution_sizes.split(",")))


if __name__ == "__main__":
    main()
