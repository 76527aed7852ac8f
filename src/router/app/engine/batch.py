"""One batch of commands: each worked on in its turn against the books, all committed at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from router.app.answers.answer import Answer
from router.app.answers.decided import OrdersRerouted, Rerouted, Routed
from router.app.answers.fulfillment import PickConfirmed
from router.app.answers.stock import TransferChanged
from router.app.carriers.close_manifest import hand_over
from router.app.commands.carriers import (
    CloseManifest,
)
from router.app.commands.command import Command
from router.app.commands.deciding import Because, RejectShipment, RerouteOrders, RouteOrders, RouteWave
from router.app.commands.edits import EditOrder
from router.app.commands.events import SettleDeliveries
from router.app.commands.fulfillment import (
    ShortPick,
)
from router.app.commands.orders import CancelOrder, ReleaseOrder
from router.app.commands.questions import GetAvailability, GetAvailableToPromise, QuotePromise, TryOut
from router.app.commands.returns import AuthorizeReturn, SendReplacement
from router.app.commands.stock import CancelTransfer, ReceiveTransfer
from router.app.commands.write import Write
from router.app.delays.book_delay import close_delays, pass_delay
from router.app.engine.books import Books
from router.app.engine.changes import Changes
from router.app.engine.clock_watch import ClockNews
from router.app.engine.commit import make_commit
from router.app.engine.outcomes import NEVER_PINNED, Outcome, RecentOutcomes, pack_result, unpack_result
from router.app.engine.sealing import seal_personal
from router.app.engine.use_cases import USE_CASES, UseCase
from router.app.events.settle_deliveries import settle_deliveries
from router.app.fulfillment.short_pick import short_pick
from router.app.network.documents import routed_of
from router.app.orders.cancel_order import cancel_order
from router.app.orders.cool_off import cool_off, cool_off_after_short_pick
from router.app.orders.edit_order import edit_order
from router.app.orders.hold_order import release_order
from router.app.orders.quote_promise import quote_promise
from router.app.orders.reject_shipment import again_after, reject_shipment
from router.app.orders.reroute_order import Reroute, reroute_order, without_decision
from router.app.orders.route_orders import Route, route_orders, validate_orders
from router.app.orders.route_wave import DecideWave, route_wave, validate_wave
from router.app.orders.shipments import parse_shipment_id
from router.app.ports import Store, StoreUnreachable
from router.app.purchasing.promise_stock import find_promisable
from router.app.records import Commit, StoredOutcome
from router.app.reservations.expire_due import DUE_PER_BATCH_MAX, expire_due
from router.app.returns.authorize_return import authorize_return
from router.app.returns.send_replacement import send_replacement
from router.app.stock.find_availability import find_availability
from router.app.stock.trust_clock import tell_clock
from router.app.transfers.awaited import order_left_short
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import REJECTIONS_MAX
from router.domain.reasons import Reason, RouterError


class Reply(Struct, frozen=True):
    """An answer or an error, to be let go after the commit."""

    result: Answer | Exception
    is_replayed: bool = False


@dataclass(slots=True)
class Batch:
    """Work and commit once each. `now` is the clock's reading for the whole batch.

    A command that fails by a bug gets its error and stops nobody else; a store that is gone stops all.
    """

    books: Books
    store: Store
    recent: RecentOutcomes
    route: Route
    route_apart: Route
    """Decides each order as if it were the only one."""
    decide_wave: DecideWave
    reroute: Reroute
    now: Instant
    refuse: Callable[[], RouterError] | None = None
    """Makes what every write is refused with; None: writes are worked on."""
    changes: list[Changes] = field(default_factory=list)
    outcomes: list[StoredOutcome] = field(default_factory=list)
    known: dict[str, Outcome] = field(default_factory=dict)
    """Outcomes under the keys of this batch: those recorded before it and, as they come, its own."""

    def work(self, commands: Sequence[Command]) -> list[Reply]:
        """Replies in the order of `commands`; neighbors that route orders are decided together."""
        self._let_time_pass()
        self._recall(commands)
        replies: list[Reply] = []
        group: dict[str, RouteOrders] = {}
        for command in commands:
            if self.refuse is None and is_routing(command):
                key = command.request_id
                if key not in self.known and key not in group:
                    group[key] = command
                    continue
            replies.extend(self._route(tuple(group.values())))
            group.clear()
            replies.append(self._work_on(command))
        replies.extend(self._route(tuple(group.values())))
        return replies

    def commit(self) -> Commit | None:
        """Make durable what was changed and answered. None, nothing to do, when only reads and repeats came."""
        commit = None
        if self.changes or self.outcomes:
            commit = make_commit(
                self.books, self.changes, self.outcomes, seal_personal(self.store, self.changes)
            )
            self.store.commit(commit)
            self.books.head = commit.head
            self.books.forget_old_orders()
            self.books.clock.mark_told()
        for request_id, outcome in self.known.items():
            if self.recent.find(request_id) is None:
                self.recent.add(request_id, outcome)
        return commit

    def _let_time_pass(self) -> None:
        """What time alone changes comes before the commands, so that they find it changed."""
        if self.refuse is not None:
            return
        if self.books.clock.news is not ClockNews.NOTHING:
            self._apply(tell_clock(self.books, self.books.next_time(self.now)))
        due = self.books.next_due()
        if due is not None and due <= self.now:
            self._apply(expire_due(self.books, self.now, self.books.next_time(self.now)))
            for delay in self.books.delays.due(self.now, DUE_PER_BATCH_MAX):
                self._apply(pass_delay(self.books, delay, self.books.next_time(self.now)))

    def _recall(self, commands: Sequence[Command]) -> None:
        keys = dict.fromkeys(c.request_id for c in commands if isinstance(c, Write) and c.request_id)
        for key in keys:
            if (outcome := self.recent.find(key)) is not None:
                self.known[key] = outcome
        stored = self.store.find_outcomes([key for key in keys if key not in self.known])
        for key, one in stored.items():
            result = unpack_result(one.body, self._find_routed)
            self.known[key] = Outcome(body_digest=one.body_digest, result=result)

    def _find_routed(self, number: int) -> Routed:
        stored = self.store.find_decision(number)
        assert stored is not None, "an outcome names decisions of its own commit"
        return routed_of(stored)

    def _work_on(self, command: Command) -> Reply:
        if isinstance(command, GetAvailability):
            return Reply(find_availability(self.books, command))
        if isinstance(command, GetAvailableToPromise):
            return Reply(find_promisable(self.books, command, self.now))
        if isinstance(command, QuotePromise):
            return self._quote(command)
        if isinstance(command, TryOut):
            return self._try_out(command.command)
        if isinstance(command, SettleDeliveries):
            return self._settle(command)
        if command.request_id in self.known:
            return repeat(self.known[command.request_id], command)
        if self.refuse is not None and not is_validation(command):
            return Reply(self.refuse())
        if isinstance(command, RerouteOrders):
            return self._reroute(command)
        if isinstance(command, ShortPick):
            return self._short_pick(command)
        if isinstance(command, ReceiveTransfer | CancelTransfer):
            return self._end_transfer(command)
        if isinstance(command, CancelOrder | EditOrder) and command.validate_only:
            return self._validate(command)
        if isinstance(command, RejectShipment):
            return self._reject(command)
        if isinstance(command, CloseManifest):
            return self._hand_over(command)
        if isinstance(command, ReleaseOrder):
            return self._do(command, self._release)
        if isinstance(command, EditOrder):
            return self._do(command, self._edit)
        if isinstance(command, SendReplacement):
            return self._do(command, self._replace)
        if isinstance(command, AuthorizeReturn) and command.validate_only:
            return self._validate(command)
        if not isinstance(command, RouteOrders | RouteWave):
            return self._do(command, USE_CASES[type(command)])
        if command.validate_only:
            return self._validate(command)
        if isinstance(command, RouteWave):
            return self._do(command, self._route_wave)
        return self._route((command,))[0]

    def _route(self, group: Sequence[RouteOrders]) -> list[Reply]:
        """Decide and book a group. What stops the group is tried alone, so that it stops nobody else."""
        if not group:
            return []
        at = self.books.next_time(self.now)
        try:
            changes, answers = route_orders(self.books, group, at, self.now, self.route)
            self.books.check(changes)
        except RouterError as refusal:
            return [self._record(command, refusal, at) for command in group]
        except StoreUnreachable:
            raise
        except Exception as error:
            if len(group) == 1:
                return [Reply(error)]
            return [reply for command in group for reply in self._route((command,))]
        self._apply(changes)
        return [self._record(command, answer, at) for command, answer in zip(group, answers, strict=True)]

    def _route_wave(self, books: Books, command: RouteWave, at: Instant) -> tuple[Changes, Answer]:
        return route_wave(books, command, at, self.now, self.decide_wave)

    def _release(self, books: Books, command: ReleaseOrder, at: Instant) -> tuple[Changes, Answer]:
        return release_order(books, command, at, self.now, self.route)

    def _edit(self, books: Books, command: EditOrder, at: Instant) -> tuple[Changes, Answer]:
        return edit_order(books, command, at, self.now, self.route)

    def _replace(self, books: Books, command: SendReplacement, at: Instant) -> tuple[Changes, Answer]:
        return send_replacement(books, command, at, self.now, self.route)

    def _end_transfer(self, command: ReceiveTransfer | CancelTransfer) -> Reply:
        """What a shipment awaited and did not get is looked for elsewhere at once, in the same commit."""
        reply = self._do(command, USE_CASES[type(command)])
        if isinstance(reply.result, TransferChanged):
            order_id = order_left_short(self.books, reply.result.transfer)
            if order_id is not None:
                return self._find_elsewhere(reply, command, order_id)
        return reply

    def _short_pick(self, command: ShortPick) -> Reply:
        """What is missing is looked for elsewhere at once: the variance and the new decision are of one commit."""
        reply = self._do(command, short_pick)
        if not isinstance(reply.result, PickConfirmed):
            return reply
        at = self.books.next_time(self.now)
        try:
            cooling = cool_off_after_short_pick(self.books, command, at)
            if cooling is not None:
                self.books.check(cooling)
                self._apply(cooling)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        return self._find_elsewhere(reply, command, parse_shipment_id(command.shipment_id)[0])

    def _find_elsewhere(self, reply: Reply, command: Write, order_id: OrderId) -> Reply:
        """The reply, once the order whose units fell short is decided again."""
        again = RerouteOrders(
            request_id=command.request_id,
            body_digest=command.body_digest,
            order_ids=(order_id,),
            because=Because.SHORTFALL,
            move_milli=0,
        )
        at = self.books.next_time(self.now)
        try:
            changes, _ = reroute_order(self.books, again, again.order_ids[0], at, self.now, self.reroute)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        if changes is not None:
            self.books.check(changes)
            self._apply(changes)
        return reply

    def _reroute(self, command: RerouteOrders) -> Reply:
        """Each order on what the ones before left; all of it is of one commit."""
        try:
            results, at = self._reroute_each(command)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        answer = OrdersRerouted(results=results, next_page_token=command.next_page_token)
        return Reply(answer) if command.validate_only else self._record(command, answer, at)

    def _reroute_each(self, command: RerouteOrders) -> tuple[tuple[Rerouted, ...], Instant]:
        """What came of each order, and the ledger's time then."""
        results = []
        at = self.now if command.validate_only else self.books.next_time(self.now)
        for order_id in command.order_ids:
            changes, result = reroute_order(self.books, command, order_id, at, self.now, self.reroute)
            results.append(without_decision(result) if command.validate_only else result)
            if changes is not None and not command.validate_only:
                self.books.check(changes)
                self._apply(changes)
                at = self.books.next_time(self.now)
        return tuple(results), at

    def _reject(self, command: RejectShipment) -> Reply:
        """What the node does not ship, its time to cool off, and the order decided again: all of one commit."""
        at = self.books.next_time(self.now)
        try:
            changes, answer = reject_shipment(self.books, command, at)
            self.books.check(changes)
            self._apply(changes)
            at = self.books.next_time(self.now)
            cooling = cool_off(self.books, command, at)
            if cooling is not None:
                self.books.check(cooling)
                self._apply(cooling)
            if answer.rejection_count < REJECTIONS_MAX:
                (rerouted,), at = self._reroute_each(again_after(command))
                answer = replace(answer, rerouted=rerouted)
        except RouterError as refusal:
            return self._record(command, refusal, at)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        return self._record(command, answer, at)

    def _hand_over(self, command: CloseManifest) -> Reply:
        """Each shipment leaves on what the ones before left; all of it and the manifest are of one commit."""

        def apply(changes: Changes) -> Instant:
            self.books.check(changes)
            self._apply(changes)
            return self.books.next_time(self.now)

        at = self.books.next_time(self.now)
        try:
            changes, answer = hand_over(self.books, command, at, apply)
            apply(changes)
        except RouterError as refusal:
            return self._record(command, refusal, at)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        return self._record(command, answer, at)

    def _do(self, command: Write, use_case: UseCase) -> Reply:
        at = self.books.next_time(self.now)
        try:
            changes, answer = use_case(self.books, command, at)
            self.books.check(changes)
        except RouterError as refusal:
            return self._record(command, refusal, at)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        self._apply(changes)
        return self._record(command, answer, at)

    def _settle(self, command: SettleDeliveries) -> Reply:
        """Not pinned: to settle the same again changes nothing."""
        if self.refuse is not None:
            return Reply(self.refuse())
        try:
            changes, answer = settle_deliveries(self.books, command, self.books.next_time(self.now))
        except RouterError as refusal:
            return Reply(refusal)
        if answer.is_accepted:
            self._apply(changes)
        return Reply(answer)

    def _validate(
        self, command: RouteOrders | RouteWave | CancelOrder | EditOrder | AuthorizeReturn
    ) -> Reply:
        try:
            if isinstance(command, AuthorizeReturn):
                return Reply(authorize_return(self.books, command, self.now)[1])
            if isinstance(command, EditOrder):
                return Reply(edit_order(self.books, command, self.now, self.now, self.route)[1])
            if isinstance(command, CancelOrder):
                return Reply(cancel_order(self.books, command, self.now)[1])
            if isinstance(command, RouteWave):
                return Reply(validate_wave(self.books, command, self.now, self.decide_wave))
            return Reply(validate_orders(self.books, command, self.now, self.route))
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)

    def _quote(self, command: QuotePromise) -> Reply:
        try:
            return Reply(quote_promise(self.books, command, self.now, self.route_apart))
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)

    def _try_out(self, command: Write) -> Reply:
        """The answer or the refusal; the changes are let go."""
        try:
            changes, answer = USE_CASES[type(command)](self.books, command, self.now)
            self.books.check(changes)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        return Reply(answer)

    def _apply(self, changes: Changes) -> None:
        close_delays(self.books, changes)
        self.books.apply(changes)
        self.changes.append(changes)
        if changes.trusts_clock or changes.network is not None:
            # The time that counts is another one now, or days begin elsewhere.
            self._let_time_pass()

    def _record(self, command: Write, result: Answer | RouterError, at: Instant) -> Reply:
        """Pin the result under the command's key, refusals too, unless it says that nothing was judged."""
        if isinstance(result, RouterError) and result.reason in NEVER_PINNED:
            return Reply(result)
        self.known[command.request_id] = Outcome(body_digest=command.body_digest, result=result)
        self.outcomes.append(
            StoredOutcome(
                request_id=command.request_id,
                body_digest=command.body_digest,
                time=at,
                body=pack_result(result),
            )
        )
        return Reply(result)


def is_routing(command: Command) -> TypeGuard[RouteOrders]:
    """Whether it routes orders for good, together with its neighbors: a reservation is for its own order only."""
    return isinstance(command, RouteOrders) and not (command.validate_only or command.reservation_id)


def is_validation(command: Command) -> bool:
    """Whether it leaves nothing behind, so that a repeat needs no key."""
    kinds = RouteOrders | RouteWave | RerouteOrders | CancelOrder | EditOrder | AuthorizeReturn
    return isinstance(command, kinds) and command.validate_only


def repeat(outcome: Outcome, command: Write) -> Reply:
    """The recorded answer; another body under the same key is refused."""
    if outcome.body_digest != command.body_digest:
        return Reply(
            RouterError(
                Reason.IDEMPOTENCY_KEY_REUSED,
                f"request_id `{command.request_id}` was used for another request; use a new one",
                request_id=command.request_id,
            )
        )
    return Reply(outcome.result, is_replayed=True)
