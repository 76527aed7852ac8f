"""Everything a rule may speak of: each fact's name, type, and which things it is a fact of.

Axes: O orders of the batch, L their lines (all orders' lines one after another), N nodes, S service levels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Type(StrEnum):
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    STRING = "string"
    MONEY = "money"  # thousandths of a minor unit
    WEIGHT = "weight"  # grams
    DISTANCE = "distance"  # kilometres
    DAYS = "days"


class Scope(StrEnum):
    """What one value belongs to; the value is the axes of the fact's array."""

    ORDER = "O"
    LINE = "L"
    NODE = "N"
    SERVICE = "S"
    PAIR = "ON"
    LANE = "ONS"
    STOCK = "LN"


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    type: Type
    scope: Scope
    help: str


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
    Fact("dest.country", Type.STRING, Scope.ORDER, "ISO 3166 code of the destination"),
    Fact("dest.region", Type.STRING, Scope.ORDER, "state or province of the destination"),
    Fact("dest.postal_code", Type.STRING, Scope.ORDER, "postal code of the destination"),
    Fact("line.sku", Type.STRING, Scope.LINE, "the product"),
    Fact("line.category", Type.STRING, Scope.LINE, "the product's category"),
    Fact("line.hazmat", Type.STRING, Scope.LINE, "dangerous-goods class, empty if none"),
    Fact("line.temperature", Type.STRING, Scope.LINE, "AMBIENT, CHILLED or FROZEN"),
    Fact("line.quantity", Type.INT, Scope.LINE, "units ordered"),
    Fact("line.unit_weight", Type.WEIGHT, Scope.LINE, "weight of one unit"),
    Fact("line.weight", Type.WEIGHT, Scope.LINE, "weight of all units of the line"),
    Fact("line.unit_price", Type.MONEY, Scope.LINE, "price of one unit"),
    Fact("line.value", Type.MONEY, Scope.LINE, "quantity x unit price"),
    Fact("node.id", Type.STRING, Scope.NODE, "the node"),
    Fact("node.kind", Type.STRING, Scope.NODE, "WAREHOUSE, STORE or SUPPLIER"),
    Fact("node.is_open", Type.BOOL, Scope.NODE, "whether the node takes orders at all"),
    Fact("node.country", Type.STRING, Scope.NODE, "ISO 3166 code of the node"),
    Fact("node.region", Type.STRING, Scope.NODE, "state or province of the node"),
    Fact("service.id", Type.STRING, Scope.SERVICE, "CARRIER/LEVEL"),
    Fact("service.carrier", Type.STRING, Scope.SERVICE, "the carrier"),
    Fact("service.mode", Type.STRING, Scope.SERVICE, "GROUND, AIR, FREIGHT ..."),
    Fact("pair.distance", Type.DISTANCE, Scope.PAIR, "great-circle distance from node to destination"),
    Fact(
        "pair.ship_days",
        Type.DAYS,
        Scope.PAIR,
        "days from the decision to the node's first free dispatch day",
    ),
    Fact("lane.transit_days", Type.DAYS, Scope.LANE, "days in the carrier's hands"),
    Fact("lane.delivery_days", Type.DAYS, Scope.LANE, "days from the decision to delivery"),
    Fact("lane.late_days", Type.DAYS, Scope.LANE, "days after the promised day, 0 without promise"),
    Fact("stock.available", Type.INT, Scope.STOCK, "units of the line's SKU the node could promise"),
)
FACTS: Mapping[str, Fact] = {fact.name: fact for fact in VOCABULARY}


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one fact. Strings are codes into `dictionary`; every other type is the number itself."""

    values: NDArray[np.generic]
    dictionary: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Columns of a batch. `line_order[l]` is the order that line l belongs to."""

    order_count: int
    node_count: int
    service_count: int
    line_order: NDArray[np.int64]
    columns: Mapping[str, Column] = field(default_factory=dict)

    @property
    def line_count(self) -> int:
        return len(self.line_order)
