"""Every word of ours can be translated, and values are written as people write them."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from gettext import NullTranslations
from importlib.resources import files
from typing import Final

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from catalogue.settings import Settings
from ontologies.outcome_domains import DOMAINS
from tests.apps import app_of
from tests.site.site import SOURCE, TEXTS, Clock, Site, filled, identity
from web import format as form
from web import pages_about, text

PAGES: Final = (
    *("/", "/datasets?q=cohort&persons_min=10", "/datasets?country=FRA&accessRights=RESTRICTED"),
    *("/datasets?sort=newest&size=2", "/datasets?page=9", "/datasets?q=krebsregster"),
    *("/programmes", "/programmes/roadmap", f"/programmes/roadmap/sources/{identity('full')}"),
    *("/sources", f"/sources/{SOURCE}", "/about", "/nothing-here"),
    *(f"/dataset/{identity(name)}" for name in TEXTS),
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


class Pseudo(NullTranslations):
    """A language in which every message stands between brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture(scope="module")
def foreign(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site in the bracket language."""
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("foreign"))
    app = app_of(catalogue, settings)
    renderer = app.state.fairfinder.renderer
    renderer.environment.install_gettext_translations(Pseudo(), newstyle=True)
    renderer.translate = Pseudo().gettext
    yield Site(app, catalogue)
    catalogue.close()


@pytest.fixture(scope="module")
def data(foreign: Site) -> str:
    """Everything that is data and not ours to translate."""
    skos = "".join(
        file.read_text("utf-8") for file in (files("ontologies") / "skos").iterdir() if file.is_file()
    )
    skos += "".join(
        file.read_text("utf-8") for file in (files("ontologies") / "programmes").iterdir() if file.is_file()
    )
    skos += " ".join(DOMAINS.values()) + " " + form.day(date(2026, 11, 26))
    parts = [v for one in pages_about.versions() for v in (one.name, one.version, one.licence)]
    months = form.day(date(2026, 3, 3)), form.day(date(2026, 1, 31)), form.day(date(2021, 12, 31))
    own = ["FAIRfinder", "Test Hospital", SOURCE, "dcat", "UTC", "CSV", "JSON", "million", "MB"]
    formats = ["Turtle", "JSON-LD", "RDF/XML", "N-Triples", "German", "Arabic", "4 May 2020"]
    paths = [*PAGES, "https://north.example/catalog.ttl", "line 41 The prefix x: is not declared."]
    words = [*parts, *months, *own, *formats, *paths, *TEXTS.values(), skos]
    return " ".join(" ".join(words).split()) + text.plain(" ".join(TEXTS.values()))


def bare(page_text: str) -> Iterator[str]:
    """What stands outside all brackets."""
    depth, found = 0, ""
    for sign in page_text:
        depth += (sign == "⟦") - (sign == "⟧")
        found += " " if depth or sign == "⟧" else sign
    yield from _WORD.findall(found)


@pytest.mark.parametrize("path", PAGES)
def test_every_word_of_ours_goes_through_the_translations(foreign: Site, data: str, path: str) -> None:
    page = foreign.page(path)

    body = page.one("body")
    spoken = [t for t in body.texts() if t.strip()]
    spoken += [e.attributes[n] for e in body.walk() for n in _SPOKEN if n in e.attributes]
    text_of_page = "\n".join(t for t in spoken if t not in {v for e in body.all("code") for v in e.texts()})
    known = set(_WORD.findall(data))
    assert not [word for word in bare(text_of_page) if word not in known]


_EXTRACT: Final = ("-F", "web/locale/babel.cfg", "-k", "mark", "--no-location", "--sort-output")
_SPOKEN: Final = ("aria-label", "placeholder", "data-label")


def test_the_messages_for_translators_are_up_to_date(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    fresh = tmp_path_factory.mktemp("locale") / "messages.pot"

    CommandLineInterface().run(  # type: ignore[no-untyped-call]
        ["pybabel", "-q", "extract", *_EXTRACT, "-o", str(fresh), "."]
    )

    kept = files("web") / "locale" / "messages.pot"
    missing = _messages(fresh.read_bytes()) ^ _messages(kept.read_bytes())
    assert not missing, f"run: pybabel extract {' '.join(_EXTRACT)} -o web/locale/messages.pot ."


def _messages(catalogue: bytes) -> set[object]:
    return {message.id for message in read_po(io.BytesIO(catalogue))}


def test_dates_are_written_as_precisely_as_they_were_given() -> None:
    assert form.lexical_date("2026-03-03") == "3 March 2026"
    assert form.lexical_date("2026-03-03T10:00:00Z") == "3 March 2026"
    assert form.lexical_date("2015-07") == "July 2015"
    assert form.lexical_date("2015") == "2015"
    assert form.lexical_date("2015-13-45") == "2015-13-45"
    assert form.lexical_date("soon") == "soon"


def test_numbers_sizes_and_durations_are_written_for_people() -> None:
    assert form.number(12430) == "12,430"
    assert form.rounded(41_300_000) == "41.3 million"
    assert form.rounded(999_999) == "999,999"
    assert form.size(1_500_000) == "1.5 MB"
    assert form.duration("P1M") == "1 month"
    assert form.duration("PT0.5S") == "0.5 seconds"
    assert form.duration("often") == "often"
    assert form.moment(datetime(2026, 3, 3, 14, 5, tzinfo=UTC)) == "3 March 2026, 14:05 UTC"


def test_a_description_is_cut_at_its_first_sentence() -> None:
    words = "All adults seen at approx. 40 clinics since 1998, e.g. in towns. Then more."

    assert text.first_sentence(words) == ("All adults seen at approx. 40 clinics since 1998, e.g. in towns.")
    assert text.first_sentence("<p>Short &amp; <b>plain</b></p>") == "Short & plain"
