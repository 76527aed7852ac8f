"""Put suppliers: add them, or replace those of the same name. None is ever removed, for its orders stay."""

from router.app.answers.purchasing import SuppliersPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.purchasing import PutSuppliers
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.domain.supplier import Supplier
from router.ledger.event_kinds import EventKind


def put_suppliers(books: Books, command: PutSuppliers, at: Instant) -> tuple[Changes, SuppliersPut]:
    """Each one that is another than before is told. Refuses nodes and SKUs that the books do not know."""
    refuse_unknown(books, command)
    changes = Changes(after=books.head, time=at)
    changes.suppliers = {supplier.id: supplier for supplier in command.suppliers}
    for supplier in command.suppliers:
        if books.purchasing.suppliers.get(supplier.id) != supplier:
            changes.tell(
                EventKind.SUPPLIER_CHANGED,
                subject=supplier.id,
                text=describe(supplier),
                node_ids=(supplier.node_id,),
            )
    return changes, SuppliersPut(supplier_count=len(command.suppliers))


def describe(supplier: Supplier) -> str:
    """`open, 12 offers, 120 ± 24 hours`."""
    state = "closed" if supplier.is_closed else "open"
    count = len(supplier.offers)
    offers = f"{count} offer{'' if count == 1 else 's'}"
    return f"{state}, {offers}, {supplier.lead_hours} ± {supplier.lead_deviation_hours} hours"


def refuse_unknown(books: Books, command: PutSuppliers) -> None:
    """Refuse with INVALID_REQUEST, naming each field."""
    nodes = books.ready_network().node_index
    violations = []
    for index, supplier in enumerate(command.suppliers):
        at = f"suppliers[{index}]."
        if supplier.node_id not in nodes:
            text = f"node_id is `{supplier.node_id}`, which is not in the network; put it first"
            violations.append(Violation(at + "node_id", "UNKNOWN_NODE", text))
        violations += [
            Violation(f"{at}offers[{sku}]", "UNKNOWN_SKU", f"product `{sku}` is unknown; put it first")
            for sku in supplier.offers
            if sku not in books.products
        ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
        )
