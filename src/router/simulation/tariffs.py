"""Zone x weight tariffs from a few numbers each: plausible in shape and size, taken from nobody's price list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from router.domain.carrier import Bracket, Lane, Tariff, Zone
from router.domain.identifiers import NodeId
from router.simulation.places import FAR_PREFIXES

GRAMS_PER_POUND_MICRO = 453_592_370
ZONE_MILES = (150, 300, 600, 1_000, 1_400, 1_800)
ZONE_KM = (*(miles * 1_609_344 // 1_000_000 for miles in ZONE_MILES), 20_038)
"""Zones 2 to 8 of American carriers by distance; the last reaches half around the earth."""

PARCEL_POUNDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 50, 60, 70)
HEAVY_POUNDS = (*PARCEL_POUNDS, 90, 110, 130, 150)


def pounds(count: int) -> int:
    """The whole grams in `count` pounds."""
    return count * GRAMS_PER_POUND_MICRO // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFormula:
    """Price of a parcel in zone step z (0 = nearest) at p pounds, in minor units:

    start + step * z + (pound + pound_step * z) * min(p, 10) + (the same, less a third) * max(0, p - 10).
    `ounces` adds (weight in ounces, discount) brackets below the first pound.
    """

    start: int
    step: int
    pound: int
    pound_step: int
    ounces: tuple[tuple[int, int], ...] = ()
    pounds: tuple[int, ...] = PARCEL_POUNDS

    def price_minor(self, zone_step: int, weight_pounds: int) -> int:
        per_pound = self.pound + self.pound_step * zone_step
        light, heavy = min(weight_pounds, 10), max(0, weight_pounds - 10)
        return self.start + self.step * zone_step + per_pound * light + per_pound * 2 * heavy // 3

    def brackets(self, zone_step: int) -> tuple[Bracket, ...]:
        first = self.price_minor(zone_step, 1)
        small = [
            Bracket(weight_grams_max=pounds(ounce) // 16, price_minor=first - off)
            for ounce, off in self.ounces
        ]
        whole = [
            Bracket(weight_grams_max=pounds(p), price_minor=self.price_minor(zone_step, p))
            for p in self.pounds
        ]
        return (*small, *whole)


def parcel_tariff(
    formula: RateFormula,
    transit_days: Sequence[int],
    *,
    surcharge_minor: int = 0,
    far_nodes: Iterable[NodeId] = (),
    far_transit_days: int = 0,
) -> Tariff:
    """A tariff with one zone per entry of `transit_days`, by distance; fewer than seven zones serve only that far.

    `far_nodes` also serve Alaska, Hawaii and Puerto Rico, in a last zone that counts as five steps dearer.
    """
    zones = [
        Zone(distance_km_max=ZONE_KM[step], transit_days=days, brackets=formula.brackets(step))
        for step, days in enumerate(transit_days)
    ]
    lanes = tuple(
        Lane(node_id=node_id, country="US", postal_prefix=prefix, zone=len(zones))
        for node_id in sorted(far_nodes)
        for prefix in FAR_PREFIXES
    )
    if lanes:
        zones.append(Zone(transit_days=far_transit_days, brackets=formula.brackets(len(zones) + 4)))
    return Tariff(zones=tuple(zones), lanes=lanes, surcharge_minor=surcharge_minor)


def weight_tariff(
    minimums_minor: Sequence[int],
    rates_micro: Sequence[int],
    transit_days: Sequence[int],
    weight_grams_max: int,
) -> Tariff:
    """A tariff by the gram with a minimum charge in each zone, as freight carriers sell it."""
    return Tariff(
        zones=tuple(
            Zone(
                distance_km_max=ZONE_KM[step],
                transit_days=days,
                minimum_minor=minimum,
                brackets=(Bracket(weight_grams_max=weight_grams_max, price_minor=0, rate_micro=rate),),
            )
            for step, (minimum, rate, days) in enumerate(
                zip(minimums_minor, rates_micro, transit_days, strict=True)
            )
        )
    )
