"""Every reason for which a request is refused, and the error that carries it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Stable names of refusals; each has a row in `service/status.py`, a page (`reason_pages.py`) and an example
    (`reason_examples.py`).
    """

    INVALID_REQUEST = "INVALID_REQUEST"
    REQUEST_ID_REQUIRED = "REQUEST_ID_REQUIRED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    UNKNOWN_SKU = "UNKNOWN_SKU"
    UNKNOWN_NODE = "UNKNOWN_NODE"
    UNKNOWN_SERVICE_LEVEL = "UNKNOWN_SERVICE_LEVEL"
    UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL"
    CHANNEL_CLOSED = "CHANNEL_CLOSED"
    CHANNEL_NOT_FOUND = "CHANNEL_NOT_FOUND"
    CUSTOMER_NOT_FOUND = "CUSTOMER_NOT_FOUND"
    ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
    ORDER_ALREADY_ROUTED = "ORDER_ALREADY_ROUTED"
    ORDER_STATE_FORBIDS = "ORDER_STATE_FORBIDS"
    DECISION_NOT_FOUND = "DECISION_NOT_FOUND"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    NETWORK_NOT_READY = "NETWORK_NOT_READY"
    RULES_INVALID = "RULES_INVALID"
    RULES_MOVED = "RULES_MOVED"
    RULES_STATE_FORBIDS = "RULES_STATE_FORBIDS"
    NO_EARLIER_RULES = "NO_EARLIER_RULES"
    SHADOW_NOT_RUNNING = "SHADOW_NOT_RUNNING"
    NETWORK_MOVED = "NETWORK_MOVED"
    ENTRY_NOT_FOUND = "ENTRY_NOT_FOUND"
    ENTRY_NOT_CORRECTABLE = "ENTRY_NOT_CORRECTABLE"
    SINK_NOT_FOUND = "SINK_NOT_FOUND"
    SNAPSHOT_INCOMPLETE = "SNAPSHOT_INCOMPLETE"
    FEED_NOT_FOUND = "FEED_NOT_FOUND"
    FEED_EPOCH_UNKNOWN = "FEED_EPOCH_UNKNOWN"
    FEED_COUNTS_OTHERWISE = "FEED_COUNTS_OTHERWISE"
    FEED_MARK_REUSED = "FEED_MARK_REUSED"
    SUSPECT_NOT_FOUND = "SUSPECT_NOT_FOUND"
    SUSPECT_STATE_FORBIDS = "SUSPECT_STATE_FORBIDS"
    TRANSFER_NOT_FOUND = "TRANSFER_NOT_FOUND"
    TRANSFER_EXISTS = "TRANSFER_EXISTS"
    TRANSFER_STATE_FORBIDS = "TRANSFER_STATE_FORBIDS"
    WRONG_ITEM = "WRONG_ITEM"
    PICK_WAVE_NOT_FOUND = "PICK_WAVE_NOT_FOUND"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    STOCK_CHANGED = "STOCK_CHANGED"
    RESERVATION_NOT_FOUND = "RESERVATION_NOT_FOUND"
    RESERVATION_EXISTS = "RESERVATION_EXISTS"
    RESERVATION_EXPIRED = "RESERVATION_EXPIRED"
    ALREADY_RESOLVED = "ALREADY_RESOLVED"
    SERIAL_ALREADY_GONE = "SERIAL_ALREADY_GONE"
    PAYMENT_NOT_FOUND = "PAYMENT_NOT_FOUND"
    PAYMENT_EXISTS = "PAYMENT_EXISTS"
    PAYMENT_EXCEEDED = "PAYMENT_EXCEEDED"
    PAYMENT_BUSY = "PAYMENT_BUSY"
    PAYMENT_MISSING = "PAYMENT_MISSING"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_METHOD_REFUSED = "PAYMENT_METHOD_REFUSED"
    PROVIDER_UNREACHABLE = "PROVIDER_UNREACHABLE"
    QUEUE_FULL = "QUEUE_FULL"
    TOO_MANY_WATCHERS = "TOO_MANY_WATCHERS"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    DRAINING = "DRAINING"
    READ_ONLY = "READ_ONLY"
    COMMIT_INDETERMINATE = "COMMIT_INDETERMINATE"
    UNKNOWN_METHOD = "UNKNOWN_METHOD"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault of one field: its path (`orders[0].lines[2].quantity`), a stable code and a whole sentence."""

    field: str
    code: str
    description: str


class RouterError(Exception):
    """A refusal: nothing was changed. `facts` are the machine-readable particulars of the message."""

    def __init__(
        self, reason: Reason, message: str, *, violations: Iterable[Violation] = (), **facts: str | int
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.violations = tuple(violations)
        self.facts = {name: str(value) for name, value in facts.items()}
