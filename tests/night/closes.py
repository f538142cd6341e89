"""Month after month at a company: nights, a checker with a key of her own, closes, and the news
that sources bring later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import journal, ledger_entries, release
from tests.night.company import Home
from tests.night.opinion_of_a_night import assert_agreed
from tests.orchestration import ledger_home

# between what the sample company delivers and what is news
_DELIVERED = "sample/nights"


@dataclass(frozen=True)
class Finance:
    """A home in which months are closed: one account runs nights, Ada's key approves."""

    home: Home
    key: Path

    @classmethod
    def of(cls, home: Home, folder: Path) -> Finance:
        folder.mkdir()
        key = ledger_home.make_key(folder, "ada")
        allowed = ledger_home.allow(folder, ada=key)
        (home.path / "winshare.toml").write_text(
            f'[approval]\nallowed_signers = "{allowed}"\n', encoding="utf-8"
        )
        return cls(home, key)

    def said(self, *arguments: str) -> str:
        """What a command that must succeed says."""
        done = self.home.winshare(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        done = self.home.winshare(*arguments)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr

    def approve(self) -> None:
        release_id = self.home.current()
        statement = self.said("approve", release_id, "--statement")
        signature = self.key.with_name(f"{release_id}.sig")
        signature.write_text(ledger_home.sign(self.key, statement.encode()), encoding="utf-8")
        self.said("approve", release_id, "--signature", str(signature))

    def close(self, run_date: str, period: str) -> list[tuple]:
        """A night, its approval, the close and the export; the lines that were posted."""
        self.home.night(run_date)
        assert_agreed(self.home)
        self.approve()
        assert "is closed: " in self.said("close", period)
        self.said("export", period)
        return self.posted(period)

    def posted(self, period: str) -> list[tuple]:
        """(payee, component, period, account, entry type, amount) of each line of a close."""
        close = journal.close_of(journal.read(self.home.path), period)
        return self._ask(
            "select payee_employee_number, plan_component_key, period_key, account, entry_type, "
            f"amount_minor from {ledger_entries.scan(self.home.path, [close])} "
            "where account <> 'entitlement' order by all"
        )

    def balances(self) -> dict[tuple, int]:
        """What stands in the ledger per payee, component, period, source: all accounts."""
        posted = journal.postings(journal.read(self.home.path))
        return {tuple(source): amount for *source, amount in self._ask(
            "select payee_employee_number, plan_component_key, period_key, source_ref, "
            f"cast(sum(amount_minor) as bigint) from {ledger_entries.scan(self.home.path, posted)} "
            "where account <> 'entitlement' group by all having sum(amount_minor) <> 0"
        )}  # fmt: skip

    def lines(self) -> list[tuple]:
        """(source, account, entry type, amount) of the current release's lines, accruals left
        out."""
        with duckdb.connect(
            str(self.home.release / release.FILES["finance"]), read_only=True
        ) as reader:
            return reader.execute(
                "select source_ref, account, entry_type, payout_amount_minor "
                "from bonus.fct_payout_lines where entry_type not like 'accrual%' order by all"
            ).fetchall()

    def _ask(self, query: str) -> list[tuple]:
        with duckdb.connect() as connection:
            return connection.execute(query).fetchall()

    def paid_deals(self) -> list[str]:
        """CRM ids of the deals that the current release pays commission for, oldest first."""
        path = self.home.release / release.FILES["finance"]
        with duckdb.connect(str(path), read_only=True) as reader:
            return [row[0] for row in reader.execute(
                "select opportunity_id_crm from funnel.fct_opportunities where opportunity_key in ("
                "select opportunity_key from bonus.fct_payout_lines where account = 'payable' "
                "and payout_amount_minor <> 0) order by won_date, opportunity_id_crm"
            ).fetchall()]  # fmt: skip

    def wins(self, first: str, after: str) -> list[str]:
        """CRM ids of deals won between two dates, as delivered first."""
        found = f"{self.home.path}/{_DELIVERED}/*/crm/opportunity.parquet"
        return [row[0] for row in self._ask(
            f"select distinct id from '{found}' where is_won and close_date >= '{first}' "
            f"and close_date < '{after}' order by id"
        )]  # fmt: skip

    def news(self, run_date: str, deal: str, change: str, known_as: str | None = None) -> None:
        """Deliver a new version of a deal on that date: `change` is the list of a REPLACE.

        `known_as` makes it another deal, which nobody knew before.
        """
        nights = self.home.path / _DELIVERED
        path = nights / run_date / "crm" / "opportunity.parquet"
        files = ", ".join(
            f"'{found}'" for found in sorted(nights.glob("*/crm/opportunity.parquet"))
            if found.parts[-3] <= run_date
        )  # fmt: skip
        told = f"'{known_as or deal}' as id, {change}"
        if not known_as:
            told += f", timestamp '{run_date} 06:00:00' - interval 1 day as system_modstamp"
        delivered = f"from '{path}' union all by name" if path.exists() else ""
        aside = path.with_suffix(".aside")
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy ({delivered} (select * replace ({told}) from read_parquet([{files}]) "
                f"where id = '{deal}' qualify row_number() over (order by system_modstamp desc) "
                f"= 1)) to '{aside}' (format parquet)"
            )
        # the delivery may be a hard link of another test's
        aside.replace(path)


def replays(finance: Finance, *periods: str) -> None:
    """Fails unless every closed period comes back from what was recorded."""
    for period in periods:
        assert "come back as they were posted" in finance.said("replay", period)
