"""Canonical bytes: whichever way they are written, they are those of RFC 8785."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from survey.sealing import LARGEST, canonical_bytes

TEXTS = st.text(st.characters(max_codepoint=0x2FF)) | st.text(st.characters(codec="utf-8"))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False)
)
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(DOCUMENTS)
def test_bytes_are_those_of_the_standard(document):
    content = canonical_bytes(document)
    assert content == rfc8785.dumps(document)


@pytest.mark.parametrize("document", [{"a": 2**53}, [-(2**53)], float("nan"), {"a": float("inf")}, {1: 2}])
def test_what_the_standard_refuses_is_refused(document):
    with pytest.raises((rfc8785.CanonicalizationError, ValueError, TypeError)):
        canonical_bytes(document)
