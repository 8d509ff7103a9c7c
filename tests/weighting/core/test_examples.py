"""The examples in the docstrings of the room run and print what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import weighting.core

MODULES = sorted(path.stem for path in Path(weighting.core.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module_print_what_they_say(name):
    module = importlib.import_module(f"weighting.core.{name}")

    outcome = doctest.testmod(module)

    assert outcome.failed == 0


def test_room_has_examples():
    counted = [
        doctest.testmod(importlib.import_module(f"weighting.core.{name}")).attempted for name in MODULES
    ]

    assert sum(counted) > 10
