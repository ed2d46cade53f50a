"""The command `fairfinder profile push`: a node sends its profile to a catalogue that runs elsewhere."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

import httpx
import orjson
import typer

from catalogue.errors import CatalogueError, Invalid, Refused
from catalogue.profiles.release import Rule, Withheld
from catalogue.settings import Settings
from harvesters.addresses import is_public, origin, system_resolve, web_address
from harvesters.http import Client
from harvesters.json_values import Node, node, nodes
from harvesters.statuses import Absent, Answered, is_final, status_of
from web.cli_options import STANDARD_INPUT
from web.cli_packing import packed
from web.cli_profiles import DraftOption, ReleasedOption, tell_withheld

TRY_LATER: Final = 75
"""The exit status where sending it again later may do (EX_TEMPFAIL of sysexits.h); 1 is for all else."""

MOST_ANSWERED: Final = 4_000_000
"""Bytes of an answer; it has the report, and no counts."""

_BUSY: Final = 409
_HTTP: Final = 80
_JSON: Final = "application/json"


def push_profile(
    dataset: Annotated[
        str, typer.Argument(help="The dataset in that catalogue: its id, or the address of its page.")
    ],
    paths: Annotated[list[Path], typer.Argument(help="The files of one profile, or folders.", exists=True)],
    to: Annotated[str, typer.Option("--to", help="The address of the catalogue.")],
    token: Annotated[
        str, typer.Option(help="Its token. Others on this machine can see it: better use a file.")
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the token; - for standard input. Else FAIRFINDER_PUSH_TOKEN."),
    ] = None,
    guard_here: Annotated[
        bool, typer.Option("--guard-here", help="Hide small counts here, before anything is sent.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that it may take, all tries together.")
    ] = 900,
    draft: DraftOption = False,
    released: ReleasedOption = None,
) -> None:
    """Send the profile of a dataset to a catalogue, and tell what it withheld.

    All of it is taken in there, or nothing. The exit status is 0 when it was, 75 when it may be tried again
    later, and 1 when it has to be put right first.
    """
    settings = Settings()
    word = _token(token, token_file, settings)
    day = released.date() if released else None
    try:
        home = _home(to)
        with Client(frozenset({home.host}), MOST_ANSWERED, timeout, settings.contact) as client:
            door = _Door(client, home, _id(home, dataset), word)
            body, kind = packed(paths, door.rule() if guard_here else None, day)
            answer = door.send(body, kind, draft=draft, released=None if guard_here else day)
    except CatalogueError as error:
        typer.echo(_said(error), err=True)
        raise typer.Exit(_status(error)) from None
    _tell(answer)


@dataclass(frozen=True, slots=True)
class _Door:
    """Where a catalogue takes the profiles of a dataset in; asked before anything large is sent."""

    client: Client
    home: httpx.URL
    dataset: str
    token: str

    def rule(self) -> Rule:
        """The disclosure rule there; raises Invalid where none is told."""
        found = node(self._asked().get("rule"))
        threshold, rounding = found.get("threshold"), found.get("rounding")
        if not isinstance(threshold, int) or not isinstance(rounding, int):
            raise Invalid("The catalogue does not tell its disclosure rule, so nothing was guarded or sent.")
        return Rule(threshold, rounding).checked()

    def send(self, body: bytes, kind: str, *, draft: bool, released: date | None) -> Node:
        """Send a profile, which may come twice without harm; what is answered."""
        self._asked()
        told = {"draft": "1" if draft else "", "released": released.isoformat() if released else ""}
        query = urlencode({name: value for name, value in told.items() if value})
        fetched = self.client.post(f"{self._address()}?{query}", body, kind, _JSON, self._shown())
        return _object(fetched.content)

    def _asked(self) -> Node:
        """What is there already; raises where there is no such dataset, or the token is not good."""
        return _object(self.client.get(self._address(), _JSON, self._shown(), self._is_within).content)

    def _address(self) -> str:
        return f"{_root(self.home)}/api/v1/datasets/{self.dataset}/profiles"

    def _shown(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _is_within(self, there: httpx.URL) -> bool:
        """Whether an address is of the same catalogue, so that the token may be shown to it."""
        return origin(there) == origin(self.home)


def _home(to: str) -> httpx.URL:
    """The address of the catalogue; raises Refused for one at which a token would be seen on its way."""
    home = web_address(to)
    try:
        is_open = home.scheme == "http" and any(map(is_public, system_resolve(home.host, home.port or _HTTP)))
    except (OSError, UnicodeError):
        return home
    if is_open:
        raise Refused(
            f"{to} is on the open network, where others can read a token and a profile that go over http://. "
            "Give an address that begins with https://."
        )
    return home


def _token(given: str, file: Path | None, settings: Settings) -> str:
    """The token from wherever it was given; raises Invalid where it was not, or cannot be one."""
    try:
        read = sys.stdin.read() if file == STANDARD_INPUT else file.read_text("utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}", param_hint="--token-file") from error
    token = (given or read or settings.push_token.get_secret_value()).strip()
    if not token:
        raise Invalid(
            "A token of that catalogue is needed. Put it into a file and give --token-file, or set "
            "FAIRFINDER_PUSH_TOKEN."
        )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Invalid("What was given as token is none: it is one word that begins with fft_.")
    return token


def _root(home: httpx.URL) -> str:
    """The address of the catalogue as others are built on it."""
    return str(home.copy_with(query=None, username=None, password=None)).rstrip("/")


def _id(home: httpx.URL, dataset: str) -> str:
    """The id of a dataset, which may be named by its page."""
    page = f"{_root(home)}/dataset/"
    name = dataset.removeprefix(page).partition(".")[0] if dataset.startswith(page) else dataset
    if not name.isalnum():
        raise Invalid(
            f"“{dataset[:200]}” is no dataset of {_root(home)}. Give the id that stands in the address of "
            "its page, or that address."
        )
    return name


def _object(content: bytes) -> Node:
    try:
        return node(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise Refused("What answers there is no FAIRfinder. Give the address of its start page.") from error


def _said(error: CatalogueError) -> str:
    """What went wrong, in the words of the catalogue where it said so."""
    told = error.told if isinstance(error, Absent | Answered) else ""
    if told:
        return f"The catalogue answered {status_of(error)}: {told}"
    if isinstance(error, Invalid | Refused):
        return f"{error.whole} Nothing was sent."
    return f"{error.whole} Sending it again does no harm."


def _status(error: CatalogueError) -> int:
    may_do = isinstance(error, Answered) and (error.status == _BUSY or not is_final(error))
    unanswered = not isinstance(error, Invalid | Refused | Absent | Answered)
    return TRY_LATER if may_do or unanswered else 1


def _tell(answer: Node) -> None:
    """Print the report and the release; raises Refused where the answer tells of none."""
    release = node(answer.get("release"))
    if "id" not in release:
        raise Refused("What answers there does not say that it took the profile in. Look at its page.")
    tell_withheld(
        Withheld(str(line.get("what", "")), _whole(line.get("cells")), str(line.get("reason", "")))
        for line in nodes(answer.get("withheld"))
    )
    already = "" if answer.get("is_new") is not False else " already, of the same files"
    typer.echo(f"Release {release.get('id')} of {answer.get('url')} is {answer.get('state')}{already}.")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
