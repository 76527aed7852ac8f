"""What is wrong with an order, by its fields."""

from collections.abc import Sequence

from router.api.v1 import order_pb2
from router.domain.limits import (
    ID_LENGTH_MAX,
    LINES_PER_ORDER_MAX,
    QUANTITY_MAX,
    UNIT_PRICE_MINOR_MAX,
    UNITS_PER_ORDER_MAX,
)
from router.domain.order import Order, OrderLine
from router.service.faults import Faults
from router.service.from_proto.charges import check_amount, check_charges, check_tax
from router.service.from_proto.destinations import destination_of
from router.service.from_proto.keys import chosen_levels
from router.service.from_proto.promised_days import promised_day


def check_order(message: order_pb2.Order, order: Order, at: str, faults: Faults) -> None:
    """Name all that is wrong with an order as its message has it."""
    if message.HasField("destination"):
        destination_of(message.destination, at + "destination.", faults)
    else:
        faults.missing(at, "destination")
    if faults.count_of(message.lines, at, "lines", 1, LINES_PER_ORDER_MAX):
        check_lines(order.lines, at, faults)
    faults.identifier(order.id, at, "order_id")
    faults.identifier(order.channel, at, "channel")
    faults.text(order.customer_id, at, "customer_id")
    faults.text(order.tier, at, "tier")
    if message.HasField("place_time"):
        faults.instant(message.place_time, at, "place_time")
    if message.promise_date:
        promised_day(message.promise_date, order.place_time, at, faults)
    faults.attributes(message.attributes, at)
    faults.text(order.pickup_node_id, at, "pickup_node_id", ID_LENGTH_MAX)
    chosen_levels(message.service_level_ids, at, faults)
    check_charges(message, order, at, faults)


def check_lines(lines: Sequence[OrderLine], at: str, faults: Faults) -> None:
    """Name all that is wrong with the lines of an order."""
    for index, line in enumerate(lines):
        check_line(line, f"{at}lines[{index}].", faults)
    faults.unique([line.id for line in lines], at, "lines", "line_id")
    # A line out of range has its own fault already.
    units = sum([line.quantity for line in lines if 0 < line.quantity <= QUANTITY_MAX])
    if units > UNITS_PER_ORDER_MAX:
        faults.add(
            at + "lines",
            "OUT_OF_RANGE",
            f"lines have {units:,} units together, must have at most {UNITS_PER_ORDER_MAX:,}; send several orders",
        )


def check_line(line: OrderLine, at: str, faults: Faults) -> None:
    """Name all that is wrong with one line by itself."""
    faults.identifier(line.id, at, "line_id")
    faults.identifier(line.sku, at, "sku")
    faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
    faults.whole(line.unit_price_minor, at, "unit_price_minor", 0, UNIT_PRICE_MINOR_MAX)
    faults.text(line.kit_id, at, "kit_id", ID_LENGTH_MAX)
    faults.text(line.together_id, at, "together_id", ID_LENGTH_MAX)
    check_amount(line.amount_minor, at, "amount_minor", faults)
    check_amount(line.tax_minor, at, "tax_minor", faults)
    check_tax(line, at, faults)
