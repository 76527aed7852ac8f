"""A shipment beside what was planned for it: what labels, carriers and packers need to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from router.app.answers.fulfillment import ShipmentRecord
from router.app.books.documents import unpack_product
from router.app.books.history import read_history
from router.app.ports.store import Reader
from router.domain.identifiers import NodeId, Sku
from router.domain.node import Node
from router.domain.order import Order
from router.domain.plan import Shipment
from router.domain.product import Product
from router.routing.network.prepared import unpack_network


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShipment:
    """`products` are those of all units that were planned for the shipment, and of those that it has now."""

    record: ShipmentRecord
    order: Order
    planned: Shipment
    products: Mapping[Sku, Product]


def planned_shipment(reader: Reader, record: ShipmentRecord) -> PlannedShipment:
    """What was decided for the shipment of `record`."""
    account = record.account
    history = read_history(reader, reader.find_orders([account.order_id])[account.order_id])
    planned = history.plan.shipments[account.shipment - 1]
    # What a parcel weighs without the units that were lost or canceled hangs on their products, too.
    skus = {one.sku for parcel in planned.parcels for one in parcel.allocations}
    return PlannedShipment(
        record=record,
        order=history.order,
        planned=planned,
        products=products_of(reader, skus.union(one.sku for one in record.units)),
    )


def products_of(reader: Reader, skus: Iterable[Sku]) -> dict[Sku, Product]:
    """Those of the catalog of now that it knows."""
    stored = map(reader.find_product, sorted(set(skus)))
    return {one.sku: unpack_product(one) for one in stored if one is not None}


def node_now(reader: Reader, node_id: NodeId) -> Node | None:
    """The node in the network of now; None: it is in it no more."""
    document = reader.find_document(reader.head().network_digest)
    nodes = () if document is None else unpack_network(document.body).nodes
    return next((one for one in nodes if one.id == node_id), None)
