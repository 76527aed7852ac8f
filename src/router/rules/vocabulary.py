"""Everything a rule may speak of: each fact's name, type, and which things it is a fact of.

Axes: O orders of the batch, L their lines (all orders' lines one after another), N nodes, S service levels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Type(StrEnum):
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    STRING = "string"
    MONEY = "money"  # thousandths of a minor unit
    WEIGHT = "weight"  # grams
    VOLUME = "volume"  # cubic millimetres
    LENGTH = "length"  # millimetres
    DISTANCE = "distance"  # kilometres
    DAYS = "days"
    DURATION = "duration"  # minutes
    CLOCK = "clock"  # minutes after local midnight


class Scope(StrEnum):
    """What one value belongs to; the value is the axes of the fact's array.

    Facts of shipments have no array: they are known only once lines are grouped, and rules may only compare them with
    constants. Facts of time have the axes of orders and are made from the instant of each order's decision.
    """

    ORDER = "O"
    LINE = "L"
    NODE = "N"
    SERVICE = "S"
    PAIR = "ON"
    LANE = "ONS"
    STOCK = "LN"
    SHIPMENT = "shipment"
    TIME = "time"

    @property
    def axes(self) -> str:
        """The axes of the fact's array, a part of `OLNS`; none where there is no array."""
        return _AXES_ELSEWHERE.get(self.value, self.value)


_AXES_ELSEWHERE = {"shipment": "", "time": "O"}


@dataclass(frozen=True, slots=True)
class Fact:
    """`optional`: not everything has a value; such a fact is read through `default(fact, value)` or `has(fact)`.

    `values` are the words a string may be where they are a closed set. A fact of time read in a zone carries the zone
    in its name (`time.hour@America/New_York`), so that it has a column of its own.
    """

    name: str
    type: Type
    scope: Scope
    help: str
    optional: bool = False
    values: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)


WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

PAYMENT_STATES = ("NONE", "PENDING", "DECLINED", "PARTLY", "COVERED")

PLACE_CONFIDENCES = ("COUNTRY", "POSTAL_PREFIX", "POSTAL_CODE", "GIVEN")

VOCABULARY: tuple[Fact, ...] = (
    Fact("order.id", Type.STRING, Scope.ORDER, "the client's order number"),
    Fact(
        "order.channel", Type.STRING, Scope.ORDER, "where the order was captured: web, store, marketplace ..."
    ),
    Fact("order.tier", Type.STRING, Scope.ORDER, "the customer's tier, empty if none"),
    Fact("order.customer_id", Type.STRING, Scope.ORDER, "the customer, empty if unknown"),
    Fact("order.total", Type.MONEY, Scope.ORDER, "sum of quantity x unit price"),
    Fact("order.weight", Type.WEIGHT, Scope.ORDER, "weight of all units"),
    Fact("order.line_count", Type.INT, Scope.ORDER, "number of lines with distinct SKUs"),
    Fact("order.unit_count", Type.INT, Scope.ORDER, "number of units"),
    Fact("order.has_promise", Type.BOOL, Scope.ORDER, "whether a delivery date was promised"),
    Fact("order.age", Type.DURATION, Scope.ORDER, "time since the customer placed the order"),
    Fact(
        "order.promise_days",
        Type.DAYS,
        Scope.ORDER,
        "days from the decision to the promised day",
        optional=True,
    ),
    Fact(
        "order.payment",
        Type.STRING,
        Scope.ORDER,
        "NONE, PENDING, DECLINED, PARTLY or COVERED: what its payments can pay of its goods",
        values=PAYMENT_STATES,
    ),
    Fact("order.paid", Type.MONEY, Scope.ORDER, "what was captured for it, and what still can be"),
    Fact(
        "order.payment_days",
        Type.DAYS,
        Scope.ORDER,
        "whole days until the first of its authorizations runs out",
        optional=True,
    ),
    Fact("order.is_pickup", Type.BOOL, Scope.ORDER, "whether the customer collects it at a node"),
    Fact("dest.country", Type.STRING, Scope.ORDER, "ISO 3166 code of the destination"),
    Fact("dest.region", Type.STRING, Scope.ORDER, "state or province of the destination"),
    Fact("dest.postal_code", Type.STRING, Scope.ORDER, "postal code of the destination"),
    Fact(
        "dest.confidence",
        Type.STRING,
        Scope.ORDER,
        "GIVEN, POSTAL_CODE, POSTAL_PREFIX or COUNTRY: how exactly the place of the destination is known",
        values=PLACE_CONFIDENCES,
    ),
    Fact("line.sku", Type.STRING, Scope.LINE, "the product"),
    Fact("line.category", Type.STRING, Scope.LINE, "the product's category"),
    Fact("line.hazmat", Type.STRING, Scope.LINE, "dangerous-goods class, empty if none"),
    Fact(
        "line.temperature",
        Type.STRING,
        Scope.LINE,
        "AMBIENT, CHILLED or FROZEN",
        values=("AMBIENT", "CHILLED", "FROZEN"),
    ),
    Fact("line.quantity", Type.INT, Scope.LINE, "units ordered"),
    Fact("line.unit_weight", Type.WEIGHT, Scope.LINE, "weight of one unit"),
    Fact("line.weight", Type.WEIGHT, Scope.LINE, "weight of all units of the line"),
    Fact("line.unit_price", Type.MONEY, Scope.LINE, "price of one unit"),
    Fact("line.value", Type.MONEY, Scope.LINE, "quantity x unit price"),
    Fact("line.unit_volume", Type.VOLUME, Scope.LINE, "volume of one unit"),
    Fact("line.longest_side", Type.LENGTH, Scope.LINE, "the longest side of one unit"),
    Fact(
        "line.is_preorder",
        Type.BOOL,
        Scope.LINE,
        "whether the product is released after the day of the decision",
    ),
    Fact("line.release_days", Type.DAYS, Scope.LINE, "days until the product is released", optional=True),
    Fact("line.in_kit", Type.BOOL, Scope.LINE, "whether the line is part of a kit"),
    Fact("node.id", Type.STRING, Scope.NODE, "the node"),
    Fact(
        "node.kind",
        Type.STRING,
        Scope.NODE,
        "WAREHOUSE, STORE or SUPPLIER",
        values=("WAREHOUSE", "STORE", "SUPPLIER"),
    ),
    Fact("node.is_open", Type.BOOL, Scope.NODE, "whether the node takes orders at all"),
    Fact("node.country", Type.STRING, Scope.NODE, "ISO 3166 code of the node"),
    Fact("node.region", Type.STRING, Scope.NODE, "state or province of the node"),
    Fact("node.postal_code", Type.STRING, Scope.NODE, "postal code of the node"),
    Fact(
        "node.shipments_per_day",
        Type.INT,
        Scope.NODE,
        "shipments the node can dispatch in a day",
        optional=True,
    ),
    Fact("node.processing_days", Type.DAYS, Scope.NODE, "working days between start and hand-over"),
    Fact("service.id", Type.STRING, Scope.SERVICE, "CARRIER/LEVEL"),
    Fact("service.carrier", Type.STRING, Scope.SERVICE, "the carrier"),
    Fact("service.mode", Type.STRING, Scope.SERVICE, "GROUND, AIR, FREIGHT ..."),
    Fact(
        "service.co2e", Type.INT, Scope.SERVICE, "grams of CO2e for each tonne-kilometre; 0 where not known"
    ),
    Fact("pair.distance", Type.DISTANCE, Scope.PAIR, "great-circle distance from node to destination"),
    Fact(
        "pair.ship_days",
        Type.DAYS,
        Scope.PAIR,
        "days from the decision to the node's first free dispatch day",
    ),
    Fact("pair.same_region", Type.BOOL, Scope.PAIR, "whether node and destination share country and region"),
    Fact(
        "pair.is_pickup_node", Type.BOOL, Scope.PAIR, "whether the customer collects the order at this node"
    ),
    Fact(
        "pair.booked", Type.INT, Scope.PAIR, "shipments planned at the node for its first free dispatch day"
    ),
    Fact("pair.free_slots", Type.INT, Scope.PAIR, "shipments it can still dispatch that day", optional=True),
    Fact("lane.zone", Type.INT, Scope.LANE, "zone of the tariff, counted from 1; 0 where it is not served"),
    Fact("lane.transit_days", Type.DAYS, Scope.LANE, "days in the carrier's hands"),
    Fact("lane.delivery_days", Type.DAYS, Scope.LANE, "days from the decision to delivery"),
    Fact("lane.late_days", Type.DAYS, Scope.LANE, "days after the promised day, 0 without promise"),
    Fact("stock.available", Type.INT, Scope.STOCK, "units of the line's SKU the node could promise"),
    Fact("shipment.weight", Type.WEIGHT, Scope.SHIPMENT, "weight of all its units"),
    Fact("shipment.volume", Type.VOLUME, Scope.SHIPMENT, "volume of all its units"),
    Fact("shipment.value", Type.MONEY, Scope.SHIPMENT, "sum of units x unit price"),
    Fact("shipment.unit_count", Type.INT, Scope.SHIPMENT, "its units"),
    Fact("shipment.line_count", Type.INT, Scope.SHIPMENT, "its distinct SKUs"),
    Fact("shipment.hazmat_units", Type.INT, Scope.SHIPMENT, "its units of dangerous goods"),
    Fact("shipment.hazmat_weight", Type.WEIGHT, Scope.SHIPMENT, "weight of its dangerous goods"),
    Fact("shipment.has_hazmat", Type.BOOL, Scope.SHIPMENT, "whether any dangerous goods are in it"),
    Fact("shipment.cold_units", Type.INT, Scope.SHIPMENT, "its units that must stay cold"),
    Fact("shipment.has_cold", Type.BOOL, Scope.SHIPMENT, "whether any goods in it must stay cold"),
    Fact("time.of_day", Type.CLOCK, Scope.TIME, "time of the decision in the rule set's time zone"),
    Fact("time.hour", Type.INT, Scope.TIME, "its hour, 0 to 23"),
    Fact("time.weekday", Type.STRING, Scope.TIME, "its day of the week", values=WEEKDAYS),
    Fact("time.day", Type.INT, Scope.TIME, "its day of the month, 1 to 31"),
    Fact("time.month", Type.INT, Scope.TIME, "its month, 1 to 12"),
)
FACTS: Mapping[str, Fact] = {fact.name: fact for fact in VOCABULARY}

ATTRIBUTE_SCOPES: Mapping[str, Scope] = {
    "order.attr.": Scope.ORDER,
    "line.attr.": Scope.LINE,
    "node.attr.": Scope.NODE,
}
"""Facts of a company's own: what clients send as attributes of orders, products and nodes.

A rule file declares each under `attributes` with its type (bool, int, float or string); all are optional, and a text
that does not read as the type counts as absent.
"""


class Column(Struct, frozen=True, gc=False):
    """The values of one fact. Strings are codes into `dictionary`; every other type is the number itself.

    `present` is False where an optional fact has no value (`values` then holds any); None: it has one everywhere.
    """

    values: NDArray[np.generic]
    dictionary: tuple[str, ...] | None = None
    present: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Columns of a batch. `line_order[l]` is the order that line l belongs to.

    Where values are present, ints lie within +-2**60 and floats are finite and within +-1e18.
    """

    order_count: int
    node_count: int
    service_count: int
    line_order: NDArray[np.int64]
    columns: Mapping[str, Column] = field(default_factory=dict)
    is_line_each: bool = field(init=False)
    """Whether line n is the one line of order n: most batches of single parcels, which nothing has to be spread in."""

    def __post_init__(self) -> None:
        is_line_each = len(self.line_order) == self.order_count and np.array_equal(
            self.line_order, np.arange(self.order_count)
        )
        object.__setattr__(self, "is_line_each", is_line_each)

    @property
    def line_count(self) -> int:
        return len(self.line_order)
