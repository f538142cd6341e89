"""Bounds that only something read wrongly can exceed: no judgement on business, no false alarm."""

from datetime import date

from expectations.rules import run_date

# A date read in the wrong unit (seconds as milliseconds, day and month exchanged with the year)
# lands centuries away. Company records begin after 1990; ten years ahead covers what people plan.
EARLIEST_DATE = date(1990, 1, 1)
LATEST_DATE = run_date(plus_days=3660)
# A version from the future would win over every later one (F09). A night may be run for a day some
# weeks ago, over records that have changed since.
NEWEST_VERSION = run_date(plus_days=35)
# People were hired before records were kept by machine.
EARLIEST_HIRE = date(1950, 1, 1)

# In major units: more than any company's single posting, and with three minor digits still far
# inside what a BIGINT sums exactly.
LARGEST_AMOUNT = 1_000_000_000_000

# A source that brings nothing new for so long has stopped, whatever its connector says. Somebody
# touches a deal every few days even in the smallest company; its other systems are quiet for weeks.
# Of tables that keep every landing only: an unchanged snapshot keeps the date it was first seen.
SILENT_CRM_DAYS = 31
SILENT_DAYS = 92
NIGHT = "raw_night.run.run_date"
