"""When a source is due: cron expressions in UTC, and the jobs that follow from them."""

from datetime import datetime

from cronsim import CronSim, CronSimError

from catalogue.errors import Invalid
from catalogue.jobs import HARVEST, Jobs
from catalogue.ledger import Ledger
from catalogue.sources import Source, Standing


def checked(expression: str) -> str:
    """The expression with single blanks; raises Invalid for what is none. "" stands for no schedule."""
    text = " ".join(expression.split())
    if text:
        _times(text, datetime(2026, 1, 1))
    return text


def next_time(expression: str, after: datetime) -> datetime | None:
    """The first time after this one; None for no schedule or one that never comes."""
    return next(_times(expression, after), None) if expression else None


def next_run(source: Source, standing: Standing) -> datetime | None:
    """When a source is harvested next by its schedule; a time that was missed is made up for once."""
    if not source.schedule or source.paused or not source.url:
        return None
    return next_time(source.schedule, standing.scheduled or source.created)


def enqueue_due(ledger: Ledger, jobs: Jobs) -> None:
    """Queue what is due by now; many processes may do so at once.

    It is noted behind that, so that no time is lost to a ledger or a queue that does not answer: an equal
    job that is queued or running is not queued again.
    """
    now = ledger.now()
    standings = ledger.sources.standings()
    for source in ledger.sources.all():
        standing = standings.get(source.name, Standing())
        due = next_run(source, standing)
        if due and due <= now:
            jobs.enqueue(HARVEST, source.name)
            ledger.sources.scheduled(source.name, standing.scheduled, now)


def in_words(expression: str) -> str:
    """The expression in English; the expression itself where it cannot be put in words."""
    return CronSim(expression, datetime(2026, 1, 1)).explain() if expression else ""


def _times(expression: str, after: datetime) -> CronSim:
    try:
        return CronSim(expression, after)
    except CronSimError as error:
        raise Invalid(
            f"“{expression[:100]}” is not a schedule ({error}). Give five fields: minute, hour, day of the "
            "month, month, day of the week; such as “30 2 * * *” for every night at 2:30 UTC."
        ) from error
