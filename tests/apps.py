"""The application as it is served, its jobs in memory, and a worker that does those besides harvests."""

from contextlib import closing

from fastapi import FastAPI

from catalogue.apart import never
from catalogue.catalogue import Catalogue
from catalogue.jobs import DONE, FAILED, Jobs
from catalogue.queue import open_queue
from catalogue.settings import Settings
from web.app import create_app
from web.cli_doing import deeds
from web.cli_operations import operations


def app_of(catalogue: Catalogue, settings: Settings) -> FastAPI:
    """The application of a catalogue, and the operations on its sources."""
    return create_app(
        catalogue, settings, operations(catalogue, Jobs(catalogue.ledger, open_queue(None)), settings)
    )


def work(catalogue: Catalogue) -> list[str]:
    """Do what is queued besides harvests; what came of it."""
    said: list[str] = []
    with closing(Jobs(catalogue.ledger, open_queue(None))) as jobs:
        jobs.mend()
        while True:
            with jobs.taken() as taken:
                if taken is None:
                    return said
                job, hold = taken
                outcome = deeds(catalogue)[job.task](job.argument, never)
                jobs.finish(job, hold, DONE if outcome.is_well else FAILED, outcome.message)
                said.append(outcome.message)
