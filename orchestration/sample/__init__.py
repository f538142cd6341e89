"""The sample company: a B2B software company with three years of history, made from a seed."""

from orchestration.sample.company import SampleSummary, make

__all__ = ["SampleSummary", "make"]
