"""What `then` can look at, and what is found there, in the words of scenarios."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from router.connectors.notices.told import NOTICES
from router.ledger.event_kinds import EventKind
from tests.scenarios.file_words import see_file, see_intake
from tests.scenarios.sentences import in_words

if TYPE_CHECKING:
    from tests.scenarios.play import Play


def see_order(play: "Play", subject: str) -> dict[str, Any]:
    """The record, with its units summed over the lines and the nodes of its plan."""
    record = play.look("order", subject).record
    parts = ("ordered", "reserved", "dispatched", "backordered", "canceled", "delivered")
    return {
        **in_words(record),
        **{part: sum(getattr(line, part) for line in record.lines) for part in parts},
        "ships from": [shipment.node_id for shipment in record.plan.shipments],
        "lines": [in_words(line) for line in record.lines],
    }


def see_stock(play: "Play", subject: str) -> dict[str, Any]:
    """`LYON RED-CLOCK`."""
    node, sku = subject.split()
    rows = [in_words(row) for row in play.look("stock", sku).rows if row.node_id == node]
    return rows[0] if rows else {"on hand": 0, "reserved": 0, "available": 0}


def see_transfer(play: "Play", subject: str) -> dict[str, Any]:
    found = play.look("transfer", subject).transfers
    return next(in_words(one) for one in found if one.transfer_id == subject)


def see_events(play: "Play", subject: str) -> dict[str, Any]:
    return {"are": [event.kind for event in play.world.events(subject)]}


def see_notices(play: "Play", subject: str) -> dict[str, Any]:
    """What the customer of an order is due to hear, in its order."""
    kinds = [EventKind[event.kind] for event in play.world.events(subject)]
    return {"are": [NOTICES[kind].value for kind in kinds if kind in NOTICES]}


def see_entries(play: "Play", subject: str) -> dict[str, Any]:
    """Of an order, a payment, a transfer or whatever else they refer to."""
    found = play.look("entries", subject).entries
    return {
        "are": [entry.code for entry in found],
        "moves": [f"{entry.quantity} {entry.credit_account} -> {entry.debit_account}" for entry in found],
    }


def see_balances(play: "Play", subject: str) -> dict[str, Any]:
    """Units by account of a SKU or, in minor units, of a currency."""
    found = play.look("balances", subject).balances
    return {one.account: one.debits_posted - one.credits_posted for one in found}


def see_label(play: "Play", subject: str) -> dict[str, Any]:
    """For label printers."""
    found = play.look("label", subject, format="ZPL")
    tracking = play.look("shipment", subject).record.tracking_number
    return {
        "parcel count": found.parcel_count,
        "media type": found.media_type,
        "says its tracking number": bool(tracking) and tracking.encode() in found.content,
    }


def see_metric(play: "Play", subject: str) -> dict[str, Any]:
    """Over everything; with `by`, of each group."""
    figures = play.look("metric", subject).figures
    found = figures[0] if figures else None
    value = {"numerator": found.numerator, "denominator": found.denominator} if found else {}
    return {**value, "value": round(found.value, 4) if found else None}


def see_vouchers(play: "Play", subject: str) -> dict[str, Any]:
    """Of a reference: their kinds, and what they come to by the role of the account."""
    found = [one for part in play.look("vouchers", None) for one in part.vouchers if one.reference == subject]
    totals: dict[str, int] = {}
    for voucher in found:
        for line in voucher.lines:
            totals[line.role] = totals.get(line.role, 0) + line.debit_minor - line.credit_minor
    return {
        "are": [one.kind for one in found],
        "come to": {role: sum for role, sum in totals.items() if sum},
    }


def see_books(play: "Play", subject: str) -> dict[str, Any]:
    found = play.look("books", None)
    return {"clean": found.clean, **{one.role: one.balance_minor for one in found.totals}}


def see_exceptions(play: "Play", subject: Any) -> dict[str, Any]:
    return {"are": [one.order_id for one in play.look("exceptions", None).exceptions]}


def see_customer(play: "Play", subject: str) -> dict[str, Any]:
    """Orders with whom they went to, and other ids of the same person."""
    found = play.look("customer", subject)
    return {
        "orders": [one.record.order.order_id for one in found.orders],
        "went to": [one.recipient.name for one in found.orders],
        "same customer ids": list(found.same_customer_ids),
        "is erased": found.HasField("erase_time"),
    }


def see_tracking(play: "Play", subject: str) -> dict[str, Any]:
    """What the customer who follows a shipment sees."""
    found = play.look("tracking", subject)
    return {
        **in_words(found.record),
        "expected date": found.expected_date,
        "reports": [in_words(one)["status"] for one in found.reports],
    }


def see_promise(play: "Play", subject: Mapping[str, Any]) -> dict[str, Any]:
    """Of an order that nobody placed yet: the first by any service level, and `by`, of each."""
    found = [in_words(one) for one in play.quote(dict(subject)).promises]
    for one in found:
        one["ships from"] = [shipment["node id"] for shipment in one["plan"]["shipments"]]
    return {**found[0], "by": {one["service level id"]: one for one in found[1:]}}


def see_suggestions(play: "Play", subject: Any) -> dict[str, Any]:
    """By supplier and node."""
    found = play.look("suggested purchases", None)
    return {
        "are": [
            f"{line.quantity} {line.sku} from {one.supplier_id} to {one.node_id}"
            for one in found.orders
            for line in one.lines
        ],
        "without supplier": list(found.without_supplier),
        "below minimum": [one.supplier_id for one in found.orders if one.below_minimum],
    }


def see_return_label(play: "Play", subject: str) -> dict[str, Any]:
    """For label printers."""
    found = play.look("return label", subject, format="ZPL")
    return {"media type": found.media_type, "says its return": str(subject).encode() in found.content}


def see_messages(play: "Play", subject: str) -> dict[str, Any]:
    """What was sent of an order by `send notices`, by its way: the first line of each message, and to whom."""
    sent = [one for one in play.world.beside.sent if one.order_id == subject]
    ways = {one.way: [] for one in sent}
    for one in sent:
        ways[one.way].append(f"{one.to}: {one.subject}")
    return {"mail": [], "sms": [], **ways}


def record_of(name: str, field: str) -> Callable[["Play", str], dict[str, Any]]:
    return lambda play, subject: in_words(getattr(play.look(name, subject), field))


SEEN: Mapping[str, Callable[..., dict[str, Any]]] = {
    "order": see_order,
    "shipment": record_of("shipment", "record"),
    "pick list": lambda play, subject: in_words(play.look("pick list", subject)),
    "reservation": record_of("reservation", "reservation"),
    "payment": record_of("payment", "payment"),
    "gift account": record_of("gift account", "gift_account"),
    "stock": see_stock,
    "transfer": see_transfer,
    "events": see_events,
    "notices": see_notices,
    "entries": see_entries,
    "balances": see_balances,
    "exceptions": see_exceptions,
    "booking": record_of("booking", "booking"),
    "packing": lambda play, subject: in_words(play.look("packing", subject)),
    "delay": record_of("delay", "delay"),
    "return": record_of("return", "record"),
    "purchase order": record_of("purchase order", "purchase_order"),
    "label": see_label,
    "metric": see_metric,
    "vouchers": see_vouchers,
    "books": see_books,
    "customer": see_customer,
    "customers": lambda play, subject: {"are": list(play.look("customers", subject).customer_ids)},
    "address": lambda play, subject: in_words(play.look("address", None, **subject)),
    "tracking": see_tracking,
    "promise": see_promise,
    "suggested purchases": see_suggestions,
    "return label": see_return_label,
    "intake": see_intake,
    "file": see_file,
    "messages": see_messages,
}
"""What `then` can look at."""
