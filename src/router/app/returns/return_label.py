"""The label of a return: from the customer to the node, with the return's id as bars."""

from collections.abc import Mapping
from datetime import UTC, datetime

from router.app.fulfillment.labels import Content, Label, recipient_lines, sender_lines
from router.domain.identifiers import Sku
from router.domain.node import Node
from router.domain.order import Order
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient
from router.ledger.returns import Return


def return_label(
    one: Return,
    order: Order,
    node: Node | None,
    recipient: Recipient | None,
    products: Mapping[Sku, Product],
) -> tuple[Label, ...]:
    """One label for all units that are awaited; the recipient of the order sends it.

    Refuses with RETURN_STATE_FORBIDS where nothing is awaited, and with INVALID_REQUEST what cannot be written as bars.
    """
    if not one.expected:
        raise RouterError(
            Reason.RETURN_STATE_FORBIDS,
            f"return `{one.id}` is {one.state.name}, nothing of it is awaited that could be labeled",
            return_id=one.id,
            state=one.state.name,
        )
    if not one.id.isascii():
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{one.id}` cannot be written as bars, they have ASCII letters only; give returns other ids",
            return_id=one.id,
        )
    contents, weight = [], 0
    for line in one.lines:
        product = products.get(line.sku)
        if line.expected:
            name = product.name if product else ""
            contents.append(Content(sku=line.sku, name=name, quantity=line.expected))
            weight += line.expected * (product.weight_grams if product else 0)
    return (
        Label(
            shipment_id=one.id,
            barcode=one.id,
            sender_lines=recipient_lines(order, recipient),
            recipient_lines=sender_lines(node, one.node_id),
            service_level_id=one.service_level_id,
            ship_date=datetime.fromtimestamp(one.create_time / 1e6, UTC).date().isoformat(),
            weight_grams=weight,
            parcel=1,
            parcel_count=1,
            contents=tuple(contents),
        ),
    )
