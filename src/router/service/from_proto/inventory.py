"""Corrections of stock and questions about it."""

from router.api.v1 import inventory_pb2
from router.app.commands.questions import GetAvailability
from router.app.commands.stock import AdjustStock, CountedUnits, CountStock
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import COUNTED_ROWS_MAX, NODES_MAX, SKUS_PER_READ_MAX, STOCK_MAX
from router.service.faults import Faults, shown
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

COUNT_REASON_CODES = ("CYCLE_COUNT", "STOCKTAKE", "SPOT_CHECK", "RECOUNT", "OPENING")
REASON_CODES = ("RECEIPT", "RETURN", "DAMAGE", "LOSS", "FOUND", "COUNT", "CORRECTION")


def adjust_stock(request: inventory_pb2.AdjustStockRequest) -> AdjustStock:
    """The command to correct one figure."""
    faults = Faults()
    if request.delta == 0:
        faults.add("delta", "OUT_OF_RANGE", "delta is 0, must be the units added or, negative, taken away")
    expected = None
    if request.HasField("expected_on_hand"):
        expected = faults.whole(request.expected_on_hand, "", "expected_on_hand", 0, STOCK_MAX)
    command = AdjustStock(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        node_id=NodeId(faults.identifier(request.node_id, "", "node_id")),
        sku=Sku(faults.identifier(request.sku, "", "sku")),
        delta=faults.whole(request.delta, "", "delta", -STOCK_MAX, STOCK_MAX),
        reason_code=faults.choice(request.reason_code, "", "reason_code", REASON_CODES),
        expected_on_hand=expected,
        reference=faults.text(request.reference, "", "reference"),
        lot=faults.identifier(request.lot, "", "lot") if request.lot else "",
        expiry_day=faults.day(request.expiry_day, "", "expiry_day") if request.expiry_day else None,
        told=told_by(request, faults),
    )
    if request.expiry_day and not request.lot:
        faults.add("lot", "REQUIRED", "lot is empty, must be given with expiry_day")
    faults.raise_if_any()
    return command


def count_stock(request: inventory_pb2.CountStockRequest) -> CountStock:
    """The command to book absolute figures; each node and SKU once, each with what was expected."""
    faults = Faults()
    rows: list[CountedUnits] = []
    seen: dict[tuple[str, str], int] = {}
    wanted = request.rows if faults.count_of(request.rows, "", "rows", 1, COUNTED_ROWS_MAX) else ()
    for index, row in enumerate(wanted):
        at = f"rows[{index}]."
        if (first := seen.setdefault((row.node_id, row.sku), index)) != index:
            faults.add(at + "sku", "DUPLICATE", f"sku is {shown(row.sku)}, already given at rows[{first}]")
        if not row.HasField("expected_on_hand"):
            faults.missing(at, "expected_on_hand")
        rows.append(
            CountedUnits(
                node_id=NodeId(faults.identifier(row.node_id, at, "node_id")),
                sku=Sku(faults.identifier(row.sku, at, "sku")),
                counted=faults.whole(row.counted, at, "counted", 0, STOCK_MAX),
                # Negative when more has left than was there.
                expected_on_hand=faults.whole(
                    row.expected_on_hand, at, "expected_on_hand", -STOCK_MAX, STOCK_MAX
                ),
            )
        )
    command = CountStock(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        rows=tuple(rows),
        reason_code=faults.choice(request.reason_code, "", "reason_code", COUNT_REASON_CODES),
        reference=faults.text(request.reference, "", "reference"),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def get_availability(request: inventory_pb2.GetAvailabilityRequest) -> GetAvailability:
    """The question what can be promised; each SKU and node once."""
    faults = Faults()
    if faults.count_of(request.skus, "", "skus", 1, SKUS_PER_READ_MAX):
        faults.unique(request.skus, "", "skus")
        for index, sku in enumerate(request.skus):
            faults.identifier(sku, "", f"skus[{index}]")
    if faults.count_of(request.node_ids, "", "node_ids", 0, NODES_MAX):
        faults.unique(request.node_ids, "", "node_ids")
        for index, node_id in enumerate(request.node_ids):
            faults.identifier(node_id, "", f"node_ids[{index}]")
    faults.raise_if_any()
    return GetAvailability(
        skus=tuple(Sku(sku) for sku in request.skus),
        node_ids=tuple(NodeId(node_id) for node_id in request.node_ids),
        with_lots=request.with_lots,
    )
