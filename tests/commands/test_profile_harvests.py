"""Profiles of a folder are looked at and taken in by the same commands as records."""

from pathlib import Path

from tests.commands.conftest import Command

DATASET = "https://north.example/one"
TURTLE = f"""<{DATASET}> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "One"@en ."""
COUNTS = (
    "analysis,stratum_1,stratum_2,count\npersons,,,1234\npersonsBySex,female,,1231\npersonsBySex,male,,3\n"
)


def test_a_folder_of_counts_is_tried_and_harvested(fairfinder: Command, tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(TURTLE)
    (tmp_path / "counts").mkdir()
    (tmp_path / "counts" / "counts.csv").write_text(COUNTS)
    fairfinder("import", tmp_path / "one.ttl", "--name", "north")
    option = f"dataset={DATASET}"
    fairfinder(
        "harvest", "add", "profile-folder", tmp_path / "counts", "--name", "counts", "--option", option
    )

    tried = fairfinder("harvest", "test", "counts").output
    run = fairfinder("harvest", "run", "counts").output
    log = fairfinder("harvest", "log", 2).output
    shown = fairfinder("profile", "show", DATASET).output

    assert "It works: a profile came" in tried
    assert "complete: 0 new, 0 changed, 0 unchanged, 0 rejected. 1 release of a profile is published." in run
    assert "Withheld: Persons by sex (1). Counts of 1 to 5 are hidden." in log
    assert "Persons by sex" in shown
