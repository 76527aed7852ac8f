"""How many units of a product may wait for stock; what an order wants beyond that is canceled when it is routed.

An order's units of a product wait whole or not at all. What waits already is never canceled by this: not when a limit
is put lower, and not when an order is decided again.
"""

from collections import Counter

from router.app.answers.purchasing import BackorderLimitsPut
from router.app.commands.purchasing import PutBackorderLimits
from router.app.engine.books import Books
from router.app.engine.changes import Changes
from router.app.purchasing.restocks import Queue
from router.app.records import EventKind
from router.domain.identifiers import Instant, Sku
from router.domain.plan import Plan, UnshippedAction
from router.domain.reasons import Reason, RouterError, Violation
from router.routing.capped import cap_waiting
from router.routing.decision import Decision


def put_backorder_limits(
    books: Books, command: PutBackorderLimits, at: Instant
) -> tuple[Changes, BackorderLimitsPut]:
    """Each one that is another than before is told. Refuses with INVALID_REQUEST products that nobody knows."""
    violations = [
        Violation(f"limits[{sku}]", "UNKNOWN_SKU", f"product `{sku}` is unknown; put it first")
        for sku in command.limits
        if sku not in books.products
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
        )
    changes = Changes(after=books.head, time=at)
    changes.backorder_limits = dict(command.limits)
    for sku, units in command.limits.items():
        if books.purchasing.limits.get(sku) != units:
            text = "any number may wait" if units is None else f"at most {units} may wait"
            changes.tell(EventKind.BACKORDER_LIMIT_CHANGED, subject=sku, text=text)
    return changes, BackorderLimitsPut(limit_count=len(command.limits))


def within_limits(books: Books, queue: Queue, decision: Decision) -> Decision:
    """The decision, or where more of a product would wait than may, that without them; `queue` is what waits before."""
    wanted = limited_units(books, decision.plan)
    if not wanted:
        return decision
    over = [
        sku
        for sku, units in wanted.items()
        if queue.waiting(sku) + units > (books.purchasing.limits[sku] or 0)
    ]
    return cap_waiting(decision, over) if over else decision


def limited_units(books: Books, plan: Plan) -> Counter[Sku]:
    """Units of a plan that would wait for stock of products with a limit."""
    wanted = Counter[Sku]()
    limits = books.purchasing.limits
    for one in plan.unshipped if limits else ():
        if one.action is UnshippedAction.BACKORDER and limits.get(one.sku) is not None:
            wanted[one.sku] += one.quantity
    return wanted
