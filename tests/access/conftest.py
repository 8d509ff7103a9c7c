"""What the tests of access share: full buckets of tries."""

import pytest

from survey.tries import _redis


@pytest.fixture(autouse=True)
def full_buckets():
    """Wrong tries of one test do not count in the next."""
    for key in _redis().scan_iter("heng:tries:*"):
        _redis().delete(key)
