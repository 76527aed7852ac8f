"""All that can be asked of the engine. A writing command carries its idempotency key and its body's digest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from router.domain.carrier import Carrier, ServiceLevel
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.network import Network
from router.domain.node import Node
from router.domain.order import Order
from router.domain.product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """`body_digest` is the SHA-256 of the request without its key: the same key with another body is refused."""

    request_id: str
    body_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOrders(Write):
    """Decide these orders as if one after another. `decision_time` None means the engine's clock."""

    orders: tuple[Order, ...]
    decision_time: Instant | None = None
    validate_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWave(Write):
    """Decide these orders jointly. `progress` hears each phase as it begins, from the engine's thread."""

    orders: tuple[Order, ...]
    decision_time: Instant | None = None
    validate_only: bool = False
    progress: Callable[[str], None] = field(default=lambda phase: None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProducts(Write):
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNetwork(Write):
    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNodes(Write):
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutServiceLevels(Write):
    service_levels: tuple[ServiceLevel, ...]
    carriers: tuple[Carrier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateRules(Write):
    files: Mapping[str, bytes]
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSnapshot(Write):
    """Physical units on hand per node and SKU. `is_full`: SKUs not named have none at the nodes named."""

    feed_id: str
    sequence: int
    is_full: bool
    on_hand: Mapping[NodeId, Mapping[Sku, int]]
    as_of_time: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock(Write):
    node_id: NodeId
    sku: Sku
    delta: int
    reason_code: str
    expected_on_hand: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Write):
    """`lines` empty means every unit that has not been dispatched."""

    order_id: OrderId
    lines: Mapping[LineId, int]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchShipment(Write):
    shipment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAvailability:
    """A read that goes through the queue, so that its figures are those of one ledger position."""

    skus: tuple[Sku, ...]
    node_ids: tuple[NodeId, ...] = ()


Command = (
    RouteOrders
    | RouteWave
    | PutProducts
    | PutNetwork
    | PutNodes
    | PutServiceLevels
    | ActivateRules
    | RecordSnapshot
    | AdjustStock
    | CancelOrder
    | DispatchShipment
    | GetAvailability
)
