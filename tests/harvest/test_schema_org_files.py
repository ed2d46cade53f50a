"""Files, licences and conditions of schema.org, in all the shapes that publishers give them."""

import pytest

from ontologies.namespaces import DCAT, DCT, FOAF, RDFS, SPDX
from tests.harvest.sites import EU, PAGE, anywhere, mapped, said


@pytest.mark.parametrize(
    ("given_", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", f"{EU}licence/CC_BY_4_0"),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", f"{EU}licence/CC_BY_4_0"),
        ("CC BY 4.0", f"{EU}licence/CC_BY_4_0"),
        (
            {"@type": "CreativeWork", "name": "CC BY 4.0", "url": "https://x.example/l"},
            f"{EU}licence/CC_BY_4_0",
        ),
        ({"@type": "CreativeWork", "name": "Own terms", "url": "https://x.example/l"}, "https://x.example/l"),
        (["https://x.example/l", "https://x.example/m"], "https://x.example/l"),
    ],
)
def test_the_licence_is_that_of_each_file(given_: object, licence: str) -> None:
    files = [{"contentUrl": f"https://x.example/{n}"} for n in "ab"]

    assert anywhere(mapped(license=given_, distribution=files), DCT.license) == [licence, licence]


def test_a_file_keeps_its_own_licence() -> None:
    file = {"contentUrl": "https://x.example/a", "license": "https://x.example/own"}

    assert anywhere(mapped(license="https://x.example/l", distribution=file), DCT.license) == [
        "https://x.example/own"
    ]


def test_conditions_without_a_file_are_told_where_the_page_is() -> None:
    record = mapped(
        license="Own terms", conditionsOfAccess="After an application.", usageInfo="https://x.example/use"
    )

    assert anywhere(record, DCAT.accessURL) == [PAGE]
    assert anywhere(record, RDFS.label) == ["After an application.", "Own terms"]
    assert said(record, FOAF.page) == ["https://x.example/use"]


@pytest.mark.parametrize(
    ("properties", "right"),
    [
        ({"conditionsOfAccess": "Restricted"}, "RESTRICTED"),
        ({"conditionsOfAccess": "Available upon request to the data office"}, "RESTRICTED"),
        ({"conditionsOfAccess": "open access"}, "PUBLIC"),
        ({"conditionsOfAccess": "Not public; use in a secure environment"}, "NON_PUBLIC"),
        ({"conditionsOfAccess": f"{EU}access-right/NON_PUBLIC"}, "NON_PUBLIC"),
        ({"conditionsOfAccess": "unrestricted"}, "PUBLIC"),
        ({"conditionsOfAccess": "The data are not freely available"}, "RESTRICTED"),
        ({"conditionsOfAccess": "They cannot be made public"}, "RESTRICTED"),
        ({"conditionsOfAccess": "No open access yet"}, "RESTRICTED"),
        ({"conditionsOfAccess": "At no cost, open to anyone"}, "PUBLIC"),
        ({"isAccessibleForFree": False}, "RESTRICTED"),
        ({"isAccessibleForFree": "http://schema.org/False"}, "RESTRICTED"),
        ({"isAccessibleForFree": True, "distribution": {"contentUrl": "https://x.example/a"}}, "PUBLIC"),
        (
            {
                "isAccessibleForFree": True,
                "distribution": {"contentUrl": "https://x.example/a"},
                "conditionsOfAccess": "x",
            },
            "",
        ),
        ({"isAccessibleForFree": True}, ""),
        ({}, ""),
    ],
)
def test_who_may_use_it_follows_from_the_conditions(properties: dict[str, object], right: str) -> None:
    assert said(mapped(**properties), DCT.accessRights) == ([f"{EU}access-right/{right}"] if right else [])


@pytest.mark.parametrize(
    ("size", "bytes_"),
    [
        ("12345", "12345"), (12345, "12345"), ("4.5 MB", "4500000"), ("1,024 KB", "1024000"),
        ("1,5 GB", "1500000000"), ("2KiB", "2048"),
        ({"@type": "QuantitativeValue", "value": 3, "unitText": "MB"}, "3000000"),
        ({"value": "7", "unitCode": "AD"}, "7"), ("large", None), ("-3 MB", None), ("12 parsecs", None),
    ],
)  # fmt: skip
def test_sizes_are_told_in_bytes(size: object, bytes_: str | None) -> None:
    file = {"@type": "DataDownload", "contentUrl": "https://x.example/a", "contentSize": size}

    assert anywhere(mapped(distribution=file), DCAT.byteSize) == ([bytes_] if bytes_ else [])


def test_a_file_is_told_with_format_name_and_checksum() -> None:
    file = {
        "@type": "DataDownload",
        "name": "All rows",
        "contentUrl": "files/a b.csv",
        "encodingFormat": ["text/csv; charset=utf-8", "CSV"],
        "sha256": "ab" * 32,
        "dateModified": "2024-05-06",
    }

    record = mapped(
        distribution=[file, {"@type": "DataDownload", "name": "nowhere"}, "https://x.example/api", 7, None]
    )

    assert anywhere(record, DCAT.downloadURL) == [
        "https://data.example/files/a%20b.csv",
        "https://x.example/api",
    ]
    assert anywhere(record, DCT.term("format")) == [f"{EU}file-type/CSV"]
    assert anywhere(record, DCAT.mediaType) == ["http://www.iana.org/assignments/media-types/text/csv"]
    assert anywhere(record, SPDX.checksumValue) == ["ab" * 32]
