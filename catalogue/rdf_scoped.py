"""JSON-LD whose context gives terms a meaning that depends on the class or the property they stand under.

pyoxigraph forgets all but one such context of a node that has several classes, and with it the
statements, without a word. pyld reads them right, but takes 50 times as long.
"""

from typing import Final

from catalogue.errors import Refused, Unreadable
from catalogue.rdf import Document, Format

MAX_SCOPED: Final = 4 << 20
"""A larger document of this kind is refused: pyld takes about 10 seconds a megabyte."""


def has_scoped_contexts(value: object) -> bool:
    """Whether a JSON-LD document has a context inside a term of a context."""
    if isinstance(value, list):
        return any(has_scoped_contexts(item) for item in value)
    if not isinstance(value, dict):
        return False
    contexts = value.get("@context", [])
    for context in contexts if isinstance(contexts, list) else [contexts]:
        terms = context.values() if isinstance(context, dict) else ()
        if any(isinstance(term, dict) and "@context" in term for term in terms):
            return True
    return any(has_scoped_contexts(item) for key, item in value.items() if key != "@context")


def as_quads(document: Document, value: object) -> Document:
    """The same document in N-Quads. Raises Refused when it is too large or asks for a remote context."""
    if document.size() > MAX_SCOPED:
        raise Refused(
            "The JSON-LD has contexts within contexts, which are read up to "
            f"{MAX_SCOPED >> 20} MB only. Publish it in pages, or as Turtle."
        )
    from pyld import jsonld  # here alone: it is slow to import

    _drop_false_names(value)
    options = {"base": document.base, "documentLoader": _refuse, "format": "application/n-quads"}
    try:
        quads = jsonld.to_rdf(value, options)
    except (jsonld.JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        cause = _cause(error)
        if isinstance(cause, Refused):
            raise cause from error
        words = str(cause.args[0] if cause.args else cause).rstrip(".")
        raise Unreadable(f"The document is not valid JSON-LD: {words}.") from error
    return Document(document.origin, str(quads).encode(), Format.N_QUADS, document.base)


def _refuse(url: str, options: object) -> object:
    raise Refused(
        f"The JSON-LD needs the context {url}, which is not one that FAIRfinder carries. "
        "Contexts are never fetched; publish the context inside the document."
    )


def _cause(error: BaseException) -> BaseException:
    """What went wrong first; pyld wraps it in several layers."""
    inner = getattr(error, "cause", None) or error.__cause__
    return _cause(inner) if isinstance(inner, BaseException) else error


def _drop_false_names(value: object) -> None:
    """Take terms such as `Xsd:date` out of contexts: not allowed, yet the official context has some."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        contexts = item.get("@context", [])
        for context in contexts if isinstance(contexts, list) else [contexts]:
            if isinstance(context, dict):
                for name in [name for name in context if name.partition(":")[1] and _is_false(name, context)]:
                    del context[name]
        for key, inner in item.items():
            if key != "@context":
                _drop_false_names(inner)


def _is_false(name: str, context: dict[str, object]) -> bool:
    return isinstance(context[name], str) and name.partition(":")[0] not in context
