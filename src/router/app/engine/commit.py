"""The commit of a batch: what its commands changed, in the form in which a store writes it."""

from collections.abc import Sequence
from itertools import chain

from msgspec.structs import replace

from router.app.engine.books import Books
from router.app.engine.changes import Changes
from router.app.engine.sealing import Personal
from router.app.network.documents import pack_product
from router.app.records import Commit, StoredOutcome
from router.domain.identifiers import Instant
from router.domain.limits import IDEMPOTENCY_DAYS
from router.ledger.chain import seal
from router.ledger.entries import accounts_of

_BEFORE_ALL = Instant(0)
_KEPT_MICROSECONDS = IDEMPOTENCY_DAYS * 86_400 * 1_000_000


def make_commit(
    books: Books, changes: Sequence[Changes], outcomes: Sequence[StoredOutcome], personal: Personal
) -> Commit:
    """Of what several commands changed, the last value counts. `books` has all `changes` applied."""
    head = books.head
    entries = tuple(chain.from_iterable(one.entries for one in changes))
    batch = seal(head.hash, head.batch_number + 1, head.position, head.time, entries)
    days = dict.fromkeys(chain.from_iterable(one.capacity for one in changes))
    orders = {filed.account.number: filed.account for one in changes for filed in one.orders}
    reservations = {r.position: r for one in changes for r in one.reservations}
    shipments = {one.number: one for each in changes for one in each.shipments}
    stock_reservations = {r.id: r for one in changes for r in one.stock_reservations}
    versions = {digest: version for one in changes for digest, version in one.versions.items()}
    products = {product.sku: product for one in changes for product in one.products}
    return Commit(
        batch=batch,
        head=replace(head, batch_number=batch.number, hash=batch.hash),
        entries=entries,
        balances={account: books.balances[account] for account in accounts_of(entries)},
        reservations=tuple(reservations.values()),
        stock_reservations=tuple(stock_reservations.values()),
        lots=tuple(chain.from_iterable(one.lots for one in changes)),
        serials=tuple(chain.from_iterable(one.serials for one in changes)),
        orders=tuple(orders.values()),
        decisions=tuple(chain.from_iterable(one.decisions for one in changes)),
        events=tuple(chain.from_iterable(one.events for one in changes)),
        outcomes=tuple(outcomes),
        products=tuple(map(pack_product, products.values())),
        documents=tuple(chain.from_iterable(one.documents for one in changes)),
        versions=tuple(versions.values()),
        version_changes=tuple(chain.from_iterable(one.version_changes for one in changes)),
        capacity={(node_id, day): books.shipments_booked(node_id)[day] for node_id, day in days},
        sinks=tuple({name: one for each in changes for name, one in each.sinks.items()}.values()),
        held_events=tuple({key: one for each in changes for key, one in each.held_events.items()}.values()),
        feeds={feed_id: books.feeds.feeds[feed_id] for one in changes for feed_id in one.feeds},
        raised=tuple(chain.from_iterable(one.raised for one in changes)),
        movements=tuple(chain.from_iterable(one.movements for one in changes)),
        left=tuple(books.feeds.outbound.taken(entries)),
        forget_movements_before=oldest_movement(books, changes),
        suspects=tuple({s.number: s for one in changes for s in one.suspects}.values()),
        transfers=tuple({t.number: t for one in changes for t in one.transfers}.values()),
        channels={key: one for each in changes for key, one in each.channels.items()},
        unit_costs=tuple({(c.sku, c.position): c for one in changes for c in one.unit_costs}.values()),
        payments=tuple({p.number: p for one in changes for p in one.payments}.values()),
        suppliers={key: one for each in changes for key, one in each.suppliers.items()},
        backorder_limits={key: one for each in changes for key, one in each.backorder_limits.items()},
        purchases=tuple({p.number: p for one in changes for p in one.purchases}.values()),
        returns=tuple({r.number: r for one in changes for r in one.returns}.values()),
        return_policies={key: one for each in changes for key, one in each.return_policies.items()},
        delays=tuple({d.number: d for one in changes for d in one.delays}.values()),
        forget_outcomes_before=oldest_outcome(books),
        customer_keys=personal.keys,
        recipients=personal.recipients,
        contacts=personal.contacts,
        contact_key=personal.contact_key,
        erased_customers=personal.erased,
        shipments=tuple(shipments.values()),
        bookings=tuple({one.number: one for each in changes for one in each.bookings}.values()),
        manifests=tuple({one.number: one for each in changes for one in each.manifests}.values()),
        box_lists=tuple(chain.from_iterable(one.box_lists for one in changes)),
        packings=tuple(chain.from_iterable(one.packings for one in changes)),
        layouts=tuple({one.node_id: one for each in changes for one in each.layouts}.values()),
    )


def oldest_outcome(books: Books) -> Instant:
    """The time before which outcomes are forgotten; while the clock is in doubt, none are.

    Not by the ledger's time: a clock that once leapt ahead would have carried it, and every key, out of reach for good.
    """
    now = books.clock.limit_now
    return _BEFORE_ALL if now is None else Instant(now - _KEPT_MICROSECONDS)


def oldest_movement(books: Books, changes: Sequence[Changes]) -> int:
    """The position before which every movement is counted; looked for only when a snapshot has counted some."""
    if not any(one.raised for one in changes):
        return 0
    return books.feeds.oldest_position(none=books.head.position + 1)
