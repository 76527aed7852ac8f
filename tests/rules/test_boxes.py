"""Boxes of shipments: shared and remaining parts, by hand and against counting points."""

from itertools import product
from random import Random

import pytest

from router.domain.plan import METRICS
from router.rules.boxes import common, left_of, without
from router.rules.verdicts import ANY_SHIPMENT, METRIC_MAX, Box
from tests.proving import seeds


def weighing(low: int, high: int) -> Box:
    return Box((low, *ANY_SHIPMENT.low[1:]), (high, *ANY_SHIPMENT.high[1:]))


def test_two_boxes_share_what_lies_in_both():
    assert common(weighing(0, 20), weighing(10, METRIC_MAX)) == weighing(10, 20)
    assert common(weighing(0, 9), weighing(10, 20)) is None
    assert common(ANY_SHIPMENT, weighing(5, 4)) is None


def test_what_is_left_lies_below_and_above():
    assert tuple(without(ANY_SHIPMENT, weighing(10, 20))) == (weighing(0, 9), weighing(21, METRIC_MAX))
    assert tuple(without(weighing(10, 20), ANY_SHIPMENT)) == ()
    assert tuple(without(weighing(0, 5), weighing(10, 20))) == (weighing(0, 5),)
    assert tuple(without(weighing(0, 5), weighing(3, 2))) == (weighing(0, 5),)


def small_box(random: Random, dimensions: int) -> Box:
    low = [random.randint(0, 3) for _ in range(dimensions)]
    high = [random.randint(least - 1, 4) for least in low]
    rest = len(METRICS) - dimensions
    return Box((*low, *[0] * rest), (*high, *[0] * rest))


def holds(box: Box, point: tuple[int, ...]) -> bool:
    return all(low <= value <= high for low, value, high in zip(box.low, point, box.high, strict=True))


@pytest.mark.parametrize("seed", seeds(0, 20))
def test_every_point_lies_in_one_piece_or_in_what_was_taken(seed):
    random = Random(seed)
    one, other = small_box(random, 3), small_box(random, 3)
    pieces = left_of([one], other)

    for point in product(range(5), repeat=3):
        whole = (*point, *[0] * (len(METRICS) - 3))
        expected = holds(one, whole) and not holds(other, whole)
        assert sum(holds(piece, whole) for piece in pieces) == expected, f"seed {seed}: {point}"
        shared = common(one, other)
        assert (shared is not None and holds(shared, whole)) == (holds(one, whole) and holds(other, whole)), (
            seed
        )
