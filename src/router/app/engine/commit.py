"""The commit of a batch: what its commands changed, in the form in which a store writes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from msgspec.structs import astuple, replace

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import pack_product
from router.app.books.sealing import Personal
from router.app.records.commit import Commit
from router.app.records.decisions import StoredOutcome
from router.domain.identifiers import Instant
from router.domain.limits import IDEMPOTENCY_DAYS
from router.ledger.chain import seal
from router.ledger.entries import Entry
from router.ledger.entry_columns import ColumnEntries, reservations_in
from router.ledger.reservations import Reservation

_BEFORE_ALL = Instant(0)
_KEPT_MICROSECONDS = IDEMPOTENCY_DAYS * 86_400 * 1_000_000

Made = Mapping[str, Sequence[Any]]
"""The values of each kind that several commands made, one after the other; of most kinds none."""

_number: Callable[[Any], int] = attrgetter("number")


def make_commit(
    books: Books, changes: Sequence[Changes], outcomes: Sequence[StoredOutcome], personal: Personal
) -> Commit:
    """Of what several commands changed, the last value counts. `books` has all `changes` applied."""
    head, made = books.head, made_by(changes)
    entries = entries_of(changes)
    batch = seal(head.hash, head.batch_number + 1, head.position, head.time, entries)
    return Commit(
        batch=batch,
        head=replace(head, batch_number=batch.number, hash=batch.hash),
        entries=entries,
        balances=books.changed,
        reservations=reservations_of(changes, entries),
        stock_reservations=last_of(made["stock_reservations"], attrgetter("id")),
        lots=joined(made["lots"]),
        serials=joined(made["serials"]),
        orders=last_of(([filed.account for filed in some] for some in made["orders"]), _number),
        decisions=joined(made["decisions"]),
        events=joined(made["events"]),
        outcomes=tuple(outcomes),
        products=tuple(map(pack_product, last_of(made["products"], attrgetter("sku")))),
        documents=joined(made["documents"]),
        versions=tuple(merged(made["versions"]).values()),
        version_changes=joined(made["version_changes"]),
        capacity={
            (node_id, day): books.shipments_booked(node_id)[day] for node_id, day in merged(made["capacity"])
        },
        sinks=tuple(merged(made["sinks"]).values()),
        held_events=tuple(merged(made["held_events"]).values()),
        feeds={feed_id: books.feeds.feeds[feed_id] for feed_id in merged(made["feeds"])},
        raised=joined(made["raised"]),
        movements=joined(made["movements"]),
        left=tuple(books.feeds.outbound.taken(entries)),
        forget_movements_before=oldest_movement(books) if made["raised"] else 0,
        suspects=last_of(made["suspects"], _number),
        transfers=last_of(made["transfers"], _number),
        channels=merged(made["channels"]),
        unit_costs=last_of(made["unit_costs"], attrgetter("sku", "position")),
        node_owners=last_of(made["node_owners"], attrgetter("node_id", "position")),
        payments=last_of(made["payments"], _number),
        suppliers=merged(made["suppliers"]),
        backorder_limits=merged(made["backorder_limits"]),
        purchases=last_of(made["purchases"], _number),
        returns=last_of(made["returns"], _number),
        return_policies=merged(made["return_policies"]),
        delays=last_of(made["delays"], _number),
        forget_outcomes_before=oldest_outcome(books),
        customer_keys=personal.keys,
        recipients=personal.recipients,
        contacts=personal.contacts,
        contact_key=personal.contact_key,
        erased_customers=personal.erased,
        shipments=last_of(made["shipments"], _number),
        bookings=last_of(made["bookings"], _number),
        manifests=last_of(made["manifests"], _number),
        box_lists=joined(made["box_lists"]),
        packings=joined(made["packings"]),
        layouts=last_of(made["layouts"], attrgetter("node_id")),
    )


def made_by(changes: Sequence[Changes]) -> Made:
    """Without the empty ones."""
    columns = zip(*map(astuple, changes), strict=True) if changes else ((),) * len(_FIELDS)
    return {
        name: [one for one in some if one] if any(some) else ()
        for name, some in zip(_FIELDS, columns, strict=True)
    }


_FIELDS = Changes.__struct_fields__


def entries_of(changes: Sequence[Changes]) -> Sequence[Entry]:
    """In columns where all of them are those of one command."""
    made = [one.entries if one.columns is None else ColumnEntries(one.columns) for one in changes]
    some = [one for one in made if one]
    return some[0] if len(some) == 1 and isinstance(some[0], ColumnEntries) else joined(some)


def reservations_of(changes: Sequence[Changes], entries: Sequence[Entry]) -> Sequence[Reservation]:
    """In columns where the entries are, for both name accounts in one order; of those changed again the last value."""
    made = [one.reservations if one.columns is None else reservations_in(one.columns) for one in changes]
    some = [one for one in made if one]
    if isinstance(entries, ColumnEntries) and len(some) == 1:
        return some[0]
    return last_of(some, attrgetter("position"))


def joined(values: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    """All of them: each is there once."""
    return tuple(chain.from_iterable(values))


def last_of(values: Iterable[Iterable[Any]], key: Callable[[Any], Any]) -> tuple[Any, ...]:
    """One for each key, in the order of the first."""
    last: dict[Any, Any] = {}
    for some in values:
        last.update(zip(map(key, some), some, strict=True))
    return tuple(last.values())


def merged(values: Iterable[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Likewise of mappings."""
    return {key: value for some in values for key, value in some.items()}


def oldest_outcome(books: Books) -> Instant:
    """The time before which outcomes are forgotten; while the clock is in doubt, none are.

    Not by the ledger's time: a clock that once leapt ahead would have carried it, and every key, out of reach for good.
    """
    now = books.clock.limit_now
    return _BEFORE_ALL if now is None else Instant(now - _KEPT_MICROSECONDS)


def oldest_movement(books: Books) -> int:
    """The position before which every movement is counted; worth a look when a snapshot has counted some."""
    return books.feeds.oldest_position(none=books.head.position + 1)
