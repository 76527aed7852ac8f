"""The packing rule and the charge of a parcel, by hand."""

import pytest

from router.solver.charges import PackedParcel, pack
from tests.solver.builders import a_problem, brackets_of

LIGHT_AND_HEAVY = ((1_000, 3_000, 0), (5_000, 4_000, 0), (30_000, 6_000, 500))


def charge_of(weight: int, **options: int) -> int:
    problem = a_problem(unit_weight=weight, brackets=brackets_of(LIGHT_AND_HEAVY), **options)
    return pack(problem, 0, [1])[0].charge_milli


@pytest.mark.parametrize(
    ("weight", "charge_milli"),
    [
        (0, 3_000),
        (1_000, 3_000),
        (1_001, 4_000),
        (5_000, 4_000),
        (5_001, 9_000),
        (6_000, 9_000),
        (6_001, 10_000),
    ],
)
def test_charges_the_first_bracket_that_reaches_the_weight_and_rounds_the_rate_up(weight, charge_milli):
    assert charge_of(weight) == charge_milli


@pytest.mark.parametrize(
    ("volume", "volume_min", "billable"),
    [(500, 0, 100), (501, 0, 101), (5_000, 0, 1_000), (5_000, 5_000, 1_000), (4_999, 5_000, 100)],
)
def test_dimensional_weight_counts_from_its_threshold_on_and_rounds_up(volume, volume_min, billable):
    problem = a_problem(unit_weight=100, unit_volume=volume, dim_divisor=5, dim_volume_min=volume_min)

    assert pack(problem, 0, [1])[0].billable == billable


def test_heavy_lines_are_packed_first_and_light_ones_fill_the_last_parcel():
    problem = a_problem(quantity=(2, 7, 3), unit_weight=[100, 10_000, 4_000], unit_volume=1)

    parcels = pack(problem, 0, [2, 7, 3])

    assert [parcel.units for parcel in parcels] == [((1, 3),), ((1, 3),), ((1, 1), (2, 3), (0, 2))]
    assert [parcel.weight for parcel in parcels] == [30_000, 30_000, 22_200]


def test_a_closed_parcel_is_never_opened_again():
    problem = a_problem(quantity=(3, 1, 1), unit_weight=[11_000, 10_000, 8_000])

    parcels = pack(problem, 0, [3, 1, 1])

    assert [parcel.units for parcel in parcels] == [((0, 2),), ((0, 1), (1, 1), (2, 1))]


def test_volume_limits_a_parcel_too():
    problem = a_problem(quantity=(5,), unit_weight=1, unit_volume=300, volume_max=700)

    assert [parcel.units for parcel in pack(problem, 0, [5])] == [((0, 2),), ((0, 2),), ((0, 1),)]


def test_equal_weights_go_by_volume_then_by_index():
    problem = a_problem(quantity=(1, 1, 1), unit_weight=10_000, unit_volume=[5, 9, 5], weight_max=10_000)

    assert [parcel.units for parcel in pack(problem, 0, [1, 1, 1])] == [((1, 1),), ((0, 1),), ((2, 1),)]


def test_nothing_needs_no_parcel():
    assert pack(a_problem(), 0, [0]) == ()


def test_many_units_give_equal_full_parcels():
    parcels = pack(a_problem(quantity=(19_152,)), 0, [19_152])

    full = PackedParcel(units=((0, 30),), weight=30_000, volume=30_000, billable=30_000, charge_milli=5_000)
    assert parcels[:-1] == (full,) * 638
    assert parcels[-1].units == ((0, 12),)
