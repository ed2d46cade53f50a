"""Java programs from Maven coordinates: finding a JDK, filling a folder of jars, compiling a starter."""

import os
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.servers.fetching import run
from tests.servers.server import NotToBeHad

SOURCES = Path(__file__).parent / "java"

_ONE_AT_A_TIME = threading.Lock()  # two Maven runs may spoil each other's files in the local repository


def jdk(oldest: int, newest: int) -> Path:
    """The oldest installed JDK of these major versions; NotToBeHad when there is none."""
    fitting = sorted((major, home) for home in _homes() if oldest <= (major := _major(home)) <= newest)
    if not fitting:
        raise NotToBeHad(f"no JDK of version {oldest} to {newest} is installed")
    return fitting[0][1]


def copy_jars(pom: Path, into: Path, java: Path) -> None:
    """Have Maven resolve the POM's dependencies and copy their jars into the folder."""
    if not shutil.which("mvn"):
        raise NotToBeHad("Maven is not installed")
    into.mkdir(parents=True, exist_ok=True)
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={into}"]
    with _ONE_AT_A_TIME:
        run(command, folder=into, environment={"JAVA_HOME": str(java)})


def compile_source(source: Path, jars: Path, classes: Path, java: Path) -> None:
    run([str(java / "bin/javac"), "-nowarn", "-cp", f"{jars}/*", "-d", str(classes), str(source)])


def small_heap(java: Path) -> list[str]:
    """The beginning of a command for a server that shares two processors with others."""
    options = ["-Xms128m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    if _major(java) > 17:
        options.append("--enable-native-access=ALL-UNNAMED")
    return [str(java / "bin/java"), *options]


def dependency_version(pom: Path, artifact: str) -> str:
    """The version that the POM asks of the artifact, a property or a number."""
    text = pom.read_text()
    found = re.search(rf"<artifactId>{re.escape(artifact)}</artifactId>\s*<version>([^<]+)<", text)
    if not found:
        raise LookupError(f"{pom.name} has no {artifact}")
    name = found[1].removeprefix("${").removesuffix("}")
    named = re.search(rf"<{re.escape(name)}>([^<]+)</", text)
    return named[1] if named else found[1]


def describe(java_range: tuple[int, int], files: Sequence[Path]) -> str:
    """A recipe: which JDK is there for it, and the text of the files."""
    try:
        java = str(jdk(*java_range))
    except NotToBeHad as reason:
        java = str(reason)
    return "\n".join([java, *(file.read_text() for file in files)])


def _homes() -> Iterator[Path]:
    if told := os.environ.get("JAVA_HOME"):
        yield Path(told)
    for folder in (Path("/usr/lib/jvm"), Path("/opt/java")):
        yield from (compiler.parents[1] for compiler in folder.glob("*/bin/javac"))


def _major(home: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(?:1\.)?(\d+)', (home / "release").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
