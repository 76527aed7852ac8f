"""Examples of refusals: stock, feeds, transfers and reservations."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example, correct_stock


def _told(key: str, at: str) -> str:
    """A loss of one red clock, told by feed wms."""
    return correct_stock(requestId=key)[:-1] + f', "feedMark": {{"feedId": "wms", {at}}}}}'


_HEADER = (
    '{"header": {"requestId": "key-1", "feedId": "wms", "sequence": "9", "rowCount": "2",'
    ' "basis": "SNAPSHOT_BASIS_PHYSICAL", "scope": "SNAPSHOT_SCOPE_PARTIAL"}}'
)

STOCK: Mapping[Reason, Example] = {
    Reason.ENTRY_NOT_FOUND: Example(
        call="CorrectEntry",
        body='{"position": "99999", "author": "ada", "reason": "typed twice", "requestId": "key-32"}',
        says="no entry has position 99,999",
        then="look for it with `router ledger entries`",
    ),
    Reason.ENTRY_NOT_CORRECTABLE: Example(
        given="`A-1` was routed, and entry 2 reserves its units",
        call="CorrectEntry",
        body='{"position": "2", "author": "ada", "reason": "typed twice", "requestId": "key-33"}',
        says="entry 2 is a RESERVE of `A-1`",
        then="cancel the order; its reservation is voided with it",
    ),
    Reason.SNAPSHOT_INCOMPLETE: Example(
        given="two rows are announced and one is sent",
        call="UploadStockSnapshot",
        body=f'[{_HEADER}, {{"chunk": {{"nodeId": "LYON", "skus": ["RED-CLOCK"], "quantities": ["7"]}}}}]',
        says="header.row_count",
        then="send the whole snapshot again with a new `request_id`; stock is as it was before",
    ),
    Reason.FEED_NOT_FOUND: Example(
        call="PutFeed",
        body='{"requestId": "feed-15", "feedId": "wsm", "guardPercent": 50}',
        says="feed `wsm` was never heard; its first snapshot makes it known",
        then="correct the name; `router stock feeds` lists those that were heard",
    ),
    Reason.FEED_EPOCH_UNKNOWN: Example(
        given="feed wms is in epoch 0",
        call="AdjustStock",
        body=_told("feed-16", '"epoch": "1", "sequence": "3"'),
        says="feed `wms` is in epoch 0, not 1; let a snapshot with `restart` begin it first",
        then="if the system behind the feed was restored or replaced, send a snapshot with `restart` and the new epoch",
    ),
    Reason.FEED_COUNTS_OTHERWISE: Example(
        given="feed wms counts by sequence numbers",
        call="AdjustStock",
        body=_told("feed-17", '"time": "2026-11-16T12:00:00Z"'),
        says="feed `wms` counts by sequence numbers in epoch 0, not by the time of its clock",
        then="send the sequence number, or begin a new epoch with a snapshot that has `restart`",
    ),
    Reason.FEED_MARK_REUSED: Example(
        given="feed wms told a loss of 10 at sequence 20",
        call="AdjustStock",
        body=_told("feed-18", '"sequence": "20"'),
        says="feed `wms` told -10 of `RED-CLOCK` at `LYON` for `LOSS` at mark 20 before, not -1",
        then="number every change of the feed, or tell several changes of one number apart by `reference`",
    ),
    Reason.SUSPECT_NOT_FOUND: Example(
        call="ApproveSnapshot",
        body='{"requestId": "feed-19", "suspectId": "night-404"}',
        says="no snapshot kept aside has the id `night-404`",
        then="list them with `ListSuspectSnapshots`",
    ),
    Reason.SUSPECT_STATE_FORBIDS: Example(
        given="snapshot night-30 was rejected by ada",
        call="ApproveSnapshot",
        body='{"requestId": "feed-20", "suspectId": "night-30"}',
        says="is REJECTED already, by ada",
        then="let the feed send a new snapshot",
    ),
    Reason.TRANSFER_NOT_FOUND: Example(
        call="ReceiveTransfer",
        body='{"requestId": "feed-21", "transferId": "truck-404"}',
        says="no transfer has the id `truck-404`",
        then="list them with `ListTransfers`",
    ),
    Reason.TRANSFER_EXISTS: Example(
        given="transfer truck-7 was sent",
        call="TransferStock",
        body='{"requestId": "feed-23", "transferId": "truck-7", "fromNodeId": "LYON", "toNodeId": "LILLE",'
        ' "lines": [{"sku": "RED-CLOCK", "quantity": "1"}]}',
        says="transfer `truck-7` was sent already; read it, or use another id",
        then="read it with `ListTransfers`; another truck needs another id",
    ),
    Reason.TRANSFER_STATE_FORBIDS: Example(
        given="transfer truck-7 was canceled",
        call="ReceiveTransfer",
        body='{"requestId": "feed-22", "transferId": "truck-7"}',
        says="is CANCELED, nothing of it is under way; correct stock with AdjustStock",
        then="read it with `ListTransfers`; what arrives nevertheless is booked with `AdjustStock`",
    ),
    Reason.INSUFFICIENT_STOCK: Example(
        given="Lyon has 50 red clocks",
        call="AdjustStock",
        body=correct_stock(requestId="key-13", delta="-90"),
        says="90 cannot be taken away",
        then="read the stock with `GetAvailability` and correct the number, or count the shelf",
    ),
    Reason.STOCK_CHANGED: Example(
        given="Lyon has 50 red clocks, not 40",
        call="AdjustStock",
        body=correct_stock(requestId="key-14", expectedOnHand="40"),
        says="40 were expected; read it again and decide anew",
        then="read the stock again; if the correction is still right, send it with the figure you read",
    ),
    Reason.RESERVATION_NOT_FOUND: Example(
        call="GetReservation",
        body='{"reservationId": "cart-9"}',
        says="no reservation has the id `cart-9`",
        then="read the ids with `ListReservations`",
    ),
    Reason.RESERVATION_EXISTS: Example(
        given="`cart-1` was reserved and given back",
        call="ReserveStock",
        body='{"requestId": "key-15", "reservationId": "cart-1", "timeoutSeconds": 900,'
        ' "lines": [{"nodeId": "LYON", "sku": "RED-CLOCK", "quantity": 1}]}',
        says="`cart-1` was made already and is VOIDED; use another id",
        then="reserve again under another id, or leave `reservation_id` empty",
    ),
    Reason.RESERVATION_EXPIRED: Example(
        given="the time limit of `cart-2` has come",
        says="expired; its units may be promised to others, reserve again",
        then="reserve again; the next time make the reservation firm, or give it more time, before its limit",
    ),
    Reason.ALREADY_RESOLVED: Example(
        given="`cart-1` was reserved and given back",
        call="PostReservation",
        body='{"requestId": "key-16", "reservationId": "cart-1"}',
        says="is VOIDED, nothing of it is held any more",
        then="read it with `GetReservation`: whoever was first has decided",
    ),
}
