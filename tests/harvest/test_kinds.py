"""The table of source kinds and the one place that opens them."""

from pathlib import Path

import pytest

from catalogue.errors import Invalid
from harvesters.http import Client
from harvesters.kinds import Manners, Order, checked, harvest, kind, kinds
from tests.harvest.asking import asked
from tests.harvest.doubles import doubles
from tests.harvest.feeds import dataset, names, turtle
from tests.harvest.loopback import Reply, Site
from tests.harvest.played import play
from tests.harvest.test_feeds import TURTLE


def test_a_feed_is_opened_by_its_kind(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(dataset("a"))

    assert names(kind("dcat").harvest(asked(f"{site.url}/feed", client))) == ["a"]


def test_files_are_opened_by_their_kind(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(TURTLE)

    assert names(kind("folder").harvest(asked(str(tmp_path), client))) == ["a", "b"]


def test_the_format_option_reaches_the_harvester(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(TURTLE, headers={"Content-Type": "application/ld+json"})

    assert names(kind("dcat").harvest(asked(f"{site.url}/feed", client, format="turtle"))) == ["a", "b"]


def test_nothing_is_fetched_before_the_first_item_is_asked_for(client: Client, site: Site) -> None:
    kind("dcat").harvest(asked(f"{site.url}/feed", client))

    assert site.asked == []


def test_an_unknown_kind_is_told_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"“gopher”.*dcat, .*folder"):
        kind("gopher")


def test_an_unknown_option_is_told_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"“speed”.*format"):
        checked("dcat", {"speed": "1"})


def test_our_own_address_reaches_the_harvester(site: Site) -> None:
    double = doubles()["catalogue"]
    play(site, double.answering(site.url))
    manners = Manners(frozenset({"127.0.0.1"}), 1_000_000, 30, "")

    strange, own = (
        names(harvest(Order("catalogue", site.url, base=base), manners))
        for base in ("", "https://lumina.example/")
    )

    assert len(strange) > len(own) == 1


def test_every_kind_explains_itself_in_one_line() -> None:
    for one in kinds():
        assert kind(one.name) is one
        assert one.help.endswith(".")
        assert one.address.endswith(".")
        assert "\n" not in one.help
        assert all(text.endswith(".") for text in one.options.values())
