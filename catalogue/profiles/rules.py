"""The disclosure rule of each source; no client may choose one."""

import sqlalchemy as sql

from catalogue.database import Database
from catalogue.profile_tables import disclosure_rules
from catalogue.profiles.release import Rule


class Rules:
    """The rules that operators set, in the database of the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, source: str) -> Rule:
        """The rule by which profiles of the records of a source are made from now on."""
        query = sql.select(disclosure_rules).where(disclosure_rules.c.source == source)
        with self._database.reading() as db:
            row = db.execute(query).one_or_none()
        return Rule(row.threshold, row.rounding) if row else Rule()

    def set(self, source: str, rule: Rule) -> None:
        """Give a source a rule; raises Invalid for one out of bounds. Releases that there are stay."""
        rule.checked()
        row = {"source": source, "threshold": rule.threshold, "rounding": rule.rounding}
        with self._database.writing() as db:
            self._database.put(db, disclosure_rules, [row])
