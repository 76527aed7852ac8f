"""Every status that a call returns in any test is held against the documented table; an unknown one fails the test."""

from collections.abc import Iterator

import pytest

from tests.proof.statuses import WATCHED, watch_channels


@pytest.fixture(autouse=True, scope="session")
def _channels_are_watched() -> Iterator[None]:
    with watch_channels():
        yield


@pytest.fixture(autouse=True)
def _every_status_is_classified() -> Iterator[None]:
    WATCHED.clear()
    yield
    assert list(WATCHED) == [], "a call returned what the table of reasons does not know"
