"""Put what a unit of products costs: the value of all that is there changes with it, from this position on."""

from collections.abc import Set

from msgspec.structs import replace

from router.app.answers.documents import UnitCostsPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.accounting import PutUnitCosts
from router.domain.identifiers import Instant, NodeId
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import IN_NODES
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import EMPTY, Bucket


def put_unit_costs(books: Books, command: PutUnitCosts, at: Instant) -> tuple[Changes, UnitCostsPut]:
    """Those that cost the same as before stay as they are. Refuses with UNKNOWN_SKU what no product is."""
    currency = books.ready_network().network.currency
    changes = Changes(after=books.head, time=at)
    theirs = books.costs.supplier_nodes()
    for sku, cost_minor in command.costs:
        if sku not in books.products:
            raise RouterError(
                Reason.UNKNOWN_SKU, f"product `{sku}` is unknown; put it first, then its cost", sku=sku
            )
        before = books.costs.find(sku)
        if before is None or (before.cost_minor, before.currency) != (cost_minor, currency):
            cost = UnitCost(
                sku=sku, position=books.head.position, cost_minor=cost_minor, currency=currency, time=at
            )
            changes.unit_costs.append(with_units(books, cost, before, theirs))
    return changes, UnitCostsPut(changed_count=len(changes.unit_costs))


def with_units(books: Books, cost: UnitCost, before: UnitCost | None, theirs: Set[NodeId]) -> UnitCost:
    """The new cost with the units that there are now, but for those in `theirs`, the nodes of suppliers."""
    units = dict.fromkeys((Bucket.ON_HAND, Bucket.IN_TRANSIT, Bucket.SHIPPED), 0)
    for account in books.accounts_of(cost.sku):
        is_here = account.bucket in IN_NODES
        bucket = Bucket.ON_HAND if is_here else account.bucket
        if bucket in units and not (is_here and account.node_id in theirs):
            units[bucket] += books.balances.get(account, EMPTY).units
    until_now = 0 if before is None else before.cost_minor
    if before is not None and before.position == cost.position:
        # Nothing moved since: together they are one change.
        until_now = before.before_minor
    return replace(
        cost,
        before_minor=until_now,
        held=units[Bucket.ON_HAND],
        in_transit=units[Bucket.IN_TRANSIT],
        shipped=units[Bucket.SHIPPED],
    )
