"""How an order is edited."""

from router.api.v1 import orders_pb2
from router.app.commands.edits import EditOrder, LineEdit
from router.domain.identifiers import Day, LineId, OrderId, Sku
from router.domain.limits import LINES_PER_ORDER_MAX, QUANTITY_MAX, UNIT_PRICE_MINOR_MAX
from router.service.faults import Faults
from router.service.from_proto.customers import recipient
from router.service.from_proto.destinations import destination_of
from router.service.from_proto.keys import chosen_levels, request_id_of
from router.service.parse import digest_of


def edit_order(request: orders_pb2.EditOrderRequest) -> EditOrder:
    """The command to edit an order; one without a token is a preview and needs no key."""
    faults = Faults()
    bare = orders_pb2.EditOrderRequest()
    bare.CopyFrom(request)
    bare.ClearField("confirm_token")
    command = EditOrder(
        request_id=request_id_of(request.request_id, faults, required=bool(request.confirm_token)),
        body_digest=digest_of(request),
        edit_digest=digest_of(bare),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        lines=_lines(request, faults),
        destination=destination_of(request.destination, "destination.", faults)
        if request.HasField("destination")
        else None,
        recipient=recipient(request.recipient, "recipient.", faults)
        if request.HasField("recipient")
        else None,
        levels=(chosen_levels(request.service_levels.service_level_ids, "service_levels.", faults),)
        if request.HasField("service_levels")
        else None,
        promise=_promise(request, faults),
        author=faults.identifier(request.author, "", "author"),
        note=faults.text(request.note, "", "note"),
        confirm_token=faults.text(request.confirm_token, "", "confirm_token"),
    )
    whole = (command.destination, command.recipient, command.levels, command.promise)
    if not request.lines and all(one is None for one in whole):
        faults.missing("", "lines")
    faults.raise_if_any()
    return command


def _lines(request: orders_pb2.EditOrderRequest, faults: Faults) -> tuple[LineEdit, ...]:
    if not faults.count_of(request.lines, "", "lines", 0, LINES_PER_ORDER_MAX):
        return ()
    faults.unique([line.line_id for line in request.lines], "", "lines", "line_id")
    return tuple(
        LineEdit(
            line_id=LineId(faults.identifier(line.line_id, f"lines[{index}].", "line_id")),
            quantity=faults.whole(line.quantity, f"lines[{index}].", "quantity", 0, QUANTITY_MAX),
            sku=Sku(faults.text(line.sku, f"lines[{index}].", "sku")) if line.sku else None,
            unit_price_minor=faults.whole(
                line.unit_price_minor, f"lines[{index}].", "unit_price_minor", 0, UNIT_PRICE_MINOR_MAX
            ),
        )
        for index, line in enumerate(request.lines)
    )


def _promise(request: orders_pb2.EditOrderRequest, faults: Faults) -> tuple[Day | None] | None:
    if not request.HasField("promise_date"):
        return None
    return (faults.day(request.promise_date, "", "promise_date") if request.promise_date else None,)
