"""The clock in doubt: telling that it is, that it is not any more, and taking somebody's word for it."""

from router.app.answers.stock import ClockTrusted
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.clock_watch import MICROSECONDS, ClockNews
from router.app.commands.stock import TrustClock
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind


def tell_clock(books: Books, at: Instant) -> Changes:
    """The event of what was noticed at the clock."""
    news = books.clock.news
    changes = Changes(after=books.head, time=at)
    if news is ClockNews.JUMPED:
        ahead = books.clock.ahead // MICROSECONDS
        changes.tell(
            EventKind.CLOCK_JUMPED,
            subject="clock",
            text=f"{ahead} s ahead of where it should be; nothing expires until it is right or trusted",
        )
    else:
        changes.tell(EventKind.CLOCK_TRUSTED, subject="clock", text="back where it should be")
    return changes


def trust_clock(books: Books, command: TrustClock, at: Instant) -> tuple[Changes, ClockTrusted]:
    """Let limits count again from now on; without doubt nothing changes."""
    changes = Changes(after=books.head, time=at)
    if books.clock.is_trusted:
        return changes, ClockTrusted(was_in_doubt=False)
    changes.trusts_clock = True
    changes.tell(EventKind.CLOCK_TRUSTED, subject="clock", text=command.reason or "trusted by a person")
    return changes, ClockTrusted(was_in_doubt=True)
