"""File an order that was decided, with all that is booked on it."""

from collections.abc import Sequence

from router.app.books.changes import Changes, FiledOrder
from router.app.records.decisions import StoredDecision
from router.ledger.lifecycle import OrderState
from router.ledger.orders import Counted, OrderAccount
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision


def file_order(
    changes: Changes,
    decision: Decision,
    stored: StoredDecision,
    *,
    state: OrderState,
    counted: Counted,
    reservations: Sequence[Reservation],
    shipments: tuple[ShipmentAccount, ...],
    position: int,
) -> None:
    """To be called when its entries are made: the account stands at the `position` of the last of them."""
    order = decision.inputs.order
    account = OrderAccount(
        number=stored.number,
        order_id=order.id,
        channel=order.channel,
        customer_id=order.customer_id,
        state=state,
        counted=counted,
        decision_number=stored.number,
        position=position,
    )
    changes.shipments += shipments
    changes.decisions.append(stored)
    changes.orders.append(
        FiledOrder(
            order=order,
            planned=decision.planned,
            account=account,
            reservations=reservations,
            shipments=shipments,
        )
    )
