"""What the commands on sources stand on: the operations, and jobs done here or by who has the catalogue."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from catalogue.apart import never
from catalogue.bootstrap import open_catalogue, open_jobs
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict
from catalogue.jobs import APPROVE, DELETE, DISMISS, LEAVE
from catalogue.ledger import Ledger
from catalogue.settings import Settings
from ontologies.vocabularies import load
from web.cli_operations import SourceOperations
from web.cli_parts import ledger_opened
from web.cli_tokens import WHO
from web.worker import Outcome, Task


@contextmanager
def operating(settings: Settings) -> Iterator[tuple[Ledger, SourceOperations]]:
    """The ledger and the operations on its sources, beside whatever process has the catalogue open."""
    with ledger_opened(settings) as ledger, closing(open_jobs(settings, ledger)) as jobs:
        yield ledger, SourceOperations(ledger, jobs, load(), settings, is_afar=False)


@contextmanager
def opened_or(settings: Settings, instead: str) -> Iterator[Catalogue]:
    """The whole catalogue; where another process has it open, the error says what to do instead."""
    try:
        catalogue = open_catalogue(settings)
    except Conflict as error:
        raise Conflict(f"{error} {instead}") from error
    with closing(catalogue):
        yield catalogue


def note(ledger: Ledger, action: str, subject: str, detail: str = "") -> None:
    """Write down what was done on the command line."""
    ledger.audit.note(WHO, action, subject, detail)


def done(settings: Settings, task: str, argument: str) -> Outcome:
    """Do a job on a source here and now; where another process has the catalogue open, leave it to that."""
    try:
        catalogue = open_catalogue(settings)
    except Conflict:
        with ledger_opened(settings) as ledger, closing(open_jobs(settings, ledger)) as jobs:
            job = jobs.enqueue(task, argument)
        return Outcome(
            f"Another process has the catalogue open, which does this next: job {job.id} is {job.state}. "
            "See what comes of it with: fairfinder jobs"
        )
    with closing(catalogue):
        return deeds(catalogue)[task](argument, never)


def deeds(catalogue: Catalogue) -> dict[str, Task]:
    """What a worker does with a source besides harvesting it."""

    def forget(name: str, withdraw: bool) -> Outcome:
        catalogue.forget_source(name, withdraw=withdraw)
        return Outcome(
            f"{name} is deleted; its records are {'withdrawn' if withdraw else 'left as they are'}."
        )

    return {
        DELETE: lambda name, _: forget(name, withdraw=True),
        LEAVE: lambda name, _: forget(name, withdraw=False),
        APPROVE: lambda shown, _: _decide(catalogue, shown, catalogue.approve, "withdrawn"),
        DISMISS: lambda shown, _: _decide(catalogue, shown, catalogue.dismiss, "left as they are"),
    }


def _decide(catalogue: Catalogue, shown: str, decide: Callable[[str, int, int], int], become: str) -> Outcome:
    """Decide on what was shown: "source run number". That other records wait now is told, not tried again."""
    name, run, number = shown.rsplit(" ", 2)
    if catalogue.ledger.waiting(name, int(run)).number != int(number):
        said = f"Nothing was done: by now others wait of {name} than the {number} records that were shown."
        return Outcome(said, is_well=False)
    return Outcome(f"{decide(name, int(run), int(number)):,} records of {name} are {become}.")
