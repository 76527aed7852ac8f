"""The one table from reasons of refusal to gRPC statuses."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc

from router.domain.reasons import Reason

Code = grpc.StatusCode


@dataclass(frozen=True, slots=True)
class Row:
    """`retryable`: the same call with the same `request_id` may succeed later.

    `retry_milliseconds` is what RetryInfo says when the refusal itself does not know better.
    """

    code: grpc.StatusCode
    retryable: bool = False
    retry_milliseconds: int = 0


STATUS_OF: Mapping[Reason, Row] = {
    Reason.INVALID_REQUEST: Row(Code.INVALID_ARGUMENT),
    Reason.REQUEST_ID_REQUIRED: Row(Code.INVALID_ARGUMENT),
    Reason.RULES_INVALID: Row(Code.INVALID_ARGUMENT),
    Reason.SNAPSHOT_INCOMPLETE: Row(Code.INVALID_ARGUMENT),
    Reason.FEED_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.SUSPECT_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.TRANSFER_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.FEED_EPOCH_UNKNOWN: Row(Code.FAILED_PRECONDITION),
    Reason.FEED_COUNTS_OTHERWISE: Row(Code.FAILED_PRECONDITION),
    Reason.FEED_MARK_REUSED: Row(Code.FAILED_PRECONDITION),
    Reason.SUSPECT_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.TRANSFER_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.TRANSFER_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.UNKNOWN_SKU: Row(Code.INVALID_ARGUMENT),
    Reason.UNKNOWN_NODE: Row(Code.INVALID_ARGUMENT),
    Reason.UNKNOWN_SERVICE_LEVEL: Row(Code.INVALID_ARGUMENT),
    Reason.UNKNOWN_METHOD: Row(Code.UNIMPLEMENTED),
    Reason.UNKNOWN_CHANNEL: Row(Code.INVALID_ARGUMENT),
    Reason.CHANNEL_CLOSED: Row(Code.FAILED_PRECONDITION),
    Reason.CHANNEL_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.SUPPLIER_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.SUPPLIER_REFUSES: Row(Code.FAILED_PRECONDITION),
    Reason.PURCHASE_ORDER_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.PURCHASE_ORDER_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.PURCHASE_ORDER_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.CUSTOMER_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.ORDER_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.DECISION_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.DOCUMENT_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.RESERVATION_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.ENTRY_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.ENTRY_NOT_CORRECTABLE: Row(Code.FAILED_PRECONDITION),
    Reason.SINK_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.RESOURCE_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.RESOURCE_NOT_IMPORTABLE: Row(Code.FAILED_PRECONDITION),
    Reason.PERSONAL_DATA_NOT_ASKED: Row(Code.FAILED_PRECONDITION),
    Reason.IDEMPOTENCY_KEY_REUSED: Row(Code.FAILED_PRECONDITION),
    Reason.ORDER_ALREADY_ROUTED: Row(Code.FAILED_PRECONDITION),
    Reason.ORDER_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.NETWORK_NOT_READY: Row(Code.FAILED_PRECONDITION),
    Reason.INSUFFICIENT_STOCK: Row(Code.FAILED_PRECONDITION),
    Reason.RESERVATION_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.RESERVATION_EXPIRED: Row(Code.FAILED_PRECONDITION),
    Reason.ALREADY_RESOLVED: Row(Code.FAILED_PRECONDITION),
    Reason.SERIAL_ALREADY_GONE: Row(Code.FAILED_PRECONDITION),
    Reason.PAYMENT_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.PAYMENT_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.PAYMENT_EXCEEDED: Row(Code.FAILED_PRECONDITION),
    Reason.PAYMENT_BUSY: Row(Code.ABORTED, True, 200),
    Reason.GIFT_ACCOUNT_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.PAYMENT_MISSING: Row(Code.FAILED_PRECONDITION),
    Reason.PAYMENT_DECLINED: Row(Code.FAILED_PRECONDITION),
    Reason.PAYMENT_METHOD_REFUSED: Row(Code.FAILED_PRECONDITION),
    Reason.PROVIDER_UNREACHABLE: Row(Code.UNAVAILABLE, True, 2_000),
    Reason.BOOKING_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.BOOKING_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.BOOKING_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.CARRIER_NOT_SERVED: Row(Code.FAILED_PRECONDITION),
    Reason.CARRIER_DECLINED: Row(Code.FAILED_PRECONDITION),
    Reason.CARRIER_UNREACHABLE: Row(Code.UNAVAILABLE, True, 2_000),
    Reason.NO_BOX_FITS: Row(Code.FAILED_PRECONDITION),
    Reason.RETURN_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.RETURN_EXISTS: Row(Code.FAILED_PRECONDITION),
    Reason.RETURN_POLICY_MISSING: Row(Code.FAILED_PRECONDITION),
    Reason.RETURN_WINDOW_OVER: Row(Code.FAILED_PRECONDITION),
    Reason.RETURN_EXCEEDS_DELIVERED: Row(Code.FAILED_PRECONDITION),
    Reason.RETURN_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.NOTHING_TO_REFUND: Row(Code.FAILED_PRECONDITION),
    Reason.REFUND_WITHOUT_PAYMENT: Row(Code.FAILED_PRECONDITION),
    Reason.REFUND_EXCEEDS_CHARGE: Row(Code.FAILED_PRECONDITION),
    Reason.DELAY_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.DELAY_MOVED: Row(Code.FAILED_PRECONDITION),
    Reason.WRONG_ITEM: Row(Code.FAILED_PRECONDITION),
    Reason.PICK_WAVE_NOT_FOUND: Row(Code.NOT_FOUND),
    Reason.RULES_STATE_FORBIDS: Row(Code.FAILED_PRECONDITION),
    Reason.NO_EARLIER_RULES: Row(Code.FAILED_PRECONDITION),
    Reason.SHADOW_NOT_RUNNING: Row(Code.FAILED_PRECONDITION),
    # Look again before trying again: what was previewed is not what would be done now.
    Reason.PREVIEW_OUTDATED: Row(Code.ABORTED, False),
    # Read again before trying again: the figure that was expected is not there.
    Reason.STOCK_CHANGED: Row(Code.ABORTED, False),
    # Somebody else was faster: what was planned against is not there any more.
    Reason.RULES_MOVED: Row(Code.ABORTED, False),
    Reason.NETWORK_MOVED: Row(Code.ABORTED, False),
    Reason.QUEUE_FULL: Row(Code.RESOURCE_EXHAUSTED, True, 100),
    Reason.TOO_MANY_WATCHERS: Row(Code.RESOURCE_EXHAUSTED, True, 5_000),
    Reason.DEADLINE_PASSED: Row(Code.DEADLINE_EXCEEDED, True, 100),
    Reason.DRAINING: Row(Code.UNAVAILABLE, True, 1_000),
    Reason.READ_ONLY: Row(Code.UNAVAILABLE, True, 2_000),
    # Perhaps booked, perhaps not: only the same key can tell.
    Reason.COMMIT_INDETERMINATE: Row(Code.UNAVAILABLE, True, 1_000),
    Reason.INTERNAL: Row(Code.INTERNAL),
}
