"""The 38 outcome domains of the COMET taxonomy in five areas: the axis that outcomes are ordered by.

Dodd and others 2018, J Clin Epidemiol 96:84-92, https://doi.org/10.1016/j.jclinepi.2017.12.020
"""

from collections.abc import Mapping
from typing import Final

_AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "Death": ("Mortality and survival",),
    "Physiological or clinical": (
        "Blood and lymphatic system",
        "Cardiac",
        "Congenital, familial and genetic",
        "Endocrine",
        "Ear and labyrinth",
        "Eye",
        "Gastrointestinal",
        "General",
        "Hepatobiliary",
        "Immune system",
        "Infection and infestation",
        "Injury and poisoning",
        "Metabolism and nutrition",
        "Musculoskeletal and connective tissue",
        "Neoplasms",
        "Nervous system",
        "Pregnancy, puerperium and perinatal",
        "Renal and urinary",
        "Reproductive system and breast",
        "Psychiatric",
        "Respiratory, thoracic and mediastinal",
        "Skin and subcutaneous tissue",
        "Vascular",
    ),
    "Life impact": (
        "Physical functioning",
        "Social functioning",
        "Role functioning",
        "Emotional functioning and wellbeing",
        "Cognitive functioning",
        "Global quality of life",
        "Perceived health status",
        "Delivery of care",
        "Personal circumstances",
    ),
    "Resource use": (
        "Economic",
        "Hospital",
        "Need for further intervention",
        "Societal and carer burden",
    ),
    "Adverse events": ("Adverse events and effects",),
}

DOMAINS: Final[Mapping[int, str]] = dict(
    enumerate((name for names in _AREAS.values() for name in names), start=1)
)
"""The name of each domain by its number in the taxonomy."""
