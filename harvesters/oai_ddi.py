"""DDI Codebook (2.x), which the archives of the social and health sciences use.

https://ddialliance.org/Specification/DDI-Codebook/2.5/
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalogue.drafting import Given
from harvesters import scholarly
from harvesters.code_lists import code_list
from harvesters.iris import doi, link
from harvesters.oai_xml import Element, child, children, language, local, words
from harvesters.scholarly import conditions, country, day, distributions
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

MAX_VARIABLES: Final = 5_000
"""The variables of a study that are taken; a record with many more is too large to be shown."""

_MAIL: Final = re.compile(r"[^\s@<>:/]+@[^\s@<>/.]+(?:\.[^\s@<>/.]+)+")
_ROLES: Final = "http://registry.it.csiro.au/def/isotc211/CI_RoleCode/"
_HOW: Final = ("timeMeth", "collMode", "dataSrc", "collSitu", "actMin", "weight")

_Told = Mapping[str, list[Element]]


def codebook(vocabularies: Vocabularies, metadata: Element) -> tuple[tuple[str, ...], Mapping[str, Given]]:
    """The values of a study; all that has a codebook is data, so it needs no type."""
    study = _told(child(metadata, "stdyDscr"))
    files = [*children(metadata, "fileDscr")]
    page = _page(metadata, study)
    return (), {
        **_content(study),
        **_identity(study, page),
        **_people(study),
        **_coverage(vocabularies, study),
        **_history(vocabularies, study),
        **_access(vocabularies, study, page, files),
        "records": _cases(files),
        "variables": [*_variables(metadata, files)],
    }


def _told(study: Element | None) -> _Told:
    """The elements that describe a study, wherever they stand, by their names."""
    found: dict[str, list[Element]] = {}
    for one in study.iter() if study is not None else ():
        found.setdefault(local(one), []).append(one)
    return found


def _all(study: _Told, *names: str) -> list[Element]:
    return [one for name in names for one in study.get(name, ())]


def _texts(study: _Told, *names: str) -> list[str]:
    return [*dict.fromkeys(filter(None, map(words, _all(study, *names))))]


def _spoken(elements: Iterable[Element]) -> dict[str, Given]:
    """Words by language."""
    found: dict[str, dict[str, None]] = {}
    for one in elements:
        if text := words(one):
            found.setdefault(language(one), {})[text] = None
    return {tongue: [*texts] for tongue, texts in found.items()}


def _content(study: _Told) -> Mapping[str, Given]:
    own = next(iter(_all(study, "titlStmt")), None)
    titles = [*children(own, "titl", "parTitl")]
    return {
        "title": _spoken(titles or _all(study, "titl")[:1]),
        "alternative": _spoken(_all(study, "altTitl")),
        "description": _spoken(_all(study, "abstract")),
        "keyword": _spoken(_all(study, "keyword", "topcClas", "dataKind")),
        "populationCoverage": _spoken(_all(study, "universe", "sampProc")),
        "provenance": [{"label": {language(one): words(one)}} for one in _all(study, *_HOW) if words(one)],
    }


def _identity(study: _Told, page: str) -> Mapping[str, Given]:
    numbers = _all(study, "IDNo")
    dois = [*filter(None, (doi(words(one)) for one in numbers)), *filter(None, [doi(page)])]
    name = (dois or [*filter(None, map(words, numbers))] or [""])[0]
    others = {words(one): one.get("agency", "") for one in numbers}
    return {
        "identifier": name,
        "otherIdentifier": [
            {"notation": text, "schemaAgency": agency}
            for text, agency in others.items()
            if text and name not in (text, doi(text))
        ],
        "landingPage": page,
        "isReferencedBy": [*_publications(study)],
    }


def _page(metadata: Element, study: _Told) -> str:
    """The page of a study: where it is held, else its DOI."""
    held = [one.get("URI", "") for one in _all(study, "holdings")]
    named = map(words, _all(study, "IDNo"))
    whole = [metadata.get("URI", "")]
    found = (link(text) for text in (*held, *whole, *filter(doi, named)))
    return next((page for page in found if page.startswith("http")), "")


def _publications(study: _Told) -> Iterator[Given]:
    for one in _all(study, "relPubl"):
        for part in one.iter():
            address = link(part.get("URI", "")) or link(words(part)) if local(part) != "relPubl" else ""
            if address:
                yield address


def _people(study: _Told) -> Mapping[str, Given]:
    makers = _all(study, "AuthEnty") or _all(study, "producer")
    producers = [one for one in _all(study, "producer") if one not in makers]
    others = [(one, "originator") for one in producers] + [(one, "funder") for one in _all(study, "fundAg")]
    return {
        "publisher": next((_agent(one) for one in _all(study, "distrbtr", "producer") if words(one)), None),
        "creator": [_agent(one) for one in makers if words(one)],
        "contactPoint": [*_contacts(study)],
        "attribution": [
            {"agent": _agent(one), "hadRole": _ROLES + role} for one, role in others if words(one)
        ],
    }


def _agent(one: Element) -> Mapping[str, Given]:
    homepage = link(one.get("URI", ""))
    return {"name": {language(one): words(one)}, "homepage": homepage}


def _contacts(study: _Told) -> Iterator[Given]:
    told = set()
    for one in _all(study, "contact"):
        mail = one.get("email", "").removeprefix("mailto:")
        address = mail if _MAIL.fullmatch(mail) else ""
        if (words(one), address) not in told and (words(one) or address):
            told.add((words(one), address))
            yield {
                "fn": words(one),
                "organizationName": one.get("affiliation", ""),
                "hasEmail": address,
                "hasURL": link(one.get("URI", "")),
            }


def _coverage(vocabularies: Vocabularies, study: _Told) -> Mapping[str, Given]:
    spans = [*_spans(_all(study, "timePrd"))] or [*_spans(_all(study, "collDate"))]
    nations = [one.get("abbr", "") for one in _all(study, "nation")]
    known = [text for text in nations if vocabularies.concept("country", text)]
    named = known if len(known) == len(nations) else _texts(study, "nation")
    places = (country(vocabularies, text) for text in [*named, *_texts(study, "geogCover")])
    return {"temporal": spans, "country": [*dict.fromkeys(filter(None, places))]}


def _spans(dates: Iterable[Element]) -> Iterator[Mapping[str, Given]]:
    """Pairs of start and end, and single dates; an end belongs to the start before it."""
    start = ""
    for one in dates:
        date, event = day(one.get("date", "")) or day(words(one)), one.get("event", "single")
        if not date:
            continue
        if event == "start":
            if start:
                yield {"startDate": start}
            start = date
        else:
            yield {"startDate": start if event == "end" else date, "endDate": date}
            start = "" if event == "end" else start
    if start:
        yield {"startDate": start}


def _history(vocabularies: Vocabularies, study: _Told) -> Mapping[str, Given]:
    issued = (
        day(one.get("date", "")) or day(words(one)) for one in _all(study, "distDate", "prodDate", "depDate")
    )
    how_often = _texts(study, "frequenc")
    return {
        "issued": next(filter(None, issued), ""),
        "version": next(iter(_texts(study, "version")), ""),
        "frequency": [text for text in how_often if vocabularies.concept("frequency", text)][:1],
    }


def _access(vocabularies: Vocabularies, study: _Told, page: str, files: list[Element]) -> Mapping[str, Given]:
    """Conditions stand in words, mostly; they go with the way to the data."""
    short = _texts(study, "avlStatus", "restrctn")
    code = next(filter(None, (scholarly.access_right(vocabularies, text) for text in short)), "")
    stated = _texts(study, "restrctn", "conditions", "avlStatus")
    left = [text for text in stated if not scholarly.access_right(vocabularies, text)]
    addresses = [link(one.get("URI", "")) for one in _all(study, "accsPlac")]
    place = next(filter(None, addresses), page)
    said = conditions(vocabularies, [("\n\n".join(left), "")] if left else [])
    kinds = [words(one) for file in files for one in file.iter() if local(one) == "fileType" and words(one)]
    return {
        "accessRights": code,
        "distribution": [*distributions((), place, kinds, None, said)],
    }


def _cases(files: list[Element]) -> int | None:
    """How many cases the files hold together."""
    told = [
        re.sub(r"[\s,.]", "", words(one)) for file in files for one in file.iter() if local(one) == "caseQnty"
    ]
    numbers = [int(text) for text in told if re.fullmatch(r"\d{1,12}", text)]
    return sum(numbers) or None


def _variables(metadata: Element, files: list[Element]) -> Iterator[Given]:
    """The variables as columns, in a table for each file."""
    names = {file.get("ID", ""): _file_name(file) for file in files}
    tables: dict[str, list[Given]] = {}
    variables = [one for data in children(metadata, "dataDscr") for one in children(data, "var")]
    if len(variables) > MAX_VARIABLES:
        log.warning("of %s variables of a study the first %s were taken", len(variables), MAX_VARIABLES)
    for one in variables[:MAX_VARIABLES]:
        tables.setdefault(one.get("files", "").partition(" ")[0], []).append(_column(one))
    title = next(iter(names.values()), "") or "Variables"
    if tables:
        yield {
            "title": "Variables",
            "table": [
                {"title": names.get(file) or title, "column": columns} for file, columns in tables.items()
            ],
        }


def _file_name(file: Element) -> str:
    return next((words(one) for one in file.iter() if local(one) == "fileName"), "")


def _column(one: Element) -> Mapping[str, Given]:
    """A variable: its name, its label, its type, its unit, its codes, and its question as its meaning."""
    label = child(one, "labl")
    form = child(one, "varFormat")
    meaning = [words(part) for part in children(one, "txt")]
    meaning += [words(text) for part in children(one, "qstn") for text in children(part, "qstnLit")]
    return {
        "columnName": one.get("name", "") or one.get("ID", ""),
        "columnTitle": {language(label): words(label)} if label is not None else None,
        "columnDatatype": form.get("type", "") if form is not None else "",
        "description": [*filter(None, meaning)],
        "unit": one.get("measUnit", "").strip(),
        "codeList": code_list(
            (words(child(each, "catValu")), words(child(each, "labl")))
            for each in children(one, "catgry")
            if each.get("missing") != "Y"
        ),
    }
