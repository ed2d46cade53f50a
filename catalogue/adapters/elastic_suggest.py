"""Completions of what is being typed, titles and keywords in one request to the cluster."""

from collections.abc import Mapping
from typing import cast

from catalogue.adapters.elastic_answer import Answer, Terms, row
from catalogue.adapters.elastic_mapping import COMPLETION, ROW
from catalogue.adapters.elastic_query import LEADING, every, title_query
from catalogue.adapters.suggestions import SPARE, completed
from catalogue.search import Suggestion


def request(words: list[str], limit: int) -> Mapping[str, object]:
    """The body of the request; folded words have no signs that a pattern would take for its own."""
    start = " ".join(words)
    order = [{"_count": "desc"}, {"_key": "asc"}]
    terms = {"field": COMPLETION, "include": f"{start}.*", "size": limit * SPARE, "order": order}
    begins = [{"prefix": {COMPLETION: start}}, LEADING]
    begun = {"filter": every(begins), "aggs": {"terms": {"terms": terms}}}
    return {
        "query": {"bool": {"must": title_query(words), "filter": LEADING}},
        "size": limit * SPARE,
        "_source": [ROW],
        "aggs": {"whole": {"global": {}, "aggs": {"begun": begun}}},
    }


def result(words: list[str], limit: int, answer: Answer) -> tuple[Suggestion, ...]:
    """The answer in our own words."""
    begun = cast(Mapping[str, Terms], answer["aggregations"]["whole"]["begun"])
    rows = (row(found) for found in answer["hits"]["hits"])
    return completed(rows, (bucket["key"] for bucket in begun["terms"]["buckets"]), words, limit)
