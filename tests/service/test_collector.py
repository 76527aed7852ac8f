"""The garbage collector as a server sets it."""

import gc
import platform
import resource
import weakref
from collections.abc import Iterator

import pytest

from router.collector import (
    THRESHOLDS,
    YOUNG_AT_REST,
    keep_what_is_freed,
    look_for_cycles,
    spare_what_lives_long,
)


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


def test_at_rest_cycles_are_found_when_enough_has_come_to_look_at() -> None:
    spare_what_lives_long()
    few = [weakref.ref(Knot()) for _ in range(YOUNG_AT_REST // 10)]
    look_for_cycles()
    left = sum(knot() is not None for knot in few)
    many = [weakref.ref(Knot()) for _ in range(YOUNG_AT_REST)]
    look_for_cycles()

    assert left == len(few)
    assert not any(knot() for knot in (*few, *many))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_memory_that_was_freed_is_not_asked_of_the_system_again() -> None:
    def pages_cleared() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        pieces = [b"x" * (1 << 20) for _ in range(16)]
        del pieces
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    assert keep_what_is_freed()
    pages_cleared()

    assert pages_cleared() < 500
