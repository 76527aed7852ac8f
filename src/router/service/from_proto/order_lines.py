"""The lines of an order."""

from collections.abc import Iterable

from router.api.v1 import order_pb2
from router.domain.identifiers import LineId, Sku
from router.domain.limits import ID_LENGTH_MAX, QUANTITY_MAX, UNIT_PRICE_MINOR_MAX, UNITS_PER_ORDER_MAX
from router.domain.order import OrderLine
from router.service.faults import Faults, are_identifiers
from router.service.from_proto.charges import check_amount, check_line


def order_lines(messages: Iterable[order_pb2.OrderLine], at: str, faults: Faults) -> tuple[OrderLine, ...]:
    """The lines of an order. Each is checked by itself only where not all of them are surely without fault."""
    lines: list[OrderLine] = []
    ids: list[str] = []
    is_plain = True
    for message in messages:
        line = OrderLine(
            id=LineId(message.line_id),
            sku=Sku(message.sku),
            quantity=message.quantity,
            unit_price_minor=message.unit_price_minor,
            kit_id=message.kit_id,
            together_id=message.together_id,
            amount_minor=message.amount_minor if message.HasField("amount_minor") else None,
            tax_minor=message.tax_minor if message.HasField("tax_minor") else None,
        )
        lines.append(line)
        ids += (line.id, line.sku)
        is_plain = (
            is_plain
            and 1 <= line.quantity <= QUANTITY_MAX
            and 0 <= line.unit_price_minor <= UNIT_PRICE_MINOR_MAX
            and not (line.kit_id or line.together_id)
            and line.amount_minor is line.tax_minor is None
        )
    if not (is_plain and are_identifiers(ids)):
        for index, line in enumerate(lines):
            _check_line(line, f"{at}lines[{index}].", faults)
    faults.unique([line.id for line in lines], at, "lines", "line_id")
    found = tuple(lines)
    _units_fit(found, at, faults)
    return found


def _check_line(line: OrderLine, at: str, faults: Faults) -> None:
    faults.identifier(line.id, at, "line_id")
    faults.identifier(line.sku, at, "sku")
    faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
    faults.whole(line.unit_price_minor, at, "unit_price_minor", 0, UNIT_PRICE_MINOR_MAX)
    faults.text(line.kit_id, at, "kit_id", ID_LENGTH_MAX)
    faults.text(line.together_id, at, "together_id", ID_LENGTH_MAX)
    check_amount(line.amount_minor, at, "amount_minor", faults)
    check_amount(line.tax_minor, at, "tax_minor", faults)
    check_line(line, at, faults)


def _units_fit(lines: tuple[OrderLine, ...], at: str, faults: Faults) -> None:
    # A line out of range has its own fault already.
    units = sum([line.quantity for line in lines if 0 < line.quantity <= QUANTITY_MAX])
    if units > UNITS_PER_ORDER_MAX:
        faults.add(
            at + "lines",
            "OUT_OF_RANGE",
            f"lines have {units:,} units together, must have at most {UNITS_PER_ORDER_MAX:,}; send several orders",
        )
