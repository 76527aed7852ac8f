"""What is joined with service levels alone: the same one service level after another as at once."""

import numpy as np
import pytest

from router.rules.expressions.arrays import FEW, MANY, joined_to_services

SHAPES = [(3, 1, 1), (MANY, 1, 1), (2, MANY, 1, 1), (MANY // 4, 7, 1), (5, MANY // 8, 3, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("services", [1, 4, FEW, FEW + 1])
@pytest.mark.parametrize("join", [np.logical_and, np.logical_or])
def test_every_service_level_is_joined_with_all_values(
    shape: tuple[int, ...], services: int, join: np.ufunc
) -> None:
    random = np.random.default_rng(1)
    values = random.random(shape) < 0.5
    of_services = (random.random(services) < 0.5).reshape(1, 1, services)

    found = joined_to_services(join, values, of_services)

    assert found.dtype == np.bool_
    assert np.array_equal(found, join(values, of_services))


def test_values_that_differ_by_member_and_service_level_are_joined_as_they_stand() -> None:
    random = np.random.default_rng(2)
    values = random.random((3, MANY, 1, 1)) < 0.5
    of_members = random.random((3, 1, 1, 4)) < 0.5

    assert np.array_equal(
        joined_to_services(np.logical_and, values, of_members), np.logical_and(values, of_members)
    )
