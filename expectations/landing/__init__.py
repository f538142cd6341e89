"""What the landed records of each domain must be before anything is made of them.

Keys and required columns repeat the raw contract (dbt_project/models/staging/*/_*__sources.yml),
which stays their home: a test holds the two equal. What a model can hold back by name, a deal
without a rate or with splits of 99.99 %, is quarantined there and does not stop a night here.
Foreign keys are dbt relationship tests.
"""

from expectations.gate import Gate
from expectations.landing import (
    collaboration,
    crm,
    finance,
    hr,
    ledger,
    marketing,
    policy,
    product_usage,
    reviews,
    support,
)

GATES: tuple[Gate, ...] = (
    *crm.GATES,
    *marketing.GATES,
    *support.GATES,
    *product_usage.GATES,
    *hr.GATES,
    *finance.GATES,
    *collaboration.GATES,
    *ledger.GATES,
    *policy.GATES,
    *reviews.GATES,
)
