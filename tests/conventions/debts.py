"""What does not keep a convention yet, each with its reason.

A debt that is paid fails its test too: take the line out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

WITHOUT_GRAIN_OR_KEY: dict[str, str] = {}

LONG_FILES = {
    "tests/expectations/test_suites.py": "cut it by layer",
    "tests/orchestration/sample/test_planted.py": "cut it by what is planted",
}

UNDOCUMENTED: dict[str, str] = {}


def only_owed(found: Iterable[str], debts: Mapping[str, str]) -> None:
    """Pass when what was found is exactly what is owed."""
    names = set(found)
    new, paid = sorted(names - debts.keys()), sorted(debts.keys() - names)
    assert new == [], f"does not keep the convention: {new}"
    assert paid == [], f"keeps it now, so take it out of debts.py: {paid}"
