"""Commands of several steps: each on the books as the ones before left them, all of one commit."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from router.app.answers.decided import OrdersRerouted, Rerouted
from router.app.answers.fulfillment import PickConfirmed
from router.app.answers.stock import TransferChanged
from router.app.books.changes import Changes
from router.app.carriers.close_manifest import hand_over
from router.app.commands.carriers import CloseManifest
from router.app.commands.deciding import Because, RejectShipment, RerouteOrders
from router.app.commands.fulfillment import ShortPick
from router.app.commands.stock import CancelTransfer, ReceiveTransfer
from router.app.commands.write import Write
from router.app.engine.batch import Batch, Reply, attempt
from router.app.engine.use_cases import USE_CASES
from router.app.fulfillment.short_pick import short_pick
from router.app.orders.cool_off import cool_off, cool_off_after_short_pick
from router.app.orders.reject_shipment import again_after, reject_shipment
from router.app.orders.reroute_order import reroute_order, without_decision
from router.app.records.ids import parse_shipment_id
from router.app.steps.awaited import order_left_short
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import REJECTIONS_MAX


def end_transfer(batch: Batch, command: ReceiveTransfer | CancelTransfer) -> Reply:
    """What a shipment awaited and did not get is looked for elsewhere at once."""
    reply = batch.do(command, USE_CASES[type(command)])
    if isinstance(reply.result, TransferChanged):
        order_id = order_left_short(batch.books, reply.result.transfer)
        if order_id is not None:
            return find_elsewhere(batch, reply, command, order_id)
    return reply


def pick_short(batch: Batch, command: ShortPick) -> Reply:
    """What is missing is looked for elsewhere at once: the variance, the node's time to cool off, the new decision."""
    reply = batch.do(command, short_pick)
    if not isinstance(reply.result, PickConfirmed):
        return reply

    def go_on() -> Reply:
        batch.apply(cool_off_after_short_pick(batch.books, command, batch.next_time()))
        return find_elsewhere(batch, reply, command, parse_shipment_id(command.shipment_id)[0])

    return attempt(go_on)


def find_elsewhere(batch: Batch, reply: Reply, command: Write, order_id: OrderId) -> Reply:
    """The reply, once the order whose units fell short is decided again."""
    again = RerouteOrders(
        request_id=command.request_id,
        body_digest=command.body_digest,
        order_ids=(order_id,),
        because=Because.SHORTFALL,
        move_milli=0,
    )

    def decide_again() -> Reply:
        at = batch.next_time()
        changes, _ = reroute_order(batch.books, again, order_id, at, batch.now, batch.deciders.reroute)
        batch.apply(changes)
        return reply

    return attempt(decide_again)


def reroute(batch: Batch, command: RerouteOrders) -> Reply:
    """Each order on what the ones before left. What stops one stops all, and is not pinned."""

    def go_through() -> Reply:
        results, at = reroute_each(batch, command)
        answer = OrdersRerouted(results=results, next_page_token=command.next_page_token)
        return Reply(answer) if command.validate_only else batch.record(command, answer, at)

    return attempt(go_through)


def reroute_each(batch: Batch, command: RerouteOrders) -> tuple[tuple[Rerouted, ...], Instant]:
    """What came of each order, and the ledger's time then."""
    results = []
    at = batch.now if command.validate_only else batch.next_time()
    for order_id in command.order_ids:
        changes, result = reroute_order(batch.books, command, order_id, at, batch.now, batch.deciders.reroute)
        results.append(without_decision(result) if command.validate_only else result)
        if changes is not None and not command.validate_only:
            batch.apply(changes)
            at = batch.next_time()
    return tuple(results), at


def reject(batch: Batch, command: RejectShipment) -> Reply:
    """What the node does not ship, its time to cool off, and the order decided again."""
    at = batch.next_time()

    def go_through() -> Reply:
        nonlocal at
        changes, answer = reject_shipment(batch.books, command, at)
        batch.apply(changes)
        at = batch.next_time()
        batch.apply(cool_off(batch.books, command, at))
        if answer.rejection_count < REJECTIONS_MAX:
            (rerouted,), at = reroute_each(batch, again_after(command))
            answer = replace(answer, rerouted=rerouted)
        return batch.record(command, answer, at)

    return attempt(go_through, lambda refusal: batch.record(command, refusal, at))


def close_manifest(batch: Batch, command: CloseManifest) -> Reply:
    """Each shipment leaves on what the ones before left, and the manifest names them."""
    at = batch.next_time()

    def apply(changes: Changes) -> Instant:
        batch.apply(changes)
        return batch.next_time()

    def go_through() -> Reply:
        changes, answer = hand_over(batch.books, command, at, apply)
        apply(changes)
        return batch.record(command, answer, at)

    return attempt(go_through, lambda refusal: batch.record(command, refusal, at))


SEVERAL_STEPS: Mapping[type[Write], Callable[[Batch, Any], Reply]] = {
    RerouteOrders: reroute,
    ShortPick: pick_short,
    ReceiveTransfer: end_transfer,
    CancelTransfer: end_transfer,
    RejectShipment: reject,
    CloseManifest: close_manifest,
}
