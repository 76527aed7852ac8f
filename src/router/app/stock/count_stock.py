"""Count stock: what a person found on the shelves, as absolute figures, all of them or none."""

from functools import partial

from router.app.answers.stock import CountedStock, StockCounted
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.stock import CountedUnits, CountStock
from router.app.steps.lots import move
from router.app.steps.movements import Moved, book_movement
from router.app.stock.find_availability import row_of
from router.app.stock.shortfalls import short_of, tell_shortfalls
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Bucket
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode


def count_stock(books: Books, command: CountStock, at: Instant) -> tuple[Changes, StockCounted]:
    """Book the differences to what was counted.

    Refuses unknown nodes and SKUs, and with STOCK_CHANGED the whole count when any figure is not the one that was
    expected: somebody moved goods while others counted.
    """
    refuse_unknown(books, command)
    refuse_changed(books, command)
    changes = Changes(after=books.head, time=at)
    rows, short, units = [], [], 0
    for one in command.rows:
        balance = books.stock_at(one.node_id, one.sku)
        difference = one.counted - balance.units
        if difference:
            units += abs(difference)
            moved = Moved(node_id=one.node_id, sku=one.sku, units=difference, cause=command.reason_code)
            enter = partial(adjust, books, changes, command, one, difference)
            if book_movement(books, changes, command.told, moved, enter):
                difference = 0
        after = balance.units + difference
        row = row_of(one.node_id, one.sku, after, balance.credits_pending)
        rows.append(CountedStock(row=row, difference=difference))
        short += short_of(books, one.node_id, one.sku, after) if difference < 0 else []
    differing = sum(1 for one in rows if one.difference)
    changes.tell(
        EventKind.STOCK_COUNTED,
        subject=command.reference or command.reason_code,
        text=f"{command.reason_code}: {differing} of {len(rows)} figures differed, by {units} units",
        node_ids=tuple(dict.fromkeys(one.node_id for one in command.rows)),
    )
    shortfalls = tell_shortfalls(books, changes, short, command.reason_code)
    return changes, StockCounted(rows=tuple(rows), ledger_position=changes.position, shortfalls=shortfalls)


def adjust(
    books: Books, changes: Changes, command: CountStock, counted: CountedUnits, difference: int
) -> None:
    """Enter what was found more (positive) or less."""
    move(
        books,
        changes,
        EntryCode.ADJUST,
        Bucket.ADJUSTMENT,
        node_id=counted.node_id,
        sku=counted.sku,
        delta=difference,
        reference=command.reference or command.reason_code,
        line_id=command.reason_code,
    )


def refuse_unknown(books: Books, command: CountStock) -> None:
    """Refuse with INVALID_REQUEST every row whose node or SKU the books do not know."""
    nodes = books.ready_network().node_index
    violations = []
    for index, one in enumerate(command.rows):
        if one.node_id not in nodes:
            text = f"node `{one.node_id}` is not in the network; put it first"
            violations.append(Violation(f"rows[{index}].node_id", "UNKNOWN_NODE", text))
        if one.sku not in books.products:
            text = f"product `{one.sku}` is unknown; put it first"
            violations.append(Violation(f"rows[{index}].sku", "UNKNOWN_SKU", text))
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
        )


def refuse_changed(books: Books, command: CountStock) -> None:
    """Refuse with STOCK_CHANGED, naming every figure that is not the expected one."""
    violations = []
    for index, one in enumerate(command.rows):
        units = books.stock_at(one.node_id, one.sku).units
        if units != one.expected_on_hand:
            text = f"`{one.node_id}` has {units} of `{one.sku}` on hand, {one.expected_on_hand} were expected"
            violations.append(Violation(f"rows[{index}].expected_on_hand", Reason.STOCK_CHANGED.value, text))
    if violations:
        raise RouterError(
            Reason.STOCK_CHANGED,
            f"{'; '.join(one.description for one in violations[:5])}; nothing was booked, count these again",
            violations=violations,
            changed_count=len(violations),
        )
