"""Amounts rounded for the wire."""

import random

import pytest

from router.service.money import round_half_even, round_parts


@pytest.mark.parametrize(
    ("amount_milli", "minor"),
    [
        (0, 0),
        (499, 0),
        (500, 0),
        (501, 1),
        (1_500, 2),
        (2_500, 2),
        (-500, 0),
        (-501, -1),
        (-1_500, -2),
        (7_000, 7),
    ],
)
def test_a_half_goes_to_the_even_neighbor(amount_milli: int, minor: int) -> None:
    assert round_half_even(amount_milli) == minor


@pytest.mark.parametrize(
    ("parts_milli", "parts_minor"),
    [
        ((), ()),
        ((1_000, 2_000), (1, 2)),
        ((333, 333, 334), (0, 0, 1)),
        ((500, 500), (1, 0)),
        ((600, 600, 600), (1, 1, 0)),
        ((999, 1, 0), (1, 0, 0)),
        ((-300, -300), (0, -1)),
        ((-250, -250, 500), (0, 0, 0)),
        ((1_400, -400), (1, 0)),
    ],
)
def test_the_parts_that_lose_most_are_raised_first(
    parts_milli: tuple[int, ...], parts_minor: tuple[int, ...]
) -> None:
    assert round_parts(parts_milli) == parts_minor


@pytest.mark.parametrize("seed", range(20))
def test_parts_add_up_to_the_rounded_total_and_none_moves_by_a_unit(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        parts = [chance.randint(-9_999, 99_999) for _ in range(chance.randint(0, 12))]
        rounded = round_parts(parts)
        assert sum(rounded) == round_half_even(sum(parts)), (seed, parts)
        assert all(abs(minor * 1_000 - milli) < 1_000 for minor, milli in zip(rounded, parts, strict=True)), (
            seed,
            parts,
        )
