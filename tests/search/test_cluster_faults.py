"""What befalls a shared index: servers that die, stall, are full or closed, other versions, other writers."""

import base64
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import monotonic

import httpx
import pytest

from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.elastic_patience import PAUSE_S
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.errors import CatalogueError, Unavailable
from catalogue.search import SearchDocument, SearchQuery, Words
from tests import servers
from tests.search.clusters import access, cluster, drop, generations
from tests.search.examples import document, ids
from tests.search.gateway import certificate, gate

pytestmark = pytest.mark.servers

NODE = "opensearch2"
NAME = "catalogue"
FIELDS = "fields-1"
PASSWORD = "correct-horse"


def many(number: int) -> list[SearchDocument]:
    about = Words("patients with a failing heart " * 20, "en")
    return [document(f"r{n:06d}", f"Registry {n}", description=(about,)) for n in range(number)]


def opened(where: Cluster, name: str = NAME, fields: str = FIELDS, timeout: float = 10) -> ElasticIndex:
    """The index of a catalogue for which a minute goes by at each look at the clock, and none in pauses."""
    clock = count(0, 60)
    return ElasticIndex(
        replace(where, timeout_s=timeout), name, fields, sleep=lambda seconds: None, clock=lambda: next(clock)
    )


@pytest.fixture
def shared() -> Iterator[ElasticIndex]:
    with cluster(NODE, FIELDS) as index:
        yield index


@pytest.fixture
def there() -> Cluster:
    running = servers.running(NODE)
    if running is None:
        pytest.skip(servers.why_not(NODE))
    return access(running)


@pytest.fixture(scope="module")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Own]:
    """The node that these tests kill, stop and fill one after another; it has room for one writer."""
    settings = {"thread_pool.write.size": "1", "thread_pool.write.queue_size": "1"}
    try:
        node = servers.Own(NODE, tmp_path_factory.mktemp("node"), settings)
    except servers.NotToBeHad as error:
        pytest.skip(str(error))
    yield node
    node.kill()


@pytest.fixture
def node(hurt: servers.Own) -> Iterator[servers.Own]:
    """A node that runs and may be hurt; what an earlier test did to it is over."""
    hurt.start()
    yield hurt
    if hurt.running.pid:
        hurt.resume()


@contextmanager
def refused(why: str) -> Iterator[list[str]]:
    """What stands inside raises Unavailable, and its words match; they are told at the end."""
    told: list[str] = []
    with pytest.raises(Unavailable) as caught:
        yield told
    told.append(f"{caught.value} {caught.value.detail}")
    assert re.search(why, told[0]), told[0]


# --- servers that die and stall


def test_a_node_killed_in_the_middle_of_a_put_loses_nothing_that_is_put_again(
    node: servers.Own,
) -> None:
    index = opened(access(node.running), timeout=30)
    index.rebuild(many(10))
    documents = many(3_000)
    killer = threading.Timer(1, node.kill)
    killer.start()

    with refused("does not answer"):
        while True:
            index.put(documents)

    killer.join()
    with refused("does not answer"):
        index.search(SearchQuery())
    node.start()
    index.put(documents)
    assert index.search(SearchQuery()).total == 3_000


def test_a_node_killed_in_the_middle_of_a_rebuild_keeps_the_live_index(
    node: servers.Own,
) -> None:
    index = opened(access(node.running), timeout=30)
    index.rebuild(many(10))

    def breaking() -> Iterator[SearchDocument]:
        for place, found in enumerate(many(4_000)):
            if place == 3_000:
                node.kill()
            yield found

    with refused("does not answer"):
        index.rebuild(breaking())

    node.start()
    assert index.search(SearchQuery()).total == 10
    assert len(generations(node.running.urls["http"], NAME)) == 2
    assert index.rebuild(many(50)) == 50
    assert index.search(SearchQuery()).total == 50
    assert len(generations(node.running.urls["http"], NAME)) == 1


def test_a_node_that_stalls_is_unavailable_in_time_and_well_again_afterwards(
    node: servers.Own,
) -> None:
    opened(access(node.running)).rebuild(many(3))
    index = opened(access(node.running), timeout=1)
    node.pause()

    with refused("does not answer"):
        index.search(SearchQuery())

    node.resume()
    assert index.search(SearchQuery()).total == 3


def test_a_cluster_without_its_shards_gives_no_half_answer(shared: ElasticIndex, there: Cluster) -> None:
    shared.put(many(3))
    name = shared.name
    (generation,) = generations(there.urls[0], name)
    httpx.post(f"{there.urls[0]}/{generation}/_close").raise_for_status()

    with refused("closed"):
        opened(there, name).search(SearchQuery())

    httpx.post(f"{there.urls[0]}/{generation}/_open?wait_for_active_shards=1").raise_for_status()
    assert opened(there, name).search(SearchQuery()).total == 3


def test_readers_do_not_wait_in_a_row_for_a_cluster_that_hangs(node: servers.Own) -> None:
    opened(access(node.running)).rebuild(many(3))
    now = [0.0]
    index = ElasticIndex(replace(access(node.running), timeout_s=1), NAME, FIELDS, clock=lambda: now[0])
    node.pause()
    with refused("does not answer"):
        index.search(SearchQuery())

    began = monotonic()
    for _ in range(50):
        with refused("does not answer"):
            index.search(SearchQuery())
    assert monotonic() - began < 1

    node.resume()
    now[0] += PAUSE_S
    assert index.search(SearchQuery()).total == 3
    now[0] += 1
    assert index.search(SearchQuery()).total == 3


# --- servers that are full


def test_what_the_cluster_has_no_room_for_is_sent_again(node: servers.Own) -> None:
    pauses: list[float] = []
    ElasticIndex(access(node.running), NAME, FIELDS).rebuild(())
    documents = many(4_000)

    def put(part: int) -> None:
        def rest(seconds: float) -> None:
            pauses.append(seconds)
            threading.Event().wait(seconds)

        ElasticIndex(access(node.running), NAME, FIELDS, sleep=rest).put(documents[part::16])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, range(16)))

    assert pauses, "the node was never busy"
    assert opened(access(node.running)).search(SearchQuery()).total == 4_000


def test_a_full_disk_is_told_and_nothing_is_lost(shared: ElasticIndex, there: Cluster) -> None:
    shared.put(many(3))
    block(there.urls[0], shared.name, True)
    writer = opened(there, shared.name)

    with refused(r"no room for changes.*2 of 2.*(watermark|read-only)"):
        writer.put(many(5)[3:])

    assert writer.search(SearchQuery()).total == 3
    block(there.urls[0], shared.name, None)
    writer.put(many(5)[3:])
    assert writer.search(SearchQuery()).total == 5


def block(url: str, name: str, value: bool | None) -> None:
    """Set or lift the block that a node sets by itself at the flood stage of its disk watermark."""
    body = {"index.blocks.read_only_allow_delete": value}
    httpx.put(f"{url}/{name}/_settings", json=body).raise_for_status()


# --- who may come in


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (f"Basic {base64.b64encode(b'steward:correct-horse').decode()}", {"user": "steward"}),
        (f"ApiKey {PASSWORD}", {"api_key": PASSWORD}),
    ],
    ids=["user and password", "key"],
)
def test_the_right_login_is_let_in_over_tls_and_the_wrong_one_is_told(
    there: Cluster, tmp_path: Path, wanted: str, given: dict[str, str]
) -> None:
    chain = certificate(tmp_path)
    with gate(there.urls[0], wanted, chain) as entrance:
        right = Cluster((entrance.url,), **{"password": PASSWORD, **given}, ca=chain[0])
        index = opened(right, f"test-{entrance.server_port}")
        index.rebuild(many(2))
        assert index.search(SearchQuery()).total == 2
        drop(there.urls[0], f"test-{entrance.server_port}")

        wrong = replace(right, password="wrong", api_key="wrong" if right.api_key else "")
        with refused(r"does not let the catalogue in.*FAIRFINDER_INDEX_USER") as told:
            opened(wrong).search(SearchQuery())
        assert "wrong" not in told[0].replace("password", "")

        with refused(r"does not answer.*certificate"):
            opened(replace(right, ca=None)).search(SearchQuery())


def test_a_password_is_in_no_text(there: Cluster) -> None:
    closed = Cluster(("http://steward:correct-horse@127.0.0.1:9/",), "steward", PASSWORD, PASSWORD)

    with refused("") as told:
        opened(closed).search(SearchQuery())

    assert PASSWORD not in f"{told} {closed!r} {closed.shown}"


# --- networks


def test_another_host_answers_for_one_that_is_away(shared: ElasticIndex, there: Cluster) -> None:
    shared.put(many(3))
    away = Cluster(("http://127.0.0.1:9", *there.urls))

    index = opened(away, shared.name)

    assert [index.search(SearchQuery()).total for _ in range(4)] == [3] * 4


def test_a_cut_network_is_told_and_mends_itself(shared: ElasticIndex, there: Cluster) -> None:
    shared.put(many(3))
    with gate(there.urls[0]) as entrance:
        index = opened(Cluster((entrance.url,)), shared.name)
        assert index.search(SearchQuery()).total == 3

        entrance.open = False
        with refused("does not answer"):
            index.search(SearchQuery())

        entrance.open, entrance.cut = True, 40
        with refused(""):
            index.search(SearchQuery())

        entrance.cut = None
        assert index.search(SearchQuery()).total == 3


def test_nothing_is_sent_to_what_is_no_cluster(there: Cluster) -> None:
    store = servers.running("fuseki")
    if store is None:
        pytest.skip(servers.why_not("fuseki"))
    where = store.urls["query"].partition("/ds")[0]

    with refused("neither Elasticsearch nor OpenSearch"):
        opened(Cluster((where,))).rebuild(())


# --- other versions and other writers


def test_an_index_of_an_older_version_is_neither_read_nor_written_until_it_is_built_anew(
    shared: ElasticIndex, there: Cluster
) -> None:
    older = opened(there, shared.name, "fields-0")
    older.rebuild(many(3))
    newer = opened(there, shared.name, "fields-2")

    assert newer.fingerprint() == "fields-0"
    for ask in (lambda: newer.search(SearchQuery()), lambda: newer.put(many(1)), lambda: newer.suggest("r")):
        with refused(r"another version.*fairfinder reindex"):
            ask()

    newer.rebuild(many(4))
    assert newer.search(SearchQuery()).total == 4
    with refused("another version"):
        older.put(many(1))


def test_an_index_that_was_deleted_is_told_and_never_made_by_chance(
    shared: ElasticIndex, there: Cluster
) -> None:
    shared.put(many(3))
    (generation,) = generations(there.urls[0], shared.name)
    httpx.delete(f"{there.urls[0]}/{generation}").raise_for_status()
    index = opened(there, shared.name)

    for ask in (
        lambda: index.search(SearchQuery()),
        lambda: index.put(many(1)),
        lambda: index.suggest("reg"),
    ):
        with refused(r"is not there.*fairfinder reindex"):
            ask()

    assert index.fingerprint() == ""
    assert generations(there.urls[0], shared.name) == []
    index.rebuild(many(2))
    assert index.search(SearchQuery()).total == 2


def test_a_foreign_index_under_the_name_is_left_alone(there: Cluster) -> None:
    name = "test-foreign-index"
    httpx.delete(f"{there.urls[0]}/{name}")
    httpx.put(f"{there.urls[0]}/{name}").raise_for_status()

    with refused("FAIRFINDER_INDEX_NAME"):
        opened(there, name).rebuild(many(1))

    assert httpx.head(f"{there.urls[0]}/{name}").status_code == 200
    httpx.delete(f"{there.urls[0]}/{name}").raise_for_status()


def test_two_writers_put_side_by_side(shared: ElasticIndex, there: Cluster) -> None:
    documents = many(600)
    writers = [opened(there, shared.name) for _ in range(2)]

    def put(part: int) -> None:
        for start in range(part, 600, 100):
            writers[part // 50].put(documents[start : start + 50])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(put, (0, 50)))

    assert shared.search(SearchQuery()).total == 600


def test_what_one_process_builds_anew_another_finds(shared: ElasticIndex, there: Cluster) -> None:
    other = opened(there, shared.name)
    shared.rebuild([document("a", "Alpha")])
    assert ids(other, "") == ["a"]

    shared.rebuild([document("b", "Bravo")])

    assert ids(other, "") == ["b"]
    other.put([document("c", "Charlie")])
    assert sorted(ids(shared, "")) == ["b", "c"]


def test_a_document_that_the_index_cannot_hold_is_named(shared: ElasticIndex) -> None:
    bad = replace(document("bad", "Title"), facets={"no-such-facet": ("x",)})

    with pytest.raises(CatalogueError, match=r"cannot hold the record bad.*no-such-facet"):
        shared.put([bad])
