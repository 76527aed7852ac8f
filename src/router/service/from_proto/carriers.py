"""Service levels and what they charge."""

from collections.abc import Sequence

from router.api.v1 import network_pb2
from router.domain.carrier import Bracket, Emission, Lane, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    BILLABLE_WEIGHT_GRAMS_MAX,
    BRACKETS_PER_ZONE_MAX,
    CO2E_GRAMS_PER_TONNE_KM_MAX,
    DIMENSION_MM_MAX,
    DISTANCE_KM_MAX,
    LANES_PER_TARIFF_MAX,
    RATE_MICRO_MAX,
    TRANSIT_DAYS_MAX,
    VOLUME_MM3_MAX,
    WEIGHT_GRAMS_MAX,
    ZONES_PER_TARIFF_MAX,
)
from router.service.faults import Faults, shown

TEMPERATURES = ("AMBIENT", "CHILLED", "FROZEN")
NO_TARIFF = Tariff(zones=())


def service_level(message: network_pb2.ServiceLevel, at: str, faults: Faults) -> ServiceLevel:
    service_level_id = faults.identifier(message.service_level_id, at, "service_level_id")
    if not service_level_id.startswith(message.carrier_id + "/"):
        faults.add(
            at + "service_level_id",
            "NOT_OF_ITS_CARRIER",
            f"service_level_id is {shown(service_level_id)}, must begin with its carrier_id and a slash",
        )
    tariff = NO_TARIFF
    if message.HasField("tariff"):
        tariff = _tariff(message.tariff, at + "tariff.", faults)
    else:
        faults.missing(at, "tariff")
    return ServiceLevel(
        id=ServiceLevelId(service_level_id),
        carrier_id=CarrierId(faults.identifier(message.carrier_id, at, "carrier_id")),
        name=faults.text(message.name, at, "name"),
        mode=faults.identifier(message.mode, at, "mode"),
        countries=_countries(message.countries, at, faults),
        pickup_weekdays=weekdays(message.pickup_weekdays, at, "pickup_weekdays", faults),
        delivery_weekdays=weekdays(message.delivery_weekdays, at, "delivery_weekdays", faults),
        parcel_weight_grams_max=faults.whole(
            message.parcel_weight_grams_max, at, "parcel_weight_grams_max", 0, WEIGHT_GRAMS_MAX
        ),
        parcel_volume_mm3_max=faults.whole(
            message.parcel_volume_mm3_max, at, "parcel_volume_mm3_max", 0, VOLUME_MM3_MAX
        ),
        item_length_mm_max=faults.whole(
            message.item_length_mm_max, at, "item_length_mm_max", 0, DIMENSION_MM_MAX
        ),
        dim_mm3_per_gram=faults.whole(message.dim_mm3_per_gram, at, "dim_mm3_per_gram", 0, VOLUME_MM3_MAX),
        dim_volume_mm3_min=faults.whole(
            message.dim_volume_mm3_min, at, "dim_volume_mm3_min", 0, VOLUME_MM3_MAX
        ),
        hazmat_accepted=_hazmat(message.hazmat_accepted, at, faults),
        temperatures_accepted=_temperatures(message.temperatures_accepted, at, faults),
        tariff=tariff,
    )


def _emission(message: network_pb2.Tariff, at: str, faults: Faults) -> dict[str, Emission]:
    """The tariff's field, if it states any."""
    if not message.HasField("emission"):
        return {}
    stated, here = message.emission, at + "emission."
    emission = Emission(
        co2e_grams_per_tonne_km=faults.whole(
            stated.co2e_grams_per_tonne_km, here, "co2e_grams_per_tonne_km", 1, CO2E_GRAMS_PER_TONNE_KM_MAX
        ),
        source=faults.identifier(stated.source, here, "source"),
    )
    return {"emission": emission}


def _countries(values: Sequence[str], at: str, faults: Faults) -> tuple[str, ...]:
    if not faults.count_of(values, at, "countries", 1, 249):
        return ()
    faults.unique(values, at, "countries")
    return tuple(sorted(faults.country(value, at, f"countries[{i}]") for i, value in enumerate(values)))


def _hazmat(values: Sequence[str], at: str, faults: Faults) -> tuple[str, ...]:
    if not faults.count_of(values, at, "hazmat_accepted", 0, 100):
        return ()
    faults.unique(values, at, "hazmat_accepted")
    checked = (faults.identifier(value, at, f"hazmat_accepted[{i}]") for i, value in enumerate(values))
    return tuple(sorted(checked))


def _temperatures(values: Sequence[str], at: str, faults: Faults) -> tuple[str, ...]:
    if not values:
        return ("AMBIENT",)
    if not faults.count_of(values, at, "temperatures_accepted", 0, len(TEMPERATURES)):
        return ()
    faults.unique(values, at, "temperatures_accepted")
    checked = (
        faults.choice(value, at, f"temperatures_accepted[{i}]", TEMPERATURES)
        for i, value in enumerate(values)
    )
    return tuple(sorted(checked))


def weekdays(values: Sequence[int], at: str, name: str, faults: Faults) -> int:
    """Weekdays as bits, Monday the lowest."""
    bits = 0
    if faults.count_of(values, at, name, 1, 7):
        for index, weekday in enumerate(values):
            if 1 <= faults.whole(weekday, at, f"{name}[{index}]", 1, 7) <= 7:
                if bits >> (weekday - 1) & 1:
                    faults.add(
                        f"{at}{name}[{index}]", "DUPLICATE", f"{name}[{index}] is {weekday}, already given"
                    )
                bits |= 1 << (weekday - 1)
    return bits


def _tariff(message: network_pb2.Tariff, at: str, faults: Faults) -> Tariff:
    zones: tuple[Zone, ...] = ()
    if faults.count_of(message.zones, at, "zones", 1, ZONES_PER_TARIFF_MAX):
        zones = tuple(_zone(zone, f"{at}zones[{index}].", faults) for index, zone in enumerate(message.zones))
    lanes: tuple[Lane, ...] = ()
    if faults.count_of(message.lanes, at, "lanes", 0, LANES_PER_TARIFF_MAX):
        lanes = _lanes(message, at, faults)
    return Tariff(
        zones=zones,
        lanes=lanes,
        zones_by_distance=message.zones_by_distance,
        surcharge_minor=faults.whole(message.surcharge_minor, at, "surcharge_minor", 0, AMOUNT_MINOR_MAX),
        **_emission(message, at, faults),
    )


def _zone(message: network_pb2.Zone, at: str, faults: Faults) -> Zone:
    brackets: list[Bracket] = []
    if faults.count_of(message.brackets, at, "brackets", 1, BRACKETS_PER_ZONE_MAX):
        for index, bracket in enumerate(message.brackets):
            brackets.append(_bracket(bracket, f"{at}brackets[{index}].", faults))
            if index and brackets[-1].weight_grams_max <= brackets[-2].weight_grams_max:
                faults.add(
                    f"{at}brackets[{index}].weight_grams_max",
                    "NOT_RISING",
                    f"weight_grams_max is {bracket.weight_grams_max:,}, must be above the bracket before, "
                    f"{brackets[-2].weight_grams_max:,}",
                )
    return Zone(
        distance_km_max=faults.whole(message.distance_km_max, at, "distance_km_max", 0, DISTANCE_KM_MAX),
        transit_days=faults.whole(message.transit_days, at, "transit_days", 0, TRANSIT_DAYS_MAX),
        minimum_minor=faults.whole(message.minimum_minor, at, "minimum_minor", 0, AMOUNT_MINOR_MAX),
        brackets=tuple(brackets),
    )


def _bracket(message: network_pb2.Bracket, at: str, faults: Faults) -> Bracket:
    return Bracket(
        weight_grams_max=faults.whole(
            message.weight_grams_max, at, "weight_grams_max", 1, BILLABLE_WEIGHT_GRAMS_MAX
        ),
        price_minor=faults.whole(message.price_minor, at, "price_minor", 0, AMOUNT_MINOR_MAX),
        rate_micro=faults.whole(message.rate_micro, at, "rate_micro", 0, RATE_MICRO_MAX),
    )


def _lanes(message: network_pb2.Tariff, at: str, faults: Faults) -> tuple[Lane, ...]:
    """Lanes, each place once: of two zones for one place neither would be the right one."""
    seen: dict[tuple[str, str, str], int] = {}
    lanes = []
    for index, one in enumerate(message.lanes):
        here = f"{at}lanes[{index}]."
        prefix = faults.postal_code(one.postal_prefix, here, "postal_prefix").replace(" ", "").upper()
        lane = Lane(
            node_id=NodeId(faults.identifier(one.node_id, here, "node_id")),
            country=faults.country(one.country, here, "country"),
            postal_prefix=prefix,
            zone=faults.whole(one.zone, here, "zone", 0, max(0, len(message.zones) - 1)),
        )
        first = seen.setdefault((lane.node_id, lane.country, prefix), index)
        if first != index:
            faults.add(
                here + "postal_prefix",
                "DUPLICATE",
                f"postal_prefix is {shown(one.postal_prefix)}, already given at {at}lanes[{first}]",
            )
        lanes.append(lane)
    return tuple(lanes)
