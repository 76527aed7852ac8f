"""One batch of commands: the books change with each, all is committed at once. What each command does: `work.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from router.app.answers.answer import Answer
from router.app.answers.decided import Routed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.clock_watch import ClockNews
from router.app.books.documents import routed_of
from router.app.books.sealing import seal_personal
from router.app.commands.command import Command
from router.app.commands.write import Write
from router.app.delays.book_delay import close_delays, pass_delay
from router.app.engine.commit import make_commit
from router.app.engine.deciders import Deciders
from router.app.engine.expire_due import DUE_PER_BATCH_MAX, expire_due
from router.app.engine.outcomes import NEVER_PINNED, Outcome, RecentOutcomes, pack_result, unpack_result
from router.app.engine.use_cases import UseCase
from router.app.ports.store import Store, StoreUnreachable
from router.app.records.commit import Commit
from router.app.records.decisions import StoredOutcome
from router.app.stock.trust_clock import tell_clock
from router.domain.identifiers import Instant
from router.domain.reasons import RouterError
from router.ledger.accounts import Account, Balance


class Reply(Struct, frozen=True):
    """An answer or an error, to be let go after the commit."""

    result: Answer | Exception
    is_replayed: bool = False


BookTogether = Callable[["Batch", Sequence[Any], Instant], tuple[Changes, Sequence[Answer | RouterError]]]
"""Gives what several commands of one kind change as if one after another, and the answer or refusal of each."""


@dataclass(slots=True)
class Batch:
    """To be worked on and committed once each. `now` is the clock's reading for the whole batch.

    A command that fails by a bug gets its error and stops nobody else; a store that is gone stops all.
    """

    books: Books
    store: Store
    recent: RecentOutcomes
    deciders: Deciders
    now: Instant
    refuse: Callable[[], RouterError] | None = None
    """Makes what every write is refused with; None: writes are worked on."""
    changes: list[Changes] = field(default_factory=list)
    outcomes: list[StoredOutcome] = field(default_factory=list)
    known: dict[str, Outcome] = field(default_factory=dict)
    """Outcomes under the keys of this batch: those recorded before it and, as they come, its own."""

    def let_time_pass(self) -> None:
        """What time alone changes comes before the commands, so that they find it changed."""
        if self.refuse is not None:
            return
        # Where somebody's word is taken for the clock in this batch, that has been told.
        if self.books.clock.news is not ClockNews.NOTHING and not any(
            one.trusts_clock for one in self.changes
        ):
            self.apply(tell_clock(self.books, self.next_time()))
        due = self.books.next_due()
        if due is not None and due <= self.now:
            self.apply(expire_due(self.books, self.now, self.next_time()))
            for delay in self.books.delays.due(self.now, DUE_PER_BATCH_MAX):
                self.apply(pass_delay(self.books, delay, self.next_time()))

    def recall(self, commands: Sequence[Command]) -> None:
        """What was answered before under the keys of `commands`."""
        keys = dict.fromkeys([c.request_id for c in commands if isinstance(c, Write) and c.request_id])
        for key in keys:
            if (outcome := self.recent.find(key)) is not None:
                self.known[key] = outcome
        stored = self.store.find_outcomes([key for key in keys if key not in self.known])
        for key, one in stored.items():
            result = unpack_result(one.body, self._find_routed)
            self.known[key] = Outcome(body_digest=one.body_digest, result=result)

    def next_time(self) -> Instant:
        """The ledger's time for the next change."""
        return self.books.next_time(self.now)

    def do_together(self, group: Sequence[Write], book: BookTogether) -> list[Reply]:
        """Book a group as one set of changes. What stops the group is tried alone, so that it stops nobody else."""
        at = self.next_time()
        try:
            changes, answers = book(self, group, at)
            after = self.books.check(changes)
        except RouterError as refusal:
            return [self.record(command, refusal, at) for command in group]
        except StoreUnreachable:
            raise
        except Exception as error:
            if len(group) == 1:
                return [Reply(error)]
            return [reply for command in group for reply in self.do_together((command,), book)]
        self._take_in(changes, after)
        return [self.record(command, answer, at) for command, answer in zip(group, answers, strict=True)]

    def do(self, command: Write, use_case: UseCase) -> Reply:
        """A command of one step: its changes are of this batch, its answer or refusal is pinned."""
        at = self.next_time()
        try:
            changes, answer = use_case(self.books, command, at)
            after = self.books.check(changes)
        except RouterError as refusal:
            return self.record(command, refusal, at)
        except StoreUnreachable:
            raise
        except Exception as error:
            return Reply(error)
        # Outside: a fault here leaves books that nobody may go on with.
        self._take_in(changes, after)
        return self.record(command, answer, at)

    def apply(self, changes: Changes | None) -> None:
        """Check changes, if there are any, and take them in."""
        if changes is not None:
            self._take_in(changes, self.books.check(changes))

    def record(self, command: Write, result: Answer | RouterError, at: Instant) -> Reply:
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

    def commit(self) -> Commit | None:
        """Make durable what was changed and answered. None, nothing to do, when only reads and repeats came."""
        commit = None
        if self.changes or self.outcomes:
            commit = make_commit(
                self.books, self.changes, self.outcomes, seal_personal(self.store, self.changes)
            )
            self.store.commit(commit)
            self.books.head = commit.head
            self.books.clock.mark_told()
        for request_id, outcome in self.known.items():
            if self.recent.find(request_id) is None:
                self.recent.add(request_id, outcome)
        return commit

    def _take_in(self, changes: Changes, after: Mapping[Account, Balance]) -> None:
        close_delays(self.books, changes)
        self.books.apply(changes, after)
        self.changes.append(changes)
        if changes.trusts_clock or changes.network is not None:
            # The time that counts is another one now, or days begin elsewhere.
            self.let_time_pass()

    def _find_routed(self, number: int) -> Routed:
        stored = self.store.find_decision(number)
        assert stored is not None, "an outcome names decisions of its own commit"
        return routed_of(stored)


def attempt(work: Callable[[], Reply], refused: Callable[[RouterError], Reply] = Reply) -> Reply:
    """The reply, or what `refused` makes of a refusal, or the error; a store that is gone stops all."""
    try:
        return work()
    except RouterError as refusal:
        return refused(refusal)
    except StoreUnreachable:
        raise
    except Exception as error:
        return Reply(error)
