"""Place a purchase order: units are on order from a supplier for a node, until they arrive or are canceled."""

from collections.abc import Iterator

from router.app.answers.purchasing import PurchaseOrderChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.purchase_book import no_supplier
from router.app.commands.purchasing import PlacePurchaseOrder
from router.app.purchasing.purchase_entries import order_more, tell
from router.app.steps.lots import day_text
from router.app.steps.plausible import refuse_odd_day
from router.domain.currency import money_text
from router.domain.identifiers import Instant, NodeId
from router.domain.reasons import Reason, RouterError, Violation
from router.domain.supplier import Supplier
from router.ledger.purchases import (
    PurchaseEvent,
    PurchaseLine,
    PurchaseOrder,
    PurchaseState,
    purchase_order_id_of,
)
from router.routing.network.dates import local_day

HOUR = 3_600_000_000


def place_purchase_order(
    books: Books, command: PlacePurchaseOrder, at: Instant
) -> tuple[Changes, PurchaseOrderChanged]:
    """Expected, unless a day is given, the supplier's lead time from now.

    Refuses an unknown supplier or node, an id that is taken, a day that is years away, and, each by name, what the
    supplier does not take.
    """
    supplier = books.purchasing.suppliers.get(command.supplier_id)
    if supplier is None:
        raise no_supplier(command.supplier_id)
    node_id = command.node_id or supplier.node_id
    refuse_unknown_node(books, node_id)
    refuse_odd_day(command.expected_day, at)
    refuse_against(supplier, command, books.ready_network().network.currency)
    changes = Changes(after=books.head, time=at)
    number = changes.next_event_position
    order_id = command.purchase_order_id or purchase_order_id_of(number)
    refuse_known(books, order_id)
    expected = command.expected_day
    if expected is None:
        network = books.ready_network()
        zone = network.nodes[network.node_index[node_id]].calendar.time_zone
        expected = local_day(Instant(at + supplier.lead_hours * HOUR), zone)
    order = PurchaseOrder(
        id=order_id,
        number=number,
        supplier_id=supplier.id,
        node_id=node_id,
        state=PurchaseState.PLACED,
        lines=tuple(
            PurchaseLine(sku=sku, ordered=units, unit_price_minor=supplier.offers[sku].unit_price_minor)
            for sku, units in command.lines.items()
        ),
        place_time=at,
        expected_day=expected,
        reference=command.reference,
    )
    for line in order.lines:
        order_more(changes, order, line.sku, line.ordered)
    units = sum(line.ordered for line in order.lines)
    tell(
        changes,
        None,
        PurchaseEvent.PLACE,
        order,
        f"{units} unit{'' if units == 1 else 's'} of {supplier.id} for {node_id}, expected {day_text(expected)}",
    )
    return changes, PurchaseOrderChanged(order=order, ledger_position=changes.position)


def refuse_unknown_node(books: Books, node_id: NodeId) -> None:
    """Refuse with UNKNOWN_NODE."""
    if node_id not in books.ready_network().node_index:
        raise RouterError(
            Reason.UNKNOWN_NODE, f"node `{node_id}` is not in the network; put it first", node_id=node_id
        )


def refuse_known(books: Books, order_id: str) -> None:
    """Refuse with PURCHASE_ORDER_EXISTS an id that is taken."""
    if books.purchasing.find(order_id) is not None:
        raise RouterError(
            Reason.PURCHASE_ORDER_EXISTS,
            f"purchase order `{order_id}` was placed already; read it, or use another id",
            purchase_order_id=order_id,
        )


def refuse_against(supplier: Supplier, command: PlacePurchaseOrder, currency: str) -> None:
    """Refuse with SUPPLIER_REFUSES, naming all that the supplier does not take."""
    violations = list(violations_of(supplier, command, currency))
    if violations:
        raise RouterError(
            Reason.SUPPLIER_REFUSES,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
            supplier_id=supplier.id,
        )


def violations_of(supplier: Supplier, command: PlacePurchaseOrder, currency: str) -> Iterator[Violation]:
    if supplier.is_closed:
        text = f"supplier `{supplier.id}` is closed; choose another, or put it open first"
        yield Violation("supplier_id", "CLOSED", text)
    value = 0
    for sku, units in command.lines.items():
        offer = supplier.offers.get(sku)
        if offer is None:
            text = f"`{supplier.id}` offers no `{sku}`; put it with its price first"
            yield Violation(f"lines[{sku}]", "NOT_OFFERED", text)
            continue
        value += units * offer.unit_price_minor
        if (taken := offer.rounded_up(units)) != units:
            text = (
                f"`{supplier.id}` sells `{sku}` in packs of {offer.pack_units}, {offer.units_min} at least:"
                f" {units} cannot be ordered, {taken} can"
            )
            yield Violation(f"lines[{sku}]", "NOT_WHOLE_PACKS", text)
    if value < supplier.order_value_min_minor:
        text = (
            f"the order is worth {money_text(value, currency)}, `{supplier.id}` takes none below"
            f" {money_text(supplier.order_value_min_minor, currency)}; order more"
        )
        yield Violation("lines", "BELOW_MINIMUM", text)
