"""The garbage collector as a server sets it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from router.collector import THRESHOLDS, spare_what_lives_long


class Knot:
    """Refers to itself: no count of references frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_is_spared_and_cycles_made_later_are_still_found() -> None:
    spare_what_lives_long()
    knots = [weakref.ref(Knot()) for _ in range(2 * THRESHOLDS[0])]

    assert gc.get_freeze_count() > 0
    assert sum(knot() is None for knot in knots) >= THRESHOLDS[0] // 2
