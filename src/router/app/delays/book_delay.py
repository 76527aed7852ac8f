"""What becomes of a delay: reported, told, answered, run out, and over when nothing waits to leave any more."""

from datetime import date

from msgspec.structs import replace

from router.app.answers.delays import DelayChanged
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.delays import AnswerDelay, ReportDelay, SettleDelay
from router.app.commands.orders import CancelOrder
from router.app.delays.lateness import Late, standing_promise
from router.app.orders.cancel_order import cancel_order
from router.domain.identifiers import Day, Instant
from router.domain.limits import DELAY_DAYS_AHEAD_MAX
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.delays import (
    ANSWER_DAYS_MIN,
    DELAY_EFFECTS,
    NEVER,
    Delay,
    DelayEvent,
    DelayState,
    delay_moved,
    expected_again,
)
from router.routing.network.dates import day_start, local_day


def report_delay(books: Books, command: ReportDelay, at: Instant) -> tuple[Changes, DelayChanged]:
    """Write down that what has not left of an order leaves later, and tell its customer at once.

    Refuses an unknown order, with ORDER_STATE_FORBIDS one of which nothing waits to leave, and with INVALID_REQUEST a
    day that is no delay.
    """
    filed = books.get_order(command.order_id)
    found = books.delays.find(command.order_id)
    stands = standing_promise(books, filed, at)
    if stands is None:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"order `{command.order_id}` is {filed.account.state.name}, nothing of it waits to leave and can be late",
            order_id=command.order_id,
            state=filed.account.state.name,
        )
    known = stands.promised_day
    if found is not None:
        known = found.promised_day
        if found.state is not DelayState.EXPECTED:
            known = found.expected_day or known
    refuse_no_delay(command.expected_day, known, local_day(at, stands.zone))
    changes = Changes(after=books.head, time=at)
    late = Late(stands.promised_day, command.expected_day, command.cause, stands.zone)
    delay = expect(changes, filed, found, late, at)
    delay = tell(changes, filed, delay, at)
    changes.delays.append(delay)
    return changes, DelayChanged(delay=delay)


def refuse_no_delay(expected: Day | None, known: Day, today: Day) -> None:
    """Refuse with INVALID_REQUEST a day by which the customer expects it anyway, that is gone, or that is more than a
    year later.
    """
    latest = Day(max(known, today) + DELAY_DAYS_AHEAD_MAX)
    if expected is not None and expected > latest:
        text = (
            f"expected_date is {date.fromordinal(expected).isoformat()}, must be at most"
            f" {date.fromordinal(latest).isoformat()}, a year later than expected; leave it empty when nobody can say"
        )
        raise RouterError(
            Reason.INVALID_REQUEST, text, violations=[Violation("expected_date", "OUT_OF_RANGE", text)]
        )
    if expected is not None and expected <= max(known, today):
        text = (
            f"expected_date is {date.fromordinal(expected).isoformat()}, must be after"
            f" {date.fromordinal(max(known, today)).isoformat()}: the customer expects it to leave by"
            f" {date.fromordinal(known).isoformat()}; leave it empty when nobody can say"
        )
        raise RouterError(
            Reason.INVALID_REQUEST, text, violations=[Violation("expected_date", "NO_DELAY", text)]
        )


def expect(changes: Changes, filed: FiledOrder, found: Delay | None, late: Late, at: Instant) -> Delay:
    """The delay of the order with its new day, of which its customer does not know yet."""
    if found is None:
        delay = Delay(
            number=changes.next_event_position,
            order_id=filed.account.order_id,
            state=DelayState.EXPECTED,
            round=1,
            promised_day=late.promised_day,
            agreed_day=late.promised_day,
            expected_day=late.expected_day,
            due_time=day_end(late.promised_day, late.zone),
            cause=late.cause,
            zone=late.zone,
        )
    else:
        delay = expected_again(found, late.expected_day, late.cause)
    say(changes, filed, delay, DelayEvent.EXPECT, f"{late.cause}: {days_text(delay)}")
    return delay


def tell(changes: Changes, filed: FiledOrder, delay: Delay, at: Instant) -> Delay:
    """The customer is due to hear: silence agrees to a short first delay, everything else is asked."""
    event = DelayEvent.TELL if delay.silence_agrees else DelayEvent.ASK
    told = delay_moved(delay, event, told_time=at)
    answer_by = told.answer_day
    due = NEVER if answer_by is None else day_end(answer_by, delay.zone)
    if answer_by is not None and delay.round == 1 and event is DelayEvent.ASK:
        earliest = Day(local_day(at, delay.zone) + ANSWER_DAYS_MIN)
        due = max(due, day_end(earliest, delay.zone))
    told = replace(told, due_time=due)
    say(changes, filed, told, event, days_text(told))
    return told


def answer_delay(books: Books, command: AnswerDelay, at: Instant) -> tuple[Changes, DelayChanged]:
    """Take the customer's yes, or cancel what has not left for a no.

    Refuses with DELAY_NOT_FOUND, with ORDER_STATE_FORBIDS what cannot be answered any more, and with DELAY_MOVED an
    answer to an earlier notice than the last one.
    """
    delay = books.delays.get(command.order_id)
    if command.round and command.round != delay.round:
        raise RouterError(
            Reason.DELAY_MOVED,
            f"notice {command.round} of order `{command.order_id}` is answered, notice {delay.round} is the last one"
            f" ({days_text(delay)}); show that and answer it",
            order_id=command.order_id,
            round=delay.round,
        )
    if command.consents:
        filed = books.get_order(command.order_id)
        due = NEVER if delay.expected_day is None else day_end(delay.expected_day, delay.zone)
        agreed = delay_moved(delay, DelayEvent.AGREE, due_time=due)
        changes = Changes(after=books.head, time=at)
        say(changes, filed, agreed, DelayEvent.AGREE, f"the customer agrees, {days_text(agreed)}")
        changes.delays.append(agreed)
        return changes, DelayChanged(delay=agreed)
    return end(books, delay, DelayEvent.REFUSE, at)


def end(books: Books, delay: Delay, event: DelayEvent, at: Instant) -> tuple[Changes, DelayChanged]:
    """Cancel what has not left; what was paid for it goes back afterwards."""
    canceled = delay_moved(delay, event, due_time=NEVER)
    reason = "DELAY_REFUSED" if event is DelayEvent.REFUSE else "DELAY_NOT_AGREED"
    changes, _ = cancel_order(
        books,
        CancelOrder(request_id="", body_digest=b"", order_id=delay.order_id, lines={}, reason=reason),
        at,
    )
    changes.delays.append(canceled)
    return changes, DelayChanged(delay=canceled)


def pass_delay(books: Books, delay: Delay, at: Instant) -> Changes:
    """What time alone does to a delay that is due: its customer hears of it, or what nobody agreed to is canceled."""
    if delay.state is DelayState.EXPECTED:
        changes = Changes(after=books.head, time=at)
        changes.delays.append(tell(changes, books.get_order(delay.order_id), delay, at))
        return changes
    try:
        changes, _ = end(books, delay, DelayEvent.LAPSE, at)
    except RouterError:
        # Nothing can be canceled: it all is on its way or gone.
        changes = Changes(after=books.head, time=at)
        changes.delays.append(delay_moved(delay, DelayEvent.LEAVE, due_time=NEVER))
    return changes


def settle_delay(books: Books, command: SettleDelay, at: Instant) -> tuple[Changes, DelayChanged]:
    """Write down that all that was paid for what is canceled went back. Refuses with ORDER_STATE_FORBIDS before."""
    delay = books.delays.get(command.order_id)
    refunded = delay_moved(delay, DelayEvent.REFUND)
    changes = Changes(after=books.head, time=at)
    say(changes, books.get_order(command.order_id), refunded, DelayEvent.REFUND, command.text)
    changes.delays.append(refunded)
    return changes, DelayChanged(delay=refunded)


def close_delays(books: Books, changes: Changes) -> None:
    """Delays of orders of which nothing waits to leave after `changes` are over."""
    moved = {delay.order_id for delay in changes.delays}
    for filed in changes.orders:
        order_id = filed.account.order_id
        if order_id in moved or (delay := books.delays.find_open(order_id)) is None:
            continue
        if not any(line.reserved or line.backordered for line in filed.account.lines):
            moved.add(order_id)
            changes.delays.append(delay_moved(delay, DelayEvent.LEAVE, due_time=NEVER))


def say(changes: Changes, filed: FiledOrder, delay: Delay, event: DelayEvent, text: str) -> None:
    changes.tell_effect(
        DELAY_EFFECTS[event],
        order_id=delay.order_id,
        subject=str(delay.round),
        text=text,
        state=filed.account.state.name,
        node_ids=(),
    )


def day_end(day: Day, zone: str) -> Instant:
    """The first instant after a day."""
    return day_start(Day(day + 1), zone)


def days_text(delay: Delay) -> str:
    promised = date.fromordinal(delay.promised_day).isoformat()
    if delay.expected_day is None:
        return f"promised for {promised}, nobody can say when"
    return f"promised for {promised}, expected on {date.fromordinal(delay.expected_day).isoformat()}"
