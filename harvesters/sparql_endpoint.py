"""A SPARQL endpoint as it is asked: by a form that is posted, or in the address where that is refused."""

from typing import Final
from urllib.parse import urlencode

import httpx

from catalogue.errors import NotFound, Unavailable
from harvesters.addresses import web_address
from harvesters.http import Client, Fetched
from harvesters.statuses import status_of

_FORM: Final = "application/x-www-form-urlencoded"
_NO_FORMS: Final = frozenset({400, 403, 404, 405, 411, 415, 501})
_PARTIAL: Final = 206


class Endpoint:
    """Asks queries (SPARQL 1.1 Protocol, 2.1); `in_address` says that they stand in the address now."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self.url = str(web_address(url))
        self.in_address = False
        self._answers = False

    def ask(self, query: str, accept: str) -> Fetched:
        """The answer to a query; raises as the client does, and Unavailable for one that is cut off."""
        fetched = self._answer(query, accept)
        self._answers = True
        if fetched.status == _PARTIAL:
            raise Unavailable(f"{self.url} answered a query in part only (206).")
        return fetched

    def _answer(self, query: str, accept: str) -> Fetched:
        if self.in_address:
            return self._get(query, accept)
        try:
            return self._post(query, accept)
        except (NotFound, Unavailable) as error:
            if self._answers or status_of(error) not in _NO_FORMS:
                raise
            fetched = self._get(query, accept)
            self.in_address = True
            return fetched

    def _post(self, query: str, accept: str) -> Fetched:
        form = urlencode({"query": query}).encode()
        fetched = self._client.post(self.url, form, _FORM, accept)
        if fetched.url == self.url or self._answers:
            return fetched
        self.url = fetched.url  # a redirect may have lost the query on its way
        return self._client.post(self.url, form, _FORM, accept)

    def _get(self, query: str, accept: str) -> Fetched:
        return self._client.get(str(httpx.URL(self.url).copy_merge_params({"query": query})), accept)
