"""Put what a unit of products costs: the value of all that is there changes with it, from this position on."""

from router.app.answers.documents import UnitCostsPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.accounting import PutUnitCosts
from router.domain.identifiers import Instant, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import GOODS, Role
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import EMPTY, Bucket

IN_NODES = frozenset(bucket for bucket, role in GOODS.items() if role is Role.INVENTORY)


def put_unit_costs(books: Books, command: PutUnitCosts, at: Instant) -> tuple[Changes, UnitCostsPut]:
    """Those that cost the same as before stay as they are. Refuses with UNKNOWN_SKU what no product is."""
    currency = books.ready_network().network.currency
    changes = Changes(after=books.head, time=at)
    for sku, cost_minor in command.costs:
        if sku not in books.products:
            raise RouterError(
                Reason.UNKNOWN_SKU, f"product `{sku}` is unknown; put it first, then its cost", sku=sku
            )
        before = books.find_unit_cost(sku)
        if before is None or (before.cost_minor, before.currency) != (cost_minor, currency):
            changes.unit_costs.append(changed_cost(books, before, sku, cost_minor, currency, at))
    return changes, UnitCostsPut(changed_count=len(changes.unit_costs))


def changed_cost(
    books: Books, before: UnitCost | None, sku: Sku, cost_minor: int, currency: str, at: Instant
) -> UnitCost:
    """The new cost, with the units that there are now."""
    units = dict.fromkeys((Bucket.ON_HAND, Bucket.IN_TRANSIT, Bucket.SHIPPED), 0)
    for account in books.accounts_of(sku):
        bucket = Bucket.ON_HAND if account.bucket in IN_NODES else account.bucket
        if bucket in units:
            units[bucket] += books.balances.get(account, EMPTY).units
    position = books.head.position
    until_now = 0 if before is None else before.cost_minor
    if before is not None and before.position == position:
        # Nothing moved since: together they are one change.
        until_now = before.before_minor
    return UnitCost(
        sku=sku,
        position=position,
        cost_minor=cost_minor,
        currency=currency,
        before_minor=until_now,
        held=units[Bucket.ON_HAND],
        in_transit=units[Bucket.IN_TRANSIT],
        shipped=units[Bucket.SHIPPED],
        time=at,
    )
