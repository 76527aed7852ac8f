"""Order records: an order as it is shown, made of what is booked on it."""

from router.app.answers import OrderRecord
from router.app.engine.changes import FiledOrder
from router.app.orders.shipments import shipment_id_of
from router.app.ports import Reader
from router.app.records import decision_id_of
from router.domain.order import Order
from router.domain.plan import Plan
from router.ledger.orders import OrderAccount
from router.routing.replay import unpack_decision


def record_of(filed: FiledOrder) -> OrderRecord:
    return order_record(filed.order, filed.plan, filed.account)


def stored_record(reader: Reader, account: OrderAccount) -> OrderRecord:
    """Of an order that is committed."""
    stored = reader.find_decision(account.decision_number)
    assert stored is not None, "every order has a decision"
    decision = unpack_decision(stored.body)
    return order_record(decision.inputs.order, decision.plan, account)


def order_record(order: Order, plan: Plan, account: OrderAccount) -> OrderRecord:
    """The plan stays as it was decided; the quantities tell what became of it."""
    return OrderRecord(
        order=order,
        state=account.state.name,
        lines=account.lines,
        plan=plan,
        decision_id=decision_id_of(account.decision_number),
        position=account.position,
        dispatched_shipment_ids=tuple(
            shipment_id_of(account.order_id, number) for number in account.dispatched_shipments
        ),
    )
