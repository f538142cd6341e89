"""What a person sees of approving, closing and going back over it. Nothing here decides."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration import identity
from orchestration.backup import Kept
from orchestration.erasure import Erased
from orchestration.errors import NightError
from orchestration.fit_review import Review
from orchestration.journal import Record
from orchestration.ledger import Closed
from orchestration.ledger_restatement import Restatement
from orchestration.ledger_verify import Verified

_out = Console(highlight=False, soft_wrap=True)
_WHO = (
    "closed_by", "exported_by", "reversed_by", "rolled_back_by", "retired_by", "erased_by",
    "approved_by",
)  # fmt: skip


def statement(content: bytes) -> None:
    """Byte for byte: it goes straight into `ssh-keygen -Y sign`."""
    sys.stdout.write(content.decode())


def fit(found: Review) -> None:
    """Print what each function adds to the win rate, now and before, and who approved it."""
    functions = Table("segment", "function", "adds to the win rate", "before", "change", box=None)
    for one in found.functions:
        functions.add_row(
            one.segment, one.function, *_rates(one.added_rate, one.previous_added_rate)
        )
    _out.print(functions)
    shifts = Table("segment", "coalition", "deals", "win rate", "before", "change", box=None)
    for shift in found.shifts:
        rates = _rates(shift.win_rate, shift.previous_win_rate)
        deals = f"{shift.opportunity_count:,}"
        shifts.add_row(shift.segment, escape(shift.coalition), deals, *rates)
    if found.shifts:
        _out.print(shifts)
    record = found.approval
    _out.print(
        f"values of {found.version}, fitted on {found.fitted_date}: "
        + (
            f"approved by {identity.in_words(record['approved_by'])} with release "
            f"{record['release_id']}"
            if record
            else f"not approved yet; `winshare approve {found.release_id}` approves them with the "
            "release that holds them"
        )
    )


def _rates(now: Decimal, before: Decimal | None) -> tuple[str, str, str]:
    if before is None:
        return f"{now:.3f}", "", ""
    return f"{now:.3f}", f"{before:.3f}", f"{now - before:+.3f}"


def approved(record: Record) -> None:
    _out.print(
        f"{record['release_id']} is approved by {identity.in_words(record['approved_by'])}, "
        f"made by {identity.in_words(record['made_by'])}; holds until {record['expires_at']}",
        soft_wrap=True,
    )


def closed(done: Closed) -> None:
    record = done.record
    if not done.is_new:
        _out.print(
            f"{record['period_key']} is closed since {record['recorded_at']} with release "
            f"{record['release_id']}; nothing was posted",
            soft_wrap=True,
        )
        return
    _out.print(
        f"{record['period_key']} is closed: {record['lines']} lines of release "
        f"{record['release_id']} are posted as payment run {record['payment_run']}",
        soft_wrap=True,
    )


def exported(folder: Path, record: Record, is_new: bool) -> None:
    said = "is exported" if is_new else f"was exported at {record['recorded_at']}, the same again"
    _out.print(f"{record['payment_run']} {said}: {folder}", soft_wrap=True)
    for name in record["files"]:
        _out.print(f"  {name}")


def named(path: Path, rows: int) -> None:
    _out.print(f"{rows} rows with names: {escape(str(path))}")


def replayed(record: Record, found: str, rows: int) -> None:
    if found != record["lines_hash"]:
        raise NightError(
            f"{record['period_key']} does not come back: {rows} lines rebuilt, "
            f"{record['lines']} posted, and their hashes differ"
        )
    _out.print(f"{record['period_key']}: {rows} lines come back as they were posted")


def restated(found: Restatement) -> None:
    if not found.rows:
        _out.print(f"{found.period_key}: nobody's entitlement differs from what was closed")
        return
    causes = [cause for cause in found.causes if any(row.by_cause.get(cause) for row in found.rows)]
    lines = [["payee", "period", "closed", *causes, "now", "currency"]]
    for row in found.rows:
        parts = [row.closed_minor, *(row.by_cause.get(cause, 0) for cause in causes), row.now_minor]
        lines.append(
            [row.payee_employee_number, row.period_key, *map(str, parts), row.currency_code]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        # never cut: a figure without its last digit is another figure
        cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        _out.print(escape("  ".join(cells)))
    _out.print("in minor units; each cause is one input moved from its state at close to now")


def verified(found: Verified) -> None:
    if found.problems:
        raise NightError("the ledger is damaged: " + "; ".join(found.problems))
    _out.print(
        f"{found.records} records follow one another, {found.entries} entries and "
        f"{found.archived} archived files are what was written"
    )


def reversed_(record: Record) -> None:
    _out.print(f"{record['period_key']} is open again: its entries are undone by their mirror")


def kept(found: Kept, verb: str) -> None:
    _out.print(
        f"{found.files:,} files ({found.bytes / 1e6:,.1f} MB) {verb} {escape(str(found.folder))}; "
        f"current is {found.release_id or 'no release'}"
    )


def rolled_back(record: Record) -> None:
    _out.print(
        f"{record['release_id']} is current again; left behind: {', '.join(record['left'])}. "
        "What was posted stays posted"
    )


def log(records: list[Record]) -> None:
    for record in records:
        who = next(record[key] for key in _WHO if key in record)
        of: Any = record.get("period_key") or record.get("release_id") or record["person"]
        why = f": {record['reason']}" if "reason" in record else ""
        _out.print(
            f"{record['sequence']:>4}  {record['recorded_at']}  {record['kind']:<10} "
            f"{escape(f'{of} by {identity.in_words(who)}{why}')}"
        )


def erased(found: Erased) -> None:
    shared = f"; {found.shared} shared addresses stay" if found.shared else ""
    _out.print(
        f"{found.of}: {found.values} values are erased{shared}; record "
        f"{found.record['sequence']} of the ledger. Backups made before still hold them"
    )


def openings(found: list[Record]) -> None:
    for record in found:
        _out.print(
            escape(
                f"{record['at']}  {identity.in_words(record['by'])}  {record['tokens']:>6} tokens  "
                f"{record['purpose']}"
            )
        )
