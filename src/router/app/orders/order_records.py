"""Order records: an order as it is shown, made of what is booked on it."""

from router.app.answers import OrderRecord
from router.app.engine.changes import FiledOrder
from router.app.orders.history import in_force, read_history
from router.app.orders.shipments import shipment_id_of
from router.app.ports import Reader
from router.app.records import decision_id_of
from router.domain.order import Order
from router.domain.plan import Plan
from router.ledger.orders import OrderAccount


def record_of(filed: FiledOrder) -> OrderRecord:
    return order_record(filed.order, filed.plan, filed.account, filed.withdrawn)


def stored_record(reader: Reader, account: OrderAccount) -> OrderRecord:
    """Of an order that is committed."""
    history = read_history(reader, account)
    return order_record(history.order, history.plan, account, history.withdrawn)


def order_record(order: Order, plan: Plan, account: OrderAccount, withdrawn: frozenset[int]) -> OrderRecord:
    """The plan stays as it was decided last; the quantities tell what became of it."""
    numbers = tuple(number for number in range(1, len(plan.shipments) + 1) if number not in withdrawn)
    return OrderRecord(
        order=order,
        state=account.state.name,
        lines=account.lines,
        plan=in_force(plan, numbers),
        shipment_numbers=numbers,
        decision_id=decision_id_of(account.decision_number),
        position=account.position,
        dispatched_shipment_ids=tuple(
            shipment_id_of(account.order_id, number) for number in account.dispatched_shipments
        ),
    )
