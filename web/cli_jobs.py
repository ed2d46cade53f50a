"""The commands around the queue of jobs, and what a worker does for each kind of job."""

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from catalogue.apart import Stopping
from catalogue.bootstrap import open_jobs, renew_older_index
from catalogue.catalogue import Catalogue
from catalogue.jobs import HARVEST, LINKS
from catalogue.runs import FAILED
from catalogue.schedule import enqueue_due
from catalogue.settings import Settings
from web import cli_alerts, cli_links, report
from web.cli_doing import deeds
from web.cli_parts import harvest_source, ledger_opened, opened
from web.worker import Outcome, Task, Worker


def worker(
    threads: Annotated[int, typer.Option(min=1, help="How many jobs to do at a time.")] = 1,
) -> None:
    """Do what is queued, until stopped; a job that is going on is finished or given back."""
    settings = Settings()
    with opened(settings) as catalogue, working(catalogue, settings, threads) as going:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: _stop(going, number))
        typer.echo(f"The worker waits for jobs, {threads} at a time.  (stop it with Ctrl+C)")
        going.stopping.wait()
    if going.is_broken:
        raise typer.Exit(1)


def list_jobs(limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20) -> None:
    """The newest jobs: what they do, how they stand, and what came of them."""
    settings = Settings()
    with ledger_opened(settings) as ledger, closing(open_jobs(settings, ledger)) as jobs:
        for job in jobs.newest(limit):
            typer.echo(report.job(job))


@contextmanager
def working(catalogue: Catalogue, settings: Settings, threads: int = 1) -> Iterator[Worker]:
    """A worker on this catalogue for as long as the context lasts."""
    jobs = open_jobs(settings, catalogue.ledger)

    def run_harvest(name: str, stopping: Stopping) -> Outcome:
        run = harvest_source(catalogue, name, settings, stopping=stopping)
        return Outcome(report.summary(run), run.state != FAILED)

    tasks: dict[str, Task] = {
        HARVEST: run_harvest,
        LINKS: cli_links.task(catalogue, settings, jobs),
        **deeds(catalogue),
    }
    upkeep = (
        jobs.mend,
        catalogue.recover,
        lambda: enqueue_due(catalogue.ledger, jobs),
        lambda: catalogue.ledger.runs.forget_old(catalogue.now()),
        lambda: cli_links.enqueue(catalogue, settings, jobs),
        lambda: cli_alerts.alert(catalogue, settings),
        lambda: renew_older_index(catalogue),
    )
    try:
        with Worker(jobs, tasks, upkeep, threads=threads) as going:
            yield going
    finally:
        jobs.close()


def _stop(going: Worker, number: int) -> None:
    """Stop in good order; the same signal again ends the process at once."""
    signal.signal(number, signal.SIG_DFL)
    going.stopping.set()
