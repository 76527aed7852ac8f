"""The part of the audit that sets delays against what has left of their orders."""

from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import OrderId
from router.ledger.delays import NEVER, OPEN, Delay, DelayState
from router.ledger.orders import OrderAccount


def note_late_orders(
    orders: Iterable[OrderAccount], delays: Mapping[OrderId, Delay], faults: list[str]
) -> Iterator[OrderAccount]:
    """The same orders; a sentence among `faults` for each whose delay says otherwise than its units.

    I16: a delay is open exactly as long as units of its order wait to leave.
    """
    missing = dict(delays)
    for order in orders:
        yield order
        delay = missing.pop(order.order_id, None)
        if delay is None:
            continue
        waiting = sum(line.reserved + line.backordered for line in order.lines)
        if bool(waiting) != (delay.state in OPEN):
            faults.append(
                f"the delay of order {order.order_id} is {delay.state.name}, {waiting} units of it wait to leave"
            )
    faults.extend(f"there is a delay of order {order_id}, which is not there" for order_id in missing)


def wrong_delays(delays: Mapping[OrderId, Delay]) -> Iterator[str]:
    """I16: a sentence for each delay that nothing will ever end, though nobody agreed to that."""
    for delay in delays.values():
        is_waiting = delay.state in (DelayState.EXPECTED, DelayState.TOLD, DelayState.ASKED)
        if is_waiting and delay.due_time == NEVER and delay.agreed_day is not None:
            yield f"the delay of order {delay.order_id} is {delay.state.name} and has no day on which it ends"
