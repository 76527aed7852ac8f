"""What holds for every test: no status that the table of reasons does not know, and logs as they were before; which
tests a run has, and in which order.
"""

import gc
import logging
from collections.abc import Generator, Iterator

import pytest

from tests import proving
from tests.proof.statuses import WATCHED, watch_channels


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests and modules stay until the end: nothing is gained by looking for garbage among them ever again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the full form files without a test that goes further there are left to `make test`. What is long begins first:
    begun last, it would be waited for alone, with a core idle.
    """
    if proving.FULL:
        config.hook.pytest_deselected(items=[item for item in items if not goes_further(item)])
        items[:] = filter(goes_further, items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def goes_further(item: pytest.Item) -> bool:
    """Whether the full form has the test: those with outside parts belong to no `make test`."""
    module = item.getparent(pytest.Module)
    is_integration = item.get_closest_marker("integration") is not None
    return is_integration or (module is not None and proving.goes_further(vars(module.obj)))


@pytest.fixture(autouse=True, scope="session")
def _channels_are_watched() -> Iterator[None]:
    with watch_channels():
        yield


@pytest.fixture(autouse=True)
def _every_status_is_classified() -> Iterator[None]:
    WATCHED.clear()
    yield
    assert list(WATCHED) == [], "a call returned what the table of reasons does not know"


@pytest.fixture(autouse=True)
def _logs_are_set_back() -> Iterator[None]:
    """What a command sets up writes to a stream that is closed after its test."""
    root, httpx = logging.getLogger(), logging.getLogger("httpx")
    before = (root.handlers[:], root.level, httpx.level)
    yield
    root.handlers[:], root.level, httpx.level = before
