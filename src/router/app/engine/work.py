"""Working on a batch: which of its commands are decided together, and what each of the others does.

To add a command of one step: its line in `use_cases.py`. One of several steps: in `several_steps.py`. What decides
alone, what may be validated and what only asks have their lines at the end of this file.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from router.app.answers.answer import Answer
from router.app.books.changes import Changes
from router.app.commands.command import Command
from router.app.commands.deciding import RerouteOrders, RouteOrders, RouteWave
from router.app.commands.edits import EditOrder
from router.app.commands.events import SettleDeliveries
from router.app.commands.orders import CancelOrder, ReleaseOrder
from router.app.commands.questions import GetAvailability, GetAvailableToPromise, QuotePromise, TryOut
from router.app.commands.reservations import ReserveStock
from router.app.commands.returns import AuthorizeReturn, SendReplacement
from router.app.commands.write import Write
from router.app.engine.batch import Batch, BookTogether, Reply, attempt
from router.app.engine.outcomes import Outcome
from router.app.engine.several_steps import SEVERAL_STEPS
from router.app.engine.use_cases import USE_CASES
from router.app.events.settle_deliveries import settle_deliveries
from router.app.orders.cancel_order import cancel_order
from router.app.orders.edit_order import edit_order
from router.app.orders.hold_order import release_order
from router.app.orders.quote_promise import quote_promise
from router.app.orders.route_orders import route_orders, validate_orders
from router.app.orders.route_wave import route_wave, validate_wave
from router.app.purchasing.promise_stock import find_promisable
from router.app.reservations.reserve_stock import reserve_stock
from router.app.returns.authorize_return import authorize_return
from router.app.returns.send_replacement import send_replacement
from router.app.stock.find_availability import find_availability
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError

Together = RouteOrders | ReserveStock
"""Commands that are booked with their neighbors."""


def work(batch: Batch, commands: Sequence[Command]) -> list[Reply]:
    """Replies in the order of `commands`; neighbors that route orders, or reserve stock, are booked together."""
    batch.let_time_pass()
    batch.recall(commands)
    replies: list[Reply] = []
    group: dict[str, Together] = {}

    def end_group() -> None:
        if waiting := tuple(group.values()):
            group.clear()
            replies.extend(batch.do_together(waiting, _TOGETHER[type(waiting[0])]))

    kind: type[Command] | None = None
    for command in commands:
        if type(command) is not kind:
            end_group()
            kind = type(command)
        if batch.refuse is None and is_together(command):
            key = command.request_id
            if key not in batch.known and key not in group:
                group[key] = command
                continue
        end_group()
        replies.append(work_on(batch, command))
    end_group()
    return replies


def work_on(batch: Batch, command: Command) -> Reply:
    """One command that is not decided together with its neighbors."""
    if not isinstance(command, Write):
        return ask(batch, command)
    if command.request_id in batch.known:
        return repeat(batch.known[command.request_id], command)
    if batch.refuse is not None and not is_validation(command):
        return Reply(batch.refuse())
    if (steps := SEVERAL_STEPS.get(type(command))) is not None:
        return steps(batch, command)
    if is_validation(command):
        return attempt(lambda: Reply(_VALIDATIONS[type(command)](batch, command)))
    if (book := _TOGETHER.get(type(command))) is not None:
        return batch.do_together((command,), book)[0]
    if (decide := _DECIDING.get(type(command))) is not None:
        return batch.do(command, lambda books, one, at: decide(batch, one, at))
    return batch.do(command, USE_CASES[type(command)])


def ask(batch: Batch, command: Command) -> Reply:
    """What is not pinned: a question, or news of deliveries, which settled again change nothing."""
    if not isinstance(command, SettleDeliveries):
        return attempt(lambda: Reply(_QUESTIONS[type(command)](batch, command)))
    if batch.refuse is not None:
        return Reply(batch.refuse())
    return attempt(lambda: settle(batch, command))


def settle(batch: Batch, command: SettleDeliveries) -> Reply:
    try:
        changes, answer = settle_deliveries(batch.books, command, batch.next_time())
    except RouterError as refusal:
        return Reply(refusal)
    if answer.is_accepted:
        batch.apply(changes)
    return Reply(answer)


def try_out(batch: Batch, command: TryOut) -> Answer:
    """The answer or the refusal; the changes are let go."""
    changes, answer = USE_CASES[type(command.command)](batch.books, command.command, batch.now)
    batch.books.check(changes)
    return answer


def is_together(command: Command) -> TypeGuard[Together]:
    """Whether its neighbors of its kind may be booked with it: a reservation that an order names is for it only."""
    if isinstance(command, RouteOrders):
        return not (command.validate_only or command.reservation_id)
    return isinstance(command, ReserveStock)


def is_validation(command: Command) -> bool:
    """Whether it leaves nothing behind, so that a repeat needs no key."""
    return isinstance(command, _VALIDATED) and command.validate_only


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


_TOGETHER: Mapping[type[Command], BookTogether] = {
    RouteOrders: lambda batch, group, at: route_orders(
        batch.books, group, at, batch.now, batch.deciders.route, batch.deciders.drafts
    ),
    ReserveStock: lambda batch, group, at: reserve_stock(batch.books, group, at),
}
"""What books several commands as one."""

_VALIDATED = RouteOrders | RouteWave | RerouteOrders | CancelOrder | EditOrder | AuthorizeReturn

_DECIDING: Mapping[type[Command], Callable[[Batch, Any, Instant], tuple[Changes, Answer]]] = {
    RouteWave: lambda batch, one, at: route_wave(batch.books, one, at, batch.now, batch.deciders.decide_wave),
    ReleaseOrder: lambda batch, one, at: release_order(batch.books, one, at, batch.now, batch.deciders.route),
    EditOrder: lambda batch, one, at: edit_order(batch.books, one, at, batch.now, batch.deciders.route),
    SendReplacement: lambda batch, one, at: send_replacement(
        batch.books, one, at, batch.now, batch.deciders.route
    ),
}
"""What decides alone and books it."""

_VALIDATIONS: Mapping[type[Command], Callable[[Batch, Any], Answer]] = {
    RouteOrders: lambda batch, one: validate_orders(batch.books, one, batch.now, batch.deciders.route),
    RouteWave: lambda batch, one: validate_wave(batch.books, one, batch.now, batch.deciders.decide_wave),
    CancelOrder: lambda batch, one: cancel_order(batch.books, one, batch.now)[1],
    EditOrder: lambda batch, one: edit_order(batch.books, one, batch.now, batch.now, batch.deciders.route)[1],
    AuthorizeReturn: lambda batch, one: authorize_return(batch.books, one, batch.now)[1],
}
"""What would be answered if it were for good."""

_QUESTIONS: Mapping[type[Command], Callable[[Batch, Any], Answer]] = {
    GetAvailability: lambda batch, one: find_availability(batch.books, one),
    GetAvailableToPromise: lambda batch, one: find_promisable(batch.books, one, batch.now),
    QuotePromise: lambda batch, one: quote_promise(batch.books, one, batch.now, batch.deciders.route_apart),
    TryOut: try_out,
}
