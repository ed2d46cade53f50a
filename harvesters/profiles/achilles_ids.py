"""What the ids of analyses mean to Achilles (1.7.2), as data, and why some are not taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Line:
    """What the rows of one id become.

    `columns` says which of stratum_1 to stratum_5 give the strata of `analysis` in their order, after the
    domain where it has one. `adds` says that several rows may make one cell; `rounded` that the producer
    rounded counts up to the next hundred.
    """

    analysis: str
    columns: tuple[int, ...] = ()
    domain: str = ""
    adds: bool = False
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Producer:
    """The ids of a producer: how rows are taken in, and the reasons for those that are left out."""

    name: str
    lines: Mapping[int, Line]
    left_out: Mapping[int, str]


RUN_TIMES: Final = 2_000_000
"""Ids from here on tell how long each analysis took."""

OF_RUN_TIMES: Final = "They tell how long analyses took."
UNKNOWN: Final = "What they count is not known here."

_ORIGIN: Final = "Race and ethnicity are not taken in."
_PLACE: Final = "Counts by place are not taken in."
_FREE_TEXT: Final = "They hold values as they were typed in."
_FAULTS: Final = "They count faults of the data, which Data Quality Dashboard tells better."
_COST: Final = "Costs and insurance are not taken in."
_ERAS: Final = "Eras are worked out from records that are counted already."
_VISIT_DETAIL: Final = "Parts of visits are not taken in."
_CARE: Final = "Providers and sites of care are not taken in."
_SOURCE: Final = "Codes before mapping are not taken in."
_TOLD: Final = "Other analyses that are taken in tell as much."
_UNUSED: Final = "Nothing here shows them."

LINES: Final[Mapping[int, Line]] = {
    1: Line("persons"),
    2: Line("personsBySex", (1,), adds=True),
    3: Line("personsByYearOfBirth", (1,)),
    101: Line("personsByAge", (1,)),
    102: Line("personsByAgeAndSex", (2, 1), adds=True),
    103: Line("ageAtFirstObservation"),
    104: Line("ageAtFirstObservationBySex", (1,)),
    105: Line("lengthOfObservation"),
    106: Line("lengthOfObservationBySex", (1,)),
    108: Line("personsByFollowUp", (1,)),
    109: Line("personsObservedInYear", (1,)),
    111: Line("personsByStart", (1,)),
    112: Line("personsByEnd", (1,)),
    113: Line("personsByPeriods", (1,)),
    117: Line("personsObservedInMonth", (1,)),
    200: Line("personsByVisit", (1,)),
    201: Line("recordsByVisit", (1,)),
    202: Line("personsByConceptAndMonth", (1, 2)),
    203: Line("conceptsPerPerson", domain="visit"),
    206: Line("ageAtFirstOccurrence", (1, 2)),
    220: Line("recordsInMonth", (1,), "visit"),
    400: Line("personsByConcept", (1,), "condition"),
    401: Line("recordsByConcept", (1,), "condition"),
    402: Line("personsByConceptAndMonth", (1, 2)),
    403: Line("conceptsPerPerson", domain="condition"),
    405: Line("recordsByType", (2,), "condition", adds=True),
    406: Line("ageAtFirstOccurrence", (1, 2)),
    420: Line("recordsInMonth", (1,), "condition"),
    500: Line("personsByConcept", (1,), "death"),
    501: Line("recordsByConcept", (1,), "death"),
    502: Line("recordsInMonth", (1,), "death"),
    505: Line("recordsByType", (1,), "death"),
    506: Line("ageAtDeath", (1,)),
    600: Line("personsByConcept", (1,), "procedure"),
    601: Line("recordsByConcept", (1,), "procedure"),
    602: Line("personsByConceptAndMonth", (1, 2)),
    603: Line("conceptsPerPerson", domain="procedure"),
    605: Line("recordsByType", (2,), "procedure", adds=True),
    606: Line("ageAtFirstOccurrence", (1, 2)),
    620: Line("recordsInMonth", (1,), "procedure"),
    700: Line("personsByConcept", (1,), "drug"),
    701: Line("recordsByConcept", (1,), "drug"),
    702: Line("personsByConceptAndMonth", (1, 2)),
    703: Line("conceptsPerPerson", domain="drug"),
    705: Line("recordsByType", (2,), "drug", adds=True),
    706: Line("ageAtFirstOccurrence", (1, 2)),
    720: Line("recordsInMonth", (1,), "drug"),
    800: Line("personsByConcept", (1,), "observation"),
    801: Line("recordsByConcept", (1,), "observation"),
    802: Line("personsByConceptAndMonth", (1, 2)),
    803: Line("conceptsPerPerson", domain="observation"),
    805: Line("recordsByType", (2,), "observation", adds=True),
    806: Line("ageAtFirstOccurrence", (1, 2)),
    820: Line("recordsInMonth", (1,), "observation"),
    1800: Line("personsByConcept", (1,), "measurement"),
    1801: Line("recordsByConcept", (1,), "measurement"),
    1802: Line("personsByConceptAndMonth", (1, 2)),
    1803: Line("conceptsPerPerson", domain="measurement"),
    1805: Line("recordsByType", (2,), "measurement", adds=True),
    1806: Line("ageAtFirstOccurrence", (1, 2)),
    1815: Line("measurementValues", (1, 2)),
    1819: Line("recordsWithValue", (1,)),
    1820: Line("recordsInMonth", (1,), "measurement"),
    2003: Line("personsByDomains", domain="visit"),
    2004: Line("personsByDomains", (1,)),
    2100: Line("personsByConcept", (1,), "device"),
    2101: Line("recordsByConcept", (1,), "device"),
    2102: Line("personsByConceptAndMonth", (1, 2)),
    2105: Line("recordsByType", (2,), "device", adds=True),
    2106: Line("ageAtFirstOccurrence", (1, 2)),
    2120: Line("recordsInMonth", (1,), "device"),
    2201: Line("recordsByType", (1,), "note"),
}

_LEFT_OUT: Final[Mapping[str, tuple[int, ...]]] = {
    _ORIGIN: (4, 5, 12),
    _PLACE: (1100, 1101, 1102, 1103),
    _FREE_TEXT: (1900,),
    _FAULTS: (
        *(7, 8, 9, 114, 115, 118, 207, 209, 210, 211, 230, 231, 232, 409, 410, 411, 412, 413, 430, 431, 432),
        *(509, 510, 530, 531, 532, 609, 610, 612, 613, 630, 631, 632, 709, 710, 711, 712, 713, 730, 731, 732),
        *(
            809,
            810,
            812,
            813,
            830,
            831,
            832,
            908,
            910,
            911,
            930,
            931,
            932,
            1008,
            1010,
            1011,
            1030,
            1031,
            1032,
        ),
        *(1307, 1309, 1310, 1311, 1330, 1331, 1332, 1414, 1415, 1809, 1810, 1812, 1813, 1830, 1831, 1832),
        *(1833, 2110, 2130, 2131, 2132),
    ),
    _COST: (
        *(1406, 1407, 1408, 1409, 1410, 1411, 1412, 1413, 1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509),
        *(1510, 1511, 1602, 1603, 1604, 1605, 1606, 1607, 1608, 1610),
    ),
    _ERAS: (900, 901, 902, 903, 904, 906, 907, 920, 1000, 1001, 1002, 1003, 1004, 1006, 1007, 1020),
    _VISIT_DETAIL: (1300, 1301, 1302, 1303, 1304, 1306, 1312, 1313, 1320, 1321, 1326),
    _CARE: (300, 301, 303, 1200, 1201, 1202, 1203),
    _SOURCE: (225, 325, 425, 525, 625, 725, 825, 1325, 1425, 1825, 2125),
    _TOLD: (10, 11, 107, 110, 116, 415, 2000, 2001, 2002),
    _UNUSED: (
        *(119, 204, 212, 213, 221, 226, 404, 414, 416, 424, 504, 511, 512, 513, 514, 515, 604, 624, 691),
        *(704, 715, 716, 717, 724, 791, 804, 807, 814, 815, 822, 823, 824, 826, 827, 891, 1804, 1807, 1811),
        *(1814, 1816, 1817, 1818, 1821, 1822, 1823, 1824, 1826, 1827, 1891, 2104, 2191, 2200),
    ),
}
LEFT_OUT: Final = {id: reason for reason, ids in _LEFT_OUT.items() for id in ids}

ACHILLES: Final = Producer("Achilles", LINES, LEFT_OUT)
