"""Any JSON in the place of any value of an answer."""

from hypothesis import strategies as st

Spot = tuple[object, ...]

_ODD = ["", "http://[x", "https://ok.example/ü", "2020", "DE", "10.1234/x", "DUO:0000042", "a" * 300, "\x00"]


def junk(*names: str) -> st.SearchStrategy[object]:
    """Values of every type; objects have members of these names."""
    return st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**15), 10**15)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from(_ODD),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=3)
        ),
        max_leaves=6,
    )


def spots(value: object, here: Spot = ()) -> list[Spot]:
    """Where a value stands within another, at every depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, one in inner for found in ((*here, key), *spots(one, (*here, key)))]


def with_junk(value: object, spot: Spot, junk: object) -> object:
    """The same with something else at one spot."""
    if not spot:
        return junk
    changed = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
    changed[spot[0]] = with_junk(changed[spot[0]], spot[1:], junk)
    return changed
