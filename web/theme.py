"""The reader's choice of light or dark, kept in one cookie that holds nothing else."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from catalogue.errors import Invalid

COOKIE: Final = "theme"
THEMES: Final = ("system", "light", "dark")
_YEAR: Final = 365 * 24 * 3600
_LARGEST_FORM: Final = 4096


def chosen(request: Request) -> str:
    """The theme of the cookie, "system" without a valid one."""
    theme = request.cookies.get(COOKIE, "")
    return theme if theme in THEMES else "system"


async def form(request: Request) -> dict[str, str]:
    """The fields of a small posted form, the last of each name; raises Invalid when it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise Invalid("The form is too large.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=10))


def choose(theme: str, back: str, root: str, secure: bool) -> Response:
    """Keep the choice and lead back to the page it was made on, never to another host."""
    if theme not in THEMES:
        raise Invalid(f"The theme must be one of {', '.join(THEMES)}.")
    response = RedirectResponse(local(back) or f"{root}/", status_code=303)
    response.set_cookie(
        COOKIE, theme, max_age=_YEAR, path=f"{root}/", samesite="lax", httponly=True, secure=secure
    )
    return response


def local(path: str) -> str:
    """The path and query when they stay on this host, else ""."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return ""
    if any(ord(ch) <= 32 or ord(ch) == 127 for ch in path):
        return ""
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else path
