"""Bounds that only something read wrongly can exceed: no judgement on business, no false alarm."""

from datetime import date

from expectations.rules import run_date

# A date read in the wrong unit (seconds as milliseconds, day and month exchanged with the year)
# lands centuries away. Company records begin after 1990; ten years ahead covers what people plan.
EARLIEST_DATE = date(1990, 1, 1)
LATEST_DATE = run_date(plus_days=3660)
# People were hired before records were kept by machine.
EARLIEST_HIRE = date(1950, 1, 1)

# In major units: more than any company's single posting, and with three minor digits still far
# inside what a BIGINT sums exactly.
LARGEST_AMOUNT = 1_000_000_000_000

# The source that brings nothing at all for a month has stopped, whatever its connector says. The
# quietest domain of a small company is silent for weeks, so no shorter.
SILENT_DAYS = 31
NIGHT = "raw_night.run.run_date"
