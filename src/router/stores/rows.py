"""Rows of the tables and the values they stand for: `x_row` has the columns of `tables.py`, `x_of` the value again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import msgspec

from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.feeds.suspect_records import Suspect, SuspectState
from router.app.ports import StoreError
from router.app.records import (
    BookedDecision,
    CustomerKey,
    Document,
    DocumentKind,
    Event,
    EventKind,
    SealedRecipient,
    StoredDecision,
    StoredOutcome,
    StoredProduct,
)
from router.app.rules.versions import RuleVersion, VersionAction, VersionChange, VersionState
from router.domain.channel import Channel
from router.domain.identifiers import Day, Digest, Instant, LineId, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.ledger.accounts import Account, Balance, Bucket, on_hand
from router.ledger.chain import Batch
from router.ledger.entries import Entry
from router.ledger.feeds import Counting, Feed, Mark, Movement
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.lots import Lot
from router.ledger.orders import LineQuantities, OrderAccount
from router.ledger.past import Turnover
from router.ledger.payments import Intent, Payment, PaymentMethod
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.shipments import NO_JOURNEY, Journey, ShipmentAccount
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation
from router.ledger.transfers import Transfer, TransferLine, TransferState

Row = Sequence[Any]
Value = None | int | float | str | bytes

_ENCODER = msgspec.msgpack.Encoder()
_Lines = list[tuple[str, str, int, int, int, int, int]]


class _Quantities(msgspec.Struct, array_like=True):
    lines: _Lines
    dispatched_shipments: tuple[int, ...]
    delivered: tuple[int, ...] = ()
    """By line; nothing when no unit arrived."""


_DECODER = msgspec.msgpack.Decoder(_Quantities)
_TRANSFER_LINES = msgspec.msgpack.Decoder(list[tuple[str, str, int, int, int, int, int]])

_Asked = tuple[str, str, str, int]
_Part = tuple[int, str, str, str, str, int, int, int]
_HELD = msgspec.msgpack.Decoder(tuple[int, str, list[_Asked], list[_Part]])
_FIRM = 0
"""The expire time of a reservation that has none."""
_JOURNEY = msgspec.msgpack.Decoder(Journey)
_LAYOUT = msgspec.msgpack.Decoder(Layout)
_NODE_IDS = msgspec.json.Decoder(tuple[NodeId, ...])

_INTENT = msgspec.msgpack.Decoder(Intent)
_BUCKETS = {int(bucket): bucket for bucket in Bucket}
_CODES = {int(code): code for code in EntryCode}


V = TypeVar("V")


def of_the_books(what: str) -> Callable[[Callable[[Row], V]], Callable[[Row], V]]:
    """Raises StoreError for a row that somebody else must have written."""

    def careful(read: Callable[[Row], V]) -> Callable[[Row], V]:
        @wraps(read)
        def read_carefully(row: Row) -> V:
            try:
                return read(row)
            except (AssertionError, KeyError, ValueError, msgspec.DecodeError) as error:
                raise StoreError(f"row {tuple(row)} {what}: {error}") from error

        return read_carefully

    return careful


def order_row(order: OrderAccount) -> tuple[Any, ...]:
    lines = [
        (
            line.line_id,
            line.sku,
            line.ordered,
            line.reserved,
            line.dispatched,
            line.backordered,
            line.canceled,
        )
        for line in order.lines
    ]
    return (
        order.number,
        order.order_id,
        order.channel,
        order.customer_id,
        int(order.state),
        order.decision_number,
        order.position,
        _ENCODER.encode((lines, order.dispatched_shipments, *delivered_of(order))),
    )


def delivered_of(order: OrderAccount) -> Iterable[tuple[int, ...]]:
    delivered = tuple(line.delivered for line in order.lines)
    return (delivered,) if any(delivered) else ()


@of_the_books("is not an order")
def order_of(row: Row) -> OrderAccount:
    number, order_id, channel, customer_id, state, decision_number, position, quantities = row
    found = _DECODER.decode(quantities)
    delivered = found.delivered or (0,) * len(found.lines)
    return OrderAccount(
        number=number,
        order_id=OrderId(order_id),
        channel=channel,
        customer_id=customer_id,
        state=OrderState(state),
        lines=tuple(
            LineQuantities(
                line_id=LineId(line_id),
                sku=Sku(sku),
                ordered=ordered,
                reserved=reserved,
                dispatched=dispatched,
                backordered=backordered,
                canceled=canceled,
                delivered=arrived,
            )
            for (line_id, sku, ordered, reserved, dispatched, backordered, canceled), arrived in zip(
                found.lines, delivered, strict=True
            )
        ),
        decision_number=decision_number,
        position=position,
        dispatched_shipments=found.dispatched_shipments,
    )


def shipment_row(one: ShipmentAccount) -> tuple[Any, ...]:
    return (
        one.number,
        one.order_id,
        one.shipment,
        one.node_id,
        int(one.state),
        one.cut_off_time,
        b"" if one.journey == NO_JOURNEY else _ENCODER.encode(one.journey),
        one.tracking_number,
        one.wave,
    )


@of_the_books("is not a shipment")
def shipment_of(row: Row) -> ShipmentAccount:
    number, order_id, shipment, node_id, state, cut_off_time, body, tracking_number, wave = row
    return ShipmentAccount(
        number=number,
        order_id=OrderId(order_id),
        shipment=shipment,
        node_id=NodeId(node_id),
        state=ShipmentState(state),
        cut_off_time=Instant(cut_off_time),
        tracking_number=tracking_number,
        wave=wave,
        journey=_JOURNEY.decode(body) if body else NO_JOURNEY,
    )


def layout_row(layout: Layout) -> tuple[Any, ...]:
    return (layout.node_id, _ENCODER.encode(layout))


@of_the_books("is not a layout")
def layout_of(row: Row) -> Layout:
    return _LAYOUT.decode(row[1])


def balance_row(ids: Mapping[Account, int], account: Account, balance: Balance) -> tuple[Any, ...]:
    return (ids[account], account.sku, account.node_id, account.lot, int(account.bucket), *balance)


def account_of(node_id: str, sku: str, lot: str, bucket: int) -> Account:
    return Account(NodeId(node_id), Sku(sku), lot, _BUCKETS[bucket])


@of_the_books("is not an account")
def balance_of(row: Row) -> tuple[Account, Balance]:
    return account_of(*row[:4]), Balance(*row[4:])


def entry_row(ids: Mapping[Account, int], entry: Entry) -> tuple[Any, ...]:
    return (
        entry.position,
        entry.time,
        int(entry.code),
        ids[entry.debit],
        ids[entry.credit],
        entry.quantity,
        entry.pending_position,
        entry.reference,
        entry.line_id,
    )


@of_the_books("of the journal is not an entry")
def entry_of(row: Row) -> Entry:
    (
        position,
        time,
        code,
        quantity,
        pending,
        reference,
        line_id,
        sku,
        lot,
        d_node,
        d_bucket,
        c_node,
        c_bucket,
    ) = row
    return Entry(
        position=position,
        time=Instant(time),
        code=_CODES[code],
        debit=account_of(d_node, sku, lot, d_bucket),
        credit=account_of(c_node, sku, lot, c_bucket),
        quantity=quantity,
        pending_position=pending,
        reference=reference,
        line_id=line_id,
    )


def reservation_row(ids: Mapping[Account, int], one: Reservation) -> tuple[Any, ...]:
    return (
        one.order_id,
        one.position,
        ids[one.account],
        one.line_id,
        one.shipment,
        one.quantity,
        one.posted,
        one.voided,
    )


@of_the_books("is not a reservation")
def reservation_of(row: Row) -> Reservation:
    order_id, position, line_id, shipment, quantity, posted, voided, *account = row
    return Reservation(
        position=position,
        account=account_of(*account),
        order_id=OrderId(order_id),
        line_id=LineId(line_id),
        shipment=shipment,
        quantity=quantity,
        posted=posted,
        voided=voided,
    )


def stock_reservation_row(one: StockReservation) -> tuple[Any, ...]:
    asked = [(line.line_id, line.node_id, line.sku, line.quantity) for line in one.lines]
    parts = [
        (
            part.position,
            part.account.node_id,
            part.account.sku,
            part.account.lot,
            part.line_id,
            part.quantity,
            part.posted,
            part.voided,
        )
        for part in one.parts
    ]
    body = _ENCODER.encode((one.create_time, one.order_id, asked, parts))
    limit = _FIRM if one.expire_time is None else one.expire_time
    return (one.number, one.id, int(one.state), limit, one.reference, body)


def stock_reservation_of(row: Row) -> StockReservation:
    number, id, state, limit, reference, body = row
    create_time, order_id, asked, parts = _HELD.decode(body)
    return StockReservation(
        id=id,
        number=number,
        reference=reference,
        state=ReservationState(state),
        create_time=Instant(create_time),
        expire_time=None if limit == _FIRM else Instant(limit),
        order_id=order_id,
        lines=tuple(
            AskedLine(line_id=LineId(line_id), node_id=NodeId(node_id), sku=Sku(sku), quantity=quantity)
            for line_id, node_id, sku, quantity in asked
        ),
        parts=tuple(
            Reservation(
                position=position,
                account=on_hand(NodeId(node_id), Sku(sku), lot),
                order_id=OrderId(""),
                line_id=LineId(line_id),
                shipment=0,
                quantity=quantity,
                posted=posted,
                voided=voided,
            )
            for position, node_id, sku, lot, line_id, quantity, posted, voided in parts
        ),
    )


def lot_row(lot: Lot) -> tuple[Any, ...]:
    return (lot.sku, lot.id, lot.expiry_day or 0)


def lot_of(row: Row) -> Lot:
    sku, id, expiry_day = row
    return Lot(sku=Sku(sku), id=id, expiry_day=Day(expiry_day) if expiry_day else None)


def serial_row(one: Serial) -> tuple[Any, ...]:
    return (one.sku, one.serial, one.owner, one.line_id, one.position)


def serial_of(row: Row) -> Serial:
    sku, serial, owner, line_id, position = row
    return Serial(sku=Sku(sku), serial=serial, owner=owner, line_id=LineId(line_id), position=position)


def batch_row(batch: Batch) -> tuple[Any, ...]:
    return (batch.number, batch.entry_count, batch.last_position, batch.time, batch.hash)


def batch_of(row: Row) -> Batch:
    number, entry_count, last_position, time, digest = row
    return Batch(
        number=number,
        entry_count=entry_count,
        last_position=last_position,
        time=Instant(time),
        hash=digest,
    )


def turnover_of(row: Row, *, is_debit: bool) -> Turnover:
    # Some databases add whole numbers up to a decimal.
    return Turnover(
        account=account_of(*row[:4]),
        is_debit=is_debit,
        code=_CODES[row[4]],
        quantity=int(row[5]),
        count=int(row[6]),
    )


def event_row(event: Event) -> tuple[Any, ...]:
    node_ids = msgspec.json.encode(event.node_ids).decode() if event.node_ids else ""
    return (
        event.position,
        event.time,
        int(event.kind),
        event.order_id,
        event.subject,
        event.text,
        event.state,
        node_ids,
    )


def event_of(row: Row) -> Event:
    position, time, kind, order_id, subject, text, state, node_ids = row
    return Event(
        position=position,
        time=Instant(time),
        kind=EventKind(kind),
        order_id=order_id,
        subject=subject,
        text=text,
        state=state,
        node_ids=_NODE_IDS.decode(node_ids) if node_ids else (),
    )


def sink_row(record: SinkRecord) -> tuple[Any, ...]:
    return (
        record.name,
        record.cursor,
        record.epoch,
        record.holder,
        record.lease_end,
        int(record.is_disabled),
        record.trouble,
    )


def sink_of(row: Row) -> SinkRecord:
    name, cursor, epoch, holder, lease_end, is_disabled, trouble = row
    return SinkRecord(
        name=name,
        cursor=cursor,
        epoch=epoch,
        holder=holder,
        lease_end=Instant(lease_end),
        is_disabled=bool(is_disabled),
        trouble=trouble,
    )


def held_event_row(held: HeldEvent) -> tuple[Any, ...]:
    return (held.sink, held.position, held.order_id, int(held.state), held.attempts, held.error, held.time)


def held_event_of(row: Row) -> HeldEvent:
    sink, position, order_id, state, attempts, error, time = row
    return HeldEvent(
        sink=sink,
        position=position,
        order_id=order_id,
        state=HeldState(state),
        attempts=attempts,
        error=error,
        time=Instant(time),
    )


def decision_row(decision: StoredDecision) -> tuple[Any, ...]:
    return (decision.number, decision.order_id, decision.ledger_position, decision.body)


def decision_of(row: Row) -> StoredDecision:
    number, order_id, ledger_position, body = row
    return StoredDecision(
        number=number, order_id=OrderId(order_id), ledger_position=ledger_position, body=body
    )


def outcome_row(outcome: StoredOutcome) -> tuple[Any, ...]:
    return (outcome.request_id, outcome.body_digest, outcome.time, outcome.body)


def outcome_of(row: Row) -> StoredOutcome:
    request_id, body_digest, time, body = row
    return StoredOutcome(request_id=request_id, body_digest=body_digest, time=Instant(time), body=body)


def product_row(product: StoredProduct) -> tuple[Any, ...]:
    return (product.sku, product.body)


def product_of(row: Row) -> StoredProduct:
    return StoredProduct(sku=Sku(row[0]), body=row[1])


def customer_key_row(key: CustomerKey) -> tuple[Any, ...]:
    return (key.customer_id, key.key, key.time)


def customer_key_of(row: Row) -> CustomerKey:
    return CustomerKey(customer_id=row[0], key=row[1], time=Instant(row[2]))


def recipient_row(recipient: SealedRecipient) -> tuple[Any, ...]:
    return (recipient.order_id, recipient.customer_id, recipient.body)


def recipient_of(row: Row) -> SealedRecipient:
    return SealedRecipient(order_id=OrderId(row[0]), customer_id=row[1], body=row[2])


def document_row(document: Document) -> tuple[Any, ...]:
    return (document.digest, int(document.kind), document.time, document.body)


def document_of(row: Row) -> Document:
    digest, kind, time, body = row
    return Document(digest=Digest(digest), kind=DocumentKind(kind), time=Instant(time), body=body)


def booked_decision_of(row: Row) -> BookedDecision:
    return BookedDecision(time=Instant(row[4]), decision=decision_of(row[:4]))


def change_row(change: VersionChange) -> tuple[Any, ...]:
    return (
        change.number,
        change.digest,
        int(change.action),
        int(change.state),
        change.time,
        change.author,
        change.reason,
        change.origin,
        change.other,
    )


def change_of(row: Row) -> VersionChange:
    number, digest, action, state, time, author, reason, origin, other = row
    return VersionChange(
        number=number,
        digest=Digest(digest),
        action=VersionAction(action),
        state=VersionState(state),
        time=Instant(time),
        author=author,
        reason=reason,
        origin=origin,
        other=Digest(other),
    )


def version_row(version: RuleVersion) -> tuple[Any, ...]:
    return (
        version.digest,
        version.number,
        version.last.number,
        int(version.state),
        version.rule_count,
        version.before,
    )


def version_of(row: Row) -> RuleVersion:
    """Of a version joined with its first and its last change."""
    digest, state, rule_count, before, *changes = row
    return RuleVersion(
        digest=Digest(digest),
        state=VersionState(state),
        rule_count=rule_count,
        first=change_of(changes[:9]),
        last=change_of(changes[9:]),
        before=Digest(before),
    )


def feed_row(feed: Feed) -> tuple[Any, ...]:
    return (
        feed.feed_id,
        feed.newest,
        int(feed.counting),
        feed.epoch,
        *feed.floor,
        feed.lag_microseconds,
        feed.heard_since,
        feed.guard_percent,
    )


def feed_of(row: Row) -> Feed:
    feed_id, newest, counting, epoch, floor_epoch, floor, lag_microseconds, heard_since, guard_percent = row
    return Feed(
        feed_id=feed_id,
        newest=newest,
        counting=Counting(counting),
        epoch=epoch,
        floor=Mark(floor_epoch, floor),
        lag_microseconds=lag_microseconds,
        heard_since=Instant(heard_since),
        guard_percent=guard_percent,
    )


def mark_of(row: Row) -> tuple[str, NodeId, Sku, Mark]:
    feed_id, node_id, sku, epoch, value = row
    return feed_id, NodeId(node_id), Sku(sku), Mark(epoch, value)


def movement_row(movement: Movement) -> tuple[Any, ...]:
    return (
        movement.position,
        movement.feed_id,
        movement.node_id,
        movement.sku,
        *movement.mark,
        movement.units,
        movement.cause,
    )


def movement_of(row: Row) -> Movement:
    position, feed_id, node_id, sku, epoch, value, units, cause = row
    return Movement(
        position=position,
        feed_id=feed_id,
        node_id=NodeId(node_id),
        sku=Sku(sku),
        mark=Mark(epoch, value),
        units=units,
        cause=cause,
    )


def suspect_row(suspect: Suspect) -> tuple[Any, ...]:
    return (
        suspect.number,
        suspect.id,
        suspect.feed_id,
        int(suspect.state),
        suspect.time,
        suspect.row_count,
        suspect.suspicion,
        suspect.author,
        suspect.note,
        suspect.body,
    )


def suspect_of(row: Row) -> Suspect:
    number, id, feed_id, state, time, row_count, suspicion, author, note, body = row
    return Suspect(
        number=number,
        id=id,
        feed_id=feed_id,
        state=SuspectState(state),
        time=Instant(time),
        row_count=row_count,
        suspicion=suspicion,
        author=author,
        note=note,
        body=bytes(body),
    )


def transfer_row(transfer: Transfer) -> tuple[Any, ...]:
    lines = [
        (line.sku, line.lot, line.sent, line.received, line.damaged, line.lost, line.extra)
        for line in transfer.lines
    ]
    return (
        transfer.number,
        transfer.id,
        transfer.from_node_id,
        transfer.to_node_id,
        int(transfer.state),
        transfer.send_time,
        transfer.expected_day or 0,
        transfer.reference,
        _ENCODER.encode(lines),
    )


def transfer_of(row: Row) -> Transfer:
    number, id, from_node_id, to_node_id, state, send_time, expected_day, reference, lines = row
    return Transfer(
        number=number,
        id=id,
        from_node_id=NodeId(from_node_id),
        to_node_id=NodeId(to_node_id),
        state=TransferState(state),
        send_time=Instant(send_time),
        expected_day=Day(expected_day) if expected_day else None,
        reference=reference,
        lines=tuple(
            TransferLine(
                sku=Sku(sku), lot=lot, sent=sent, received=received, damaged=damaged, lost=lost, extra=extra
            )
            for sku, lot, sent, received, damaged, lost, extra in _TRANSFER_LINES.decode(lines)
        ),
    )


def channel_row(channel: Channel) -> tuple[Any, ...]:
    return (channel.id, channel.name, channel.kind, int(channel.is_closed), int(channel.needs_payment))


def channel_of(row: Row) -> Channel:
    channel_id, name, kind, is_closed, needs_payment = row
    return Channel(
        id=channel_id,
        name=name,
        kind=kind,
        is_closed=bool(is_closed),
        needs_payment=bool(needs_payment),
    )


def payment_row(payment: Payment) -> tuple[Any, ...]:
    return (
        payment.number,
        payment.id,
        payment.order_id,
        int(payment.method),
        payment.currency,
        payment.asked,
        payment.authorized,
        payment.captured,
        payment.released,
        payment.refunded,
        payment.expire_time,
        payment.provider_id,
        payment.decline_code,
        b"" if payment.intent is None else _ENCODER.encode(payment.intent),
    )


@of_the_books("is not a payment")
def payment_of(row: Row) -> Payment:
    number, id, order_id, method, currency, asked, authorized, captured, released, refunded, *rest = row
    expire_time, provider_id, decline_code, intent = rest
    return Payment(
        number=number,
        id=id,
        order_id=OrderId(order_id),
        method=PaymentMethod(method),
        currency=currency,
        asked=asked,
        authorized=authorized,
        captured=captured,
        released=released,
        refunded=refunded,
        expire_time=Instant(expire_time),
        provider_id=provider_id,
        decline_code=decline_code,
        intent=_INTENT.decode(intent) if intent else None,
    )
