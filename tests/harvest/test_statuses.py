"""A failure carries the status that the server answered with, so that nobody reads it out of its words."""

import pickle

import pytest

from catalogue.errors import CatalogueError, NotFound, Unavailable
from harvesters.http import Client
from harvesters.statuses import Absent, Answered, is_final, status_of
from tests.harvest.conftest import MakeClient
from tests.harvest.loopback import Reply, Site


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_a_failure_carries_the_status_of_the_answer(client: Client, site: Site, status: int) -> None:
    site.pages["/a"] = Reply(status=status)

    with pytest.raises(CatalogueError) as caught:
        client.get(f"{site.url}/a")

    assert status_of(caught.value) == status
    assert isinstance(caught.value, NotFound if status in (404, 410) else Unavailable)


def test_a_server_that_does_not_answer_has_no_status(make_client: MakeClient) -> None:
    with pytest.raises(Unavailable) as caught:
        make_client().get("http://127.0.0.1:1/")

    assert type(caught.value) is Unavailable
    assert status_of(caught.value) == 0


@pytest.mark.parametrize(
    ("status", "final"),
    [
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (408, False),
        (429, False),
        (503, False),
    ],
)
def test_a_fault_of_the_request_is_told_from_trouble_that_passes(status: int, final: bool) -> None:
    assert is_final(Answered("", status)) is final
    assert not is_final(Unavailable("No answer at all, not even a 403 or one that answered 404."))


@pytest.mark.parametrize("error", [Answered("It failed.", 503), Absent("It is gone.", 410)])
def test_the_status_goes_with_a_failure_from_process_to_process(error: Answered | Absent) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), again.status) == (type(error), str(error), error.status)
