"""The tables of the supply chain as values; amounts in cents, weights in grams."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from benchmarks.real.data import rows

FILES = (
    "logistics-orders-even.csv.gz",
    "logistics-plants.csv",
    "logistics-products-per-plant.csv",
    "logistics-vmi-customers.csv",
    "logistics-plant-ports.csv",
    "logistics-freight-rates.csv",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalOrder:
    """An order with the plant, port and carrier that it had in history. `service` is DTD, DTP or CRF."""

    id: str
    customer: str
    product_id: str
    service: str
    units: int
    weight_grams: int
    plant: str
    port: str
    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One row of the freight tariff. Rows of equal `table` are bands of one price list."""

    carrier: str
    port: str
    service: str
    mode: str
    transit_days: int
    weight_grams_min: int
    weight_grams_max: int
    minimum_minor: int
    rate_micro: int
    """Millionths of a cent per gram."""

    @property
    def table(self) -> tuple[str, str, str, str, int]:
        return (self.carrier, self.port, self.service, self.mode, self.transit_days)

    def charge_minor(self, weight_grams: int) -> int:
        return max(self.minimum_minor, -(-self.rate_micro * weight_grams // 1_000_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Everything that the files say. `plants` holds orders a day; sets are empty where nothing is listed."""

    orders: tuple[HistoricalOrder, ...]
    plants: Mapping[str, int]
    storage_minor_per_unit: Mapping[str, int]
    supplied: Mapping[str, frozenset[str]]
    """Product to the plants that supply it."""
    only_customers: Mapping[str, frozenset[str]]
    """Plant to the customers it may serve; plants not listed serve anybody."""
    ports: Mapping[str, frozenset[str]]
    rates: tuple[Rate, ...]

    def may_serve(self, plant: str, order: HistoricalOrder) -> bool:
        """Whether the plant supplies the product and may serve the customer."""
        allowed = self.only_customers.get(plant)
        return plant in self.supplied.get(order.product_id, ()) and (
            allowed is None or order.customer in allowed
        )


def read_input() -> Input:
    """All tables."""
    plants = list(rows("logistics-plants.csv"))
    return Input(
        orders=tuple(map(_order, rows("logistics-orders-even.csv.gz"))),
        plants={row["plant_code"]: int(row["orders_per_day"]) for row in plants},
        storage_minor_per_unit={
            row["plant_code"]: _exact(row["storage_cost_usd_per_unit"], 100) for row in plants
        },
        supplied=_sets("logistics-products-per-plant.csv", "product_id", "plant_code"),
        only_customers=_sets("logistics-vmi-customers.csv", "plant_code", "customer"),
        ports=_sets("logistics-plant-ports.csv", "plant_code", "port"),
        rates=tuple(map(_rate, rows("logistics-freight-rates.csv"))),
    )


def _order(row: Mapping[str, str]) -> HistoricalOrder:
    return HistoricalOrder(
        id=row["order_id"],
        customer=row["customer"],
        product_id=row["product_id"],
        service=row["service_level"],
        units=int(row["unit_quantity"]),
        weight_grams=max(1, int((Decimal(row["weight_kg"]) * 1_000).to_integral_value(ROUND_CEILING))),
        plant=row["plant_code"],
        port=row["origin_port"],
        carrier=row["carrier"],
    )


def _rate(row: Mapping[str, str]) -> Rate:
    return Rate(
        carrier=row["carrier"],
        port=row["orig_port"],
        service=row["service"],
        mode=row["mode"],
        transit_days=int(row["transit_days"]),
        weight_grams_min=_grams(row["min_weight_kg"]),
        weight_grams_max=_grams(row["max_weight_kg"]),
        minimum_minor=_exact(row["minimum_cost_usd"], 100),
        rate_micro=_exact(row["rate_usd_per_kg"], 100_000),
    )


def _grams(kilograms: str) -> int:
    return int((Decimal(kilograms) * 1_000).to_integral_value(ROUND_FLOOR))


def _exact(text: str, factor: int) -> int:
    value = Decimal(text) * factor
    assert value == int(value), f"{text} x {factor} is not whole"
    return int(value)


def _sets(name: str, key: str, value: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows(name):
        found.setdefault(row[key], set()).add(row[value])
    return {each: frozenset(values) for each, values in sorted(found.items())}
