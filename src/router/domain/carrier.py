"""Carriers, their service levels and what they charge."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId

EVERY_DAY = 0b1111111
WEEKDAYS = 0b0011111
"""Days of the week as bits, Monday the lowest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """The charge of one parcel up to `weight_grams_max`: price + rate x billable weight.

    `rate_micro` is in millionths of a minor unit per gram (1,000 = one minor unit per kilogram).
    """

    weight_grams_max: int
    price_minor: int
    rate_micro: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone of a tariff. `distance_km_max` bounds it when zones follow distance; brackets rise in weight."""

    distance_km_max: int = 0
    transit_days: int
    minimum_minor: int = 0
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """An explicit zone (index into `Tariff.zones`) for a node and the destinations with this country and prefix."""

    node_id: NodeId
    country: str
    postal_prefix: str = ""
    zone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """What carrying a tonne over a kilometre emits, and where that is published (GLEC Framework, ISO 14083)."""

    co2e_grams_per_tonne_km: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A rate card. A parcel from node to destination is in the zone of the most specific lane;

    without a lane, in the first zone whose `distance_km_max` reaches it, if `zones_by_distance`; else it is not served.
    The charge is max(zone minimum, bracket price + rate) rounded up to whole minor units, plus `surcharge_minor`.
    """

    zones: tuple[Zone, ...]
    lanes: tuple[Lane, ...] = ()
    zones_by_distance: bool = True
    surcharge_minor: int = 0
    emission: Emission | UnsetType = UNSET
    """Left out where it is not known, so that networks of before keep their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """What a carrier sells. The id reads `CARRIER/LEVEL`.

    Billable weight of a parcel: its weight, or, if `dim_mm3_per_gram` > 0 and its volume reaches `dim_volume_mm3_min`,
    the larger of that and volume / dim_mm3_per_gram rounded up. Zero in a `_max` field means no limit of that kind,
    except that brackets always bound the billable weight.
    """

    id: ServiceLevelId
    carrier_id: CarrierId
    name: str = ""
    mode: str = "GROUND"
    countries: tuple[str, ...]
    pickup_weekdays: int = WEEKDAYS
    delivery_weekdays: int = WEEKDAYS
    parcel_weight_grams_max: int
    parcel_volume_mm3_max: int = 0
    item_length_mm_max: int = 0
    dim_mm3_per_gram: int = 0
    dim_volume_mm3_min: int = 0
    hazmat_accepted: tuple[str, ...] = ()
    temperatures_accepted: tuple[str, ...] = ("AMBIENT",)
    tariff: Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Who carries parcels."""

    id: CarrierId
    name: str = ""
