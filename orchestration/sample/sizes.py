"""How large the sample company is, and how its people spread over functions."""

from __future__ import annotations

from dataclasses import dataclass

FUNCTIONS = (
    "sales",
    "sales_development",
    "marketing",
    "product",
    "engineering",
    "solutions",
    "support",
    "success",
    "analytics",
    "finance",
    "legal",
)
FUNCTION_CODE = {function: code for code, function in enumerate(FUNCTIONS)}

# Per thousand employees. Sales is small on purpose: an account executive needs several wins a
# quarter, or attainment would be all or nothing.
_SHARE_PER_MILLE = (75, 90, 80, 70, 315, 80, 110, 90, 35, 35, 20)
# Twelve people cannot fill eleven functions: no analytics and no legal at XS.
_XS_PEOPLE = (3, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0)


@dataclass(frozen=True)
class Size:
    """One size of the company; all counts are of the base history (2023-01-01 to 2026-01-04)."""

    name: str
    employees: int
    opportunities: int
    usage_events: int

    @property
    def people(self) -> tuple[int, ...]:
        """Employees per function, in the order of FUNCTIONS; they sum to `employees`."""
        if self.name == "XS":
            return _XS_PEOPLE
        counts = [self.employees * share // 1000 for share in _SHARE_PER_MILLE]
        counts[FUNCTION_CODE["engineering"]] += self.employees - sum(counts)
        return tuple(counts)

    @property
    def prospects(self) -> int:
        """Accounts with exactly one deal, their first."""
        return self.opportunities * 45 // 100

    @property
    def customers(self) -> int:
        """Accounts that were customers before the history begins; they carry all other deals."""
        return max(6, self.opportunities * 18 // 100)

    @property
    def daily_opportunities(self) -> int:
        """New deals a working day after the base history; one at XS, so that nights differ."""
        return max(1, round(self.opportunities / 784))

    @property
    def programs_per_quarter(self) -> int:
        return 2 if self.name == "XS" else 6 if self.name == "S" else 24

    @property
    def features(self) -> int:
        return {"XS": 8, "S": 24, "M": 60, "L": 120}[self.name]


SIZES = {
    "XS": Size("XS", 12, 60, 5_000),
    "S": Size("S", 200, 2_000, 500_000),
    "M": Size("M", 2_000, 30_000, 5_000_000),
    "L": Size("L", 10_000, 1_000_000, 100_000_000),
}
