"""Rate cards as arrays: one bracket row for each zone of each service level, in the solver's exact form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from router.domain.carrier import Bracket, ServiceLevel, Tariff, Zone
from router.domain.identifiers import NodeId
from router.routing.network.dates import delivery_day
from router.solver.problem import UNLIMITED, Brackets, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTables:
    """What a parcel costs and how long it takes, by row; service level s owns the rows from `row_start[s]` on.

    `delivery_offset[s, weekday, transit_days]` is the number of days from a ship day on that weekday to delivery.
    """

    brackets: Brackets
    row_start: Ints  # [S + 1]
    zone_reach_km: Ints  # [S, Z] how far the zones up to this one reach
    zone_count: Ints  # [S] zones that follow distance
    transit_days: Ints  # [R]
    weight_max: Ints  # [R] grams
    volume_max: Ints  # [R] cubic millimetres
    delivery_offset: Ints  # [S, 7, T]


def tabulate_rates(service_levels: Sequence[ServiceLevel]) -> RateTables:
    """Compile the tariffs of all service levels."""
    pieces = [list(pieces_of(zone, level.tariff)) for level in service_levels for zone in level.tariff.zones]
    zones = [zone for level in service_levels for zone in level.tariff.zones]
    flat = [piece for row in pieces for piece in row]
    limits = [parcel_limits(level, zone) for level in service_levels for zone in level.tariff.zones]
    by_distance = [level.tariff.zones if level.tariff.zones_by_distance else () for level in service_levels]
    return RateTables(
        brackets=Brackets(
            row_start=_starts([len(row) for row in pieces]),
            weight_max=_ints([piece.weight_grams_max for piece in flat]),
            base_milli=_ints([1000 * piece.price_minor for piece in flat]),
            rate_micro=_ints([piece.rate_micro for piece in flat]),
        ),
        row_start=_starts([len(level.tariff.zones) for level in service_levels]),
        zone_reach_km=tabulate_reach(by_distance),
        zone_count=_ints([len(zones) for zones in by_distance]),
        transit_days=_ints([zone.transit_days for zone in zones]),
        weight_max=_ints([weight for weight, _ in limits]),
        volume_max=_ints([volume for _, volume in limits]),
        delivery_offset=tabulate_delivery(service_levels),
    )


def tabulate_reach(zones_by_level: Sequence[Sequence[Zone]]) -> Ints:
    """Kilometres that the zones of each service level up to each one reach, without end after the last."""
    width = max(map(len, zones_by_level), default=0)
    reach = np.full((len(zones_by_level), width), UNLIMITED, np.int64)
    for number, zones in enumerate(zones_by_level):
        reach[number, : len(zones)] = [zone.distance_km_max for zone in zones]
    return np.maximum.accumulate(reach, axis=1)


def pieces_of(zone: Zone, tariff: Tariff) -> Iterator[Bracket]:
    """The zone's brackets with minimum and surcharge folded into the price.

    A bracket in which the rate outgrows the minimum is cut where it does, so that base + rate is exact on both sides.
    """
    start = 0
    for bracket in zone.brackets:
        below_minimum = zone.minimum_minor - bracket.price_minor
        minimum_end = below_minimum * 1_000_000 // bracket.rate_micro if bracket.rate_micro else 0
        if bracket.rate_micro == 0 or minimum_end >= bracket.weight_grams_max:
            price = max(zone.minimum_minor, bracket.price_minor)
            yield Bracket(
                weight_grams_max=bracket.weight_grams_max, price_minor=price + tariff.surcharge_minor
            )
        else:
            if minimum_end > start:
                minimum = zone.minimum_minor + tariff.surcharge_minor
                yield Bracket(weight_grams_max=minimum_end, price_minor=minimum)
            yield Bracket(
                weight_grams_max=bracket.weight_grams_max,
                price_minor=bracket.price_minor + tariff.surcharge_minor,
                rate_micro=bracket.rate_micro,
            )
        start = bracket.weight_grams_max


def parcel_limits(level: ServiceLevel, zone: Zone) -> tuple[int, int]:
    """Grams and cubic millimetres of the largest parcel; its billable weight is within the zone's last bracket."""
    billable_max = zone.brackets[-1].weight_grams_max
    weight_max = min(level.parcel_weight_grams_max or UNLIMITED, billable_max)
    volume_max = level.parcel_volume_mm3_max or UNLIMITED
    if level.dim_mm3_per_gram > 0:
        billable_volume_max = max(billable_max * level.dim_mm3_per_gram, level.dim_volume_mm3_min - 1)
        volume_max = min(volume_max, billable_volume_max)
    return weight_max, volume_max


def tabulate_delivery(service_levels: Sequence[ServiceLevel]) -> Ints:
    """Days from ship day to delivery by service level, weekday of the ship day and transit days."""
    transit_max = max((z.transit_days for level in service_levels for z in level.tariff.zones), default=0)
    offsets = np.zeros((len(service_levels), 7, transit_max + 1), np.int64)
    for number, level in enumerate(service_levels):
        if not is_running(level):
            continue
        for weekday in range(7):
            monday_based = 1 + weekday
            for transit in range(transit_max + 1):
                arrival = delivery_day(monday_based, transit, level.pickup_weekdays, level.delivery_weekdays)
                offsets[number, weekday, transit] = arrival - monday_based
    return offsets


def tabulate_lanes(
    service_levels: Sequence[ServiceLevel], node_index: Mapping[NodeId, int]
) -> dict[str, dict[str, tuple[tuple[int, int, int], ...]]]:
    """The zones that tariffs name: country -> postal prefix -> (service, node, zone)."""
    found: dict[str, dict[str, tuple[tuple[int, int, int], ...]]] = {}
    for number, level in enumerate(service_levels):
        for lane in level.tariff.lanes:
            if lane.node_id in node_index:
                prefixes = found.setdefault(lane.country, {})
                entry = (number, node_index[lane.node_id], lane.zone)
                prefixes[lane.postal_prefix] = (*prefixes.get(lane.postal_prefix, ()), entry)
    return found


def is_running(level: ServiceLevel) -> bool:
    """A service level without pickup or delivery weekdays carries nothing."""
    return level.pickup_weekdays > 0 and level.delivery_weekdays > 0


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _starts(sizes: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
