"""Every registered gate and rule, written down: `make docs` writes it, a test compares.

A gate or rule that is taken away, or says or judges something else, shows as a changed line in a
review. A rule's id is the hash of what it judges; what it may pass over is said beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from expectations import GATES
from expectations.gate import Gate, Rule

PATH = Path(__file__).with_name("registered.json")


def described(gates: Iterable[Gate]) -> dict[str, Any]:
    return {gate.name: _gate(gate) for gate in gates}


def _gate(gate: Gate) -> dict[str, Any]:
    versions = vars(gate.versions) if gate.versions else None
    return {
        "table": gate.table,
        "layer": gate.layer,
        "at_least_rows": gate.at_least_rows,
        "absent_domain": gate.absent_domain,
        "versions": versions and {**versions, "key": list(versions["key"])},
        "rules": {rule.id: _rule(rule) for rule in gate.rules()},
    }


def _rule(rule: Rule) -> str:
    says = {
        "may cover nothing": rule.may_cover_nothing,
        "may be reviewed": rule.may_be_reviewed,
        "only warns": rule.only_warns,
    }
    return "; ".join([rule.sentence, *(name for name, is_so in says.items() if is_so)])


def main() -> None:
    text = json.dumps(described(GATES), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    PATH.write_text(text, encoding="utf-8")
    print(f"wrote {PATH.name}")


if __name__ == "__main__":
    main()
