"""Bugs that only a PostgreSQL shows, planted in a copy of the router: the tests of this folder catch them."""

import pytest

from tests.proof.planted_outside import POSTGRES_BUGS
from tests.proof.planting import is_caught

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("name", POSTGRES_BUGS)
def test_a_planted_bug_is_caught(name: str) -> None:
    assert is_caught(name, POSTGRES_BUGS)
