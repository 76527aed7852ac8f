"""Tariffs as bracket rows: the compiled charge is the published one, gram by gram."""

from router.domain.carrier import Bracket, Tariff, Zone
from router.routing.network.prepared import prepare
from router.routing.network.tariffs import parcel_limits, pieces_of
from router.solver.problem import UNLIMITED
from tests.routing.builders import a_network, a_service, a_zone


def published_charge(zone: Zone, surcharge_minor: int, grams: int) -> int:
    """The charge as the tariff states it, in minor units."""
    bracket = next(bracket for bracket in zone.brackets if bracket.weight_grams_max >= grams)
    rated = bracket.price_minor - (-bracket.rate_micro * grams // 1_000_000)
    return max(zone.minimum_minor, rated) + surcharge_minor


def compiled_charge(pieces: list[Bracket], grams: int) -> int:
    piece = next(piece for piece in pieces if piece.weight_grams_max >= grams)
    return piece.price_minor - (-piece.rate_micro * grams // 1_000_000)


def a_rated_zone(minimum: int, *brackets: tuple[int, int, int]) -> Zone:
    return Zone(
        transit_days=1,
        minimum_minor=minimum,
        brackets=tuple(Bracket(weight_grams_max=w, price_minor=p, rate_micro=r) for w, p, r in brackets),
    )


def test_a_bracket_is_cut_where_the_minimum_ends():
    zone = a_rated_zone(500, (10_000, 200, 100_000))

    assert list(pieces_of(zone, Tariff(zones=(zone,), surcharge_minor=30))) == [
        Bracket(weight_grams_max=3_000, price_minor=530),
        Bracket(weight_grams_max=10_000, price_minor=230, rate_micro=100_000),
    ]


def test_a_flat_bracket_below_the_minimum_costs_the_minimum():
    zone = a_rated_zone(500, (1_000, 300, 0), (5_000, 700, 0))

    assert list(pieces_of(zone, Tariff(zones=(zone,)))) == [
        Bracket(weight_grams_max=1_000, price_minor=500),
        Bracket(weight_grams_max=5_000, price_minor=700),
    ]


def test_every_gram_costs_what_the_tariff_says():
    zone = a_rated_zone(517, (900, 100, 0), (2_000, 100, 333_333), (4_000, 0, 70_001), (7_000, 600, 7))
    pieces = list(pieces_of(zone, Tariff(zones=(zone,), surcharge_minor=45)))

    assert [compiled_charge(pieces, grams) for grams in range(7_001)] == [
        published_charge(zone, 45, grams) for grams in range(7_001)
    ]


def test_the_last_bracket_bounds_the_parcel():
    assert parcel_limits(a_service(parcel_weight_grams_max=50_000), a_zone(up_to_km=1, days=1, price=1)) == (
        30_000,
        UNLIMITED,
    )


def test_the_service_level_bounds_the_parcel():
    level = a_service(parcel_weight_grams_max=9_000, parcel_volume_mm3_max=80_000_000)

    assert parcel_limits(level, a_zone(up_to_km=1, days=1, price=1)) == (9_000, 80_000_000)


def test_the_dimensional_weight_stays_within_the_last_bracket():
    level = a_service(dim_mm3_per_gram=5_000)

    assert parcel_limits(level, a_zone(up_to_km=1, days=1, price=1)) == (30_000, 150_000_000)


def test_volumes_below_the_dimensional_threshold_are_free():
    level = a_service(dim_mm3_per_gram=5, dim_volume_mm3_min=900_000)

    assert parcel_limits(level, a_zone(up_to_km=1, days=1, price=1)) == (30_000, 899_999)


def test_each_service_level_owns_one_row_for_each_zone():
    rates = prepare(a_network()).rates

    assert rates.row_start.tolist() == [0, 1, 3]
    assert rates.transit_days.tolist() == [1, 1, 2]
    assert rates.brackets.base_milli.tolist() == [
        1_500_000, 3_000_000, 500_000, 1_000_000, 800_000, 1_600_000,
    ]  # fmt: skip
