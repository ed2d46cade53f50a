"""The application as it is served, its jobs in memory."""

from fastapi import FastAPI

from catalogue.catalogue import Catalogue
from catalogue.jobs import Jobs
from catalogue.queue import open_queue
from catalogue.settings import Settings
from web.app import create_app
from web.cli_operations import operations


def app_of(catalogue: Catalogue, settings: Settings) -> FastAPI:
    """The application of a catalogue, and the operations on its sources."""
    return create_app(
        catalogue, settings, operations(catalogue, Jobs(catalogue.ledger, open_queue(None)), settings)
    )
